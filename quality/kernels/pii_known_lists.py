"""Known lists: entries that are looked for in all text, by their first two characters, then by narrowing a sorted range."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_known_match import FULL, emit, fold, loose, word

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SPACE = 32


@lean
def pair_at(points: Any, n: Any, i: Any) -> Any:
    """The code point at i and the next one that is no space or hyphen; 0 at the end of the text."""
    j = i + 1
    for _ in range(2):
        if j < n and (points[j] == _SPACE or points[j] == 45):
            j += 1
    return np.uint64(points[i]) << np.uint64(21) | np.uint64(points[j]) if j < n else np.uint64(0)


@lean
def _bound(values: Any, starts: Any, low: Any, high: Any, depth: Any, point: Any, above: Any) -> Any:
    """First of the sorted entries low … high-1 whose character at `depth` is not below `point` (above: is beyond it)."""
    while low < high:
        middle = (low + high) >> 1
        c = values[starts[middle] + depth]
        if c < point or (above and c == point):
            low = middle + 1
        else:
            high = middle
    return low


@lean
def _longest(points: Any, n: Any, i: Any, values: Any, starts: Any, modes: Any, low: Any, high: Any) -> Any:
    """(end, entry) of the longest of the sorted entries low … high-1 that stands at i, or (i, -1): the range of entries that
    begin as the text does narrows character by character."""
    end, value, depth, j = i, -1, 0, i
    while True:
        while low < high and starts[low + 1] - starts[low] == depth:
            last = values[starts[low] + depth - 1] if depth else 0
            if not (word(last) and j < n and word(points[j])) and j > end:
                end, value = j, low
            low += 1
        skips = 0
        while low < high and j < n:
            first = _bound(values, starts, low, high, depth, points[j], False)
            stop = _bound(values, starts, first, high, depth, points[j], True)
            if first < stop:
                low, high = first, stop
                break
            if skips == 2 or not loose(points[j], modes[low]):
                low = high
            skips += 1
            j += 1
        if low >= high or j >= n:
            break
        depth += 1
        j += 1
    if value >= 0 and word(values[starts[value]]) and i > 0 and word(points[i - 1]):
        return i, -1
    return end, value


@lean
def find_listed(
    data: Any, offsets: Any, table: Any, seen: Any, slots: Any, pairs: Any, groups: Any, folds: Any,
    points: Any, point_at: Any, byte_at: Any, out: Any,
) -> Any:  # fmt: skip
    """Like find_rows, for entries that are looked for everywhere. table: (points of the entries, starts, modes), entries
    sorted by code points; group g, of the same first two, holds entries groups[g] … groups[g+1]-1; seen: bits and
    slots: open addressing, both by the top bits of pair × factor."""
    values, starts, modes = table
    seen_shift, slot_shift = np.uint64(64 - _log2(len(seen) * 64)), np.uint64(64 - _log2(len(slots)))
    count = 0
    for i in range(len(offsets) - 1):
        n = fold(data, offsets[i], offsets[i + 1], folds, points, point_at, byte_at)
        k = 0
        while k < n - 1:
            pair = pair_at(points, n, k)
            hashed = pair * _SPREAD
            bit = hashed >> seen_shift
            if not seen[bit >> np.uint64(6)] >> (bit & np.uint64(63)) & np.uint64(1):
                k += 1
                continue
            slot = np.int64(hashed >> slot_shift)
            while slots[slot] >= 0 and pairs[slots[slot]] != pair:
                slot = (slot + 1) & (len(slots) - 1)
            end, value = k, -1
            if slots[slot] >= 0:
                group = slots[slot]
                end, value = _longest(points, n, k, values, starts, modes, groups[group], groups[group + 1])
            if end > k:
                count = emit(data, offsets[i], i, k, end, value, FULL, point_at, byte_at, out, count)
                k = end
            else:
                k += 1
    return count


@lean
def _log2(size: Any) -> Any:
    bits = 0
    while (1 << bits) < size:
        bits += 1
    return bits
