"""Names of places by a linear tagger over hashed features: where one may stand, how its tags are chosen, where it ends.

Averaged perceptron after Collins (2002, EMNLP): tags O, B, I, E, S of a place and G of an organisation, the best path
by Viterbi. Weights and tables: quality.pii.place_names; training: pii_places_learning.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.pii_letters import BREAK, longest, widen
from quality.kernels.pii_places_features import FEATURES, HEADS, ORGANISATION, hot, look_up, slots
from quality.kernels.pii_places_sieve import score

TAGS = 6
O, B, I, E, S, G = range(TAGS)  # noqa: E741
BEFORE, BEHIND = 5, 9
"""Letters that are tagged before and behind a pair that place names begin or end with."""
_LOWEST = -(1 << 30)
_OPEN, _CLOSE, _LINE = 0x5B, 0x5D, 0x0A
_EVEN, _8, _16, _LANE = np.uint64(0x00FF00FF00FF00FF), np.uint64(8), np.uint64(16), np.uint64(0xFFFF)
_BIAS = 128 * FEATURES
_NONE: Any = np.int64(0)


@lean
def scan(data: Any, offsets: Any, fold: Any, model: Any, letters: Any, room: Any, out: Any) -> Any:
    """Fills out int64[m, 7] (text, start, end, start byte, end byte, 0, 1 where an organisation's name); returns how many
    there are, which may be more than fit.
    letters: room of `widen`; model, room: see quality.pii.place_names."""
    text, places = letters
    found = _NONE
    for t in range(len(offsets) - 1):
        n = widen(data, offsets[t], offsets[t + 1], fold, text, places)
        start = _NONE
        while start < n:
            end = start
            while end < n and not is_break(text[end]):
                end += 1
            if end - start >= 2:
                found = _stretch(text, start, end, places, model, room, t, out, found)
            start = end + 1
    return found


@lean
def is_break(letter: Any) -> Any:
    """A tagger looks neither beyond a placeholder nor beyond a bracket, which may hold one, nor the end of a line."""
    return letter == BREAK or letter == _OPEN or letter == _CLOSE or letter == _LINE


@lean
def _stretch(text: Any, first: Any, last: Any, places: Any, model: Any, room: Any, t: Any, out: Any, found: Any) -> Any:
    """Letters first … last-1, without a break: windows around warm pairs, tagged one by one."""
    bits, ready, done = model[1], first, first
    i = first
    while i < last - 1:
        if not hot(bits, text[i], text[i + 1]):
            i += 1
            continue
        if not _passes(text, first, last, i, model, room):
            i += 1
            continue
        if i + BEHIND > ready:  # a look at more than is needed now costs less than many short ones
            ready = min(last, i + 2 * BEHIND)
            look_up(text, first, last, max(first, i - BEFORE), ready, model[2], room[0])
        if not _warm(text, first, last, i, model, room):
            i += 1
            continue
        start, end = max(done, i - BEFORE), min(last, i + BEHIND)
        i += 1
        while i < end and i < last - 1:
            if end < last and hot(bits, text[i], text[i + 1]) and _passes(text, first, last, i, model, room):
                end = min(last, i + BEHIND)
            i += 1
        if end > ready:
            ready = end
            look_up(text, first, last, start, end, model[2], room[0])
        for k in range(start, end):
            _emit(text, first, last, k, model[0], room)
        best_path(start, end, model[3], room)
        found = _collect(text, places, model[2], start, end, room[1], t, out, found)
        i = done = end
    return found


@lean
def _passes(text: Any, first: Any, last: Any, i: Any, model: Any, room: Any) -> Any:
    return score(text, first, last, i, model[5], room[4]) >= model[6]


@lean
def _warm(text: Any, first: Any, last: Any, i: Any, model: Any, room: Any) -> Any:
    """Whether the letter at i may be of a place for all that its own features say."""
    _emit(text, first, last, i, model[0], room)
    scores = room[3]
    best = max(max(scores[i, B], scores[i, I]), max(scores[i, E], scores[i, S]))
    return best > scores[i, O] - model[4]


@lean
def _emit(text: Any, first: Any, last: Any, i: Any, packed: Any, room: Any) -> None:
    """Scores of the tags of the letter at i. packed: uint64[2**BITS], a weight + 128 in each byte, tag 0 lowest; the sums
    of 24 bytes fit into lanes of 16 bits."""
    marks, _, _, scores, slot = room
    slots(text, first, last, i, marks, slot)
    even, odd = np.uint64(0), np.uint64(0)
    for f in range(FEATURES):
        row = packed[slot[f]]
        even += row & _EVEN
        odd += (row >> _8) & _EVEN
    for pair in range(TAGS // 2):
        scores[i, 2 * pair] = np.int64(even & _LANE) - _BIAS
        scores[i, 2 * pair + 1] = np.int64(odd & _LANE) - _BIAS
        even, odd = even >> _16, odd >> _16


@inlined
def _behind(scores: Any, moves: Any, i: Any, a: Any, b: Any) -> Any:
    return scores[i, b] + moves[b, a]


@lean
def best_path(start: Any, end: Any, moves: Any, room: Any) -> None:
    """Best tags of letters start … end-1 into room[1], by their scores in room[3], which become those of paths."""
    _, tags, back, scores, _ = room
    for a in (B, I, E, S, G):
        scores[start, a] = scores[start, a] + moves[O, a] if a != I and a != E else _LOWEST
    for i in range(start + 1, end):
        for a in range(TAGS):
            if a == I or a == E:
                at = B if _behind(scores, moves, i - 1, a, B) >= _behind(scores, moves, i - 1, a, I) else I
                best = _behind(scores, moves, i - 1, a, at)
            else:
                at, best = O, _behind(scores, moves, i - 1, a, O)
                for b in (E, S, G):
                    value = _behind(scores, moves, i - 1, a, b)
                    if value > best:
                        best, at = value, b
            scores[i, a] += best
            back[i, a] = at
    at = O
    for a in (E, S, G):
        if scores[end - 1, a] > scores[end - 1, at]:
            at = a
    for i in range(end - 1, start - 1, -1):
        tags[i] = at
        at = back[i, at]


@lean
def _collect(text: Any, places: Any, tree: Any, start: Any, end: Any, tags: Any, t: Any, out: Any, found: Any) -> Any:
    i = start
    while i < end:
        a = tags[i]
        if a == O:
            i += 1
            continue
        k = i + 1
        while k < end and ((a == G and tags[k] == G) or (a != G and O < tags[k] < G)):
            k += 1
        owner = a == G
        if not owner:  # 北京 + 市政府
            stop, code = longest(tree, HEADS, text, k)
            owner, k = (True, min(stop, end)) if code == ORGANISATION else (False, k)
        if found < len(out):
            out[found, 0], out[found, 5], out[found, 6] = t, 0, owner
            out[found, 1], out[found, 2] = places[1, i], places[1, k - 1] + 1
            out[found, 3], out[found, 4] = places[0, i], places[0, k] - (places[1, k] - places[1, k - 1] - 1) * 3
        found += 1
        i = k
    return found


def legal() -> Any:
    """bool[TAGS, TAGS]: which tag may follow which. Places in a row are one: E and S have no B behind them."""
    table = np.zeros((TAGS, TAGS), bool)
    for a, following in ((O, (O, B, S, G)), (B, (I, E)), (I, (I, E)), (E, (O, G)), (S, (O, G)), (G, (O, B, S, G))):
        table[a, list(following)] = True
    return table
