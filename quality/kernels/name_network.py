"""The character network in whole numbers: the same result on every machine, in any order, for any batch.

Activations are integers 0…127, weights integers within ±127; a sum stays below 2**24, so that float32 holds it exactly.
Only one multiplication per output is rounded, always the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean
from quality.kernels.vectors import WIDTH, add_product, add_row

TAGS, LAYERS, PAIRS = 5, 4, 1 << 15
DILATIONS = (1, 2, 4, 1)
REACH = sum(DILATIONS)
"""Code points on either side that the scores of one depend on."""

OUT, BEGIN, INSIDE, END, SINGLE = range(5)
_FORBIDDEN = -(1 << 28)


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
    """out uint8[n, WIDTH] for codes[start:end] where needed uint8[n]: rows of the character, the words and the pairs, added.

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
            out[i, c] = min(np.int16(127), max(np.int16(0), sums[c]))


@lean
def convolve(x: Any, n: Any, needed: Any, layer: Any, dilation: Any, totals: Any, out: Any) -> None:
    """out[i] = activation of a three-tap convolution of x uint8[n, WIDTH] where needed uint8[n]; beyond x there is nothing.

    layer: weight int8[3, QUADS, WIDTH, 4] (`packed`), bias int32[WIDTH], factor float32; totals int32[WIDTH] is scratch.
    """
    weight, bias, factor = layer
    for i in range(n):
        if not needed[i]:
            continue
        for c in range(WIDTH):
            totals[c] = bias[c]
        for tap in range(3):
            row = i + (tap - 1) * dilation
            if 0 <= row < n:
                add_product(totals, x, row, weight, np.int64(tap))
        for c in range(WIDTH):
            out[i, c] = np.uint8(min(np.float32(127), max(np.float32(0), np.rint(np.float32(totals[c]) * factor))))


@lean
def score(x: Any, i: Any, weight: Any, bias: Any, scores: Any, at: Any) -> None:
    """scores[at] int32[TAGS] = x[i] @ weight + bias; weight int32[TAGS, WIDTH]."""
    for t in range(TAGS):
        total = np.int32(bias[t])
        for k in range(WIDTH):
            total = np.int32(total + np.int32(x[i, k]) * weight[t, k])
        scores[at, t] = total


def packed(weight: NDArray[np.int8]) -> NDArray[np.int8]:
    """int8[3 × WIDTH, WIDTH] (input, output) → int8[3, QUADS, WIDTH, 4], as quality.kernels.vectors multiplies it."""
    return np.ascontiguousarray(weight.reshape(3, WIDTH // 4, 4, WIDTH).transpose(0, 1, 3, 2))


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
