"""Values of Arrow columns as strings, and rows as the bytes that make their ids."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.hashing import keyed_hashes
from corpora.sources.spec import Want
from corpora.text_buffers import texts


def printed(column: pa.Array) -> pa.Array:
    """Any column as large_string, with the characters Arrow prints; nested values as JSON, bytes as UTF-8 or hex."""
    kind = column.type
    if pa.types.is_nested(kind):
        # A Python loop: Arrow has no printer for nested values.
        rows = [None if row is None else json.dumps(row, ensure_ascii=False, default=str) for row in column.to_pylist()]
        return pa.array(rows, pa.large_string())
    if pa.types.is_dictionary(kind):
        return printed(column.cast(kind.value_type))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if row is None else row.hex() for row in column.to_pylist()], pa.large_string())
    return _of_few(column) if pa.types.is_float64(kind) else column.cast(pa.large_string())


_FEW = 1024
"""Values at the head of a column that are looked at, to tell whether it has few distinct ones."""


def _of_few(column: pa.Array) -> pa.Array:
    """Measured values repeat (36.5, 37.2): each distinct one is printed once. By their bits: 0.0 and -0.0 differ."""
    bits = column.view(pa.int64())
    if len(column) < _FEW or len(bits.slice(0, _FEW).unique()) > _FEW // 4:
        return column.cast(pa.large_string())
    coded = bits.dictionary_encode()
    return coded.dictionary.view(pa.float64()).cast(pa.large_string()).take(coded.indices)


def row_ids(batch: pa.RecordBatch, want: Want) -> NDArray[np.uint8]:
    """Hashes of the rows as canonical JSON: members sorted by name, values as printed strings or null."""
    members = []
    for name in sorted(batch.schema.names):
        value = printed(batch.column(name))
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"')):
            value = pc.replace_substring(value, plain, escaped)
        member = pc.fill_null(_joined("", _text('"'), value, _text('"')), "null")
        members.append(_joined("", _text(json.dumps(name, ensure_ascii=False) + ":"), member))
    rows = _joined("", _text("{"), _joined(",", *members), _text("}"))
    return keyed_hashes(want.key, texts(rows))


def _text(value: str) -> pa.Scalar:
    return pa.scalar(value, pa.large_string())


def _joined(separator: str, *parts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _text(separator))
