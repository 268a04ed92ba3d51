"""Parquet, row group by row group: the leaf must be a string column, everything else is carried as its printed form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.errors import FileUnreadable, SourceMissing
from corpora.sources.arrow_values import printed, row_ids
from corpora.sources.columnar import body, empty_documents, key_ids, origin_columns, quarantine
from corpora.sources.files import printable
from corpora.sources.spec import Block, Shard, Want
from corpora.sources.streams import open_file
from corpora.text_buffers import Offsets

_BROKEN = (OSError, pa.ArrowException)
_STEP = 64  # rows read at a time where a group is broken: blocks hold whole steps, so that the same rows are saved
_ROWS = 1 << 14
_AT_ONCE = 64 << 20  # bytes of a row group, decompressed
_ROW_BYTES = 512  # a guess that turns the block size into rows; it never changes what is read


def shards(shard: Shard, shard_bytes: int) -> Iterator[Shard]:
    """Ranges of row groups of about the aimed-at size."""
    meta = _open(shard.path).metadata
    start, first, size, rows = 0, 0, 0, 0
    for group in range(meta.num_row_groups):
        size += meta.row_group(group).total_byte_size
        rows += meta.row_group(group).num_rows
        if size >= shard_bytes or group == meta.num_row_groups - 1:
            yield replace(shard, start=start, stop=group + 1, first_record=first)
            start, first, size, rows = group + 1, first + rows, 0, 0


def read(shard: Shard, want: Want, *, block_bytes: int, limit: int) -> Iterator[Block]:
    """Blocks of the shard's rows, in order. Raises SourceMissing if the file is not Parquet.

    What is broken in a row group costs its rows from there on, as one quarantined item; the next group is read again.
    """
    file = _open(shard.path)
    rows = max(_STEP, block_bytes // _ROW_BYTES // _STEP * _STEP)
    first = shard.first_record
    for group in range(shard.start, shard.stop):
        done = 0
        try:
            for batch in _batches(file, group, rows):
                yield block(batch, first + done, shard, want)
                done += batch.num_rows
        except _BROKEN:
            yield from _salvaged(file, group, done, first, shard, want)
        first += file.metadata.row_group(group).num_rows


def _batches(file: pq.ParquetFile, group: int, rows: int) -> Iterator[pa.RecordBatch]:
    """The group's rows; one of moderate size is read at once, which decodes its columns side by side."""
    if rows > _STEP and file.metadata.row_group(group).total_byte_size <= _AT_ONCE:
        yield from file.read_row_group(group).to_batches(rows)
    else:
        yield from file.iter_batches(rows, row_groups=[group])


def _salvaged(file: pq.ParquetFile, group: int, done: int, first: int, shard: Shard, want: Want) -> Iterator[Block]:
    """The rows behind the first `done` that are whole, a few at a time whatever the block size, and one item for the rest."""
    number = 0
    try:
        for batch in _batches(file, group, _STEP):
            if number >= done:
                yield block(batch, first + number, shard, want)
            number += batch.num_rows
    except _BROKEN:
        pass
    lost = quarantine([_lost(shard, first + max(number, done), "not_readable")])
    yield Block(empty_documents(want), lost, 1, 0)


def read_one(shard: Shard, want: Want, record: int) -> Block:
    """The block of one row, by its number in the file. Raises IndexError if there is no such row."""
    file = _open(shard.path)
    first = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if record < first + rows:
            return block(_row(file, group, record - first), record, shard, want)
        first += rows
    raise IndexError(record)


def _row(file: pq.ParquetFile, group: int, row: int) -> pa.RecordBatch:
    """One row of a group, and of one that breaks off behind it."""
    for rows in (_ROWS, _STEP):
        first = 0
        try:
            for batch in _batches(file, group, rows):
                if row < first + batch.num_rows:
                    return batch.slice(row - first, 1)
                first += batch.num_rows
        except _BROKEN:
            continue
    raise IndexError(row)


def _open(path: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path if printable(path) == path else open_file(path))
    except FileNotFoundError:
        raise SourceMissing(f"打不开来源文件 / cannot open source file {path}", hint="检查路径 / check the path") from None
    except _BROKEN as error:
        raise FileUnreadable(
            f"不是可读的 Parquet 文件 / not a readable Parquet file: {path} ({type(error).__name__})",
            cause="not_readable",
            hint="检查文件是否完整 / check that the file is complete",
        ) from None


def block(batch: pa.RecordBatch, first: int, shard: Shard, want: Want) -> Block:
    """The block of some rows; `first` is the number of the first one in its file."""
    size, numbers = batch.nbytes, np.arange(first, first + batch.num_rows)
    readable = _readable(batch)
    lost = [_lost(shard, number, "undecodable") for number in numbers[~readable]]
    if lost:
        batch, numbers = batch.filter(pa.array(readable)), numbers[readable]
    columns, wrong, some = _columns(batch, want)
    good = np.flatnonzero(~wrong & some)
    nowhere = np.full(len(good), -1, np.int64)
    taken = columns if len(good) == len(numbers) else [column.take(pa.array(good)) for column in columns]
    origin = origin_columns(_ids(batch, good, want), shard.source, shard.file, nowhere, nowhere, numbers[good])
    for row in np.flatnonzero(wrong | ~some):
        lost.append(_lost(shard, numbers[row], "wrong_type" if wrong[row] else "no_text"))
    documents = pa.record_batch([*origin, *taken], schema=want.schema)
    return Block(documents, quarantine(sorted(lost, key=_number)), len(readable), size)


def _lost(shard: Shard, number: int, cause: str) -> tuple[Any, ...]:
    return (shard.source, shard.file, -1, -1, int(number), -1, cause, b"")


def _number(item: tuple[Any, ...]) -> int:
    """The row's number in an item of quarantine."""
    return int(item[4])


def _readable(batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """Which rows hold no bytes in a string column that are not UTF-8: Arrow hands them out as they are in the file."""
    try:
        batch.validate(full=True)
        return np.ones(batch.num_rows, np.bool_)
    except pa.ArrowInvalid:  # a Python loop, over the batch that such a row is in
        return np.array([_is_readable(batch, row) for row in range(batch.num_rows)], np.bool_)


def _is_readable(batch: pa.RecordBatch, row: int) -> bool:
    for column in batch.columns:
        try:
            column[row].as_py()
        except UnicodeDecodeError:
            return False
        except (ValueError, OverflowError):  # a date beyond what Python knows is printed by Arrow all the same
            continue
    return True


def _columns(batch: pa.RecordBatch, want: Want) -> tuple[list[pa.Array], NDArray[np.bool_], NDArray[np.bool_]]:
    """(leaf and carried columns in schema order, rows of a wrong type, rows with text)."""
    n = batch.num_rows
    columns, wrong, some = [], np.zeros(n, np.bool_), np.full(n, not want.leaves)
    for field in body(want):
        column = batch.column(field.name) if field.name in batch.schema.names else pa.nulls(n)
        if field.name in want.carried:
            columns.append(printed(column))
            continue
        leaf, bad, full = _list_leaf(column, field, want) if field.name in want.nested else _flat_leaf(column)
        columns.append(leaf)
        wrong |= bad
        some |= full
    return columns, wrong, some


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _flat_leaf(column: pa.Array) -> tuple[pa.Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """(strings, rows of a wrong type, rows with text)."""
    n = len(column)
    valid = np.asarray(pc.is_valid(column))
    if not _is_text(column.type):
        return pa.nulls(n, pa.large_string()), valid, np.zeros(n, np.bool_)
    strings = column.cast(pa.large_string())
    return strings, np.zeros(n, np.bool_), _has_text(strings)


def _has_text(strings: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(strings), ""), False))


def _list_leaf(column: pa.Array, field: pa.Field, want: Want) -> tuple[pa.Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Like _flat_leaf, of a list of structs with a string inside."""
    n = len(column)
    valid = np.asarray(pc.is_valid(column))
    leaves = want.leaf_fields(field.name)
    lists = pa.types.is_list(column.type) or pa.types.is_large_list(column.type)
    item = column.type.value_type if lists else None
    if (
        item is None
        or not pa.types.is_struct(item)
        or not all(item.get_field_index(f) >= 0 and _is_text(item.field(f).type) for f in leaves)
    ):
        return pa.nulls(n, field.type), valid, np.zeros(n, np.bool_)
    counts = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    items = column.flatten()
    row = np.repeat(np.arange(n), counts)
    fields = [_struct_field(items, f) for f in want.nested[field.name]]
    strings = [fields[want.nested[field.name].index(f)] for f in leaves]
    missing = np.logical_or.reduce([np.asarray(pc.is_null(s)) for s in strings])
    full = np.logical_or.reduce([_has_text(s) for s in strings])
    struct = pa.StructArray.from_arrays(fields, fields=list(field.type.value_type))
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    array = pa.LargeListArray.from_arrays(offsets, struct, mask=pa.array(~valid)).cast(field.type)
    return array, np.bincount(row[missing], minlength=n) > 0, np.bincount(row[full], minlength=n) > 0


def _struct_field(items: pa.Array, name: str) -> pa.Array:
    if items.type.get_field_index(name) < 0:
        return pa.nulls(len(items), pa.large_string())
    return printed(pc.struct_field(items, name))


def _ids(batch: pa.RecordBatch, rows: Offsets, want: Want) -> NDArray[np.uint8]:
    if want.id is None or want.id not in batch.schema.names:
        return row_ids(batch.take(pa.array(rows)), want)
    keys = printed(batch.column(want.id).take(pa.array(rows)))
    return key_ids(keys, want, lambda missing: row_ids(batch.take(pa.array(rows[missing])), want))
