"""The character network in whole numbers: the same result on every machine, in any order, for any batch.

Activations are integers 0…127, weights integers within ±127, held as float32: every product and every sum stays below
2**24, so float32 arithmetic on them is exact. Only one multiplication per output is rounded, always the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels import name_lexicon
from quality.kernels.lean import OPTIONS, inlined, lean
from quality.kernels.vectors import WIDTH, add_row, multiply_rows

TAGS, LAYERS, PAIRS = 5, 4, 1 << 15
DILATIONS = (1, 2, 4, 1)
REACH = sum(DILATIONS)
"""Code points on either side that the scores of one depend on."""

OUT, BEGIN, INSIDE, END, SINGLE = range(5)
_FORBIDDEN = -(1 << 28)


_exact: Any = njit(fastmath={"reassoc", "contract"}, **OPTIONS)
"""Sums of whole numbers are the same in any order."""


@inlined
def _pair(first: Any, second: Any) -> Any:
    """Row of the pair of two codes."""
    return name_lexicon.mix(np.uint64(first) << np.uint64(16) | np.uint64(second)) & np.uint32(PAIRS - 1)


@lean
def pair_rows(codes: Any, start: Any, end: Any, out: Any) -> None:
    """out int32[n, 2]: rows of the pairs that end at, and begin with, codes[start:end]."""
    for i in range(start, end):
        out[i - start, 0] = _pair(codes[i - 1], codes[i])
        out[i - start, 1] = _pair(codes[i], codes[i + 1])


@lean
def embed(codes: Any, start: Any, end: Any, needed: Any, tables: Any, room: Any, out: Any) -> None:
    """out float32[n, WIDTH] for codes[start:end] where needed uint8[n]: rows of the character, the words and the pairs, added.

    tables: rows uint16[65536], lexicon, characters int8[…, WIDTH], words int8[6 × classes, WIDTH], pairs int8[PAIRS, WIDTH];
    room: scratch kinds uint8[n, 6], pairs int32[n, 2], sums int16[WIDTH].
    """
    kinds, pairs, sums = room.kinds, room.pairs, room.sums
    name_lexicon.classes(tables.lexicon, codes, start, end, kinds)
    pair_rows(codes, start, end, pairs)
    per = len(tables.words) // 6
    for i in range(end - start):
        if not needed[i]:
            continue
        for c in range(WIDTH):
            sums[c] = 0
        add_row(sums, tables.characters, np.int64(tables.rows[codes[start + i]]))
        add_row(sums, tables.pairs, np.int64(pairs[i, 0]))
        add_row(sums, tables.pairs, np.int64(pairs[i, 1]))
        for column in range(6):
            add_row(sums, tables.words, np.int64(column * per + kinds[i, column]))
        for c in range(WIDTH):
            out[i, c] = np.float32(min(np.int16(127), max(np.int16(0), sums[c])))


@lean
def nonzero(x: Any, n: Any, needed: Any, places: Any, counts: Any) -> None:
    """Where the rows of x[:n] are not zero: places int16[n, WIDTH], the first counts[i] of row i; of `needed` rows."""
    for i in range(n):
        if not needed[i]:
            continue
        found = 0
        for k in range(WIDTH):
            places[i, found] = k
            found += x[i, k] != np.float32(0)
        counts[i] = found


@lean
def convolve(x: Any, n: Any, needed: Any, layer: Any, dilation: Any, places: Any, counts: Any, out: Any) -> None:
    """out[i] = activation of a three-tap convolution of x[:n] where needed uint8[n]; beyond both ends of x there is nothing.

    layer: weight float32[3 × WIDTH, WIDTH], bias float32[WIDTH], factor. Most of x is zero, so only the rest is multiplied
    (places and counts of `nonzero`).
    """
    weight, bias, factor = layer
    for i in range(n):
        if not needed[i]:
            continue
        for c in range(WIDTH):
            out[i, c] = bias[c]
        for tap in range(3):
            row = i + (tap - 1) * dilation
            if 0 <= row < n:
                multiply_rows(out, i, x, row, places, counts[row], weight, np.int64(tap * WIDTH))
        for c in range(WIDTH):
            out[i, c] = np.float32(min(np.float32(127), max(np.float32(0), np.rint(out[i, c] * factor))))


@_exact
def score(x: Any, i: Any, weight: Any, bias: Any, scores: Any, at: Any) -> None:
    """scores[at] int32[TAGS] = x[i] @ weight + bias, whole numbers; weight float32[WIDTH, TAGS]."""
    for t in range(TAGS):
        total = bias[t]
        for k in range(WIDTH):
            total += x[i, k] * weight[k, t]
        scores[at, t] = np.int32(total)


@lean
def best_path(scores: Any, n: Any, bonus: Any, back: Any, path: Any) -> None:
    """The best well-formed path int8[n]; every tag but O gets `bonus`. back int8[n, TAGS] is scratch (Viterbi 1967)."""
    totals = (0, _FORBIDDEN, _FORBIDDEN, _FORBIDDEN, _FORBIDDEN)
    for i in range(n):
        t0, t1, t2, t3, t4 = totals
        outside, ob = t0, OUT
        if t3 > outside:
            outside, ob = t3, END
        if t4 > outside:
            outside, ob = t4, SINGLE
        inside, ib = t1, BEGIN
        if t2 > inside:
            inside, ib = t2, INSIDE
        back[i, OUT], back[i, BEGIN], back[i, SINGLE] = ob, ob, ob
        back[i, INSIDE], back[i, END] = ib, ib
        totals = (
            outside + scores[i, OUT], outside + scores[i, BEGIN] + bonus, inside + scores[i, INSIDE] + bonus,
            inside + scores[i, END] + bonus, outside + scores[i, SINGLE] + bonus,
        )  # fmt: skip
    tag, best = OUT, totals[0]
    if totals[3] > best:
        tag, best = END, totals[3]
    if totals[4] > best:
        tag = SINGLE
    for i in range(n - 1, -1, -1):
        path[i] = tag
        tag = back[i, tag]
