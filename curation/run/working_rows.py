"""The measured rows of a run: working tables of all shards, end to end, addressed by row number in source order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.text_buffers import Documents, Leaf
from curation.run.shard_facts import rows_path


@dataclass(frozen=True)
class WorkingRows:
    """`bases[s]` is the row number of shard s's first row; bases int64 (shards + 1)."""

    folder: Path
    bases: NDArray[np.int64]

    @classmethod
    def of(cls, folder: Path, counts: Sequence[int]) -> WorkingRows:
        return cls(folder, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))

    def __len__(self) -> int:
        return int(self.bases[-1])

    def shards(self) -> Iterator[int]:
        """Shards that hold rows."""
        return (shard for shard in range(len(self.bases) - 1) if self.bases[shard + 1] > self.bases[shard])

    def table(self, shard: int, columns: Sequence[str] | None = None) -> pa.Table:
        """A shard's rows, memory-mapped: only what is touched is read."""
        with pa.memory_map(str(rows_path(self.folder, shard))) as source:
            table = pa.ipc.open_file(source).read_all()
        return table if columns is None else table.select([name for name in columns if name in table.column_names])

    def column(self, name: str, dtype: Any) -> NDArray[Any]:
        """One numeric column of all rows: dtype (n)."""
        out = np.empty(len(self), dtype)
        for shard in self.shards():
            out[self.bases[shard] : self.bases[shard + 1]] = self.table(shard, [name]).column(0).to_numpy()
        return out

    def binary(self, name: str) -> NDArray[np.uint8]:
        """One fixed_size_binary column of all rows: uint8 (n, width)."""
        parts = [
            text_buffers.binary_rows(chunk)
            for shard in self.shards()
            for chunk in self.table(shard, [name]).column(0).chunks
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 16), np.uint8)

    def take(self, rows: NDArray[np.int64], columns: Sequence[str] | None = None) -> pa.Table:
        """The given rows (ascending) as one table."""
        edges = np.searchsorted(rows, self.bases)
        parts = [
            self.table(shard, columns).take(pa.array(rows[edges[shard] : edges[shard + 1]] - self.bases[shard]))
            for shard in range(len(self.bases) - 1)
            if edges[shard + 1] > edges[shard]
        ]
        return pa.concat_tables(parts)

    def documents(self, rows: NDArray[np.int64], leaves: Sequence[Leaf]) -> Documents:
        """Cleaned text of the given rows (ascending)."""
        table = self.take(rows, list(dict.fromkeys(leaf.column for leaf in leaves)))
        return text_buffers.documents(one_batch(table), leaves)


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """A table as a single batch (copies only if it has several chunks)."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema)
