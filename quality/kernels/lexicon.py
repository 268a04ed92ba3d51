"""Term matching over decoded code points: pair filter, then the few terms that begin with that pair, longest first.

A scratch array holds one uint32 per code point that is not a space: the code point, plus GAP where something
unmatched (space, line break) stood before it. Leaf boundaries are SEPARATOR, which equals nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.codepoints import CLASS, CharacterClass

GAP = 1 << 21
POINT = GAP - 1
SEPARATOR = 0x1FFFFF
_DIGIT = int(CharacterClass.DIGIT)
_LATIN = int(CharacterClass.LATIN)
PAIR_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # the top bits of pair × factor index the tables
_U0, _U1, _U6, _U21, _U63 = np.uint64(0), np.uint64(1), np.uint64(6), np.uint64(21), np.uint64(63)
_PAIR = np.uint64((1 << 42) - 1)


@njit(nogil=True, cache=True, inline="always")
def fold(point: Any) -> Any:
    """ASCII capitals as small letters; terms are folded the same way."""
    return point + 32 if 65 <= point <= 90 else point


@njit(nogil=True, cache=True)
def _ends(classes: Any, points: Any, size: Any, start: Any, length: Any) -> Any:
    """Whether a term at `start` stands free: no Latin letter or digit goes on where the term has one at its edge."""
    before = points[start]
    if start and not before & GAP and _word(classes, before) and _word(classes, points[start - 1]):
        return False
    after = start + length
    if after < size and not points[after] & GAP and _word(classes, points[after]):
        return not _word(classes, points[after - 1])
    return True


@njit(nogil=True, cache=True, inline="always")
def _word(classes: Any, point: Any) -> Any:
    masked = point & POINT
    if masked >= 0x110000:
        return False
    kind = classes[masked] & CLASS
    return kind == _LATIN or kind == _DIGIT  # noqa: SIM109  numba


@njit(nogil=True, cache=True)
def _equal(points: Any, start: Any, terms: Any, first: Any, length: Any) -> Any:
    for k in range(2, length):  # noqa: SIM110  numba
        if fold(points[start + k] & POINT) != terms[first + k]:
            return False
    return True


@njit(nogil=True, cache=True)
def _longest(classes: Any, points: Any, size: Any, i: Any, lexicon: Any, pair: Any, slot: Any, free: Any, hits: Any) -> None:
    """Counts, for each lexicon, its longest term that begins with the pair at i and overlaps no earlier one."""
    _, slots, pairs, groups, terms, places = lexicon
    group = slots[slot]
    while group >= 0 and pairs[group] != pair:
        slot = (slot + 1) & (len(slots) - 1)
        group = slots[slot]
    if group < 0:
        return
    for t in range(groups[group], groups[group + 1]):
        number, first, length = places[t, 0], places[t, 1], places[t, 2]
        if free[number] > i or i + length > size:
            continue
        if _equal(points, i, terms, first, length) and _ends(classes, points, size, i, length):
            hits[number] += length
            free[number] = i + length


@njit(nogil=True, cache=True)
def match(classes: Any, points: Any, size: Any, lexicon: Any, free: Any, hits: Any) -> None:
    """Adds to hits[number] the code points of points[:size] that the terms of each lexicon cover, leftmost-longest.

    lexicon: the arrays of `quality.lexicon.Tables`; free: int64 scratch, one per lexicon.
    """
    if len(free) == 0:
        return
    free[:] = 0
    seen, slots = lexicon[0], lexicon[1]
    by_bit, by_slot = np.uint64(64 - _bits(len(seen) * 64)), np.uint64(64 - _bits(len(slots)))
    second = np.uint64(fold(points[0] & POINT)) if size else _U0
    for i in range(size - 1):
        pair = (second << _U21) & _PAIR
        second = np.uint64(fold(np.int64(points[i + 1]) & POINT))
        pair |= second
        mixed = pair * PAIR_FACTOR
        bit = mixed >> by_bit
        if (seen[bit >> _U6] >> (bit & _U63)) & _U1:
            _longest(classes, points, size, i, lexicon, pair, np.int64(mixed >> by_slot), free, hits)


@njit(nogil=True, cache=True)
def _bits(size: Any) -> Any:
    """log2 of a power of two."""
    bits = 0
    while (1 << bits) < size:
        bits += 1
    return bits
