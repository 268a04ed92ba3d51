"""Private-use code points of old GBK and GB 18030 tables, and the characters that stand there today.

GBK left 255 positions outside its three user areas without a Unicode character; tables put them at U+E766–U+E864.
GB 18030-2000 gave most of the used ones a code point (Python's `gb18030` codec knows them), -2005 one more, -2022 the 18
that were left; six ideographs came to Extension B of Unicode and have four-byte codes [V2: Wikipedia and libiconv on the
amendments; the text of the standard was not at hand]. Whatever else is private is left alone: only the font that it
was written for knows what it meant.
"""

from __future__ import annotations

from functools import cache

FIRST, LAST = 0xE766, 0xE864
_LATER = {
    0xE7C7: "ḿ",
    **dict(
        zip(
            (0xE816, 0xE817, 0xE818, 0xE831, 0xE83B, 0xE855),
            map(chr, (0x20087, 0x20089, 0x200CC, 0x215D7, 0x2298F, 0x241FE)),
            strict=True,
        )
    ),
    **dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True)),
    **dict(zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), "龴龵龶龷龸龹龺龻", strict=True)),
}


@cache
def assigned() -> dict[int, str]:
    """Private code point → the character that GB 18030-2022 has at its position."""
    found = {cp: code.decode("gb18030") for cp, code in zip(range(FIRST, LAST + 1), _positions(), strict=True)}
    found = {cp: c for cp, c in found.items() if not "\ue000" <= c <= "\uf8ff"}
    return found | _LATER


def _positions() -> list[bytes]:
    """Two-byte codes that are neither in GBK nor in a user-defined area, ascending."""
    trails = (*range(0x40, 0x7F), *range(0x80, 0xFF))
    codes = (bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in trails)
    return [code for code in codes if not _user_area(*code) and code.decode("gbk", "replace")[0] == "\ufffd"]


def _user_area(lead: int, trail: int) -> bool:
    if trail >= 0xA1:
        return 0xAA <= lead <= 0xAF or 0xF8 <= lead <= 0xFE
    return 0xA1 <= lead <= 0xA7
