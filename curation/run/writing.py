"""The last stage: personal information is replaced in kept and dropped rows alike; kept rows become release files.

A task is one release file (a run of content-defined row groups of one split) or one shard's rejected rows.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import forms, schema, text_buffers, vault
from corpora.shards import Cutter, ShardInfo, write_shard
from curation.recipe import Recipe, own_columns, shaped
from curation.run import shown, unsure
from curation.run.clock import Clock
from curation.run.deciding import KEPT
from curation.run.measuring import BYTES
from curation.run.renaming import Renamed
from curation.run.restoring import Restored
from curation.run.risk import Coarse
from curation.run.splits import NAMES
from curation.run.treating import Treater
from curation.run.typed_columns import ARROW, convert
from curation.run.working_rows import WorkingRows, one_batch

CLUSTER_SIZE = "cluster_size"


@dataclass(frozen=True)
class Job:
    """What every worker of the stage needs to know. `decided` holds drop.npy, split.npy, size.npy, marks.parquet."""

    recipe: Recipe
    base: str
    key: bytes
    rows: WorkingRows
    decided: str
    stage: str
    rejected: str
    reasons: tuple[tuple[str, str], ...]
    vault_key: bytes | None = None  # of the sealed vault, where the recipe asks for one
    vault: str = ""  # folder of its parts


@dataclass(frozen=True)
class FileTask:
    """One release file: rows `edges[i]` … `edges[i+1]`-1 of the split's kept rows are its i-th row group."""

    split: int
    number: int
    edges: tuple[int, ...]


@dataclass(frozen=True)
class RejectedTask:
    """The dropped rows of one shard."""

    shard: int


def plan(rows: WorkingRows, kept: NDArray[np.bool_], split: NDArray[np.int8]) -> list[FileTask]:
    """Cuts the kept rows of each split, in order, into files and row groups at content-defined ids."""
    cutters = [Cutter() for _ in NAMES]
    groups, files = [[0] for _ in NAMES], [list[int]() for _ in NAMES]
    for shard in rows.shards():
        here = slice(int(rows.bases[shard]), int(rows.bases[shard + 1]))
        table = rows.table(shard, [schema.ID, BYTES])
        ids, sizes = text_buffers.binary_rows(one_batch(table.select([schema.ID])).column(0)), table[BYTES].to_numpy()
        for s in range(len(NAMES)):
            chosen = kept[here] & (split[here] == s)
            group_cuts, file_cuts = cutters[s].feed(ids[chosen], sizes[chosen].astype(np.int64))
            groups[s] += group_cuts.tolist()
            files[s] += file_cuts.tolist()
    return [task for s in range(len(NAMES)) for task in _files(s, groups[s], files[s], cutters[s].rows)]


def _files(split: int, groups: list[int], files: list[int], rows: int) -> Iterator[FileTask]:
    if rows == 0:
        return
    groups = groups if groups[-1] == rows else [*groups, rows]
    ends = files if files and files[-1] == rows else [*files, rows]
    start = 0
    for number, end in enumerate(ends):
        yield FileTask(split, number, tuple(edge for edge in groups if start <= edge <= end))
        start = end


def _size(batch: pa.RecordBatch) -> int:
    return int(pc.sum(batch.column(BYTES)).as_py() or 0)


class Writer:
    """The work of the stage: `writer(task)` writes one file and says what it wrote."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.treat = Treater(job.recipe, job.base, job.key)
        folder = Path(job.decided)
        self.renamed = Renamed.load(folder)
        self.drop, self.split, self.size = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("drop", "split", "size")
        )
        self.coarse = Coarse.load(folder, self.drop == KEPT)
        self.restored = Restored.load(folder)

    def __call__(self, task: FileTask | RejectedTask) -> dict[str, Any]:
        clock = Clock()
        done = self._rejected(task, clock) if isinstance(task, RejectedTask) else self._file(task, clock)
        clock.to(None)
        return {**done, "clock": clock.to_dict()}

    def _file(self, task: FileTask, clock: Clock) -> dict[str, Any]:
        rows = np.flatnonzero((self.drop == KEPT) & (self.split == task.split)).astype(np.int64)
        stem = f"{NAMES[task.split]}-{task.number:05}.parquet"
        misfits: dict[str, int] = {}
        signals: list[pa.Table] = []
        low, watched = Counter[str](), 0
        restored: list[pa.Table] = []
        seen_as: list[pa.Table] = []

        def groups() -> Iterator[pa.Table]:
            nonlocal watched
            for start, stop in zip(task.edges, task.edges[1:], strict=False):
                batch = self._treated(rows[start:stop], clock)
                clock.to("write", "write")
                clock.count("write", "write", batch.num_rows, batch.num_rows, _size(batch))
                more, seen = unsure.count(self.job.recipe, batch)
                low.update(more)
                watched += seen
                if self.job.vault_key:
                    restored.append(
                        vault.rows(text_buffers.hex_strings(batch.column(schema.ID)), batch.column(schema.VAULT))
                    )
                seen_as.append(shown.table(batch, self.treat.replaced, self.treat.width))
                signals.append(signal_table(self.job.recipe, batch, self.size[rows[start:stop]]))
                yield default_table(self.job.recipe, batch, misfits)

        leaves = [leaf.path for leaf in self.job.recipe.leaves]
        data = write_shard(
            Path(self.job.stage, "data", stem), groups(), default_schema(self.job.recipe), text_columns=leaves
        )
        side = write_shard(Path(self.job.stage, "signals", stem), signals, signals[0].schema, text_columns=[])
        if self.job.vault_key:
            vault.write_part(Path(self.job.vault, f"{stem}.part"), pa.concat_tables(restored), self.job.vault_key)
        shown.write(Path(self.job.decided), stem, seen_as)
        fates = unsure.fates(self.job.recipe, signals)
        return {
            "shards": [data, side],
            "misfits": misfits,
            "split": NAMES[task.split],
            "rows": data.rows,
            "kinds": fates["replaced"],
            "stay": {name: fates[name] for name in ("kept", "restored")},
            "unsure": low,
            "watched": watched,
        }

    def _treated(self, rows: NDArray[np.int64], clock: Clock) -> pa.RecordBatch:
        clock.to("gather", "write")
        batch = self.coarse.apply(self.restored.apply(one_batch(self.job.rows.take(rows)), rows), rows)
        return self.renamed.apply(self.treat(batch, clock), rows)

    def _rejected(self, task: RejectedTask, clock: Clock) -> dict[str, Any]:
        start, stop = (int(self.job.rows.bases[task.shard + i]) for i in (0, 1))
        rows = start + np.flatnonzero(self.drop[start:stop] != KEPT).astype(np.int64)
        if len(rows):
            batch = self._treated(rows, clock)
            clock.to("write", "write")
            table = rejected_table(self.job, batch, rows, np.asarray(self.drop[rows]))
            path = Path(self.job.rejected, f"{task.shard:05}.parquet")
            pq.write_table(table, path.with_suffix(".part"), compression="zstd")
            os.replace(path.with_suffix(".part"), path)
            seen_as = shown.table(batch, self.treat.replaced, self.treat.width, with_spans=True)
            shown.write(Path(self.job.decided), f"{shown.REJECTED}{task.shard:05}.parquet", [seen_as])
        return {
            "shards": list[ShardInfo](),
            "misfits": {},
            "split": "",
            "rows": 0,
            "kinds": {},
            "stay": {},
            "unsure": {},
            "watched": 0,
        }


def build(job: Job) -> Callable[[FileTask | RejectedTask], dict[str, Any]]:
    """For the runner: starts the stage in a worker."""
    return Writer(job)


def default_schema(recipe: Recipe) -> pa.Schema:
    """Columns of the default config: id, text leaves, source, licence, quality, declared columns."""
    leaf_fields = [_leaf_field(recipe, column) for column in dict.fromkeys(leaf.column for leaf in recipe.leaves)]
    own = [pa.field(name, ARROW[column.type]) for name, column in own_columns(recipe)]
    head = [pa.field(schema.ID, pa.large_string(), False), *leaf_fields]
    labels = pa.large_string()
    rest = [pa.field("source", labels, False), pa.field("licence", labels, False), pa.field(schema.QUALITY, pa.float32())]
    return pa.schema([*head, *rest, *shaped(recipe), *own])


def _leaf_field(recipe: Recipe, column: str) -> pa.Field:
    fields = [leaf.field for leaf in recipe.leaves if leaf.column == column]
    if fields == [None]:
        return pa.field(column, pa.large_string())
    siblings = [name.removeprefix(f"{column}[].") for name in recipe.columns if name.startswith(f"{column}[].")]
    names = dict.fromkeys([*siblings, *(field for field in fields if field)])
    return pa.field(column, pa.large_list(pa.struct([pa.field(name, pa.large_string()) for name in names])))


def default_table(recipe: Recipe, batch: pa.RecordBatch, misfits: dict[str, int]) -> pa.Table:
    """One row group of the default config. `misfits` counts values that do not fit their declared type."""
    source = batch.column(schema.SOURCE)
    columns: dict[str, pa.Array] = {
        schema.ID: text_buffers.hex_strings(batch.column(schema.ID)),
        "source": pa.array([s.label for s in recipe.sources], pa.large_string()).take(source),
        "licence": pa.array([s.licence for s in recipe.sources], pa.large_string()).take(source),
    }
    for name, column in own_columns(recipe):
        columns[name], bad = convert(batch.column(name), column.type)
        misfits[name] = misfits.get(name, 0) + bad
    wanted = default_schema(recipe)
    if schema.QUALITY not in batch.schema.names:
        columns[schema.QUALITY] = pa.nulls(batch.num_rows, pa.float32())
    arrays = [columns[f.name] if f.name in columns else batch.column(f.name).cast(f.type) for f in wanted]
    return pa.Table.from_arrays(arrays, schema=wanted)


def signal_table(recipe: Recipe, batch: pa.RecordBatch, cluster_size: NDArray[np.int32]) -> pa.Table:
    """One row group of the signals config: id, every public measured column, positions of findings, cluster size."""
    names = [f.name for step in recipe.of_phase("measure") for f in step.adds() if not f.name.startswith("_")]
    columns = {
        schema.ID: text_buffers.hex_strings(batch.column(schema.ID)),
        schema.GENERATED: batch.column(schema.GENERATED),
    }
    columns.update({name: batch.column(name) for name in names})
    columns[CLUSTER_SIZE] = pa.array(np.ascontiguousarray(cluster_size), pa.int32())
    if schema.SPANS in batch.schema.names:
        columns["spans"] = batch.column(schema.SPANS)
    return pa.table(columns)


def rejected_table(job: Job, batch: pa.RecordBatch, rows: NDArray[np.int64], drop: NDArray[np.int16]) -> pa.Table:
    """Dropped rows, treated, with step, reason, value and bound. Private all the same."""
    marks = pq.read_table(
        Path(job.decided, "marks.parquet"), filters=[("row", ">=", int(rows[0])), ("row", "<=", int(rows[-1]))]
    )
    steps, reasons = (pa.array([pair[i] for pair in job.reasons], pa.string()) for i in (0, 1))
    leaves = list(dict.fromkeys(leaf.column for leaf in job.recipe.leaves))
    table = pa.table(
        {
            "row": pa.array(rows),
            "id": text_buffers.hex_strings(batch.column(schema.ID)),
            "step": steps.take(pa.array(drop)),
            "reason": reasons.take(pa.array(drop)),
        }
        | {name: batch.column(name) for name in leaves}
    )
    keys = ["row", "step", "reason"]
    first = marks.group_by(keys, use_threads=False).aggregate([("value", "min"), ("bound", "min")])
    first = first.rename_columns([*keys, "value", "bound"])
    # an Arrow join carries no lists, so texts are left out of it
    joined = (
        table.select(keys)
        .append_column("at", pa.array(np.arange(len(rows))))
        .join(first, keys, use_threads=False)
        .sort_by("at")
    )
    for name in ("value", "bound"):
        table = table.append_column(name, joined[name])
    return table.replace_schema_metadata({"format": str(forms.FORMAT)})
