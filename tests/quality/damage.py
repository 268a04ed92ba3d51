"""The signal `mojibake`, written plainly on strings."""

from __future__ import annotations

import re

from quality import damage_tables, mojibake, plausibility

_RUNS = re.compile("锟斤拷|(?<!烫)烫(?=烫烫)|(?<!屯)屯(?=屯屯)|(?<!\ufffd)\ufffd(?=\ufffd)")


def _has(character: str, bit: int) -> bool:
    return character < "\U00010000" and bool(damage_tables.signs()[ord(character)] & bit)


def _gbk(text: str, i: int) -> bool:
    """UTF-8 read as GBK, lost or whole, begins at character i."""
    behind = text[i + 1 : i + 3].ljust(2, "\0")
    if text[i] not in mojibake.leads():
        return False
    if behind[0] == "\ufffd" or (behind[1] == "\ufffd" and _has(behind[0], mojibake.SECOND)):
        return text[i] in mojibake.telling()
    if not (_has(behind[0], mojibake.SECOND) and _has(behind[1], mojibake.THIRD)):
        return False
    code, k = b"", i
    while len(code) < 6 and k < len(text):
        number = int(damage_tables.codes()[ord(text[k])]) if text[k] < "\U00010000" else 0
        if number == 0:
            return False
        code += number.to_bytes(1 if number < 256 else 2, "big")
        k += 1
    if len(code) != 6 or any(b & m != f for b, m, f in zip(code, b"\xf0\xc0\xc0" * 2, b"\xe0\x80\x80" * 2, strict=True)):
        return False
    new = [code[n : n + 3].decode("utf-8", "surrogatepass") if code[n : n + 2] > b"\xe0\x9f" else "\0" for n in (0, 3)]
    return plausibility.bits(text[i:k]) - sum(plausibility.bits(c) for c in new) >= mojibake.CERTAIN


def _latin(text: str, i: int) -> bool:
    """A run of Latin-1 that no language writes begins with the letter at character i."""
    if not "\xc0" <= text[i] <= "\xff" or (i and "\xc0" <= text[i - 1] <= "\xff"):
        return False
    tail = "".join(c for c, byte in mojibake.latin_bytes().items() if byte < 0xC0)
    run = re.match(f"[{re.escape(tail)}\xc0-\xff]+", text[i:])
    assert run
    for character in re.findall(f"[\xe2-\xef]([{re.escape(tail)}]{{2}})", run[0]):
        if any(_has(c, mojibake.RARE_TAIL) for c in character):
            return True
    foreign = sum(_has(c, mojibake.FOREIGN) for c in run[0])
    return len(run[0]) >= 4 and foreign * 4 >= len(run[0]) and foreign >= 2


def places(text: str) -> int:
    """Places of damage in one leaf."""
    return len(_RUNS.findall(text)) + sum(_gbk(text, i) + _latin(text, i) for i in range(len(text)))
