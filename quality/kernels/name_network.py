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
from quality.kernels.vectors import BLOCK, WIDTH, add_products, add_row

TAGS, LAYERS, PAIRS = 5, 4, 1 << 15
DILATIONS = (1, 2, 4, 1)
REACH = sum(DILATIONS)
"""Code points on either side that the scores of one depend on."""

OUT, BEGIN, INSIDE, END, SINGLE = range(5)
_FORBIDDEN = -(1 << 28)


@inlined
def _pair(first: Any, second: Any) -> Any:
    """Row of the pair of two codes."""
    return np.int64(name_lexicon.mix(np.uint64(first) << np.uint64(16) | np.uint64(second)) & np.uint32(PAIRS - 1))


@inlined
def _kind(column: Any, packed: Any, n: Any, per: Any) -> Any:
    """Row of `words` for the run of n codes among those `packed` by name_lexicon.begins."""
    return np.int64(column * per) + np.int64(packed >> np.uint16(4 * (4 - n)) & np.uint16(15))


@lean
def embed(codes: Any, begun: Any, base: Any, places: Any, tables: Any, sums: Any, out: Any) -> None:
    """out[j] uint8[WIDTH] for codes[base + j], j of `places`: rows of the character, the words and the pairs, added.

    begun uint16 per code: name_lexicon.begins or UNREAD, which is read then. tables: rows uint16[65536], lexicon, characters
    int8[…, WIDTH], words int8[6 × classes, WIDTH], pairs int8[PAIRS, WIDTH]; sums int16[WIDTH] is scratch.
    """
    per = len(tables.words) // 6
    for j in places:
        i = base + j
        for k in range(i - 3, i + 1):
            if begun[k] == name_lexicon.UNREAD:
                begun[k] = name_lexicon.begins(tables.lexicon, codes, k)
        for c in range(WIDTH):
            sums[c] = 0
        add_row(sums, tables.characters, np.int64(tables.rows[codes[i]]))
        add_row(sums, tables.pairs, _pair(codes[i - 1], codes[i]))
        add_row(sums, tables.pairs, _pair(codes[i], codes[i + 1]))
        for n in range(2, 5):
            add_row(sums, tables.words, _kind(n - 2, begun[i], n, per))
            add_row(sums, tables.words, _kind(n + 1, begun[i + 1 - n], n, per))
        for c in range(WIDTH):
            out[j, c] = min(np.int16(127), max(np.int16(0), sums[c]))


@lean
def convolve(x: Any, places: Any, open_: Any, layer: Any, dilation: Any, room: Any, out: Any) -> None:
    """out[j] = activation of a three-tap convolution of x uint8[n + 1, WIDTH] at each j of `places`; x[n] is zero.

    open_ uint8[n]: whether rows j - dilation … j are of one text; beyond it there is nothing. layer: weight int8[3, QUADS,
    WIDTH, 4] (`packed`), bias int32[WIDTH], factor float32; room: scratch totals int32[BLOCK, WIDTH], rows int64[3, BLOCK].
    """
    weight, bias, factor = layer
    totals, rows, nothing, last = room.totals, room.rows, len(x) - 1, len(places) - 1
    for first in range(0, len(places), BLOCK):
        for b in range(BLOCK):
            j = places[min(first + b, last)]
            rows[0, b] = j - dilation if open_[j] else nothing
            rows[1, b] = j
            rows[2, b] = j + dilation if open_[j + dilation] else nothing
            for c in range(WIDTH):
                totals[b, c] = bias[c]
        add_products(totals, x, rows, weight)
        for b in range(min(BLOCK, len(places) - first)):
            j = rows[1, b]
            for c in range(WIDTH):
                out[j, c] = np.uint8(min(np.float32(127), max(np.float32(0), np.rint(np.float32(totals[b, c]) * factor))))


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
