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
_PAIR_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@njit(nogil=True, cache=True, inline="always")
def fold(point: Any) -> Any:
    """ASCII capitals as small letters; terms are folded the same way."""
    return point + 32 if 65 <= point <= 90 else point


@njit(nogil=True, cache=True, inline="always")
def pair_hash(first: Any, second: Any) -> Any:
    """64-bit hash of two code points; the tables take its top bits."""
    return ((np.uint64(first) << np.uint64(21)) | np.uint64(second)) * _PAIR_FACTOR


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
def _longest(
    classes: Any, points: Any, size: Any, i: Any, group: Any, groups: Any, terms: Any, places: Any, free: Any, hits: Any
) -> None:
    """Counts the longest term of each lexicon that begins at i and overlaps no earlier one of that lexicon."""
    for t in range(groups[group], groups[group + 1]):
        lexicon, first, length = places[t, 0], places[t, 1], places[t, 2]
        if free[lexicon] > i or i + length > size:
            continue
        if _equal(points, i, terms, first, length) and _ends(classes, points, size, i, length):
            hits[lexicon] += length
            free[lexicon] = i + length


@njit(nogil=True, cache=True)
def match(
    classes: Any, points: Any, size: Any, slots: Any, pairs: Any, groups: Any, terms: Any, places: Any, free: Any, hits: Any
) -> None:
    """Adds to hits[lexicon] the code points of points[:size] that its terms cover, leftmost-longest.

    slots: int32 (2^b), open addressing over pair hashes, group number or -1; pairs: uint64 (groups), the pair of a
    group; groups: int32 (groups + 1) into places (terms, 3): lexicon, first code point in `terms`, length.
    """
    free[:] = 0
    shift = np.uint64(64 - int(np.log2(len(slots)) + 0.5))
    mask = len(slots) - 1
    second = fold(points[0] & POINT) if size else 0
    for i in range(size - 1):
        first = second
        second = fold(points[i + 1] & POINT)
        slot = np.int64(pair_hash(first, second) >> shift)
        group = slots[slot]
        while group >= 0:
            if pairs[group] == (np.uint64(first) << np.uint64(21)) | np.uint64(second):
                _longest(classes, points, size, i, group, groups, terms, places, free, hits)
                break
            slot = (slot + 1) & mask
            group = slots[slot]
