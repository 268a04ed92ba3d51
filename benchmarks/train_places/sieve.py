"""The sieve in front of the tagger: most pairs of letters that names begin with stand in no name."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from benchmarks.train_places.data import Table
from quality.kernels import pii_places as kernel
from quality.kernels import pii_places_sieve as sieve

LOST = 0.004
"""Of the held-out places that have a hot pair, how many the sieve may pass over."""
SCALE = 12
"""Weights become bytes: 127 is 10.6 in the exponent."""


def trained(train: Table, held: Table, bits: Any, seed: int) -> tuple[Any, int]:
    """int8[2**SIEVE_BITS] and the score from which a pair is looked at."""
    weights = np.zeros(1 << sieve.SIEVE_BITS, np.float32)
    edge = _edges(train)
    order = list(range(len(train.bounds) - 1))
    for n, rate in enumerate((0.2, 0.1, 0.05)):
        random.Random(seed + n).shuffle(order)
        sieve.learn_sieve(train.letters, edge, train.bounds, bits, np.array(order), rate, 3.0, weights)
    small = np.clip(np.round(weights * SCALE), -127, 127).astype(np.int8)
    best = _best(held, bits, small)
    met = best[best > -(1 << 29)]
    bound = int(np.quantile(met, LOST))
    print(f"sieve: bound {bound}, {len(met) / len(best):.4f} of held-out places have a hot pair")
    return small, bound


def _edges(table: Table) -> Any:
    edge = np.zeros(len(table.letters), bool)
    edge[:-1] = (table.tags[:-1] == kernel.B) | (table.tags[1:] == kernel.E)
    return edge


def _best(table: Table, bits: Any, weights: Any) -> Any:
    starts, ends = np.flatnonzero(table.tags == kernel.B), np.flatnonzero(table.tags == kernel.E) + 1
    at = np.searchsorted(table.bounds, starts, side="right") - 1
    best = np.empty(len(starts), np.int64)
    sieve.best_scores(table.letters, starts, ends, table.bounds[at], table.bounds[at + 1] - 1, bits, weights, best)
    return best
