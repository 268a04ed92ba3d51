"""Treated text of a run's rows, by row number: of kept rows from the sealed release, of dropped ones from the rejected table.

The working tables hold untreated text; nothing that people see is read from them (law 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.errors import UsageError
from corpora.release import load
from corpora.text_buffers import Leaf
from curation.recipe import own_columns
from curation.run import shown
from curation.run.deciding import KEPT, Decided
from curation.run.splits import NAMES
from curation.run.work_folder import State

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class File:
    """One table, the rows in it, ascending, and the tables beside it that tell of the same rows in the same order: where findings
    stand in the text, and what was replaced."""

    path: Path
    rows: Rows
    spans: Path
    shown: Path

    def at(self, rows: Rows) -> NDArray[np.intp]:
        """Places in the table of those of `rows` (ascending) that are in it."""
        places = np.searchsorted(self.rows, rows)
        inside = places < len(self.rows)
        return places[inside][self.rows[places[inside]] == rows[inside]]


@dataclass(frozen=True)
class TreatedRow:
    """One row as people see it. places: (leaf, item) of each string; texts: the strings; spans refer to them; replaced:
    forms.REPLACED of the row, None where nobody can tell."""

    places: list[tuple[int, int]]
    texts: list[str]
    spans: list[dict[str, Any]]
    replaced: list[dict[str, Any]] | None


@dataclass(frozen=True)
class Treated:
    """The treated rows of a finished run."""

    state: State
    decided: Decided

    @cached_property
    def files(self) -> list[File]:
        """Every table with its rows. Raises UsageError where the release is not on this machine any more."""
        if not self.state.release_folder.is_dir():
            raise UsageError(
                "发布已不在这台机器上 / the release is not on this machine any more",
                hint="重新运行配方 / run the recipe again",
            )
        return [*self._released(), *self._rejected()]

    def _released(self) -> Iterator[File]:
        release = load(self.state.release_folder)
        for number, split in enumerate(NAMES):
            rows = np.flatnonzero((self.decided.drop == KEPT) & (self.decided.split == number)).astype(np.int64)
            start = 0
            pairs = zip(release.tables(split=split), release.tables("signals", split=split), strict=True)
            for place, (path, side) in enumerate(pairs):
                stop = start + pq.read_metadata(path).num_rows
                yield File(path, rows[start:stop], side, self.state.here / shown.FOLDER / f"{split}-{place:05}.parquet")
                start = stop

    def _rejected(self) -> Iterator[File]:
        for path in sorted((self.state.here / "rejected").glob("*.parquet")):
            beside = self.state.here / shown.FOLDER / f"{shown.REJECTED}{path.name}"
            yield File(path, pq.read_table(path, columns=["row"])["row"].to_numpy(), beside, beside)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return self.state.file.recipe.leaves

    def fetch(self, rows: Rows) -> list[dict[str, Any]]:
        """Leaf columns, and of kept rows the declared ones, of each of these rows, in their order. For a page of rows."""
        found: dict[int, dict[str, Any]] = {}
        names = [
            *dict.fromkeys(leaf.column for leaf in self.leaves),
            *(name for name, _ in own_columns(self.state.file.recipe)),
        ]
        for file in self.files:
            if len(at := file.at(np.sort(rows))):
                found |= zip(file.rows[at].tolist(), _rows(file.path, at, names), strict=True)
        return [found.get(row, {}) for row in rows.tolist()]

    def read(self, rows: Rows) -> dict[int, TreatedRow]:
        """Each of these rows with what is known of its text. For a page of rows: nothing is replayed, the sources may be gone."""
        found: dict[int, TreatedRow] = {}
        columns = list(dict.fromkeys(leaf.column for leaf in self.leaves))
        for file in self.files:
            if len(at := file.at(np.sort(rows))):
                parts = _rows(file.path, at, columns), _rows(file.spans, at, ["spans"]), _rows(file.shown, at, ["replaced"])
                for row, texts, side, tie in zip(file.rows[at].tolist(), *parts, strict=True):
                    strings = dict(_strings(texts, self.leaves))
                    found[row] = TreatedRow(
                        list(strings), list(strings.values()), side.get("spans") or [], tie.get("replaced")
                    )
        return found


def _strings(values: dict[str, Any], leaves: tuple[Leaf, ...]) -> Iterator[tuple[tuple[int, int], str]]:
    """((leaf, item), string) of a row, as text_buffers.leaf_values has them."""
    for number, leaf in enumerate(leaves):
        if leaf.field is None:
            yield (number, 0), values[leaf.column] or ""
            continue
        for item, one in enumerate(values[leaf.column] or ()):
            yield (number, item), (one or {}).get(leaf.field) or ""


def _rows(path: Path, at: NDArray[np.intp], names: list[str]) -> list[dict[str, Any]]:
    """These rows of one file, in order, with those columns that it has; reads the row groups that they are in. Nothing is known
    where there is no file: a run of an old version."""
    if not path.is_file():
        return [{} for _ in at]
    file = pq.ParquetFile(path)
    if not (wanted := [name for name in names if name in file.schema_arrow.names]):
        return [{} for _ in at]
    edges = np.concatenate([[0], np.cumsum([file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)])])
    groups = defaultdict[int, list[int]](list)
    for place in at.tolist():
        group = int(np.searchsorted(edges, place, side="right")) - 1
        groups[group].append(place - int(edges[group]))
    parts = [file.read_row_group(group, columns=wanted).take(pa.array(places)) for group, places in groups.items()]
    return pa.concat_tables(parts).to_pylist()


def holds(batch: pa.RecordBatch, leaves: tuple[Leaf, ...], text: str) -> NDArray[np.bool_]:
    """Which rows have this substring in one of their leaves, as it is written."""
    out = np.zeros(batch.num_rows, bool)
    for leaf in leaves:
        column = batch.column(leaf.column)
        if leaf.field is None:
            out |= pc.fill_null(pc.match_substring(column, text), False).to_numpy(zero_copy_only=False)
            continue
        values = pc.struct_field(pc.list_flatten(column), leaf.field)
        hits = pc.fill_null(pc.match_substring(values, text), False).to_numpy(zero_copy_only=False)
        out[np.unique(pc.list_parent_indices(column).to_numpy()[hits])] = True
    return out
