"""What values hold: white space or text, and their characters without escapes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from corpora.kernels import copy_bytes, run_without
from corpora.sources.kernels.json_scan import hex4, run_end
from corpora.sources.kernels.kinds import ESCAPED, NULL, QUOTED


@njit(nogil=True, cache=True)
def is_blank_byte(c: Any) -> Any:
    return c == 32 or (9 <= c <= 13)


@njit(nogil=True, cache=True)
def line_end(data: Any, i: Any) -> Any:
    """Position of the line feed at or after i, or the end of data."""
    while i + 32 <= len(data):
        run = run_without(data, i, 10, 10, 10)
        i += run
        if run < 32:
            return i
    while i < len(data) and data[i] != 10:
        i += 1
    return i


@njit(nogil=True, cache=True)
def line_spans(data: Any, starts: Any, stops: Any) -> None:
    """Lines without their ends (LF, CRLF), one more than there are line feeds: starts, stops int64."""
    start = np.int64(0)
    for row in range(len(starts)):
        end = line_end(data, start)
        starts[row] = start
        stops[row] = end - 1 if start < end < len(data) and data[end - 1] == 13 else end
        start = end + 1


@njit(nogil=True, cache=True)
def blank_lines(data: Any, starts: Any, stops: Any, out: Any) -> None:
    """out[r] = the line holds only ASCII white space: it is not a record."""
    for row in range(len(starts)):
        i = starts[row]
        while i < stops[row] and is_blank_byte(data[i]):
            i += 1
        out[row] = i == stops[row]


@njit(nogil=True, cache=True)
def _white(data: Any, i: Any, stop: Any) -> Any:
    """Bytes of the white-space character at i (str.isspace), or 0."""
    c = data[i]
    if is_blank_byte(c) or 28 <= c <= 31:
        return 1
    if c == 0xC2 and i + 1 < stop:
        return 2 if data[i + 1] == 0x85 or data[i + 1] == 0xA0 else 0
    if i + 2 >= stop or c < 0xE1 or c > 0xE3:
        return 0
    b, a = data[i + 1], data[i + 2]
    if c == 0xE1:
        return 3 if b == 0x9A and a == 0x80 else 0
    if c == 0xE3:
        return 3 if b == 0x80 and a == 0x80 else 0
    if b == 0x80:
        return 3 if 0x80 <= a <= 0x8A or a == 0xA8 or a == 0xA9 or a == 0xAF else 0
    return 3 if b == 0x81 and a == 0x9F else 0


@njit(nogil=True, cache=True)
def has_text(data: Any, starts: Any, stops: Any, kinds: Any, out: Any) -> None:
    """out[r] |= the value holds more than white space. A \\u escape may be either: out[r] = False leaves it to others."""
    for row in range(len(starts)):
        kind = kinds[row]
        if out[row] or kind <= NULL:
            continue
        i, stop = starts[row], stops[row]
        while i < stop:
            if kind == ESCAPED and data[i] == 92:
                e = data[i + 1]
                if e != 110 and e != 114 and e != 116 and e != 102:
                    out[row] = e != 117
                    break
                i += 2
                continue
            width = _white(data, i, stop)
            if width == 0:
                out[row] = True
                break
            i += width


@njit(nogil=True, cache=True)
def _put(cp: Any, out: Any, o: Any) -> Any:
    if cp < 0x80:
        out[o] = cp
        return o + 1
    if cp < 0x800:
        out[o] = 0xC0 | (cp >> 6)
        out[o + 1] = 0x80 | (cp & 0x3F)
        return o + 2
    if cp < 0x10000:
        out[o] = 0xE0 | (cp >> 12)
        out[o + 1] = 0x80 | ((cp >> 6) & 0x3F)
        out[o + 2] = 0x80 | (cp & 0x3F)
        return o + 3
    out[o] = 0xF0 | (cp >> 18)
    out[o + 1] = 0x80 | ((cp >> 12) & 0x3F)
    out[o + 2] = 0x80 | ((cp >> 6) & 0x3F)
    out[o + 3] = 0x80 | (cp & 0x3F)
    return o + 4


@njit(nogil=True, cache=True)
def _unescape(data: Any, i: Any, stop: Any, out: Any, o: Any) -> Any:
    """Writes the content of a valid JSON string; returns the new o."""
    while i < stop:
        run = run_end(data, i, stop)  # valid content: only a backslash ends a run
        copy_bytes(data, i, out, o, run - i)
        o += run - i
        i = run
        if i == stop:
            break
        e = data[i + 1]
        if e == 117:
            cp = hex4(data, i + 2, stop)
            i += 6
            if 0xD800 <= cp < 0xDC00:
                cp = 0x10000 + ((cp - 0xD800) << 10) + hex4(data, i + 2, stop) - 0xDC00
                i += 6
            o = _put(cp, out, o)
            continue
        plain = 8 if e == 98 else 12 if e == 102 else 10 if e == 110 else 13 if e == 114 else 9 if e == 116 else int(e)
        out[o] = plain
        i += 2
        o += 1
    return o


@njit(nogil=True, cache=True)
def copy_values(data: Any, starts: Any, stops: Any, kinds: Any, out: Any, offsets: Any) -> None:
    """Strings end to end: JSON escapes and doubled CSV quotes resolved, absent and null as empty.

    out: uint8, at least sum(stops - starts) long; offsets: int64 (n+1).
    """
    o = np.int64(0)  # typed: a literal would be compiled for by itself
    for row in range(len(starts)):
        offsets[row] = o
        kind = kinds[row]
        i, stop = starts[row], stops[row]
        if kind <= NULL:
            continue
        if kind == ESCAPED:
            o = _unescape(data, i, stop, out, o)
        elif kind == QUOTED:
            while i < stop:
                out[o] = data[i]
                o += 1
                i += 2 if data[i] == 34 else 1
        else:
            copy_bytes(data, i, out, o, stop - i)
            o += stop - i
    offsets[len(starts)] = o
