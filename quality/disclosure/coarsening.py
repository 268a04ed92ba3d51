"""Coarsening until every class has k persons: quasi-identifiers climb their ladders, what is left over is suppressed.

Generalisation is Datafly's (Sweeney 2002): the column with most values takes the next step, until few rows are left over.
Suppression is local: those rows lose cells, the most telling column first. No row is lost. The order of rows does not
matter, so neither do shards and workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quality.disclosure import ladders
from quality.disclosure.classes import Codes, combine, persons_of, subject_codes
from quality.disclosure.ladders import Kind

LEFT_OVER = 0.05
"""Share of rows that generalisation may leave to suppression."""


@dataclass(frozen=True)
class Coarsened:
    """columns: as they are to be published (large_string, null where suppressed). steps: rungs climbed per column;
    suppressed: cells of each that were set to null."""

    columns: list[pa.Array]
    steps: list[int]
    suppressed: list[int]


def codes(values: pa.Array) -> Codes:
    """int64 (n): place of each value among the sorted distinct ones; null is 0. Equal for any order of the rows."""
    distinct = pc.unique(values.drop_null())
    ordered = distinct.take(pc.sort_indices(distinct))
    return pc.add(pc.fill_null(pc.index_in(values, ordered), -1), 1).to_numpy(zero_copy_only=False).astype(np.int64)


def coarsen(
    columns: Sequence[pa.Array], subject: NDArray[np.uint64], k: int, *, generalise: bool, kinds: Sequence[Kind | None] = ()
) -> Coarsened:
    """`columns` (large_string, n each) so that every combination of their values is shared by k persons, if there are k."""
    who = subject_codes(subject)
    columns = list(columns)
    steps = [0] * len(columns)
    if generalise:
        columns, steps = _generalised(columns, who, k, list(kinds) or [None] * len(columns))
    before = [column.null_count for column in columns]
    mask = _suppressed([codes(column) for column in columns], who, k)
    columns = [
        pc.if_else(pa.array(~hidden), column, pa.scalar(None, column.type))
        for column, hidden in zip(columns, mask, strict=True)
    ]
    return Coarsened(columns, steps, [column.null_count - nulls for column, nulls in zip(columns, before, strict=True)])


def _generalised(columns: list[pa.Array], who: Codes, k: int, kinds: list[Kind | None]) -> tuple[list[pa.Array], list[int]]:
    rungs = [ladders.steps(c, kind or ladders.kind_of(c)) for c, kind in zip(columns, kinds, strict=True)]
    taken = [0] * len(columns)
    coded = [codes(column) for column in columns]
    while _small(coded, who, k).mean() > LEFT_OVER:
        open_ = [i for i in range(len(columns)) if taken[i] < len(rungs[i])]
        if not open_:
            break
        at = max(open_, key=lambda i: (len(np.unique(coded[i])), -i))
        columns[at] = rungs[at][taken[at]]()
        coded[at] = codes(columns[at])
        taken[at] += 1
    return columns, taken


def _small(coded: Sequence[Codes], who: Codes, k: int) -> NDArray[np.bool_]:
    """Rows in classes of fewer than k persons."""
    classes = combine(coded)
    return persons_of(classes, who)[classes] < k


def _suppressed(coded: list[Codes], who: Codes, k: int) -> list[NDArray[np.bool_]]:
    """Which cells to hide, one mask a column. Code 0 is null."""
    if len(who) == 0:
        return [np.zeros(0, bool) for _ in coded]
    coded = [column.copy() for column in coded]
    masks: list[NDArray[np.bool_]] = [np.zeros(len(who), bool) for _ in coded]
    order = sorted(range(len(coded)), key=lambda i: (-len(np.unique(coded[i])), i))
    for at in order:
        _hide(_small(coded, who, k), [at], coded, masks)
    while (rest := _small(coded, who, k)).any():  # too few are left for a class of their own: the next smallest joins them
        fuller = _smallest(coded, who, ~rest)
        _hide(rest | fuller, order, coded, masks)
        if not fuller.any():
            break
    return masks


def _smallest(coded: list[Codes], who: Codes, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows of the smallest class among those rows (of equal ones the first by its codes)."""
    classes = combine(coded)
    size = persons_of(classes, who)
    inside = np.unique(classes[among])
    if len(inside) == 0:
        return np.zeros(len(who), bool)
    chosen = inside[np.argmin(size[inside])]
    return classes == chosen


def _hide(rows: NDArray[np.bool_], columns: Sequence[int], coded: list[Codes], masks: list[NDArray[np.bool_]]) -> None:
    for at in columns:
        masks[at] |= rows & (coded[at] != 0)
        coded[at][rows] = 0
