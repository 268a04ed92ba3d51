"""The sieve in front of the place tagger: a linear score of a pair of letters and its two neighbours, over hashed features."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from quality.kernels.lean import inlined, lean
from quality.kernels.pii_letters import BREAK
from quality.kernels.pii_places_features import hot, mixed

SIEVE_BITS = 17
FEATURES = 5
_DROP, _16, _32, _48 = np.uint64(64 - SIEVE_BITS), np.uint64(16), np.uint64(32), np.uint64(48)


@inlined
def _slot(template: Any, a: Any, b: Any, c: Any) -> Any:
    return np.int64(mixed(a | b << _16 | c << _32 | np.uint64(template) << _48) >> _DROP)


@lean
def _slots(text: Any, first: Any, last: Any, i: Any, out: Any) -> None:
    """Slots of the pair at i, i + 1."""
    none = np.uint64(BREAK)
    a = np.uint64(text[i - 1]) if i > first else none
    b, c = np.uint64(text[i]), np.uint64(text[i + 1])
    d = np.uint64(text[i + 2]) if i + 2 < last else none
    zero = np.uint64(0)
    out[0], out[1], out[2] = _slot(1, b, c, zero), _slot(2, a, b, c), _slot(3, b, c, d)
    out[3], out[4] = _slot(4, a, b, zero), _slot(5, c, d, zero)


@lean
def score(text: Any, first: Any, last: Any, i: Any, weights: Any, out: Any) -> Any:
    """How much the pair at i looks like the beginning or end of a place. weights: [2**SIEVE_BITS]; out: int64[FEATURES]."""
    _slots(text, first, last, i, out)
    total = weights[out[0]] * 1
    for f in range(1, FEATURES):
        total += weights[out[f]]
    return total


@njit(nogil=True, cache=True)
def learn_sieve(text: Any, edge: Any, bounds: Any, bits: Any, order: Any, rate: Any, favour: Any, weights: Any) -> Any:
    """One pass of logistic regression over the hot pairs; returns how many. edge: bool per letter, where the pair that
    begins there is an edge of a place; favour: weight of those; weights: float32[2**SIEVE_BITS]."""
    out = np.empty(FEATURES, np.int64)
    count = 0
    for s in order:
        first, last = bounds[s], bounds[s + 1] - 1
        for i in range(first, last - 1):
            if not hot(bits, text[i], text[i + 1]):
                continue
            count += 1
            wanted = 1.0 if edge[i] else 0.0
            p = 1.0 / (1.0 + math.exp(-score(text, first, last, i, weights, out)))
            change = rate * (wanted - p) * (favour if edge[i] else 1.0)
            for f in range(FEATURES):
                weights[out[f]] += change
    return count


@njit(nogil=True, cache=True)
def best_scores(text: Any, starts: Any, ends: Any, firsts: Any, lasts: Any, bits: Any, weights: Any, best: Any) -> None:
    """best int64[n]: the highest score of a hot pair of each place starts … ends-1 in its sentence firsts … lasts-1."""
    out = np.empty(FEATURES, np.int64)
    for k in range(len(starts)):
        best[k] = -(1 << 30)
        for i in range(starts[k], ends[k] - 1):
            if hot(bits, text[i], text[i + 1]):
                best[k] = max(best[k], score(text, firsts[k], lasts[k], i, weights, out))
