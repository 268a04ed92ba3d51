"""How far people agree beyond chance, with bootstrap intervals. Community Label Studio does not say.

Values are a float array (units, raters), NaN where somebody did not answer. Cohen 1960 and 1968 (weights), Fleiss 1971,
Krippendorff 2011 (*Computing Krippendorff's Alpha-Reliability*). Held equal to scikit-learn, statsmodels and krippendorff.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval"]
Weights = Literal["none", "linear", "quadratic"]
Mark = tuple[int, int, str]
DRAWS = 1000


class Figure(NamedTuple):
    """A measure and its 95 % percentile bootstrap interval (Efron 1979), units drawn with replacement; NaN: undefined."""

    value: float
    low: float
    high: float
    units: int


def percent(values: Values) -> float:
    """Share of pairs of answers about the same unit that are the same; NaN without a pair."""
    pairs, same = _pairs(values)
    return float(same.sum() / pairs.sum()) if pairs.sum() else np.nan


def _pairs(values: Values) -> tuple[Values, Values]:
    counts = _counts(values, _levels(values))
    n = counts.sum(axis=1)
    return n * (n - 1), (counts * (counts - 1)).sum(axis=1)


def _levels(values: Values) -> Values:
    return np.unique(values[~np.isnan(values)])


def _counts(values: Values, levels: Values) -> Values:
    """(units, levels): how many raters gave each unit each value."""
    return (
        np.stack([(values == level).sum(axis=1) for level in levels], axis=1).astype(float)
        if len(levels)
        else np.zeros((len(values), 0))
    )


def cohen(first: Values, second: Values, *, weights: Weights = "none") -> float:
    """κ of two raters over the units that both answered. NaN without any, or where both always said one and the same."""
    both = ~np.isnan(first) & ~np.isnan(second)
    first, second = first[both], second[both]
    levels = np.union1d(first, second)
    if not len(levels):
        return np.nan
    table = np.zeros((len(levels), len(levels)))
    np.add.at(table, (np.searchsorted(levels, first), np.searchsorted(levels, second)), 1)
    cost = _cost(len(levels), weights)
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    expected = (cost * chance).sum()
    return float(1 - (cost * table).sum() / expected) if expected else np.nan


def _cost(k: int, weights: Weights) -> Values:
    far = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(float)
    return {"none": (far > 0).astype(float), "linear": far, "quadratic": far**2}[weights]


def fleiss(values: Values) -> float:
    """κ of any number of raters over the units that all of them answered; NaN where it is undefined."""
    whole = values[~np.isnan(values).any(axis=1)]
    if not len(whole) or whole.shape[1] < 2:
        return np.nan
    counts, raters = _counts(whole, _levels(whole)), whole.shape[1]
    observed = ((counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))).mean()
    chance = ((counts.sum(axis=0) / counts.sum()) ** 2).sum()
    return float((observed - chance) / (1 - chance)) if chance < 1 else np.nan


def alpha(values: Values, *, level: Level = "nominal") -> float:
    """Krippendorff's α: any number of raters, missing answers welcome. NaN where nothing differs or nothing can be paired."""
    levels = _levels(values)
    counts = _counts(values, levels)
    counts = counts[counts.sum(axis=1) > 1]
    n = counts.sum(axis=1, keepdims=True)
    if not len(counts):
        return np.nan
    coincidence = (counts / (n - 1)).T @ counts - np.diag((counts / (n - 1)).sum(axis=0))
    totals = coincidence.sum(axis=1)
    distance = _distance(levels, totals, level)
    expected = (np.outer(totals, totals) * distance).sum() / (totals.sum() - 1)
    return float(1 - (coincidence * distance).sum() / expected) if expected else np.nan


def _distance(levels: Values, totals: Values, level: Level) -> Values:
    """δ² between values: 1 where they differ, the squared difference, or the squared number of answers from one to the other."""
    if level == "nominal":
        return 1.0 - np.eye(len(levels))
    if level == "interval":
        return np.subtract.outer(levels, levels) ** 2
    places = np.cumsum(totals) - totals / 2
    return np.subtract.outer(places, places) ** 2


def characters(marks: Sequence[Mark]) -> set[tuple[int, str]]:
    """(position, kind) of every marked character."""
    return {(at, kind) for start, end, kind in marks for at in range(start, end)}


def span_counts(first: Sequence[Mark], second: Sequence[Mark]) -> tuple[int, int, int]:
    """Marked characters: of both, of the first alone, of the second alone. Other kinds are other characters."""
    a, b = characters(first), characters(second)
    return len(a & b), len(a - b), len(b - a)


def span_f1(counts: NDArray[np.int64]) -> float:
    """F1 on characters over documents: int64 (documents, 3) from span_counts. NaN where nobody marked anything."""
    both, first, second = (int(one) for one in counts.sum(axis=0))
    return 2 * both / (2 * both + first + second) if both + first + second else np.nan


def interval(measure: Callable[[NDArray[np.int64]], float], units: int, *, seed: int = 0, draws: int = DRAWS) -> Figure:
    """measure(rows) over all units and over `draws` samples of them; samples where it is undefined are left out."""
    value = measure(np.arange(units))
    generator = np.random.default_rng(seed)
    found = np.array([measure(generator.integers(0, units, units)) for _ in range(draws)]) if units else np.zeros(0)
    found = found[~np.isnan(found)]
    low, high = np.quantile(found, [0.025, 0.975]) if len(found) else (np.nan, np.nan)
    return Figure(float(value), float(low), float(high), units)
