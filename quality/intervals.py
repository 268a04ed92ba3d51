"""Intervals and estimates for counts: what a sample says about the whole, with its doubt."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

Z95 = 1.959963984540054
"""97.5 % quantile of the normal distribution."""


class Share(NamedTuple):
    """A share in 0…1 and the ends of its interval."""

    value: float
    low: float
    high: float


def wilson(hits: int, n: int) -> Share:
    """Share and its 95 % interval (Wilson 1927); (0, 0, 1) without observations."""
    if n == 0:
        return Share(0.0, 0.0, 1.0)
    share, spread = hits / n, Z95**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Share(share, max(0.0, middle - half), min(1.0, middle + half))


def clopper_pearson(hits: int, n: int, *, confidence: float = 0.95) -> Share:
    """Share and its exact two-sided interval (Clopper & Pearson 1934); (0, 0, 1) without observations."""
    if n == 0:
        return Share(0.0, 0.0, 1.0)
    tail = (1 - confidence) / 2
    return Share(hits / n, 1 - _upper(n - hits, n, tail), _upper(hits, n, tail))


def upper_bound(hits: int, n: int, *, confidence: float = 0.95) -> float:
    """One-sided exact upper bound on a share. With no hits it is 1 − (1 − confidence)^(1/n), close to the rule of three,
    3 / n (Hanley & Lippman-Hand 1983). 1.0 without observations."""
    return _upper(hits, n, 1 - confidence) if n else 1.0


def _upper(hits: int, n: int, tail: float) -> float:
    """The p at which `hits` or fewer of n have probability `tail`, by bisection."""
    if hits >= n:
        return 1.0
    low, high = hits / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(hits, n, middle) > tail else (low, middle)
    return high


def _at_most(hits: int, n: int, p: float) -> float:
    """P(X ≤ hits) of a binomial variable, 0 < p < 1."""
    if p <= 0.0:
        return 1.0
    if p >= 1.0:
        return 0.0
    k = np.arange(hits + 1)
    steps = np.log((n - k[:-1]) / (k[:-1] + 1)) if hits else np.zeros(0)
    logs = np.concatenate([[0.0], np.cumsum(steps)]) + k * math.log(p) + (n - k) * math.log1p(-p)
    return float(min(1.0, np.exp(logs).sum()))


def chapman(first: int, second: int, both: int) -> float:
    """How many there are, by two readers' independent finds (Chapman 1951): `both` were found by the two of them."""
    return (first + 1) * (second + 1) / (both + 1) - 1
