"""Rejoining hard-wrapped lines. The rules, and why they are so careful: curation.clean.rejoin_lines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.utf8 import decode, width

# flags of a line
BLANK, ITEM, TABLE, PAIR, ENDS, INDENTED, PROSE = 1, 2, 4, 8, 16, 32, 64
# entries of quality.rejoining.table(): what a character says about its line
STOPS, BULLET, NUMERAL, AFTER_NUMBER, COMMA, RULED = 1, 2, 4, 8, 16, 32
_MIN_WIDTH, _MAX_WIDTH, _SLACK, _MIN_LINES, _LABEL = 30, 200, 3, 3, 24
_TAB, _LF, _CR, _BLANK = 9, 10, 13, 32


@njit(nogil=True, cache=True, inline="always")
def _digit(cp: Any) -> Any:
    return 48 <= cp <= 57 or 0xFF10 <= cp <= 0xFF19


@njit(nogil=True, cache=True)
def _is_item(data: Any, i: Any, end: Any, table: Any) -> Any:
    """Whether the line that starts at i is a list item or a numbered heading: •, 1. 1、 (1) ① 一、 第三章 A)."""
    cp = decode(data, i)
    if cp >= 0x10000:
        return False
    if table[cp] & BULLET:
        return True
    numbers = 0
    while i < end and numbers < 4:
        cp = decode(data, i)
        if not (_digit(cp) or (cp < 0x10000 and table[cp] & NUMERAL) or (numbers == 0 and (65 <= cp & ~32 <= 90))):
            break
        numbers += 1
        i += width(data[i])
    if numbers == 0 or numbers == 4 or i >= end:
        return False
    cp = decode(data, i)
    return cp < 0x10000 and table[cp] & AFTER_NUMBER != 0


@njit(nogil=True, cache=True)
def _describe(data: Any, start: Any, end: Any, table: Any) -> Any:
    """(flags, width in columns) of the line start:end: ASCII is one column wide, everything else two."""
    while end > start and (data[end - 1] == _BLANK or data[end - 1] == _TAB or data[end - 1] == _CR):
        end -= 1
    if end == start:
        return BLANK, 0
    flags, columns, last, dots = 0, 0, 0, 0
    if data[start] == _BLANK or data[start] == _TAB or decode(data, start) in (0x3000, 0xA0):
        flags = INDENTED
    elif _is_item(data, start, end, table):
        flags = ITEM
    i = start
    while i < end:
        cp = decode(data, i)
        mark = table[cp] if cp < 0x10000 else 0
        dots = dots + 1 if cp == 46 or cp == 0x2026 else 0
        if mark & RULED or (cp == _BLANK and last == _BLANK) or dots == 4:
            flags |= TABLE
        if mark & COMMA:
            flags |= PROSE
        if columns <= _LABEL and (cp == 0xFF1A or (cp == 58 and not _digit(last))):
            flags |= PAIR
        columns += 1 if cp < 0x80 else 2
        last = cp
        i += width(data[i])
    if last < 0x10000 and table[last] & STOPS:
        flags |= ENDS
    return flags, columns


@njit(nogil=True, cache=True)
def _seam(data: Any, left: Any, right: Any) -> Any:
    """The byte to put between the character that ends at `left` and the one that starts at `right`; 0 for none."""
    i = left - 1
    while data[i] & 0xC0 == 0x80:
        i -= 1
    before, after = decode(data, i), decode(data, right)
    if _digit(before) or _digit(after):
        return _BLANK
    if before == 45 or before >= 0x2E80 or after >= 0x2E80:
        return 0
    return _BLANK


@njit(nogil=True, cache=True)
def rejoin(data: Any, offsets: Any, table: Any, most: Any, out: Any, out_offsets: Any, edits: Any) -> Any:
    """All strings. out: as many bytes as data; edits: int32 (line breaks, 4): text, start, end, blank (1) or nothing (0).

    most: line breaks of the string that has the most. Returns the number of edits.
    """
    starts, ends = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64)
    flags, widths = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64)
    o, e = 0, 0
    out_offsets[0] = 0
    for r in range(len(offsets) - 1):
        begin, end = offsets[r], offsets[r + 1]
        n, widest, at = 0, 0, begin
        for i in range(begin, end + 1):
            if i == end or data[i] == _LF:
                starts[n], ends[n] = at, i
                flags[n], widths[n] = _describe(data, at, i, table)
                widest = max(widest, widths[n])
                at = i + 1
                n += 1
        full = 0
        for k in range(n):
            full += 1 if widths[k] >= widest - _SLACK else 0
        wrapped = full >= _MIN_LINES and _MIN_WIDTH <= widest <= _MAX_WIDTH
        for k in range(n):
            stop = ends[k]
            joins = wrapped and k + 1 < n and widths[k] >= widest - _SLACK
            if joins:
                here, following = flags[k], flags[k + 1]
                joins = not here & (ITEM | TABLE | PAIR | ENDS) and not following & (BLANK | ITEM | TABLE | PAIR | INDENTED)
                joins = joins and (here | following) & PROSE
            if joins:
                while data[stop - 1] == _BLANK or data[stop - 1] == _TAB or data[stop - 1] == _CR:
                    stop -= 1
            for i in range(starts[k], stop):
                out[o] = data[i]
                o += 1
            if joins:
                seam = _seam(data, stop, starts[k + 1])
                edits[e, 0], edits[e, 1], edits[e, 2], edits[e, 3] = r, stop - begin, starts[k + 1] - begin, 1 if seam else 0
                e += 1
                if seam:
                    out[o] = seam
                    o += 1
            elif k + 1 < n:
                out[o] = _LF
                o += 1
        out_offsets[r + 1] = o
    return e
