"""Arrow large_string ↔ (bytes, offsets) views; the only file that touches Arrow buffers.

A *leaf* is where text lives: a column (`text`) or a field of a list of structs (`messages[].content`).
Kernels see flat arrays; a leaf boundary is a hard break that no n-gram and no span crosses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]
_NO_BYTES = np.zeros(0, np.uint8)


@dataclass(frozen=True)
class Texts:
    """n strings: string i is `data[offsets[i]:offsets[i+1]]`, UTF-8. offsets: int64 (n+1), not rebased to 0."""

    data: Bytes
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True)
class Documents:
    """n documents made of leaves: leaf j is `data[leaf_offsets[j]:leaf_offsets[j+1]]`; document i owns the
    leaves `document_offsets[i] … document_offsets[i+1]-1`, in recipe order. Both offset arrays are int64."""

    data: Bytes
    leaf_offsets: Offsets
    document_offsets: Offsets

    def __len__(self) -> int:
        return len(self.document_offsets) - 1


@dataclass(frozen=True)
class Leaf:
    """Address of a text leaf: `text` (field is None) or `messages[].content`."""

    column: str
    field: str | None = None

    @classmethod
    def parse(cls, path: str) -> Leaf:
        column, mark, field = path.partition("[].")
        return cls(column, field if mark else None)

    @property
    def path(self) -> str:
        return self.column if self.field is None else f"{self.column}[].{self.field}"


def texts(array: pa.Array) -> Texts:
    """Zero-copy view of a large_string (or large_binary) array; a null reads as the empty string."""
    if array.null_count:
        array = pc.fill_null(array, b"" if pa.types.is_large_binary(array.type) else "")
    _, offsets, data = array.buffers()
    if len(array) == 0:
        return Texts(_NO_BYTES, np.zeros(1, np.int64))
    view = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return Texts(_NO_BYTES if data is None else np.frombuffer(data, np.uint8), view)


def to_array(data: Bytes, offsets: Offsets, *, binary: bool = False) -> pa.Array:
    """A large_string array over (data, offsets) without copying; the caller vouches for valid UTF-8."""
    kind = pa.large_binary() if binary else pa.large_string()
    buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets, np.int64)), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.Array.from_buffers(kind, len(offsets) - 1, buffers)


def binary_array(rows: NDArray[np.uint8]) -> pa.Array:
    """A fixed_size_binary(width) array over a uint8 matrix (n, width), zero-copy."""
    flat = np.ascontiguousarray(rows)
    return pa.Array.from_buffers(pa.binary(flat.shape[1]), len(flat), [None, pa.py_buffer(flat)])


def binary_rows(array: pa.Array) -> NDArray[np.uint8]:
    """The uint8 matrix (n, width) under a fixed_size_binary array without nulls, zero-copy."""
    width = array.type.byte_width
    flat = np.frombuffer(array.buffers()[1], np.uint8)
    return flat[array.offset * width : (array.offset + len(array)) * width].reshape(len(array), width)


def splice(array: pa.Array, rows: NDArray[Any], replacement: pa.Array) -> pa.Array:
    """`array` with `rows` (ascending, unique) replaced by `replacement` (same length as rows)."""
    mask = np.zeros(len(array), bool)
    mask[rows] = True
    return pc.replace_with_mask(array, pa.array(mask), replacement)


def leaf_values(batch: pa.RecordBatch, leaf: Leaf) -> tuple[pa.Array, Offsets]:
    """The leaf's strings, flat (large_string), and item offsets int64 (rows+1) into them."""
    column = batch.column(leaf.column)
    if leaf.field is None:
        return column, np.arange(len(column) + 1, dtype=np.int64)
    lists = _without_null_lists(column)
    offsets = np.asarray(lists.offsets).astype(np.int64)
    return pc.struct_field(lists.values, leaf.field).slice(offsets[0], offsets[-1] - offsets[0]), offsets - offsets[0]


def with_leaf_values(batch: pa.RecordBatch, leaf: Leaf, values: pa.Array) -> pa.RecordBatch:
    """`batch` with the leaf's flat strings exchanged; `values` has the length `leaf_values` returned."""
    index = batch.schema.get_field_index(leaf.column)
    if leaf.field is None:
        return batch.set_column(index, batch.schema.field(index), values)
    lists = _without_null_lists(batch.column(index))
    offsets = np.asarray(lists.offsets).astype(np.int64)
    struct = lists.values.slice(offsets[0], offsets[-1] - offsets[0])
    fields = [values if f.name == leaf.field else pc.struct_field(struct, f.name) for f in struct.type]
    rebuilt = pa.StructArray.from_arrays(fields, fields=list(struct.type))
    column = pa.LargeListArray.from_arrays(pa.array(offsets - offsets[0], pa.int64()), rebuilt)
    return batch.set_column(index, pa.field(leaf.column, column.type), column)


def _without_null_lists(column: pa.Array) -> pa.Array:
    return pc.fill_null(column, pa.scalar([], column.type)) if column.null_count else column


def documents(batch: pa.RecordBatch, leaves: Sequence[Leaf]) -> Documents:
    """All leaves of each row side by side. One flat leaf costs nothing; several are interleaved by one copy."""
    parts = [leaf_values(batch, leaf) for leaf in leaves]
    if len(parts) == 1:
        view = texts(parts[0][0])
        return Documents(view.data, view.offsets, parts[0][1])
    counts = np.stack([np.diff(offsets) for _, offsets in parts], axis=1)
    starts = np.cumsum([0] + [len(values) for values, _ in parts])[:-1]
    first = np.stack([offsets[:-1] + start for (_, offsets), start in zip(parts, starts, strict=True)], axis=1)
    order = _ranges(first.ravel(), counts.ravel())
    values = pa.concat_arrays([_as_large(values) for values, _ in parts]).take(pa.array(order))
    view = texts(values)
    return Documents(view.data, view.offsets, np.concatenate([[0], np.cumsum(counts.sum(axis=1))]).astype(np.int64))


def leaf_counts(batch: pa.RecordBatch, leaves: Sequence[Leaf]) -> NDArray[np.int64]:
    """int64 (rows, leaves): how many strings each leaf of each row has; `documents` joins them in this order."""
    return np.stack([np.diff(leaf_values(batch, leaf)[1]) for leaf in leaves], axis=1)


def _as_large(values: pa.Array) -> pa.Array:
    return values if pa.types.is_large_string(values.type) else values.cast(pa.large_string())


def _ranges(starts: Offsets, counts: Offsets) -> Offsets:
    """start, start+1, … for every (start, count), end to end."""
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(ends[-1] if len(ends) else 0)


_HEX = np.frombuffer(b"".join(b"%02x" % i for i in range(256)), np.uint16)


def hex_strings(array: pa.Array) -> pa.Array:
    """Two hex digits a byte (large_string) of a fixed_size_binary array without nulls, without a Python loop."""
    rows = binary_rows(array)
    digits = _HEX[rows].view(np.uint8).ravel()
    return to_array(digits, np.arange(len(rows) + 1, dtype=np.int64) * 2 * rows.shape[1])
