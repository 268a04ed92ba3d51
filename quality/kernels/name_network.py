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

WIDTH, TAGS, LAYERS, PAIRS = 96, 5, 4, 1 << 15
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
def embed(codes: Any, start: Any, end: Any, tables: Any, kinds: Any, pairs: Any, out: Any) -> None:
    """out float32[n, WIDTH] for codes[start:end]: the rows of the character, of the words and of the pairs, added up.

    tables: rows uint16[65536], lexicon, characters int8[…, WIDTH], words int8[6 × classes, WIDTH], pairs int8[PAIRS, WIDTH];
    kinds uint8[n, 6] and pairs int32[n, 2] are scratch.
    """
    name_lexicon.classes(tables.lexicon, codes, start, end, kinds)
    pair_rows(codes, start, end, pairs)
    per = len(tables.words) // 6
    for i in range(end - start):
        row = tables.rows[codes[start + i]]
        for c in range(WIDTH):
            total = int(tables.characters[row, c]) + int(tables.pairs[pairs[i, 0], c]) + int(tables.pairs[pairs[i, 1], c])
            for column in range(6):
                total += int(tables.words[column * per + kinds[i, column], c])
            out[i, c] = np.float32(min(127, max(0, total)))


@lean
def nonzero(x: Any, n: Any, places: Any, counts: Any) -> None:
    """Where the rows of x[:n] are not zero: places int16[n, WIDTH], the first counts[i] of row i."""
    for i in range(n):
        found = 0
        for k in range(WIDTH):
            places[i, found] = k
            found += x[i, k] != np.float32(0)
        counts[i] = found


@_exact
def convolve(x: Any, low: Any, high: Any, n: Any, layer: Any, dilation: Any, places: Any, counts: Any, out: Any) -> None:
    """out[low:high] = activation of a three-tap convolution of x[:n]; beyond both ends of x there is nothing.

    layer: weight float32[3 × WIDTH, WIDTH], bias float32[WIDTH], factor. Most of x is zero (places and counts of `nonzero`), so
    only the rest is multiplied, four rows of the weight at a time.
    """
    weight, bias, factor = layer
    for i in range(low, high):
        total = out[i]
        for c in range(WIDTH):
            total[c] = bias[c]
        for tap in range(3):
            row = i + (tap - 1) * dilation
            if row < 0 or row >= n:
                continue
            base, found = tap * WIDTH, counts[row]
            for first in range(0, found - 3, 4):
                p0, p1, p2, p3 = places[row, first], places[row, first + 1], places[row, first + 2], places[row, first + 3]
                v0, v1, v2, v3 = x[row, p0], x[row, p1], x[row, p2], x[row, p3]
                w0, w1, w2, w3 = weight[base + p0], weight[base + p1], weight[base + p2], weight[base + p3]
                for c in range(WIDTH):
                    total[c] += v0 * w0[c] + v1 * w1[c] + v2 * w2[c] + v3 * w3[c]
            for last in range(found - found % 4, found):
                p, v = places[row, last], x[row, places[row, last]]
                for c in range(WIDTH):
                    total[c] += v * weight[base + p, c]
        for c in range(WIDTH):
            total[c] = np.float32(min(np.float32(127), max(np.float32(0), np.rint(total[c] * factor))))


@_exact
def score(x: Any, n: Any, weight: Any, bias: Any, scores: Any) -> None:
    """scores int32[n, TAGS] = x @ weight + bias, whole numbers; weight float32[WIDTH, TAGS]."""
    for i in range(n):
        for t in range(TAGS):
            total = bias[t]
            for k in range(WIDTH):
                total += x[i, k] * weight[k, t]
            scores[i, t] = np.int32(total)


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
