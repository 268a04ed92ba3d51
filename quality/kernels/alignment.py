"""What differs between two versions of the same strings: runs of changed characters where lengths agree."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.utf8 import decode, width

_LF = 10


@njit(nogil=True, cache=True)
def _line_end(data: Any, i: Any, end: Any) -> Any:
    while i < end and data[i] != _LF:
        i += 1
    return i


@njit(nogil=True, cache=True)
def _characters(data: Any, i: Any, end: Any) -> Any:
    n = 0
    for k in range(i, end):
        n += 1 if data[k] & 0xC0 != 0x80 else 0
    return n


@njit(nogil=True, cache=True)
def _same(old: Any, i: Any, new: Any, j: Any) -> Any:
    """The characters at old[i] and new[j] are equal."""
    return decode(old, i) == decode(new, j)


@njit(nogil=True, cache=True)
def _runs(old: Any, a: Any, b: Any, new: Any, c: Any, d: Any, edits: Any, e: Any) -> Any:
    """Edits of a line whose versions have equally many characters."""
    open_run = False
    while a < b:
        after_old, after_new = a + width(old[a]), c + width(new[c])
        if _same(old, a, new, c):
            open_run = False
        elif open_run:
            edits[e - 1, 1], edits[e - 1, 3] = after_old, after_new
        else:
            edits[e, 0], edits[e, 1], edits[e, 2], edits[e, 3] = a, after_old, c, after_new
            open_run = True
            e += 1
        a, c = after_old, after_new
    return e


@njit(nogil=True, cache=True)
def _trimmed(old: Any, a: Any, b: Any, new: Any, c: Any, d: Any, edits: Any, e: Any) -> Any:
    """One edit of a line: what is left between a common beginning and a common end, in whole characters."""
    while a < b and c < d and _same(old, a, new, c):
        a, c = a + width(old[a]), c + width(new[c])
    while b > a and d > c:
        i, j = b - 1, d - 1
        while old[i] & 0xC0 == 0x80:
            i -= 1
        while new[j] & 0xC0 == 0x80:
            j -= 1
        if not _same(old, i, new, j):
            break
        b, d = i, j
    if a == b and c == d:
        return e
    edits[e, 0], edits[e, 1], edits[e, 2], edits[e, 3] = a, b, c, d
    return e + 1


@njit(nogil=True, cache=True)
def align(old: Any, old_offsets: Any, new: Any, new_offsets: Any, text: Any, edits: Any) -> Any:
    """Line by line; both versions of a string have the same number of lines. Returns the number of edits.

    edits: int64 (characters + lines, 4): start and end in `old`, begin and end in `new`, all absolute;
    text: int32, the string of each edit.
    """
    e = np.int64(0)
    for r in range(len(old_offsets) - 1):
        a, c = old_offsets[r], new_offsets[r]
        first = e
        while True:
            b, d = _line_end(old, a, old_offsets[r + 1]), _line_end(new, c, new_offsets[r + 1])
            if _characters(old, a, b) == _characters(new, c, d):
                e = _runs(old, a, b, new, c, d, edits, e)
            else:
                e = _trimmed(old, a, b, new, c, d, edits, e)
            if b == old_offsets[r + 1] or d == new_offsets[r + 1]:
                break
            a, c = b + 1, d + 1
        for k in range(first, e):
            text[k] = np.int32(r)
    return e


@njit(nogil=True, cache=True)
def gather(data: Any, begin: Any, end: Any, out: Any, out_offsets: Any) -> None:
    """Copies the ranges begin[k]:end[k] of data one behind the other; out_offsets: int64 (ranges + 1)."""
    o = 0
    out_offsets[0] = 0
    for k in range(len(begin)):
        for i in range(begin[k], end[k]):
            out[o] = data[i]
            o += 1
        out_offsets[k + 1] = o
