"""Measured columns of a run, held open: memory-mapped, as the rules see them, and the rows that lie outside a bound."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation import filter as filtering
from curation.run.working_rows import WorkingRows
from quality import rules as judging

FEW = 4  # columns that stay in memory
TRAIL = 256 << 20  # bytes of rows outside bounds that are remembered: a slider leaves a trail of bounds


class Columns:
    """Columns of n rows, shard by shard."""

    def __init__(self, rows: WorkingRows) -> None:
        self.rows = rows
        self._parts: dict[str, list[NDArray[Any]]] = {}
        self._outside: dict[tuple[str, bool, float], NDArray[Any]] = {}

    @cached_property
    def _tables(self) -> list[pa.Table]:
        """Opening the shards costs more than reading a column of them."""
        return [self.rows.table(shard) for shard in self.rows.shards()]

    def parts(self, column: str) -> list[NDArray[Any]]:
        """The column of every shard; precisions may differ, as they do in a run."""
        if column not in self._parts:
            if len(self._parts) >= FEW:
                self._parts.pop(next(iter(self._parts)))
            self._parts[column] = [filtering.values(table.column(column)) for table in self._tables]
        return self._parts[column]

    def values(self, column: str) -> NDArray[Any]:
        """The column of all rows."""
        parts = self.parts(column)
        return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, np.float32), *parts])

    def outside(self, column: str, limit: float | None, *, low: bool) -> NDArray[Any]:
        """Rows below (`low`) or above the limit, ascending: int32 or int64; none for no limit."""
        if limit is None:
            return np.zeros(0, np.int32)
        key = (column, low, limit)
        found = self._outside.pop(key, None)
        if found is None:
            parts = zip(self.rows.shards(), self.parts(column), strict=True)
            rows = [np.flatnonzero(judging.outside(part, limit, low=low)) + self.rows.bases[shard] for shard, part in parts]
            found = np.concatenate([np.zeros(0, np.int64), *rows]).astype(np.int32 if len(self.rows) < 2**31 else np.int64)
        self._outside[key] = found
        while sum(rows.nbytes for rows in self._outside.values()) > TRAIL and len(self._outside) > 1:
            self._outside.pop(next(iter(self._outside)))
        return found
