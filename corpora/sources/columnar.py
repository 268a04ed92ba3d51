"""Spans of values → a Block. Good records are copied column by column; odd ones come from the plain reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import forms
from corpora.hashing import frombytes, span_hashes
from corpora.schema import ORIGIN
from corpora.sources import kernels
from corpora.sources.records import Judge, Row
from corpora.sources.spec import PREFIX, Block, Want
from corpora.text_buffers import Bytes, Offsets, binary_array, texts, to_array

ROUNDED = r"^-?[1-9](\.[0-9]+)?E\+(1[5-9]|[2-9][0-9])$"


@dataclass(frozen=True)
class Spans:
    """Values in `text` (UTF-8): starts, stops int64 (n, k), kinds uint8 (n, k), see `kernels`."""

    text: Bytes
    starts: Offsets
    stops: Offsets
    kinds: NDArray[np.uint8]

    @classmethod
    def empty(cls, text: Bytes, rows: int, columns: int) -> Spans:
        shape = (rows, columns)
        return cls(text, np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.uint8))

    def take(self, rows: Offsets) -> Spans:
        if len(rows) == len(self.kinds):
            return self
        return Spans(self.text, self.starts[rows], self.stops[rows], self.kinds[rows])

    def column(self, k: int) -> tuple[Offsets, Offsets, NDArray[np.uint8]]:
        """Contiguous spans of one column."""
        return tuple(np.ascontiguousarray(part[:, k]) for part in (self.starts, self.stops, self.kinds))  # type: ignore[return-value]

    def strings(self, k: int) -> pa.Array:
        """Column k as large_string; absent and null are null."""
        starts, stops, kinds = self.column(k)
        empty = kinds <= kernels.NULL
        if empty.all():
            return pa.nulls(len(kinds), pa.large_string())
        # Arrow's pool keeps its pages from block to block; fresh pages cost more than the copy itself.
        out = np.frombuffer(pa.allocate_buffer(int((stops - starts).sum())), np.uint8)
        offsets = np.zeros(len(kinds) + 1, np.int64)
        kernels.copy_values(self.text, starts, stops, kinds, out, offsets)
        array = to_array(out[: offsets[-1]], offsets)
        return pc.if_else(pa.array(empty), pa.scalar(None, pa.large_string()), array) if empty.any() else array


@dataclass(frozen=True)
class Records:
    """n non-blank records of a frame: raw bytes starts … stops (int64) of `raw`, which lies at `offset` in the file.

    status: uint8, kernels.GOOD or kernels.ODD; spans: one row per record, one column per name of `names(want)`.
    """

    raw: bytes
    offset: int
    starts: Offsets
    stops: Offsets
    status: NDArray[np.uint8]
    spans: Spans
    size: int


def names(want: Want) -> tuple[str, ...]:
    """The fields a tokeniser looks for, in the order of the columns of its spans."""
    key = () if want.id is None else (want.id,)
    return tuple(dict.fromkeys((*want.flat_leaves, *want.nested_columns, *want.carried, *key)))


def name_bytes(fields: Sequence[str]) -> tuple[Bytes, Offsets]:
    """Names end to end, read-only, and their offsets: what kernels take."""
    parts = [field.encode() for field in fields]
    return frombytes(b"".join(parts)), np.cumsum([0, *map(len, parts)]).astype(np.int64)


def assemble(records: Records, want: Want, source: int, file: int, judge: Judge) -> Block:
    """The block of these records, in order. judge: the plain reader, asked about every odd record."""
    good = (records.status == kernels.GOOD) & _leaves_good(records.spans, want)
    rows = np.flatnonzero(good)
    columns, whole = _columns(records.spans.take(rows), want)
    if not whole.all():  # an odd item inside a nested leaf
        good[rows[~whole]] = False
        rows = np.flatnonzero(good)
        columns = [column.filter(pa.array(whole)) for column in columns]
    keys = None if want.id is None else records.spans.take(rows).strings(names(want).index(want.id))
    fast = _documents(records, rows, columns, _ids(records, rows, keys, want), want, source, file)
    if len(rows) == len(good):
        block = Block(fast, quarantine([]), len(good), records.size)
    else:
        block = _with_odd(records, fast, good, want, source, file, judge)
    if keys is not None and (count := pc.sum(rounded(keys)).as_py()):
        block.not_text["rounded_number"] += count
    return block


def _with_odd(
    records: Records, fast: pa.RecordBatch, good: NDArray[np.bool_], want: Want, source: int, file: int, judge: Judge
) -> Block:
    odd = np.flatnonzero(~good)
    # A Python loop, over the records only that the tokeniser was not sure of.
    verdicts = [(int(row), judge(records.raw[records.starts[row] : records.stops[row]])) for row in odd]
    saved = [(row, verdict) for row, verdict in verdicts if isinstance(verdict, Row)]
    lost = [(row, verdict) for row, verdict in verdicts if isinstance(verdict, str)]
    documents = fast if not saved else _merged(records, fast, np.flatnonzero(good), saved, want, source, file)
    rejected = quarantine([_lost(records, row, cause, source, file) for row, cause in lost])
    return Block(documents, rejected, len(good), records.size)


def _lost(records: Records, row: int, cause: str, source: int, file: int) -> tuple[object, ...]:
    start, stop = int(records.starts[row]), int(records.stops[row])
    raw = records.raw[start : min(stop, start + PREFIX) if cause == "too_long" else stop]
    return (source, file, records.offset + start, stop - start, -1, -1, cause, raw)


def quarantine(rows: Sequence[tuple[object, ...]]) -> pa.RecordBatch:
    """forms.QUARANTINE from its rows."""
    columns = list(zip(*rows, strict=True)) or [()] * len(forms.QUARANTINE)
    return pa.record_batch(
        [pa.array(column, f.type) for column, f in zip(columns, forms.QUARANTINE, strict=True)], schema=forms.QUARANTINE
    )


def empty_documents(want: Want) -> pa.RecordBatch:
    """No documents."""
    return pa.record_batch([pa.array([], field.type) for field in want.schema], schema=want.schema)


def body(want: Want) -> list[pa.Field]:
    """The fields behind the origin."""
    return list(want.schema)[len(ORIGIN) :]


def _leaves_good(spans: Spans, want: Want) -> NDArray[np.bool_]:
    """Rows whose leaves have a fitting type and hold some text; nested leaves are looked into later."""
    kinds = spans.kinds
    flat, nested = len(want.flat_leaves), len(want.nested_columns)
    good = np.ones(len(kinds), np.bool_)
    good &= ~np.isin(kinds[:, :flat], (kernels.LITERAL, kernels.NESTED)).any(axis=1)
    lists = kinds[:, flat : flat + nested]
    good &= np.isin(lists, (kernels.ABSENT, kernels.NULL, kernels.NESTED)).all(axis=1)
    if nested or not want.leaves:
        return good
    some = np.zeros(len(kinds), np.bool_)
    for k in range(flat):
        kernels.has_text(spans.text, *spans.column(k), some)
    good &= some
    return good


def _columns(spans: Spans, want: Want) -> tuple[list[pa.Array], NDArray[np.bool_]]:
    """Leaf and carried columns in schema order, and which rows are whole."""
    index = {name: k for k, name in enumerate(names(want))}
    whole = np.ones(len(spans.kinds), np.bool_)
    columns = []
    for field in body(want):
        if field.name in want.nested:
            from corpora.sources.nested import lists

            column, sound = lists(spans, index[field.name], field.name, want)
            whole &= sound
        else:
            column = spans.strings(index[field.name])
        columns.append(column)
    return columns, whole


def _ids(records: Records, rows: Offsets, keys: pa.Array | None, want: Want) -> NDArray[np.uint8]:
    """(n, 16): the hash of label and key value where the record has one, else of its raw bytes."""
    if keys is None:
        return _raw_ids(records, rows, want)
    return key_ids(keys, want, lambda missing: _raw_ids(records, rows[missing], want))


def _raw_ids(records: Records, rows: Offsets, want: Want) -> NDArray[np.uint8]:
    return span_hashes(want.key, frombytes(records.raw), records.starts[rows], records.stops[rows])


def key_ids(keys: pa.Array, want: Want, others: Callable[[Offsets], NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Ids from key values; `others(rows)` gives those of rows without one, and of rows whose key was rounded."""
    lost = rounded(keys)
    values = texts(pc.if_else(lost, pa.scalar(None, keys.type), keys) if pc.any(lost).as_py() else keys)
    ids = span_hashes(want.key, values.data, values.offsets[:-1], values.offsets[1:], prefix=want.label.encode() + b"\0")
    missing = np.flatnonzero(np.diff(values.offsets) == 0)
    if len(missing):
        ids[missing] = others(missing)
    return ids


def rounded(keys: pa.Array) -> pa.Array:
    """Which keys are long numbers as Excel leaves them in a CSV (3.30E+17): many numbers have become that one."""
    if not pc.any(pc.match_substring(keys, "E+")).as_py():
        return pa.array(np.zeros(len(keys), np.bool_))
    return pc.fill_null(pc.match_substring_regex(keys, ROUNDED), False)


def _documents(
    records: Records, rows: Offsets, columns: list[pa.Array], ids: NDArray[np.uint8], want: Want, source: int, file: int
) -> pa.RecordBatch:
    starts, lengths = records.starts[rows] + records.offset, records.stops[rows] - records.starts[rows]
    origin = origin_columns(ids, source, file, starts, lengths, np.full(len(rows), -1, np.int64))
    return pa.record_batch([*origin, *columns], schema=want.schema)


def origin_columns(
    ids: NDArray[np.uint8],
    source: int,
    file: int,
    offsets: Offsets,
    lengths: Offsets,
    numbers: Offsets,
    parts: Offsets | None = None,
) -> list[pa.Array]:
    """The columns of schema.ORIGIN. parts: sheet or page of each record, if the format has such."""
    n = len(offsets)
    nowhere = np.full(n, -1, np.int32)
    return [
        binary_array(ids),
        pa.array(np.full(n, source, np.int16)),
        pa.array(np.full(n, file, np.int32)),
        *(pa.array(np.ascontiguousarray(part, np.int64)) for part in (offsets, lengths, numbers)),
        pa.array(nowhere if parts is None else np.ascontiguousarray(parts, np.int32)),
        pa.array(nowhere),
    ]


def _merged(
    records: Records,
    fast: pa.RecordBatch,
    good: Offsets,
    saved: Sequence[tuple[int, Row]],
    want: Want,
    source: int,
    file: int,
) -> pa.RecordBatch:
    """Fast and plain documents in the order of their records."""
    rows = np.array([row for row, _ in saved], np.int64)
    plain = _plain_documents(records, rows, [row for _, row in saved], want, source, file)
    order = np.argsort(np.concatenate([good, rows]), kind="stable")
    both = pa.Table.from_batches([fast, plain]).take(pa.array(order)).combine_chunks()
    return both.to_batches()[0]


def _plain_documents(
    records: Records, rows: Offsets, saved: Sequence[Row], want: Want, source: int, file: int
) -> pa.RecordBatch:
    columns = [pa.array([row.values[f.name] for row in saved], f.type) for f in body(want)]
    keys = pa.array([row.key for row in saved], pa.large_string())
    ids = key_ids(keys, want, lambda missing: _raw_ids(records, rows[missing], want))
    return _documents(records, rows, columns, ids, want, source, file)
