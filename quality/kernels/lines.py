"""Rejoining hard-wrapped lines. The rules, and why they are so careful: curation.clean.rejoin_lines."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

# flags of a line
BLANK, ITEM, TABLE, PAIR, ENDS, INDENTED, PROSE = 1, 2, 4, 8, 16, 32, 64
# entries of quality.rejoining.table(): what a character says about its line
STOPS, BULLET, NUMERAL, AFTER_NUMBER, COMMA, RULED = 1, 2, 4, 8, 16, 32
_MIN_WIDTH, _MAX_WIDTH, _SLACK, _MIN_LINES, _LABEL = 30, 200, 3, 3, 24
_TAB, _LF, _CR, _BLANK = 9, 10, 13, 32


@inlined
def _digit(cp: Any) -> Any:
    return 48 <= cp <= 57 or 0xFF10 <= cp <= 0xFF19


@lean
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


@lean
def _describe(data: Any, start: Any, end: Any, table: Any) -> Any:
    """Flags of the line start:end."""
    while end > start and (data[end - 1] == _BLANK or data[end - 1] == _TAB or data[end - 1] == _CR):
        end -= 1
    if end == start:
        return BLANK
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
    return flags


@lean
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


@inlined
def _blank(b: Any) -> Any:
    return b in (_BLANK, _TAB, _CR)


@lean
def _has_long_line(data: Any, begin: Any, end: Any) -> Any:
    """Whether some line is surely wider than _MAX_WIDTH: 401 bytes are 201 columns at least. Reads little of the text."""
    at = begin
    while at + 2 * _MAX_WIDTH < end:
        last = at + 2 * _MAX_WIDTH
        i = last
        while i >= at and data[i] != _LF:
            i -= 1
        if i < at:
            if not _blank(data[last]):
                return True
            i = last
            while i < end and data[i] != _LF:
                i += 1
        at = i + 1
    return False


@lean
def _columns(data: Any, start: Any, end: Any) -> Any:
    """Width of the line start:end without white space at its end: ASCII is one column wide, everything else two."""
    while end > start and _blank(data[end - 1]):
        end -= 1
    columns = 0
    for i in range(start, end):
        b = data[i]
        columns += (1 if b < 0x80 else 0) + (2 if b >= 0xC0 else 0)
    return columns


@lean
def _lines(data: Any, begin: Any, end: Any, starts: Any, ends: Any, widths: Any) -> Any:
    """Splits a string into lines; returns (how many, whether they look wrapped, the width from which a line is full)."""
    n, widest, at = 0, 0, begin
    for i in range(begin, end + 1):
        if i == end or data[i] == _LF:
            starts[n], ends[n] = at, i
            widths[n] = _columns(data, at, i)
            widest = max(widest, widths[n])
            at = i + 1
            n += 1
    full = 0
    for k in range(n):
        full += 1 if widths[k] >= widest - _SLACK else 0
    return n, full >= _MIN_LINES and _MIN_WIDTH <= widest <= _MAX_WIDTH, widest - _SLACK


@lean
def rejoin(data: Any, offsets: Any, rows: Any, table: Any, scratch: Any, edits: Any) -> Any:
    """The strings `rows`; edits: int32 (line breaks, 4): text, start, end, blank (1) or nothing (0). Returns how many.

    scratch: three int64 rows with room for the lines of any of the strings.
    """
    starts, ends, widths = scratch[0], scratch[1], scratch[2]
    e = 0
    for r in rows:
        begin, end = offsets[r], offsets[r + 1]
        if _has_long_line(data, begin, end):
            continue
        n, wrapped, full = _lines(data, begin, end, starts, ends, widths)
        if not wrapped:
            continue
        following = _describe(data, starts[0], ends[0], table)
        for k in range(n - 1):
            here, following = following, _describe(data, starts[k + 1], ends[k + 1], table)
            joins = widths[k] >= full and not here & (ITEM | TABLE | PAIR | ENDS)
            joins = joins and not following & (BLANK | ITEM | TABLE | PAIR | INDENTED) and (here | following) & PROSE
            if joins:
                stop = ends[k]
                while _blank(data[stop - 1]):
                    stop -= 1
                seam = _seam(data, stop, starts[k + 1])
                edits[e, 0], edits[e, 1], edits[e, 2], edits[e, 3] = r, stop - begin, starts[k + 1] - begin, 1 if seam else 0
                e += 1
    return e
