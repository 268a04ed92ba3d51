"""Equivalence classes: rows that share all quasi-identifiers, counted in persons, and how much they give away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
_CELLS = 1 << 22  # of the table classes × values that is held at once


@dataclass(frozen=True)
class Risk:
    """Of n rows. l and t are None without sensitive columns; with several, the worst of them.

    k: persons in the smallest class (Sweeney 2002). l: distinct sensitive values in the poorest class (Machanavajjhala
    et al. 2007). t: largest distance of a class's distribution from the whole table's (Li, Li & Venkatasubramanian 2007).
    max_risk, avg_risk: prosecutor risk, 1 / persons of the class, largest and averaged over persons (El Emam & Dankar 2008).
    """

    persons: int
    classes: int
    k: int
    l: int | None  # noqa: E741
    t: float | None
    max_risk: float
    avg_risk: float


def combine(columns: Sequence[Codes]) -> Codes:
    """One code (0 … classes-1) per row for each combination of the columns' codes; by order of the combinations."""
    if not columns:
        raise ValueError("no columns")
    joined = dense(columns[0])
    for column in columns[1:]:
        other = dense(column)
        joined = dense(joined * (other.max(initial=0) + 1) + other)
    return joined


def dense(codes: Codes) -> Codes:
    """Codes 0 … without gaps, in the same order; a table instead of sorting where the codes are small enough."""
    if len(codes) == 0 or codes.max() > 4 * len(codes) + (1 << 20):
        return np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return (np.cumsum(np.bincount(codes) > 0) - 1)[codes].astype(np.int64)


def persons_of(classes: Codes, who: Codes) -> Codes:
    """Distinct persons in each class. who: `subject_codes`."""
    width, count = int(who.max(initial=0)) + 1, int(classes.max(initial=-1)) + 1
    if width == len(who):  # everybody has one row
        return np.bincount(classes, minlength=count).astype(np.int64)
    pairs = np.sort(classes * width + who)
    fresh = np.ones(len(pairs), bool)
    fresh[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[fresh] // width, minlength=count).astype(np.int64)


def subject_codes(subject: NDArray[np.uint64]) -> Codes:
    """Persons as codes 0 … of hashed keys; 0 means no key: such a row is a person of its own."""
    codes = np.unique(subject, return_inverse=True)[1].reshape(-1).astype(np.int64)
    nobody = np.flatnonzero(subject == 0)
    codes[nobody] = len(subject) + np.arange(len(nobody))
    return dense(codes)


def assess(
    quasi: Sequence[Codes], subject: NDArray[np.uint64], sensitive: Sequence[Codes] = (), ordered: Sequence[bool] = ()
) -> Risk:
    """Risk of n rows. Codes int64 (n): equal codes are equal values; for an ordered sensitive column, codes in its order."""
    classes = combine(quasi)
    who = subject_codes(subject)
    size = persons_of(classes, who)
    if len(size) == 0:
        return Risk(0, 0, 0, None, None, 0.0, 0.0)
    total = int(who.max() + 1)
    ls = [int(diversity(classes, dense(column)).min()) for column in sensitive]
    ts = [closeness(classes, dense(column), ordered=in_order) for column, in_order in zip(sensitive, ordered, strict=True)]
    return Risk(
        persons=total,
        classes=len(size),
        k=int(size.min()),
        l=min(ls, default=None),
        t=max(ts, default=None),
        max_risk=1 / int(size.min()),
        avg_risk=len(size) / int(size.sum()),
    )


def diversity(classes: Codes, values: Codes) -> Codes:
    """Distinct values in each class."""
    width = values.max(initial=0) + 1
    pairs = np.unique(classes * width + values)
    return np.bincount(pairs // width).astype(np.int64)


def closeness(classes: Codes, values: Codes, *, ordered: bool) -> float:
    """The largest distance of a class's distribution of `values` from that of all rows, in 0…1.

    Earth mover's distance: with equal distances between categories it is the total variation; over m ordered values it is
    the mean of |cumulative differences|, divided by m − 1 (Li et al. 2007, section 3.1).
    """
    m, classes_count = int(values.max(initial=0)) + 1, int(classes.max(initial=-1)) + 1
    whole = np.bincount(values, minlength=m) / len(values)
    worst = 0.0
    order = np.argsort(classes, kind="stable")
    bounds = np.searchsorted(classes[order], np.arange(classes_count + 1))
    step = max(1, _CELLS // m)
    for first in range(0, classes_count, step):
        last = min(first + step, classes_count)
        rows = order[bounds[first] : bounds[last]]
        cells = np.bincount((classes[rows] - first) * m + values[rows], minlength=(last - first) * m).reshape(-1, m)
        gap = cells / cells.sum(axis=1, keepdims=True) - whole
        worst = max(worst, float(_distance(gap, ordered).max()))
    return round(worst, 9)


def _distance(gap: NDArray[np.float64], ordered: bool) -> NDArray[Any]:
    if not ordered:
        return np.abs(gap).sum(axis=1) / 2
    return np.abs(np.cumsum(gap, axis=1)[:, :-1]).sum(axis=1) / max(1, gap.shape[1] - 1)
