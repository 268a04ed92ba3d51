"""Structured risk of the rows that stay: measured over all of them at once, before any is written (so workers don't matter).

The coarsened columns lie in `risk.arrow`, one row per kept row; the writing stage puts them in the place of the raw ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import schema
from corpora.workspace import write_atomically
from curation import proof
from curation.recipe import Recipe
from curation.run.working_rows import WorkingRows
from quality import disclosure
from quality.disclosure import SCENES, ladders
from quality.disclosure.coarsening import codes
from quality.disclosure.scenes import SOURCE

FILE = "risk.arrow"
MUCH = 0.1
"""Share of a column's cells from which losing them is worth a warning."""


def persons(rows: WorkingRows, kept: NDArray[np.bool_]) -> int:
    """Distinct subjects among the kept rows; a row without one counts as a person."""
    subject = rows.column(schema.SUBJECT, np.uint64)[kept]
    return len(np.unique(subject[subject != 0])) + int((subject == 0).sum())


def coarsen(recipe: Recipe, rows: WorkingRows, kept: NDArray[np.bool_], folder: Path) -> dict[str, Any]:
    """Coarsens and measures; leaves `risk.arrow` in `folder` and returns the metrics. {} without `risk` in the recipe."""
    asked = recipe.risk
    if asked is None:
        (folder / FILE).unlink(missing_ok=True)
        return {}
    subject = rows.column(schema.SUBJECT, np.uint64)[kept]
    raw = [_column(rows, name, kept) for name in asked.quasi]
    kinds: list[ladders.Kind | None] = [asked.kinds.get(name) for name in asked.quasi]
    k = max(asked.k, SCENES[asked.scene].k if asked.scene else 0)
    done = disclosure.coarsen(raw, subject, k, generalise=asked.by == "generalise", kinds=kinds)
    _save(asked.quasi, done.columns, folder)
    sensitive = [_column(rows, name, kept) for name in asked.sensitive]
    ordered = [ladders.kind_of(column) == "number" for column in sensitive]
    coded = [_ordered_codes(c) if in_order else codes(c) for c, in_order in zip(sensitive, ordered, strict=True)]
    found = disclosure.assess([codes(column) for column in done.columns], subject, coded, ordered)
    return _metrics(asked, k, done, found, [_share(column.null_count, len(column)) for column in raw])


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


def notes(metrics: dict[str, Any]) -> list[str]:
    """Warnings: columns that lost much of what they said on the way to k."""
    columns = (metrics.get("pii.structured_risk") or {}).get("columns") or {}
    return [
        f"准标识列「{name}」为达到 k 有 {one['lost']:.0%} 的单元格被置空"
        + ("，整列已没有内容" if one["empty"] == 1 else "")
        + "：可放宽 k、少列准标识，或从 columns 去掉它 / so many of its cells are empty now"
        for name, one in columns.items()
        if one["lost"] >= MUCH
    ]


def _metrics(
    asked: proof.Risk, k: int, done: disclosure.Coarsened, found: disclosure.Risk, before: list[float]
) -> dict[str, Any]:
    suppressed = dict(zip(asked.quasi, done.suppressed, strict=True))
    empty = {name: _share(column.null_count, len(column)) for name, column in zip(asked.quasi, done.columns, strict=True)}
    numbers: dict[str, Any] = {
        "pii.k_anonymity": found.k,
        "pii.l_diversity": found.l,
        "pii.t_closeness": found.t,
        "pii.prosecutor_risk_max": round(found.max_risk, 6),
        "pii.prosecutor_risk_avg": round(found.avg_risk, 6),
        "pii.suppressed_cells": sum(done.suppressed),
    }
    said = {
        "by": asked.by,
        "k_wanted": k,
        "classes": found.classes,
        "columns": {
            name: {"steps": steps, "suppressed": suppressed[name], "empty": empty[name], "lost": round(empty[name] - was, 6)}
            for name, steps, was in zip(asked.quasi, done.steps, before, strict=True)
        },
        "sensitive": list(asked.sensitive),
        "scene": asked.scene,
        "scene_met": disclosure.met(found.k, found.l, found.t),
        "scene_table": SOURCE,
    }
    return {name: value for name, value in numbers.items() if value is not None} | {"pii.structured_risk": said}


def _column(rows: WorkingRows, name: str, kept: NDArray[np.bool_]) -> pa.Array:
    """A declared column of the kept rows, trimmed; empty values are null."""
    parts = []
    for shard in rows.shards():
        here = kept[rows.bases[shard] : rows.bases[shard + 1]]
        parts += rows.table(shard, [name]).column(0).filter(pa.array(here)).chunks
    column = pc.utf8_trim_whitespace(pa.chunked_array(parts, pa.large_string()).combine_chunks())
    return pc.if_else(pc.equal(column, pa.scalar("", pa.large_string())), pa.scalar(None, pa.large_string()), column)


def _ordered_codes(column: pa.Array) -> NDArray[np.int64]:
    """Codes in the order of the numbers; what is no number comes first."""
    return np.unique(np.nan_to_num(ladders.number(column), nan=-np.inf), return_inverse=True)[1].reshape(-1).astype(np.int64)


def _save(names: list[str], columns: list[pa.Array], folder: Path) -> None:
    table = pa.table(dict(zip(names, columns, strict=True)))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    write_atomically(folder / FILE, sink.getvalue().to_pybytes())


@dataclass(frozen=True)
class Coarse:
    """The coarsened columns, for the writing stage. rows: int64, the kept rows, ascending; table: one row for each."""

    rows: NDArray[np.int64]
    table: pa.Table | None

    @classmethod
    def load(cls, folder: Path, kept: NDArray[np.bool_]) -> Coarse:
        path = folder / FILE
        if not path.is_file():
            return cls(np.zeros(0, np.int64), None)
        with pa.memory_map(str(path)) as source:
            return cls(np.flatnonzero(kept).astype(np.int64), pa.ipc.open_file(source).read_all())

    def apply(self, batch: pa.RecordBatch, rows: NDArray[np.int64]) -> pa.RecordBatch:
        """`batch`, whose row i is row rows[i] of the run, with its coarsened columns. Dropped rows get nulls."""
        if self.table is None or len(rows) == 0:
            return batch
        at = np.minimum(np.searchsorted(self.rows, rows), max(len(self.rows) - 1, 0))
        missing = self.rows[at] != rows if len(self.rows) else np.ones(len(rows), bool)
        taken = self.table.take(pa.array(at, mask=missing)).combine_chunks()
        for name in self.table.column_names:
            index = batch.schema.get_field_index(name)
            column = taken[name].combine_chunks()
            column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
            batch = batch.set_column(index, batch.schema.field(index), column)
        return batch
