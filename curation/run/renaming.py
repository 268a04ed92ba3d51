"""Rows that share an id and are both kept: the later ones get an id of their own, so that ids in a release are unique.

It happens where a key column repeats (a 住院号 with several notes), or where nothing drops byte-equal rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import schema, text_buffers
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts


@dataclass(frozen=True)
class Renamed:
    """rows: int64 (m), ascending; ids: uint8 (m, 16), their ids in the release."""

    rows: NDArray[np.int64]
    ids: NDArray[np.uint8]

    @classmethod
    def among(cls, ids: NDArray[np.uint8], contents: NDArray[np.uint8], kept: NDArray[np.bool_], key: bytes) -> Renamed:
        """The new id hangs on the old one, the text, and how many rows with both came before: stable when rows are added."""
        rows = np.flatnonzero(kept).astype(np.int64)
        later = rows[_occurrence(ids[rows]) > 0]
        both = np.concatenate([ids[later], contents[later]], axis=1)
        count = _occurrence(both).astype(">u8").view(np.uint8).reshape(-1, 8)
        named = np.concatenate([both, count], axis=1)
        width = named.shape[1]
        view = Texts(np.ascontiguousarray(named).ravel(), np.arange(0, width * len(named) + 1, width, dtype=np.int64))
        return cls(later, keyed_hashes(key, view, 16))

    def save(self, folder: Path) -> None:
        np.save(folder / "renamed_rows.npy", self.rows)
        np.save(folder / "renamed_ids.npy", self.ids)

    @classmethod
    def load(cls, folder: Path) -> Renamed:
        return cls(np.load(folder / "renamed_rows.npy"), np.load(folder / "renamed_ids.npy"))

    def over(self, ids: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """All ids, as released."""
        released = ids.copy()
        released[self.rows] = self.ids
        return released

    def apply(self, batch: pa.RecordBatch, rows: NDArray[np.int64]) -> pa.RecordBatch:
        """`batch`, whose row i is row rows[i] of the run, with its ids as released."""
        at = np.flatnonzero(np.isin(rows, self.rows))
        if len(at) == 0:
            return batch
        ids = text_buffers.binary_rows(batch.column(schema.ID)).copy()
        ids[at] = self.ids[np.searchsorted(self.rows, rows[at])]
        index = batch.schema.get_field_index(schema.ID)
        return batch.set_column(index, batch.schema.field(index), text_buffers.binary_array(ids))


def _occurrence(keys: NDArray[np.uint8]) -> NDArray[np.int64]:
    """int64 per row: how many earlier rows have the same bytes. keys: uint8 (n, width)."""
    if len(keys) == 0:
        return np.zeros(0, np.int64)
    flat: NDArray[Any] = np.ascontiguousarray(keys).view(f"V{keys.shape[1]}").ravel()
    order = np.argsort(flat, kind="stable")
    first = np.ones(len(order), bool)
    first[1:] = flat[order][1:] != flat[order][:-1]
    starts = np.flatnonzero(first)
    counts = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    out = np.empty(len(order), np.int64)
    out[order] = counts
    return out
