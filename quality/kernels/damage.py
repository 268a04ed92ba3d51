"""Signs that text was read with the wrong codec, or lost: what the signal `mojibake` counts, each place once.

tables: `quality.damage_tables.tables`. Ordinary text has no such place, and one is enough for the rule; a long stretch of
damage has many.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.utf8 import decode, width

_LEAD, _SECOND, _THIRD, _TELLING, _FOREIGN, _TAIL, _RARE_TAIL = 1, 2, 4, 8, 16, 32, 64
_FORM_MASK, _FORM = np.uint64(0xF0C0C0F0C0C0), np.uint64(0xE08080E08080)
CERTAIN = 20  # bits, as in quality.mojibake; a test holds them equal
_LOST, _LOST_BYTES = 0xFFFD, 3
RUN = 3  # 烫烫烫 屯屯屯: memory that nobody filled, read as GBK; both are words once or twice
SHORTEST = 4  # characters of Latin-1 side by side; no language has so many


@lean
def _at(data: Any, i: Any, end: Any) -> Any:
    """The character at byte i, 0 behind the end and beyond the basic plane."""
    return decode(data, i) if i < end and data[i] < 0xF0 else 0


@lean
def damage_at(tables: Any, cp: Any, data: Any, i: Any, start: Any, end: Any) -> Any:
    """1 if damage begins with the ideograph cp at byte i: 锟斤拷, three of 烫 or 屯, UTF-8 read as GBK."""
    after = i + 3
    second = _at(data, after, end)
    third = _at(data, after + width(data[after]), end) if after < end else 0
    if cp == 0x951F:  # 锟斤拷
        return 1 if second == 0x65A4 and third == 0x62F7 else 0
    if cp == 0x70EB or cp == 0x5C6F:
        repeated = i - 3 >= start and decode(data, i - 3) == cp if i - 3 >= start and data[i - 3] >= 0xE0 else False
        return 1 if second == cp and third == cp and not repeated else 0
    signs = tables[0]
    if second == _LOST or (third == _LOST and signs[second] & _SECOND):
        return 1 if signs[cp] & _TELLING else 0
    if signs[cp] & _LEAD and signs[second] & _SECOND and signs[third] & _THIRD:
        return 1 if _gain(tables, data, i, end) >= CERTAIN else 0
    return 0


@lean
def _gain(tables: Any, data: Any, i: Any, end: Any) -> Any:
    """Bits by which two characters of UTF-8 are more plausible than those of GBK that have their six bytes; 0 if there are none."""
    _, codes, costs = tables
    read, size = np.uint64(0), 0
    gain: Any = 0
    while size < 6 and i < end:
        cp = _at(data, i, end)
        code = np.uint64(codes[cp])
        if code == 0:
            return 0
        step = 1 if code < 256 else 2
        read = read << np.uint64(8 * step) | code
        size += step
        gain += np.int64(costs[cp])
        i += width(data[i])
    if size != 6 or read & _FORM_MASK != _FORM:
        return 0
    first, second = np.int64(read >> np.uint64(24)), np.int64(read & np.uint64(0xFFFFFF))
    return gain - np.int64(costs[_point(first)]) - np.int64(costs[_point(second)])


@lean
def _point(code: Any) -> Any:
    """Code point of three bytes of UTF-8."""
    return (code >> 16 & 0x0F) << 12 | (code >> 8 & 0x3F) << 6 | code & 0x3F


@lean
def replacement_run_at(data: Any, i: Any, start: Any, end: Any) -> Any:
    """1 if two or more U+FFFD begin at byte i; one alone is counted by `replacement_share`."""
    if _at(data, i, end) != _LOST or _at(data, i + _LOST_BYTES, end) != _LOST:
        return 0
    before = i - _LOST_BYTES
    return 0 if before >= start and data[before] == 0xEF and decode(data, before) == _LOST else 1


@lean
def latin_damage_at(signs: Any, data: Any, i: Any, start: Any, end: Any) -> Any:
    """1 if a run of Latin-1 or Windows-1252 begins with the letter at byte i that no language writes.

    That is one character of UTF-8 (ä¸­), or SHORTEST and more of which half a pair is foreign (ÖÐÎÄ).
    """
    if i - 2 >= start and data[i - 2] == 0xC3:
        return 0
    size, foreign, at = 0, 0, i
    tails, rare = 3, False  # of the character of UTF-8 that is being read; 3: none
    while at < end:
        cp = _at(data, at, end)
        tail = signs[cp] & _TAIL != 0 and cp >= 0x80
        if not tail and not 0xC0 <= cp <= 0xFF:
            break
        if 0xE2 <= cp <= 0xEF:
            tails, rare = 0, False
        elif tail and tails < 2:
            tails += 1
            rare = rare or signs[cp] & _RARE_TAIL != 0
            if tails == 2 and rare:
                return 1
        else:
            tails = 3
        foreign += 1 if signs[cp] & _FOREIGN else 0
        size += 1
        at += width(data[at])
    return 1 if size >= SHORTEST and foreign * 4 >= size and foreign >= 2 else 0
