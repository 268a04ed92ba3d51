"""Text that was decoded with the wrong codec: what the right one would have read, where that is certain.

Three readings are undone: UTF-8 read as GBK (涓枃), UTF-8 read as Latin-1 or Windows-1252 (ä¸­æ–‡), GBK read as either
(ÖÐÎÄ), twice or more in a row as well. A reading is taken back only where it is lossless (the characters give their
bytes, and these decode strictly) and the result is so much more plausible as Chinese that chance is out of the question
(`quality.plausibility`): `CERTAIN` bits over a string. A whole line is tried first, then its damaged stretches. If a
stretch broke off in the middle of a character (bytes were lost: 锛?, U+FFFD), the string stays as it is: the signal
`mojibake` counts it, and a rule drops the row. Idempotent: what comes out is tried again until nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality import plausibility

CERTAIN = 20  # bits: a million to one
CERTAIN_UTF8 = 15  # the form of UTF-8 is itself evidence: 11 of its bits a character are fixed
ORDINARY = 14  # bits a character; running text has 10
ROUNDS = 4  # nobody reads a text wrongly more often
RARE = 15  # bits from which an ideograph can give damage away

LEAD, SECOND, THIRD = 1, 2, 4
TELLING, FOREIGN, TAIL, RARE_TAIL = 8, 16, 32, 64
"""Bits of `damage_tables.signs`, the first three of `pairs()`: the two bytes of a character in GBK are first and second of a UTF-8 character of three, third and
first of the next, or second and third. So 3 n characters of GBK are 2 n of UTF-8. TELLING: `telling()`. FOREIGN: `is_foreign`; TAIL: in
Latin-1 or Windows-1252 the second or third byte of a character; RARE_TAIL: one that GB 2312 does not have."""


class Repair(NamedTuple):
    """Characters start:end of a text and what they should have been."""

    start: int
    end: int
    text: str


def repaired(text: str) -> str:
    """The text with its wrong readings taken back; the same text where nothing is certain."""
    for _ in range(ROUNDS):
        new = _once(text)
        if new == text:
            break
        text = new
    return text


def _once(text: str) -> str:
    readings = [(sum(_gain(text, r) for r in found), certain, found) for found, certain in _readings(text)]
    gain, certain, found = max(readings, key=lambda reading: reading[0] - reading[1])
    return _applied(text, found) if found and gain >= certain else text


def _readings(text: str) -> Iterator[tuple[list[Repair], int]]:
    """What each reading would take back, and how sure it must be; nothing where bytes were lost."""
    utf8 = [repair for repair in _utf8_in_latin(text) if _gain(text, repair) > 0]
    gbk = [r for r in _gbk_in_latin(text) if _gain(text, r) > 0 or plausibility.bits(r.text) <= plausibility.ELSE]
    is_utf8 = sum(r.end - r.start for r in utf8) * 2 > sum(r.end - r.start for r in gbk)  # its form is no accident
    yield (_unless_lossy(text, utf8), CERTAIN_UTF8) if is_utf8 else (_unless_lossy(text, gbk), CERTAIN)
    yield _utf8_in_gbk(text), CERTAIN


def _gain(text: str, repair: Repair) -> int:
    return plausibility.bits(text[repair.start : repair.end]) - plausibility.bits(repair.text)


def _applied(text: str, repairs: list[Repair]) -> str:
    parts, done = [], 0
    for repair in repairs:
        parts += [text[done : repair.start], repair.text]
        done = repair.end
    return "".join([*parts, text[done:]])


# --- Latin-1 and Windows-1252 ----------------------------------------------------------------------


@cache
def latin_bytes() -> dict[str, int]:
    """Character → byte 0x80–0xFF, by both tables: Windows-1252 has letters and marks at most of 0x80–0x9F."""
    marks = {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)}
    return {chr(byte): byte for byte in range(0x80, 0x100)} | {c: byte for c, byte in marks.items() if c}


def _of(first: int, last: int) -> str:
    """Regular expression: characters whose byte is in first … last."""
    return "[" + "".join(re.escape(c) for c, byte in latin_bytes().items() if first <= byte <= last) + "]"


@cache
def _latin_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """UTF-8 in Latin-1, no further Latin-1 beside it; GBK in Latin-1; a beginning that lost its end."""
    tail, high = _of(0x80, 0xBF), _of(0x81, 0xFE)
    utf8 = f"(?:{_of(0xC2, 0xDF)}{tail}|{_of(0xE0, 0xEF)}{tail}{{2}}|{_of(0xF0, 0xF4)}{tail}{{3}})+"
    foreign = "".join(c for c in map(chr, range(0xC0, 0x100)) if is_foreign(c))  # letters
    return (
        re.compile(f"(?<![\u00c0-\u00ff]){utf8}(?![\u00a1-\u00ff])"),
        re.compile(f"(?:(?![‘’“”—…]){high}(?:{_of(0x80, 0xFE)}|[@-~]))+"),
        re.compile(f"[{foreign}](?:{_of(0x80, 0xFF)}|[?\ufffd])"),
    )


def is_foreign(character: str) -> bool:
    """A character of Latin-1 that GB 2312 does not have: no sign of quantities (× ÷ ±), no vowel of pinyin (é è)."""
    return "\xa1" <= character <= "\xff" and plausibility.costs()[ord(character)] >= plausibility.ELSE


def _decoded_latin(match: re.Match[str], codec: str) -> Iterator[Repair]:
    table = latin_bytes()
    code = bytes(table.get(c, ord(c) & 0x7F) for c in match[0])
    try:
        yield Repair(match.start(), match.end(), code.decode(codec))
    except UnicodeDecodeError:
        return


def _utf8_in_latin(text: str) -> Iterator[Repair]:
    for match in _latin_patterns()[0].finditer(text):
        yield from _decoded_latin(match, "utf-8")


def _gbk_in_latin(text: str) -> list[Repair]:
    """Only where foreign characters are as many as half the pairs (×÷ ±° éè are no damage) and ordinary Chinese comes out
    (of ÄÖÜäöüß comes none)."""
    matches = list(_latin_patterns()[1].finditer(text))
    if 4 * sum(is_foreign(c) for match in matches for c in match[0]) < sum(len(match[0]) for match in matches):
        return []
    found = [repair for match in matches for repair in _decoded_latin(match, "gb18030")]
    unlikely = plausibility.bits("".join(r.text for r in found)) > ORDINARY * sum(c >= "\x80" for r in found for c in r.text)
    return [] if unlikely or any(is_damaged(repair.text) for repair in found) else found


def _unless_lossy(text: str, found: list[Repair]) -> list[Repair]:
    """The repairs, or none where a part of the damage would stay."""
    return [] if found and _latin_patterns()[2].search(_applied(text, found)) and not _nested(found) else found


def _nested(found: list[Repair]) -> bool:
    """What comes out is Latin-1 again: read wrongly twice, the next round goes on."""
    return all(_latin_patterns()[2].search(repair.text) for repair in found)


# --- UTF-8 read as GBK -----------------------------------------------------------------------------

_UTF8 = re.compile(
    rb"(?:(?:[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|[\xc2-\xdf][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2})[@-~]?)+"
)


@cache
def pairs() -> NDArray[np.uint8]:
    """uint8[0x10000], read-only: LEAD, SECOND and THIRD for what GBK makes of the bytes of UTF-8."""
    table = np.zeros(0x10000, np.uint8)
    lead, tail = range(0xE2, 0xF0), range(0x80, 0xC0)
    for bit, first, second in ((LEAD, lead, tail), (SECOND, tail, lead), (THIRD, tail, tail)):
        for code in (bytes((a, b)) for a in first for b in second):
            character = code.decode("gb18030", "replace")
            if len(character) == 1 and character != "\ufffd":
                table[ord(character)] |= bit
    table[ord("€")] |= SECOND | THIRD  # the byte 0x80 by itself, in code page 936
    table.flags.writeable = False
    return table


@cache
def leads() -> frozenset[str]:
    """Characters that begin a stretch of damage: LEAD."""
    return frozenset(map(chr, np.flatnonzero(pairs() & LEAD).tolist()))


@cache
def telling() -> frozenset[str]:
    """Those of `leads()` that are rare in Chinese; damage of some length holds one."""
    cost = plausibility.costs()
    return frozenset(c for c in leads() if cost[ord(c)] >= RARE)


@cache
def _lines() -> re.Pattern[str]:
    return re.compile(f"[^\n]*[{re.escape(''.join(sorted(telling())))}][^\n]*")


@cache
def _residue() -> re.Pattern[str]:
    """Where UTF-8 read as GBK breaks off, because bytes were lost."""
    second = "".join(map(chr, np.flatnonzero(pairs() & SECOND).tolist()))
    lead = "".join(sorted(leads()))
    return re.compile(f"[{lead}][{second}]?[?\ufffd]")


def _utf8_in_gbk(text: str) -> list[Repair]:
    """Repairs line by line; none at all where a part of the damage would stay."""
    if not telling() & set(text):
        return []
    everything = _whole(text) if "€" in text else _whole_without_euro(text)
    if everything is not None and _is_ordinary(everything):
        return [Repair(0, len(text), everything)]
    repairs: list[Repair] = []
    for match in _lines().finditer(text):
        start, line = match.start(), match[0]
        whole = _whole(line)
        is_whole = whole is not None and _is_ordinary(whole)
        found = [Repair(0, len(line), whole)] if whole is not None and is_whole else _best_stretches(line)
        found += _signs(line, found) if found and not is_whole else []
        repairs += (Repair(start + r.start, start + r.end, r.text) for r in sorted(found))
    if repairs and is_damaged(_applied(text, repairs)) and not all(is_damaged(repair.text) for repair in repairs):
        return []
    return repairs


def is_damaged(text: str) -> bool:
    """Whether UTF-8 read as GBK is left in it, whole or broken off."""
    return _residue().search(text) is not None or any(
        _gain(match[0], repair) >= CERTAIN for match in _lines().finditer(text) for repair in _best_stretches(match[0])
    )


_SIGN = re.compile("[^\x00-\x7f]")


_ASCII_BEHIND = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.")


def _signs(line: str, beside: list[Repair]) -> Iterator[Repair]:
    """± × ° μ Φ by themselves (卤0.02, 20脳3), in a line that is damaged elsewhere."""
    inside = {i for r in beside for i in range(r.start, r.end)}
    for match in _SIGN.finditer(line):
        at, sign = match.start(), _whole(match[0])
        alone = (at == 0 or line[at - 1] < "\x80" or at - 1 in inside) and (
            at + 1 in inside or line[at + 1 : at + 2] in _ASCII_BEHIND
        )
        if alone and at not in inside and sign and sign != "·" and plausibility.bits(sign) <= plausibility.GB2312_SIGN:
            yield Repair(at, at + 1, sign)


_EURO = {"€": b"\x80", "\ue76c": b"\xa2\xe3"}  # alone in code page 936; in GB 18030
_DOUBLES = ("\ue76c€", "€€")
"""What €€ may stand for: the end of a character and the beginning of a mark (量、), or two bytes 0x80 (怀)."""


def _doubles(text: str) -> tuple[str, ...]:
    return _DOUBLES if "€€" in text else _DOUBLES[:1]


def _codes(text: str, double: str) -> list[bytes]:
    """The bytes of each character in GBK; what GBK does not have is a byte that UTF-8 never holds."""
    codes = [_EURO.get(c) or c.encode("gb18030", "replace") for c in text.replace("€€", double)]
    return [code if len(code) < 3 else b"\xff" for code in codes]


def _whole(line: str) -> str | None:
    """All of the line read again, if every byte fits."""
    for double in _doubles(line):
        try:
            return b"".join(_codes(line, double)).decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _whole_without_euro(text: str) -> str | None:
    """The same for a text of any length, without a loop over its characters."""
    try:
        return text.encode("gb18030").decode("utf-8")
    except UnicodeDecodeError:
        return None


def _best_stretches(line: str) -> list[Repair]:
    """The damaged stretches of a line, by the reading of €€ that explains more."""
    readings = [[r for r in _stretches(line, double) if _gain(line, r) > 0 and _holds(r)] for double in _doubles(line)]
    found = max(readings, key=lambda found: sum(_gain(line, repair) for repair in found))
    return found if _is_ordinary("".join(repair.text for repair in found)) else []


def _holds(repair: Repair) -> bool:
    """Two characters and more, or an ordinary one: a single one behind which GBK took ASCII along may be an accident."""
    return sum(c >= "\x80" for c in repair.text) > 1 or plausibility.bits(repair.text) <= ORDINARY


def _is_ordinary(text: str) -> bool:
    """At least two characters, of a cost that running text has: 陰無 has the bytes of ꎟo, which is no Chinese."""
    size = sum(c >= "\x80" for c in text)
    return size > 1 and plausibility.bits(text) <= ORDINARY * size


def _stretches(line: str, double: str) -> Iterator[Repair]:
    codes = _codes(line, double)
    ends = np.cumsum([0, *map(len, codes)])
    data, at = b"".join(codes), 0
    for i in [i for i, c in enumerate(line) if c in leads()]:
        if i < at:
            continue
        match = _UTF8.match(data, int(ends[i]))
        stop = _common_end(data, match.start(), match.end(), ends) if match else i
        if stop > i + 1:
            yield Repair(i, stop, data[ends[i] : ends[stop]].decode("utf-8"))
            at = stop


def _common_end(data: bytes, begin: int, end: int, ends: NDArray[np.int64]) -> int:
    """The last character (its index plus one) that ends where a character of UTF-8 ends that is no accident: not of two
    bytes, and ASCII only where GBK took it for a second byte (鐨凱: 的P)."""
    last = begin
    stop = int(np.searchsorted(ends, begin))
    while last < end:
        size = 1 if data[last] < 0x80 else 2 if data[last] < 0xE0 else 3 if data[last] < 0xF0 else 4
        last += size
        k = int(np.searchsorted(ends, last))
        if size != 2 and ends[k] == last:
            stop = k
    return stop
