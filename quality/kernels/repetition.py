"""N-gram repetition over decoded code points, exact, and duplicated lines.

Nothing is sampled: the identity of an (n+1)-gram is the pair of identities of its two n-grams (Karp, Miller,
Rosenberg 1972), and it can only repeat where both do, so the positions to look at shrink quickly with n. The inner
loops add flags up instead of branching on them: what repeats is not predictable.
"""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.lexicon import POINT, log2_of

MAX_GRAM = 10
MAX_TOP = 4
HASH = np.uint64(0x9E3779B97F4A7C15)
_U0, _U1, _U6, _U21, _U63 = np.uint64(0), np.uint64(1), np.uint64(6), np.uint64(21), np.uint64(63)
_POINT = _LOW21 = np.uint64(0x1FFFFF)


@inlined
def _log2_size(entries: Any) -> Any:
    """Bits of a table that stays at most half full: 21 for the 2²⁰ code points of a window."""
    bits = 4
    while (1 << bits) < 2 * entries:
        bits += 1
    return bits


@lean
def _identities(keys: Any, size: Any, table: Any, identity: Any) -> None:
    """identity[k] = slot of keys[k] (42 bits) in the table, which holds key << 21 | occurrences."""
    bits = _log2_size(size)
    table[: 1 << bits] = 0
    mask, shift = np.uint64((1 << bits) - 1), np.uint64(64 - bits)
    for k in range(np.uint64(size)):
        key = keys[k] << _U21
        slot = (keys[k] * HASH) >> shift
        entry = table[slot]
        while (entry != 0) & ((entry ^ key) > _LOW21):  # one branch: whether the key is new is not predictable
            slot = (slot + _U1) & mask
            entry = table[slot]
        table[slot] = (entry if entry else key) + _U1
        identity[k] = np.uint32(slot)


@lean
def pairs(points: Any, size: Any, frequency: Any, logarithms: Any, filtered: Any, scratch: Any) -> Any:
    """One look at every pair of neighbours in points[:size], which may end in a frequency of zero (SEPARATOR).

    - keys, positions: bigrams of characters that both occur more than once (others cannot repeat);
    - places: where a term may begin, by the bits of `filtered` (quality.lexicon.Tables);
    - Σ log2 f over all points, f = frequency[point].

    Returns (bigrams, places, sum). frequency: at least the occurrences of each code point.
    """
    keys, positions, places = scratch[1], scratch[2], scratch[4]
    by_bit = np.uint64(64 - log2_of(len(filtered) * 64))
    found, begun, total = _U0, _U0, 0.0
    before, before_repeats = np.uint64(points[0] & POINT), frequency[points[0] & POINT] > 1
    total += _logarithm(frequency[before], logarithms)
    for i in range(_U1, np.uint64(size)):
        point = np.uint64(points[i]) & _POINT
        occurrences = frequency[point]
        total += _logarithm(occurrences, logarithms)
        repeats = occurrences > 1
        key = (before << _U21) | point
        bit = (key * HASH) >> by_bit
        places[begun] = np.int32(i - _U1)
        begun += (filtered[bit >> _U6] >> (bit & _U63)) & _U1
        keys[found] = key
        positions[found] = np.int32(i - _U1)
        found += np.uint64(repeats & before_repeats)
        before, before_repeats = point, repeats
    return found, begun, total


@inlined
def _logarithm(occurrences: Any, logarithms: Any) -> Any:
    return logarithms[occurrences] if occurrences < len(logarithms) else log2(occurrences)


@lean
def _sieve(found: Any, keys: Any, positions: Any, sieve: Any) -> Any:
    """Keeps the bigrams whose hash another one shares: nearly only those that repeat. Returns how many."""
    bits = _log2_size(found + found)
    shift = np.uint64(64 - bits)
    sieve[: 1 << bits] = 0
    for k in range(found):
        slot = (keys[k] * HASH) >> shift
        sieve[slot] = np.uint8(1 + (sieve[slot] != 0))
    kept = _U0
    for k in range(found):
        key = keys[k]
        keys[kept], positions[kept] = key, positions[k]
        kept += np.uint64(sieve[(key * HASH) >> shift] > 1)
    return kept


@lean
def _cover(n: Any, found: Any, covered: Any, top: Any, keys: Any, positions: Any, identity: Any, table: Any) -> Any:
    """Books what the n-grams cover and leaves the (n+1)-grams that may repeat in keys and positions."""
    inside, last, most, following = np.int64(0), np.int64(0), np.int64(0), np.uint64(0)
    before, before_slot = np.int64(-2), np.uint64(0)
    for k in range(np.uint64(found)):
        slot, begin = np.uint64(identity[k]), np.int64(positions[k])
        occurrences = np.int64(table[slot] & _LOW21)
        repeats = occurrences > 1
        inside += min(n, begin + n - last) if repeats else 0
        last = begin + n if repeats else last
        most = max(most, occurrences)
        keys[following] = (before_slot << _U21) | slot
        positions[following] = np.int32(before)
        following += np.uint64(repeats & (begin == before + 1))
        before, before_slot = begin if repeats else np.int64(-2), slot
    covered[n - 2] += inside
    if n <= MAX_TOP and most > 1:
        top[n - 2] += most
    return np.int64(following)


@lean
def repetition(found: Any, covered: Any, top: Any, scratch: Any) -> None:
    """Adds what n-grams that occur more than once cover (covered[n - 2], n = 2 … 10), and how often the most frequent
    one occurs (top[n - 2], n = 2, 3, 4). found: how many bigrams `pairs` left in the scratch arrays."""
    table, keys, positions, identity, _, sieve = scratch
    found = np.int64(_sieve(np.int64(found), keys, positions, sieve)) if found > _U1 else 0
    for n in range(2, MAX_GRAM + 1):
        if found < 2:
            return
        _identities(keys, found, table, identity)
        found = _cover(n, found, covered, top, keys, positions, identity, table)


@lean
def duplicates(lines: Any, size: Any, table: Any) -> Any:
    """How many of lines[:size] (odd hashes) equal an earlier one."""
    if size < 2:
        return 0
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
