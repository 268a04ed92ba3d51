"""Which split a row belongs to. A component (one patient, one machine, one near-duplicate) never straddles splits.

A component keeps the split it had in the parent version. Where new rows join parents that disagree, it becomes
test, and its former training rows are dropped (`split_conflict`): what was trained on must not be tested on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.errors import GateFailed
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts
from curation.recipe import Splits

NAMES = ("train", "validation", "test")
TRAIN, VALIDATION, TEST = range(3)
SMALL = 100  # below this many rows a single row weighs more than 1 %: the bound on components is only reported


@dataclass(frozen=True)
class Assigned:
    """split: int8 (n), index into NAMES; conflict: bool (n), rows that drop as split_conflict;
    largest: rows of the largest component of more than one row (0 if there is none)."""

    split: NDArray[np.int8]
    conflict: NDArray[np.bool_]
    largest: int


def assign(
    settings: Splits,
    *,
    component: NDArray[np.int64],
    kept: NDArray[np.bool_],
    ids: NDArray[np.uint8],
    key: bytes,
    parent: NDArray[np.int8],
    held_out: NDArray[np.bool_],
) -> Assigned:
    """Splits of n rows. component: smallest row of each row's component; ids: uint8 (n, 16);
    parent: the row's split in the parent version or −1; held_out: rows of the time hold-out.

    Raises GateFailed when a component is larger than the recipe allows.
    """
    split = np.full(len(component), TRAIN, np.int8)
    conflict = np.zeros(len(component), bool)
    rows = np.flatnonzero(kept)
    if len(rows) == 0:
        return Assigned(split, conflict, 0)
    roots, group = np.unique(component[rows], return_inverse=True)
    sizes = np.bincount(group)
    largest = int(sizes.max()) if sizes.max() > 1 else 0
    _check_largest(settings, largest, len(rows))
    chosen = _by_hash(settings, _smallest(ids[rows], group, len(roots)), key)
    seen = _seen(parent[rows], group, len(roots))
    known = seen.any(axis=1)
    chosen[known] = seen[known].argmax(axis=1)
    clash = seen.sum(axis=1) > 1
    chosen[clash] = TEST
    chosen[np.bincount(group, weights=held_out[rows], minlength=len(roots)) > 0] = TEST
    split[rows] = chosen[group]
    conflict[rows] = (parent[rows] == TRAIN) & (split[rows] != TRAIN)
    return Assigned(split, conflict, largest)


def _check_largest(settings: Splits, largest: int, rows: int) -> None:
    if largest > settings.largest_component * rows and rows >= SMALL and not settings.allow_large_component:
        raise GateFailed(
            f"最大的分量有 {largest} 行，超过 {rows} 行的 {settings.largest_component:.0%} / largest component: {largest} of {rows} rows",
            hint="检查主体列是否选对；确实如此时设 splits.allow_large_component: true / check the subject column, or allow it in the recipe",
        )


def _smallest(ids: NDArray[np.uint8], group: NDArray[Any], groups: int) -> NDArray[np.uint64]:
    """uint64 per component: the smallest id prefix among its kept rows; does not depend on the order of rows."""
    prefix = np.ascontiguousarray(ids[:, :8]).view(">u8").ravel().astype(np.uint64)
    smallest = np.full(groups, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(smallest, group, prefix)
    return smallest


def _by_hash(settings: Splits, names: NDArray[np.uint64], key: bytes) -> NDArray[np.int8]:
    """A keyed draw in [0, 1) per component, cut at the shares."""
    view = Texts(names.astype(">u8").view(np.uint8), np.arange(0, 8 * len(names) + 1, 8, dtype=np.int64))
    draw = keyed_hashes(key, view, 8).copy().view(">u8").ravel().astype(np.float64) / 2.0**64
    edges = np.array([settings.train, settings.train + settings.validation])
    return np.searchsorted(edges, draw, side="right").astype(np.int8)


def _seen(parent: NDArray[np.int8], group: NDArray[Any], groups: int) -> NDArray[np.bool_]:
    """bool (components, splits): some row of the component was in that split of the parent version."""
    seen = np.zeros((groups, len(NAMES)), bool)
    old = parent >= 0
    seen[group[old], parent[old]] = True
    return seen
