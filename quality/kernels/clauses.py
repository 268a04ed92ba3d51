"""Finding the clauses that hold a marked character, and copying them one behind the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.edits import copy
from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

_LF = 10


@inlined
def _ideograph(cp: Any) -> Any:
    return 0x3400 <= cp <= 0x9FFF or 0xF900 <= cp <= 0xFAFF or cp >= 0x20000


_1, _2, _3, _4, _6, _12 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4), np.uint64(6), np.uint64(12)


@lean
def _marked(data: Any, first: Any, end: Any, table: Any, bit: Any) -> Any:
    """Where the first ideograph with the bit begins, from byte `first` on; `end` when there is none.

    Unsigned indices spare the check for negative ones, which in this loop is a third of the time.
    """
    i, stop = np.uint64(first), np.uint64(end)
    while i < stop:
        lead = data[i]
        if lead < 0x80:
            i += _1
        elif lead < 0xE0:
            i += _2
        elif lead < 0xF0:
            cp = (np.uint64(lead & 0x0F) << _12) | (np.uint64(data[i + _1] & 0x3F) << _6) | np.uint64(data[i + _2] & 0x3F)
            if table[cp] & bit and _ideograph(np.int64(cp)):
                return np.int64(i)
            i += _3
        else:
            wide = decode(data, np.int64(i))
            if wide < 0x40000 and table[wide] & bit:
                return np.int64(i)
            i += _4
    return end


@lean
def find(data: Any, offsets: Any, rows: Any, table: Any, bit: Any, found: Any) -> Any:
    """Runs of ideographs with a character whose entry in table (uint8[0x40000]) has the bit, in the strings `rows`.

    found: int64 (3, bytes of the strings): string, begin and end (absolute bytes). Returns how many.
    """
    n = 0
    for r in rows:
        begin, end = offsets[r], offsets[r + 1]
        i = _marked(data, begin, end, table, bit)
        while i < end:
            first = i
            while first > begin:
                before = first - 1
                while data[before] & 0xC0 == 0x80:
                    before -= 1
                if not _ideograph(decode(data, before)):
                    break
                first = before
            while i < end and _ideograph(decode(data, i)):
                i += width(data[i])
            found[0, n], found[1, n], found[2, n] = r, first, i
            n += 1
            i = _marked(data, i, end, table, bit)
    return n


@lean
def join(data: Any, begin: Any, end: Any, out: Any, out_offsets: Any) -> None:
    """Copies the ranges begin[k]:end[k], each with a line feed behind it; out_offsets: int64 (ranges + 1)."""
    o = 0
    out_offsets[0] = 0
    for k in range(len(begin)):
        size = end[k] - begin[k]
        copy(data, begin[k], size, out, o)
        o += size
        out[o] = _LF
        o += 1
        out_offsets[k + 1] = o
