"""The first stage, one shard at a time: read · rewrite · measure. Its result is a working table that is still private.

Per shard the work folder gets `NNNNN.arrow` (documents with cleaned text, signals, findings), keys for
deduplication, `NNNNN.quarantine.parquet`, and `NNNNN.json` (facts), which is written last: a shard with facts is finished.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import schema, sources, text_buffers
from corpora.forms import FORMAT
from corpora.hashing import keyed_hashes
from corpora.sources import Shard, Want, columnar
from corpora.text_buffers import Texts
from curation.dedup.store import KeyStore
from curation.recipe import Source
from curation.reshape import assemble, reshaping
from curation.rewriting import Outcome
from curation.run import gathering
from curation.run.cleaner import Cleaner, Job, want
from curation.run.clock import Clock
from curation.run.shard_facts import Facts, facts_path, rows_path, save
from curation.step import Work
from quality import sketch

CONTENT_KEY = "_content_key"  # binary(16), keyed hash of the cleaned, untreated text
BYTES = "_bytes"  # int64, bytes of all leaves of the row


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
            for batch in self._documents(position, shard, facts, clock, quarantine):
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
        return save(facts, facts_path(folder, position))

    def _documents(
        self, position: int, shard: Shard, facts: Facts, clock: Clock, quarantine: list[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        source = self.job.recipe.sources[shard.source]
        if source.label in assemble.part_labels(self.job.recipe.of_phase("reshape")):
            self._joined(position, facts, quarantine)
            return
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
                batch = self._remembered(block.documents, source, wanted, facts, quarantine)
                batch = self._reshape(batch, facts, clock, quarantine)
                if batch.num_rows:
                    yield batch

    def _remembered(
        self, documents: pa.RecordBatch, source: Source, wanted: Want, facts: Facts, quarantine: list[pa.RecordBatch]
    ) -> pa.RecordBatch:
        """The documents with the recipe's names, without those that a deletion request asks to forget."""
        batch = self.cleaner.conform(documents, source)
        if not self.job.forgotten:
            return batch
        about = self.cleaner.about(documents, source, wanted)
        rows, met = self.job.forgotten.rows(batch.column(schema.ID), about)
        facts.forgotten.update(met)
        return self._turn_away(batch, rows, "forgotten", facts, quarantine)

    def _joined(self, position: int, facts: Facts, quarantine: list[pa.RecordBatch]) -> None:
        """The accounts of a shard whose rows were joined to others."""
        done = gathering.load(Path(self.job.folder), position)
        facts.read, facts.consumed, facts.bytes = done.read, done.consumed, done.bytes
        facts.causes, facts.not_text = done.causes, done.not_text
        facts.quarantined = sum(one.num_rows for one in done.quarantine)
        quarantine += done.quarantine

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
        empty = ~reshaping.has_text(batch, self.cleaner.context.leaves)
        return self._turn_away(batch, empty, "no_text", facts, quarantine)

    @staticmethod
    def _turn_away(
        batch: pa.RecordBatch, rows: NDArray[np.bool_], cause: str, facts: Facts, quarantine: list[pa.RecordBatch]
    ) -> pa.RecordBatch:
        """The batch without these rows, which go to quarantine."""
        if not rows.any():
            return batch
        quarantine.append(columnar.quarantine(reshaping.turned_away(batch, rows, cause)))
        facts.quarantined += int(rows.sum())
        facts.causes[cause] += int(rows.sum())
        return batch.filter(pa.array(~rows))

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
