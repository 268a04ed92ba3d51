"""From hot places to names: the network scores the neighbourhood of what the sieve let through, Viterbi cuts it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_memory
from quality.kernels import name_network as network
from quality.kernels.lean import inlined, lean
from quality.kernels.name_text import BREAK
from quality.kernels.vectors import BLOCK, TAPS, WIDTH, aligned

AROUND = 6
"""Codes on either side of a hot one that a name may reach to."""

LONGEST = 2048
"""Codes that are cut in one go; a longer run of hot ones is cut there."""

CHUNK = 240
"""Codes that are scored at a time."""

_EDGE = 8
WIDE = CHUNK + 2 * (network.REACH + _EDGE)
"""Codes of a chunk with what its scores depend on, and room beside it that no row is needed of."""


class Weights(NamedTuple):
    """The network's whole numbers (quality.kernels.name_network)."""

    rows: NDArray[np.uint16]
    lexicon: NDArray[np.uint16]
    characters: NDArray[np.int8]
    words: NDArray[np.int8]
    pairs: NDArray[np.int8]
    layers: NDArray[np.int8]  # [LAYERS, 3, QUADS, WIDTH, 4]
    biases: NDArray[np.int32]  # [LAYERS, WIDTH]
    factors: NDArray[np.float32]  # [LAYERS]
    head: NDArray[np.int32]  # [TAGS, WIDTH]
    head_bias: NDArray[np.int32]  # [TAGS]


class Room(NamedTuple):
    """Scratch, and the scores of windows seen lately: one per thread and model, made once."""

    needed: NDArray[np.uint8]  # [LAYERS + 1, WIDE]: which rows of the input of each layer, and of the last one's output
    words: NDArray[np.uint64]  # the same, eight at a time
    open: NDArray[np.uint8]  # [4 + 1, WIDE]: row d: whether a code and the d before it are of one text
    places: NDArray[np.int64]  # [LAYERS + 1, WIDE]: numbers of the rows that are needed
    counts: NDArray[np.int64]  # [LAYERS + 1]
    x: NDArray[np.uint8]  # [WIDE + 1, WIDTH]: the last row is zero
    y: NDArray[np.uint8]
    sums: NDArray[np.int16]
    totals: NDArray[np.int32]
    rows: NDArray[np.int64]
    scores: NDArray[np.int32]
    back: NDArray[np.int8]
    path: NDArray[np.int8]
    memory: name_memory.Memory


def room() -> Room:
    needed = np.zeros((network.LAYERS + 1, WIDE), np.uint8)
    return Room(
        needed, needed.view(np.uint64), np.zeros((5, WIDE), np.uint8), np.empty((network.LAYERS + 1, WIDE), np.int64),
        np.empty(network.LAYERS + 1, np.int64), aligned(WIDE + 1, WIDTH, dtype=np.uint8),
        aligned(WIDE + 1, WIDTH, dtype=np.uint8), aligned(WIDTH, dtype=np.int16), aligned(BLOCK, WIDTH, dtype=np.int32),
        np.empty((TAPS, BLOCK), np.int64), np.empty((LONGEST, network.TAGS), np.int32),
        np.empty((LONGEST, network.TAGS), np.int8), np.empty(LONGEST, np.int8), name_memory.memory(),
    )  # fmt: skip


@lean
def scores_of(codes: Any, begun: Any, start: Any, end: Any, hot: Any, weights: Any, room: Any, out: Any) -> None:
    """out int32[n, TAGS]: scores of codes[start:end], breaks left out; only of hot ones, unless `hot` is empty.

    The same however it is cut. begun: see quality.kernels.name_network.embed.
    """
    for first in range(start, end, CHUNK):
        last = min(end, first + CHUNK)
        base = first - network.REACH - _EDGE
        if _wanted(codes, first, last, base, hot, room, out, first - start):
            _plan(codes, base, room)
            _compute(codes, begun, base, weights, room, out, base - start)


@lean
def _wanted(codes: Any, first: Any, last: Any, base: Any, hot: Any, room: Any, out: Any, at: Any) -> Any:
    """Takes what is remembered to out[at:], and marks in room.needed which rows are not; returns whether there are any."""
    needed, rest = room.needed[network.LAYERS], False
    for j in range(WIDE):
        needed[j] = 0
    for i in range(first, last):
        wanted = codes[i] != BREAK and (len(hot) == 0 or hot[i] != 0)
        if wanted and not name_memory.recall(room.memory, codes, i, out, at + i - first):
            needed[i - base] = 1
            rest = True
    return rest


@lean
def _plan(codes: Any, base: Any, room: Any) -> None:
    """From the rows of the last output that are needed: those of every layer's input, and what is of one text."""
    open_, needed = room.open, room.needed
    low, high = max(base, 1), min(base + WIDE, len(codes))
    for j in range(low - base, high - base):
        open_[1, j] = (codes[base + j] != BREAK) & (codes[base + j - 1] != BREAK)
    for j in range(_EDGE, WIDE):
        open_[2, j] = open_[1, j] & open_[1, j - 1]
    for j in range(_EDGE, WIDE):
        open_[4, j] = open_[2, j] & open_[2, j - 2]
    _listed(room, network.LAYERS)
    for layer in range(network.LAYERS - 1, -1, -1):
        d = network.DILATIONS[layer]
        above, here, one = needed[layer + 1], needed[layer], open_[d]
        for j in range(_EDGE, WIDE - _EDGE):
            here[j] = above[j] | above[j - d] & one[j] | above[j + d] & one[j + d]
        _listed(room, layer)


@lean
def _listed(room: Any, layer: Any) -> None:
    """The rows that are marked, as a list. Eight at a time, because most are not."""
    words, needed, places, count = room.words[layer], room.needed[layer], room.places[layer], 0
    for word in range(len(words)):
        if words[word]:
            for j in range(8 * word, 8 * word + 8):
                places[count] = j
                count += needed[j]
    room.counts[layer] = count


@lean
def _compute(codes: Any, begun: Any, base: Any, weights: Any, room: Any, out: Any, at: Any) -> None:
    x, y, places, counts = room.x, room.y, room.places, room.counts
    network.embed(codes, begun, base, places[0, : counts[0]], weights, room.sums, x)
    for k in range(network.LAYERS):
        layer, d = (weights.layers[k], weights.biases[k], weights.factors[k]), network.DILATIONS[k]
        network.convolve(x, places[k + 1, : counts[k + 1]], room.open[d], layer, d, room, y)
        x, y = y, x
    for j in places[network.LAYERS, : counts[network.LAYERS]]:
        network.score(x, j, weights.head, weights.head_bias, out, at + j)
        name_memory.remember(room.memory, codes, base + j, out, at + j)


@lean
def cool(codes: Any, begun: Any, n: Any, hot: Any, weights: Any, least: Any, room: Any) -> Any:
    """Clears hot codes whose every tag scores more than `least` below O; returns how many stay."""
    count, i = 0, 0
    while i < n:
        if not hot[i]:
            i += 1
            continue
        end = min(n, i + CHUNK)
        scores_of(codes, begun, i, end, hot, weights, room, room.scores)
        for k in range(end - i):
            if hot[i + k]:
                best = max(max(room.scores[k, 1], room.scores[k, 2]), max(room.scores[k, 3], room.scores[k, 4]))
                hot[i + k] = best + least >= room.scores[k, 0]
                count += hot[i + k]
        i = end
    return count


@lean
def tag(codes: Any, begun: Any, n: Any, hot: Any, weights: Any, bonus: Any, room: Any, out: Any) -> Any:
    """Names around hot codes: rows of out int64[m, 3] = start, end, margin. Returns how many there are (m or more).

    A margin is the least difference, over the codes of a name, between its tag and O, in scores.
    """
    count, i, done = 0, 0, 0
    while i < n:
        if not hot[i]:
            i += 1
            continue
        start = i
        while start > done and i - start < AROUND and codes[start - 1] != BREAK:
            start -= 1
        done = _core_end(codes, i, start, n, hot)
        scores_of(codes, begun, start, done, hot[:0], weights, room, room.scores)
        network.best_path(room.scores, done - start, bonus, room.back, room.path)
        count = _emit(room.scores, room.path, start, done, out, count)
        i = done
    return count


@inlined
def _core_end(codes: Any, i: Any, start: Any, n: Any, hot: Any) -> Any:
    """End of the run of codes that are within AROUND of a hot one, the first of which is i."""
    last, end = i, i + 1
    while end < n and codes[end] != BREAK and end - last <= 2 * AROUND and end - start < LONGEST:
        if hot[end]:
            last = end
        end += 1
    return min(end, last + AROUND + 1)


@inlined
def _emit(scores: Any, path: Any, start: Any, end: Any, out: Any, count: Any) -> Any:
    first = start
    margin = np.int64(1 << 30)
    for k in range(end - start):
        tag = path[k]
        if tag == network.OUT:
            continue
        if tag == network.BEGIN or tag == network.SINGLE:
            first, margin = start + k, np.int64(1 << 30)
        margin = min(margin, np.int64(scores[k, tag]) - np.int64(scores[k, network.OUT]))
        if tag == network.END or tag == network.SINGLE:
            if count < len(out):
                out[count, 0], out[count, 1], out[count, 2] = first, start + k + 1, margin
            count += 1
    return count
