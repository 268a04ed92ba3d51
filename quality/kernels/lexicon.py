"""Term matching over decoded code points: pair filter, then the few terms that begin with that pair, longest first.

A scratch array holds one uint32 per code point that is not a space: the code point, plus GAP where something
unmatched (space, line break) stood before it. Leaf boundaries are SEPARATOR, which equals nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.codepoints import CLASS, CharacterClass
from quality.kernels.lean import inlined, lean

GAP = 1 << 21
POINT = GAP - 1
SEPARATOR = 0x1FFFFF
_DIGIT = int(CharacterClass.DIGIT)
_LATIN = int(CharacterClass.LATIN)
PAIR_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # the top bits of pair × factor index the tables
_U21 = np.uint64(21)


@inlined
def fold(point: Any) -> Any:
    """ASCII capitals as small letters; terms are folded the same way."""
    return point + 32 if 65 <= point <= 90 else point


@lean
def _ends(classes: Any, points: Any, size: Any, start: Any, length: Any) -> Any:
    """Whether a term at `start` stands free: no Latin letter or digit goes on where the term has one at its edge."""
    before = points[start]
    if start and not before & GAP and _word(classes, before) and _word(classes, points[start - 1]):
        return False
    after = start + length
    if after < size and not points[after] & GAP and _word(classes, points[after]):
        return not _word(classes, points[after - 1])
    return True


@inlined
def _word(classes: Any, point: Any) -> Any:
    masked = point & POINT
    if masked >= 0x110000:
        return False
    kind = classes[masked] & CLASS
    return kind == _LATIN or kind == _DIGIT  # noqa: SIM109  numba


@lean
def _equal(points: Any, start: Any, terms: Any, first: Any, length: Any) -> Any:
    for k in range(2, length):  # noqa: SIM110  numba
        if fold(points[start + k] & POINT) != terms[first + k]:
            return False
    return True


@lean
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


@lean
def match(classes: Any, points: Any, size: Any, places: Any, begun: Any, lexicon: Any, free: Any, hits: Any) -> None:
    """Adds to hits[number] the code points of points[:size] that the terms of each lexicon cover, leftmost-longest.

    places[:begun]: where terms may begin, in order (repetition.pairs); lexicon: the arrays of `quality.lexicon.Tables`;
    free: int64 scratch, one per lexicon.
    """
    free[:] = 0
    by_slot = np.uint64(64 - log2_of(len(lexicon[1])))
    for k in range(begun):
        i = np.int64(places[k])
        pair = (_folded(points[i]) << _U21) | _folded(points[i + 1])
        _longest(classes, points, size, i, lexicon, pair, np.int64((pair * PAIR_FACTOR) >> by_slot), free, hits)


@inlined
def _folded(point: Any) -> Any:
    return np.uint64(fold(np.int64(point) & POINT))


@lean
def log2_of(size: Any) -> Any:
    """log2 of a power of two."""
    bits = 0
    while (1 << bits) < size:
        bits += 1
    return bits
