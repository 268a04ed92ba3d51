"""From hot places to names: the network scores the neighbourhood of what the sieve let through, Viterbi cuts it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_memory
from quality.kernels import name_network as network
from quality.kernels.lean import inlined, lean
from quality.kernels.name_text import BREAK
from quality.kernels.vectors import WIDTH

AROUND = 6
"""Codes on either side of a hot one that a name may reach to."""

LONGEST = 2048
"""Codes that are cut in one go; a longer run of hot ones is cut there."""

CHUNK = 240
"""Codes that are scored at a time."""


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

    kinds: NDArray[np.uint8]
    pairs: NDArray[np.int32]
    sums: NDArray[np.int16]
    needed: NDArray[np.uint8]  # [LAYERS + 1, n]: which rows of the input of each layer, and of the last one's output
    x: NDArray[np.uint8]
    y: NDArray[np.uint8]
    totals: NDArray[np.int32]
    scores: NDArray[np.int32]
    back: NDArray[np.int8]
    path: NDArray[np.int8]
    memory: name_memory.Memory


def room() -> Room:
    wide = CHUNK + 2 * network.REACH
    return Room(
        np.empty((wide, 6), np.uint8), np.empty((wide, 2), np.int32), np.empty(WIDTH, np.int16),
        np.empty((network.LAYERS + 1, wide), np.uint8), np.empty((wide, WIDTH), np.uint8), np.empty((wide, WIDTH), np.uint8),
        np.empty(WIDTH, np.int32), np.empty((LONGEST, network.TAGS), np.int32), np.empty((LONGEST, network.TAGS), np.int8),
        np.empty(LONGEST, np.int8), name_memory.memory(),
    )  # fmt: skip


@lean
def scores_of(codes: Any, start: Any, end: Any, hot: Any, weights: Any, room: Any, out: Any) -> None:
    """out int32[n, TAGS]: scores of codes[start:end], which a break may not be among; only of hot ones, unless `hot` is empty.

    The same however it is cut.
    """
    for first in range(start, end, CHUNK):
        last = min(end, first + CHUNK)
        low, high = first, last
        while first - low < network.REACH and codes[low - 1] != BREAK:
            low -= 1
        while high - last < network.REACH and codes[high] != BREAK:
            high += 1
        if _plan(codes, first, last, low, high - low, hot, room, out, first - start):
            _compute(codes, first, last, low, high - low, weights, room, out, first - start)


@lean
def _plan(codes: Any, first: Any, last: Any, low: Any, n: Any, hot: Any, room: Any, out: Any, at: Any) -> Any:
    """Takes what is remembered to out[at:], and marks in room.needed what the rest needs; returns whether there is a rest."""
    needed, rest = room.needed, False
    for layer in range(network.LAYERS + 1):
        for j in range(n):
            needed[layer, j] = 0
    for i in range(first, last):
        wanted = len(hot) == 0 or hot[i] != 0
        if wanted and not name_memory.recall(room.memory, codes, i, out, at + i - first):
            needed[network.LAYERS, i - low] = 1
            rest = True
    if not rest:
        return False
    for layer in range(network.LAYERS - 1, -1, -1):
        dilation = network.DILATIONS[layer]
        for j in range(n):
            if needed[layer + 1, j]:
                needed[layer, j] = needed[layer, max(0, j - dilation)] = needed[layer, min(n - 1, j + dilation)] = 1
    return True


@lean
def _compute(codes: Any, first: Any, last: Any, low: Any, n: Any, weights: Any, room: Any, out: Any, at: Any) -> None:
    x, y = room.x, room.y
    network.embed(codes, low, low + n, room.needed[0], weights, room, x)
    for k in range(network.LAYERS):
        layer = (weights.layers[k], weights.biases[k], weights.factors[k])
        network.convolve(x, n, room.needed[k + 1], layer, network.DILATIONS[k], room.totals, y)
        x, y = y, x
    for i in range(first, last):
        if room.needed[network.LAYERS, i - low]:
            network.score(x, i - low, weights.head, weights.head_bias, out, at + i - first)
            name_memory.remember(room.memory, codes, i, out, at + i - first)


@lean
def cool(codes: Any, n: Any, hot: Any, weights: Any, least: Any, room: Any) -> Any:
    """Clears hot codes whose every tag scores more than `least` below O; returns how many stay."""
    count, i = 0, 0
    while i < n:
        if not hot[i]:
            i += 1
            continue
        end = _group_end(codes, i, n, hot)
        scores_of(codes, i, end, hot, weights, room, room.scores)
        for k in range(end - i):
            if hot[i + k]:
                best = max(max(room.scores[k, 1], room.scores[k, 2]), max(room.scores[k, 3], room.scores[k, 4]))
                hot[i + k] = best + least >= room.scores[k, 0]
                count += hot[i + k]
        i = end
    return count


@inlined
def _group_end(codes: Any, i: Any, n: Any, hot: Any) -> Any:
    """End of the hot codes from i on whose neighbourhoods touch, so that they are scored together."""
    last, end = i, i + 1
    while end < n and codes[end] != BREAK and end - last <= 2 * network.REACH and end - i < CHUNK:
        if hot[end]:
            last = end
        end += 1
    return last + 1


@lean
def tag(codes: Any, n: Any, hot: Any, weights: Any, bonus: Any, room: Any, out: Any) -> Any:
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
        scores_of(codes, start, done, hot[:0], weights, room, room.scores)
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
