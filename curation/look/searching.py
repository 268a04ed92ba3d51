"""Words sought in the treated text of a run, a slice of time after the other: who waits sees how far it is, and may stop it."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curation.look.treated import File, holds

if TYPE_CHECKING:
    from curation.look.treated import Treated

Found = NDArray[np.int64]


class _Piece(NamedTuple):
    """A row group of a table, and the place of its first row."""

    file: File
    group: int
    start: int
    rows: int


class Search:
    """Rows whose treated text holds a substring, as it is written. Every text is read once; sessions may share the search."""

    def __init__(self, treated: Treated, text: str) -> None:
        self.treated, self.text = treated, text
        self.found: list[Found] = []
        self._at, self._lock = 0, threading.Lock()

    @cached_property
    def _pieces(self) -> list[_Piece]:
        pieces = []
        for file in self.treated.files:
            about, start = pq.read_metadata(file.path), 0
            for group in range(about.num_row_groups):
                count = about.row_group(group).num_rows
                pieces.append(_Piece(file, group, start, count))
                start += count
        return pieces

    @property
    def over(self) -> bool:
        return self._at >= len(self._pieces)

    @property
    def seen(self) -> int:
        """Rows that were read."""
        return sum(piece.rows for piece in self._pieces[: self._at])

    @property
    def share(self) -> float:
        """Of all rows, those that were read; 1.0 for a run without rows."""
        return self.seen / (sum(piece.rows for piece in self._pieces) or 1) if not self.over else 1.0

    @property
    def rows(self) -> Found:
        """Those that were found up to now, ascending."""
        return np.sort(np.concatenate([np.zeros(0, np.int64), *self.found]))

    def advance(self, seconds: float) -> None:
        """Goes on for about this long, or to the end: a row group a core at a time."""
        until, cores = time.monotonic() + seconds, os.cpu_count() or 1
        with self._lock, ThreadPoolExecutor(cores) as hands:
            while not self.over:
                wave = self._pieces[self._at : self._at + cores]
                self.found += hands.map(self._within, wave)
                self._at += len(wave)
                if time.monotonic() >= until:
                    return

    def finish(self) -> Found:
        """All of them."""
        self.advance(float("inf"))
        return self.rows

    def _within(self, piece: _Piece) -> Found:
        columns = list(dict.fromkeys(leaf.column for leaf in self.treated.leaves))
        table = pq.ParquetFile(piece.file.path).read_row_group(piece.group, columns=columns, use_threads=False)
        at, found = piece.start, list[Found]()
        for batch in table.to_batches():
            found.append(piece.file.rows[at + np.flatnonzero(holds(batch, self.treated.leaves, self.text))])
            at += batch.num_rows
        return np.concatenate([np.zeros(0, np.int64), *found])
