"""A new number in the clothes of an old one: same separators, same width of digits, same numerals."""

from __future__ import annotations

_NUMERALS = ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"


def dressed(old: str, new: str) -> str:
    """`new` (letters and digits) written over the last letters and digits of `old`; what is left of `old` stays.

    `+86 138-0013-8000`, `15400001234` → `+86 154-0000-1234`. Where `old` has fewer places, `new` stands as it is.
    """
    han = any(_han(c) for c in new)
    places = [i for i, c in enumerate(old) if c.isalnum() and (han or not _han(c))]
    if len(places) < len(new):
        return new
    out = list(old)
    for place, c in zip(places[len(places) - len(new) :], new, strict=True):
        out[place] = _like(old[place], c)
    return "".join(out)


def _han(c: str) -> bool:
    """A Chinese character that is no numeral."""
    return "\u3400" <= c <= "\u9fff" and not any(c in numerals for numerals in _NUMERALS) and c != "幺"


def _like(old: str, new: str) -> str:
    """`new` as full-width, Chinese or circled, if `old` is."""
    if 0xFF01 <= ord(old) <= 0xFF5E:
        return chr(ord(new) + 0xFEE0) if new.isascii() else new
    if new.isdigit():
        for numerals in (*_NUMERALS, _CIRCLED):
            if old in numerals or (old in "幺○" and numerals is _NUMERALS[0]):
                return numerals[int(new)]
    return new.lower() if old.isascii() and old.islower() else new
