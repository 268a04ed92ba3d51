"""The first stage, one shard at a time: read · rewrite · measure. Its result is a working table that is still private.

Per shard the work folder gets `NNNNN.arrow` (documents with cleaned text, signals, findings), keys for
deduplication, `NNNNN.quarantine.parquet`, and `NNNNN.json` (facts), which is written last: a shard with facts is finished.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpora import schema, sources, text_buffers
from corpora.forms import FORMAT
from corpora.hashing import keyed_hashes
from corpora.sources import Shard, Want, columnar
from corpora.text_buffers import Leaf, Texts
from curation import identities
from curation.dedup.store import KeyStore
from curation.recipe import Recipe, Source, own_columns
from curation.reshape import reshaping
from curation.reshape.reshaping import Reshaping
from curation.rewriting import Outcome, Rewriting
from curation.run.clock import Clock
from curation.step import Context, Work
from quality import sketch

CONTENT_KEY = "_content_key"  # binary(16), keyed hash of the cleaned, untreated text
BYTES = "_bytes"  # int64, bytes of all leaves of the row


@dataclass(frozen=True)
class Job:
    """What every worker of the stage needs to know."""

    recipe: Recipe
    base: str
    key: bytes
    folder: str
    block_bytes: int


@dataclass
class Facts:
    """What one shard became. Plain numbers: goes through JSON."""

    source: int
    read: int = 0
    rows: int = 0
    quarantined: int = 0
    made: int = 0
    consumed: int = 0
    bytes: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)  # column of the source → records that have it
    changed: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    not_text: Counter[str] = field(default_factory=Counter)  # key of vocabulary.NOT_TEXT
    edits: dict[str, Counter[str]] = field(default_factory=dict)
    clock: dict[str, dict[str, Any]] = field(default_factory=dict)


def facts_path(folder: Path, shard: int) -> Path:
    return folder / f"{shard:05}.json"


def rows_path(folder: Path, shard: int) -> Path:
    return folder / f"{shard:05}.arrow"


def load_facts(folder: Path, shard: int) -> Facts | None:
    """Facts of a finished shard, or None."""
    path = facts_path(folder, shard)
    if not path.exists():
        return None
    data = json.loads(path.read_text("utf-8"))
    if data.pop("format") != FORMAT:
        return None
    for name in ("causes", "present", "changed", "flagged", "not_text"):
        data[name] = Counter(data[name])
    data["edits"] = {step: Counter(causes) for step, causes in data["edits"].items()}
    return Facts(**data)


def want(recipe: Recipe, source: Source, key: bytes) -> Want:
    """What the recipe asks of a record of this source, in the source's own column names."""
    made = reshaping.made(recipe.of_phase("reshape"))
    read = [path for path, leaf in zip(recipe.text, recipe.leaves, strict=True) if leaf.column not in made]
    leaves = tuple(Leaf.parse(source.text.get(path, path)) for path in read)
    subject = source.subject or recipe.subject
    columns = [column.source or name for name, column in recipe.columns.items()] + ([subject] if subject else [])
    columns += [*identities.column_names(recipe.identities), *reshaping.reads(recipe.of_phase("reshape"))]
    columns = [name for name in columns if name.partition("[].")[0] not in made or "[]." not in name]
    own_id = source.id or recipe.id
    if own_id and own_id != schema.ID:  # carried only to tell a misspelt name: `id` itself is optional
        columns.append(own_id)
    return Want(leaves, own_id, tuple(dict.fromkeys(columns)), key, source.label)


class Cleaner:
    """read · rewrite for one recipe: also used by `explain` and `peek` to replay single rows."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.context = Context(job.recipe.leaves, job.key, job.base, job.recipe.identities)
        self.reshaping = Reshaping.start(job.recipe.of_phase("reshape"), self.context)
        self.rewriting = Rewriting.start(job.recipe.of_phase("rewrite"), self.context)

    def conform(self, batch: pa.RecordBatch, source: Source) -> pa.RecordBatch:
        """The reader's batch with the recipe's column names: origin, leaves, declared columns, hashed subject."""
        recipe = self.job.recipe
        names, arrays = list(schema.ORIGIN.names), [batch.column(n) for n in schema.ORIGIN.names]
        steps = recipe.of_phase("reshape")
        for path in dict.fromkeys(leaf.column for leaf in recipe.leaves if leaf.column not in reshaping.made(steps)):
            names.append(path)
            arrays.append(batch.column(Leaf.parse(_source_path(recipe, source, path)).column))
        for name, column in own_columns(recipe):
            names.append(name)
            arrays.append(batch.column(column.source or name))
        for name in identities.column_names(recipe.identities):
            names.append(identities.private(name))
            arrays.append(batch.column(name))
        for name in reshaping.reads(steps):
            names.append(reshaping.field(name))
            arrays.append(batch.column(name))
        subject = source.subject or recipe.subject
        names.append(schema.SUBJECT)
        arrays.append(_subject(batch, subject, self.job.key))
        names.append(schema.GENERATED)
        arrays.append(pa.array(np.full(batch.num_rows, int(source.generated), np.int8)))
        return pa.RecordBatch.from_arrays(arrays, names=names)


def _source_path(recipe: Recipe, source: Source, column: str) -> str:
    """The source's path of the leaf that lives in the recipe's `column`."""
    path = next(path for path, leaf in zip(recipe.text, recipe.leaves, strict=True) if leaf.column == column)
    return source.text.get(path, path)


def _subject(batch: pa.RecordBatch, name: str | None, key: bytes) -> pa.Array:
    if name is None:
        return pa.array(np.zeros(batch.num_rows, np.uint64))
    view = text_buffers.texts(batch.column(name))
    hashes = keyed_hashes(key, view, 8).copy().view(np.uint64).ravel() | np.uint64(1)
    return pa.array(np.where(np.diff(view.offsets) > 0, hashes, np.uint64(0)))


class Measurer:
    """The work of the stage: `measurer((position, shard)) → Facts`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.cleaner = Cleaner(job)
        self.measures: list[tuple[str, Work]] = [
            (step.key, step.start(self.cleaner.context)) for step in job.recipe.of_phase("measure")
        ]
        deduplicates = any(
            step.key.startswith("dedup") or step.step.startswith("dedup") for step in job.recipe.of_phase("decide")
        )
        self.keys = deduplicates or job.recipe.splits.by_template

    def __call__(self, task: tuple[int, Shard]) -> dict[str, Any]:
        position, shard = task
        folder = Path(self.job.folder)
        facts, clock, keys = Facts(shard.source), Clock(), list[Any]()
        quarantine: list[pa.RecordBatch] = []
        with _Table(rows_path(folder, position)) as table:
            for batch in self._documents(shard, facts, clock, quarantine):
                measured, batch_keys = self._measure(batch, facts, clock)
                clock.to("checkpoint", "measure")
                table.write(measured)
                keys += batch_keys
        if self.keys:
            KeyStore(folder / "keys").write(position, sketch.concat(keys))
        if quarantine:
            write_quarantine(folder / f"{position:05}.quarantine.parquet", quarantine)
        clock.to(None)
        facts.clock = clock.to_dict()
        return _save(facts, facts_path(folder, position))

    def _documents(
        self, shard: Shard, facts: Facts, clock: Clock, quarantine: list[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        source = self.job.recipe.sources[shard.source]
        wanted = want(self.job.recipe, source, self.job.key)
        blocks = iter(sources.read(shard, wanted, block_bytes=self.job.block_bytes))
        while True:
            clock.to("read", "read")
            block = next(blocks, None)
            if block is None:
                return
            facts.read += block.read
            facts.quarantined += block.quarantine.num_rows
            facts.bytes += block.size
            facts.not_text.update(block.not_text)
            if block.quarantine.num_rows:
                quarantine.append(block.quarantine)
                facts.causes.update(block.quarantine["cause"].to_pylist())
            clock.count("read", "read", block.read, block.documents.num_rows, block.size)
            for name in wanted.carried:
                facts.present[name] += block.documents.num_rows - block.documents.column(name).null_count
            if block.documents.num_rows:
                batch = self._reshape(self.cleaner.conform(block.documents, source), facts, clock, quarantine)
                if batch.num_rows:
                    yield batch

    def _reshape(
        self, batch: pa.RecordBatch, facts: Facts, clock: Clock, quarantine: list[pa.RecordBatch]
    ) -> pa.RecordBatch:
        clock.to("reshape", "reshape")
        done = self.cleaner.reshaping(batch)
        reshaped = self._with_text(done.batch, facts, quarantine)
        facts.rows += reshaped.num_rows
        facts.made += done.made
        facts.consumed += done.consumed
        if self.cleaner.reshaping.steps:
            clock.count("reshape", "reshape", batch.num_rows, reshaped.num_rows, 0)
        return reshaped

    def _with_text(self, batch: pa.RecordBatch, facts: Facts, quarantine: list[pa.RecordBatch]) -> pa.RecordBatch:
        """Rows whose text was made from empty columns go to quarantine; text that was read is known to be there."""
        if not reshaping.made(self.job.recipe.of_phase("reshape")):
            return batch
        full = reshaping.has_text(batch, self.cleaner.context.leaves)
        if full.all():
            return batch
        lost = reshaping.without_text(batch, ~full)
        quarantine.append(columnar.quarantine(lost))
        facts.quarantined += len(lost)
        facts.causes["no_text"] += len(lost)
        return batch.filter(pa.array(full))

    def _measure(self, batch: pa.RecordBatch, facts: Facts, clock: Clock) -> tuple[pa.RecordBatch, list[Any]]:
        outcome = self._rewrite(batch, facts, clock)
        batch = outcome.batch
        documents = text_buffers.documents(batch, self.cleaner.context.leaves)
        size = _size(documents)
        clock.to("content_key", "measure")
        batch = batch.append_column(CONTENT_KEY, text_buffers.binary_array(content_keys(documents, self.job.key)))
        batch = batch.append_column(BYTES, pa.array(np.diff(documents.leaf_offsets[documents.document_offsets])))
        for key, work in self.measures:
            clock.to(key, "measure")
            batch = work(batch)
            clock.count(key, "measure", batch.num_rows, batch.num_rows, size)
        if not self.keys:
            return batch, []
        clock.to("keys", "measure")
        clock.count("keys", "measure", batch.num_rows, batch.num_rows, size)
        return batch, [sketch.keys(documents, **self._sketch_settings())]

    def _sketch_settings(self) -> dict[str, Any]:
        near = next((step for step in self.job.recipe.of_phase("decide") if step.step == "dedup_near"), None)
        return sketch.NO_SKETCH if near is None else near.sketch_settings()

    def _rewrite(self, batch: pa.RecordBatch, facts: Facts, clock: Clock) -> Outcome:
        clock.to("triggers", "rewrite")
        size = _size(text_buffers.documents(batch, self.cleaner.context.leaves))
        outcome = self.cleaner.rewriting(batch, clock=lambda step: clock.to(step, "rewrite"))
        for step, _ in self.cleaner.rewriting.steps:
            clock.count(step.key, "rewrite", batch.num_rows, batch.num_rows, size)
        facts.changed.update(outcome.tally.changed)
        facts.flagged.update(outcome.tally.flagged)
        for step_key, causes in outcome.tally.edits.items():
            facts.edits.setdefault(step_key, Counter()).update(causes)
        return outcome


def content_keys(documents: text_buffers.Documents, key: bytes) -> np.ndarray[Any, Any]:
    """Keyed 16-byte hash of each document's text, leaf boundaries included: uint8 (n, 16)."""
    leaves = keyed_hashes(key, Texts(documents.data, documents.leaf_offsets), 16)
    if len(leaves) == len(documents):
        return leaves
    return keyed_hashes(key, Texts(leaves.ravel(), documents.document_offsets * 16), 16)


def _size(documents: text_buffers.Documents) -> int:
    return int(documents.leaf_offsets[-1] - documents.leaf_offsets[0])


def build(job: Job) -> Callable[[tuple[int, Shard]], dict[str, Any]]:
    """For the runner: starts the stage in a worker."""
    return Measurer(job)


class _Table:
    """An Arrow file that appears under its name only when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_suffix(".part")
        self.writer: Any = None

    def __enter__(self) -> _Table:
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        if self.writer is None:
            self.writer = pa.ipc.new_file(str(self.part), batch.schema)
        self.writer.write_batch(batch)

    def __exit__(self, kind: object, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()
            if kind is None:
                os.replace(self.part, self.path)


def write_quarantine(path: Path, batches: list[pa.RecordBatch]) -> None:
    table = pa.Table.from_batches(batches).replace_schema_metadata({"format": str(FORMAT)})
    part = path.with_suffix(".part")
    pq.write_table(table, part, compression="zstd")
    os.replace(part, path)


def _save(facts: Facts, path: Path) -> dict[str, Any]:
    data = {"format": FORMAT, **vars(facts)}
    part = path.with_suffix(".part.json")
    part.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    os.replace(part, path)
    return data
