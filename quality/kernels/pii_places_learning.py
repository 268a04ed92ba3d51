"""Training of the place tagger: one pass of the averaged perceptron (Collins 2002; averaging after Daumé 2006)."""

from __future__ import annotations

from typing import Any

from numba import njit

from quality.kernels.lean import lean
from quality.kernels.pii_places import TAGS, best_path
from quality.kernels.pii_places_features import FEATURES, look_up, slots


@njit(nogil=True, cache=True)
def learn(
    text: Any, gold: Any, bounds: Any, order: Any, step: Any, weights: Any, tree: Any, moves: Any, sums: Any, move_sums: Any,
    room: Any,
) -> Any:  # fmt: skip
    """One pass over the sentences in `order`; returns (wrong tags, steps so far).

    text, gold: letters and tags of all sentences, bounds int64[n + 1], the last letter of each a BREAK. weights
    int32[2**BITS, TAGS] and moves int32[TAGS, TAGS] change; sums and move_sums (int64) add up step times change.
    """
    wrong = 0
    for s in order:
        step += 1
        first, last = bounds[s], bounds[s + 1] - 1
        if last - first < 2:
            continue
        look_up(text, first, last, first, last, tree, room[0])
        _score(text, first, last, weights, room)
        best_path(first, last, moves, room)
        wrong += _mend(text, gold, first, last, step, weights, moves, sums, move_sums, room)
    return wrong, step


@lean
def _score(text: Any, first: Any, last: Any, weights: Any, room: Any) -> None:
    marks, _, _, scores, slot = room
    for i in range(first, last):
        slots(text, first, last, i, marks, slot)
        for a in range(TAGS):
            scores[i, a] = 0
        for f in range(FEATURES):
            for a in range(TAGS):
                scores[i, a] += weights[slot[f], a]


@lean
def _mend(
    text: Any, gold: Any, first: Any, last: Any, step: Any, weights: Any, moves: Any, sums: Any, move_sums: Any, room: Any
) -> Any:
    """Moves the weights from the tags that were chosen to those that are right; returns how many were wrong."""
    marks, tags, _, _, slot = room
    wrong = 0
    for i in range(first, last):
        a, b = gold[i], tags[i]
        if a != b:
            wrong += 1
            slots(text, first, last, i, marks, slot)
            for f in range(FEATURES):
                weights[slot[f], a] += 1
                weights[slot[f], b] -= 1
                sums[slot[f], a] += step
                sums[slot[f], b] -= step
        if i > first and (a != b or gold[i - 1] != tags[i - 1]):
            moves[gold[i - 1], a] += 1
            moves[tags[i - 1], b] -= 1
            move_sums[gold[i - 1], a] += step
            move_sums[tags[i - 1], b] -= step
    return wrong
