"""N-gram repetition over decoded code points, exact, and duplicated lines.

Nothing is sampled: the identity of an (n+1)-gram is the pair of identities of its two n-grams (Karp, Miller,
Rosenberg 1972), and it can only repeat where both do, so the positions to look at shrink quickly with n. The inner
loops add flags up instead of branching on them: what repeats is not predictable.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.lexicon import POINT

MAX_GRAM = 10
MAX_TOP = 4
HASH = np.uint64(0x9E3779B97F4A7C15)
_U1, _U21, _LOW21 = np.uint64(1), np.uint64(21), np.uint64(0x1FFFFF)


@njit(nogil=True, cache=True)
def tables(capacity: Any) -> Any:
    """Scratch for documents of up to `capacity` code points: hash table, keys, positions, identity, seen."""
    table, keys = np.empty(1 << _log2_size(capacity), np.uint64), np.empty(capacity, np.uint64)
    return table, keys, np.empty(capacity, np.int32), np.empty(capacity, np.int32), np.empty(capacity + 1, np.int32)


@njit(nogil=True, cache=True, inline="always")
def _log2_size(entries: Any) -> Any:
    """Bits of a table that stays at most half full."""
    bits = 4
    while (1 << bits) < 2 * entries + 2:
        bits += 1
    return bits


@njit(nogil=True, cache=True)
def _identities(keys: Any, size: Any, table: Any, identity: Any, seen: Any) -> None:
    """identity[k] = number of keys[k] among the distinct keys (42 bits each), seen[number] = its occurrences."""
    bits = _log2_size(size)
    table[: 1 << bits] = 0
    seen[: size + 1] = 0
    mask, shift = np.uint64((1 << bits) - 1), np.uint64(64 - bits)
    distinct = _U1
    for k in range(size):
        key = keys[k] << _U21
        slot = (keys[k] * HASH) >> shift
        entry = table[slot]
        while entry and (entry ^ key) > _LOW21:
            slot = (slot + _U1) & mask
            entry = table[slot]
        entry = entry if entry else key | distinct
        table[slot] = entry
        number = entry & _LOW21
        distinct += np.uint64(number == distinct)
        seen[number] += np.int32(1)
        identity[k] = np.int32(number)


@njit(nogil=True, cache=True)
def _pairs(points: Any, size: Any, frequency: Any, keys: Any, positions: Any) -> Any:
    """Bigrams of characters that both occur more than once (others cannot repeat): their keys, positions, number."""
    found = np.uint64(0)
    before, before_repeats = np.uint64(0), False
    for i in range(size):
        point = points[i] & np.uint32(POINT)
        repeats = frequency[point] > 1
        keys[found] = (before << _U21) | np.uint64(point)
        positions[found] = np.int32(i - 1)
        found += np.uint64(repeats & before_repeats)
        before, before_repeats = np.uint64(point), repeats
    return np.int64(found)


@njit(nogil=True, cache=True)
def _cover(n: Any, found: Any, covered: Any, top: Any, keys: Any, positions: Any, identity: Any, seen: Any) -> Any:
    """Books what the n-grams cover and leaves the (n+1)-grams that may repeat in keys and positions."""
    inside, last, most, following = np.int64(0), np.int64(0), np.int64(0), np.uint64(0)
    before, before_number = np.int64(-2), np.uint64(0)
    for k in range(found):
        number, begin = np.uint64(identity[k]), np.int64(positions[k])
        occurrences = np.int64(seen[number])
        repeats = np.int64(occurrences > 1)
        inside += repeats * min(n, begin + n - last)
        last += repeats * (begin + n - last)
        most = max(most, occurrences)
        keys[following] = (before_number << _U21) | number
        positions[following] = np.int32(before)
        following += np.uint64(repeats & np.int64(begin == before + 1))
        before, before_number = repeats * (begin + 2) - 2, number
    covered[n - 2] += inside
    if n <= MAX_TOP and most > 1:
        top[n - 2] += most
    return np.int64(following)


@njit(nogil=True, cache=True)
def repetition(points: Any, size: Any, frequency: Any, covered: Any, top: Any, tables: Any) -> None:
    """Adds what n-grams that occur more than once cover (covered[n - 2], n = 2 … 10), and how often the most frequent
    one occurs (top[n - 2], n = 2, 3, 4), in points[:size]. frequency: at least the occurrences of each code point."""
    table, keys, positions, identity, seen = tables
    found = _pairs(points, size, frequency, keys, positions)
    for n in range(2, MAX_GRAM + 1):
        if found < 2:
            return
        _identities(keys, found, table, identity, seen)
        found = _cover(n, found, covered, top, keys, positions, identity, seen)


@njit(nogil=True, cache=True)
def duplicates(lines: Any, size: Any, tables: Any) -> Any:
    """How many of lines[:size] (odd hashes) equal an earlier one."""
    if size < 2:
        return 0
    table = tables[0]
    bits = _log2_size(size)
    mask = (1 << bits) - 1
    table[: mask + 1] = 0
    shift = np.uint64(64 - bits)
    found = 0
    for k in range(size):
        slot = np.int64((lines[k] * HASH) >> shift)
        while table[slot] and table[slot] != lines[k]:
            slot = (slot + 1) & mask
        found += table[slot] == lines[k]
        table[slot] = lines[k]
    return found
