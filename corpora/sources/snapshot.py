"""A query's result as a file: read once, in one transaction, into Parquet of strings named after its content.

Everything behind it (shards, replay, fingerprints) then works on a file that nobody changes. A row with text that is
neither UTF-8 nor GB18030, or with bytes where the recipe expects text, goes as it is to a second file of raw lines,
which the line reader quarantines.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.errors import UsageError
from corpora.secrets import Lookup
from corpora.sources import database
from corpora.sources import query as queries
from corpora.sources.decoding import decode_line
from corpora.workspace import private_folder

_ROWS, _BYTES, _FIRST = 4096, 4 << 20, 64
_TEXT = pa.large_string()
Row = Sequence[Any]


def take(
    template: str,
    text: str,
    key: Sequence[str],
    *,
    base: Path,
    folder: Path,
    lookup: Lookup,
    texts: Collection[str] = (),
    progress: Callable[[int], None] = lambda rows: None,
) -> list[str]:
    """Paths of the query's rows below `folder`: one Parquet file, and one of broken lines if there are any.

    The same rows give the same paths. progress: called with the number of rows that have come since the last call.
    texts: columns that hold text, so that bytes in them are no text but a mistake; elsewhere they are read as hex.
    template: address with `${NAME}` for secrets. Memory: one batch of about 4 MB.
    Raises SourceMissing, UsageError (also for a key that is null or not unique).
    """
    partial = private_folder(folder) / f".{secrets.token_hex(6)}"
    broken = partial.with_suffix(".broken")
    try:
        with database.reading(database.address(template, lookup), base) as connection:
            columns = database.columns(connection, text)
            statement = queries.statement(text, connection.dialect.name, columns, key, texts)
            rows = database.run(connection, statement, stream=True)
            names = [column.name for column in columns]
            apart = _Apart(broken, names, [i for i, name in enumerate(names) if name in texts])
            _write(rows, apart, key, partial, progress)
        found = [_named(partial, ".parquet")]
        return found + ([_named(broken, ".jsonl")] if broken.exists() else [])
    finally:
        partial.unlink(missing_ok=True)
        broken.unlink(missing_ok=True)


def key_of(path: str, record: int, key: Sequence[str]) -> dict[str, str | None]:
    """The key of a snapshot's row: where it is in the database."""
    file = pq.ParquetFile(path)
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if record < rows:
            return dict(file.read_row_group(group, columns=list(key)).slice(record, 1).to_pylist()[0])
        record -= rows
    raise IndexError(record)


def _named(partial: Path, suffix: str) -> str:
    """Named after its bytes and with a fixed time: taking the same rows again does not look like a change."""
    os.chmod(partial, 0o600)
    os.utime(partial, ns=(0, 0))
    with open(partial, "rb") as file:
        target = partial.with_name(hashlib.file_digest(file, "sha256").hexdigest()[:32] + suffix)
    os.replace(partial, target)
    return str(target)


def _write(rows: Any, apart: _Apart, key: Sequence[str], partial: Path, progress: Callable[[int], None]) -> None:
    schema = pa.schema([pa.field(name, _TEXT) for name in apart.names])
    keys = _Keys(tuple(key))
    with pq.ParquetWriter(partial, schema, compression="zstd", compression_level=1) as writer:
        for some in _batches(rows):
            some = apart.without_bytes(some)
            try:
                batch = _batch(some, schema)
            except UnicodeEncodeError:
                batch = _batch(apart.decoded(some), schema)
            keys.see(batch)
            writer.write_batch(batch)
            progress(batch.num_rows)
    keys.check()


def _batches(rows: Any) -> Iterator[list[Row]]:
    """Rows by the thousand, fewer where they are long."""
    size = _FIRST
    while some := rows.fetchmany(size):
        yield some
        last = sum(len(value) for row in some[-16:] for value in row if isinstance(value, str | bytes))
        size = int(np.clip(_BYTES * min(16, len(some)) // max(last, 1), 16, _ROWS))


def _batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    columns = [list(map(itemgetter(i), rows)) for i in range(len(schema))]
    return pa.record_batch([_strings(column) for column in columns], schema=schema)


def _strings(values: Row) -> pa.Array:
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        return pa.array(values, _TEXT)
    if kinds == {int}:
        return pa.array(values, pa.int64()).cast(_TEXT)
    # A Python loop: SQLite types its values one by one, and Arrow prints floats in another way.
    return pa.array([_printed(value) for value in values], _TEXT)


def _printed(value: Any) -> str | None:
    """A value of SQLite: shortest digits that give the same number back, bytes as hex."""
    if value is None or isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else repr(value)


@dataclass(frozen=True)
class _Apart:
    """The file of rows that can't be documents, made when the first of them comes. texts: places of text columns."""

    path: Path
    names: list[str]
    texts: list[int]

    def without_bytes(self, rows: list[Row]) -> list[Row]:
        """The rows but for those that hold bytes where text should be."""
        if not any(bytes in set(map(type, map(itemgetter(i), rows))) for i in self.texts):
            return rows
        self._add([row for row in rows if self._has_bytes(row)])
        return [row for row in rows if not self._has_bytes(row)]

    def decoded(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with GB18030 text decoded, without those in no encoding."""
        read = [[_utf8_or_gb(value) for value in row] for row in rows]
        lost = [any(value is _UNREAD for value in row) for row in read]
        self._add([row for row, gone in zip(rows, lost, strict=True) if gone])
        return [row for row, gone in zip(read, lost, strict=True) if not gone]

    def _has_bytes(self, row: Row) -> bool:
        return any(type(row[i]) is bytes for i in self.texts)

    def _add(self, rows: Sequence[Row]) -> None:
        if rows:
            with open(self.path, "ab") as lost:
                lost.writelines(self._line(row) for row in rows)

    def _line(self, row: Row) -> bytes:
        """JSON in which bytes of a text column are no string, as they are none in the table."""
        values: dict[str, Any] = {name: _printed(value) for name, value in zip(self.names, row, strict=True)}
        values |= {self.names[i]: {"hex": row[i].hex()} for i in self.texts if type(row[i]) is bytes}
        return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n"


_UNREAD = object()


def _utf8_or_gb(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        read = decode_line(value.encode("utf-8", "surrogateescape"), "gb18030")
        return _UNREAD if read is None else read
    return value


@dataclass
class _Keys:
    """Looks at keys as they pass, in their order: each must be there and stand alone."""

    names: tuple[str, ...]
    seen: int = 0
    absent: int = 0
    twice: int = 0
    first: int = -1
    last: pa.RecordBatch | None = field(default=None, repr=False)

    def see(self, batch: pa.RecordBatch) -> None:
        own = batch.select(list(self.names))
        both = pa.Table.from_batches([own] if self.last is None else [self.last, own]).combine_chunks()
        skip = len(both) - len(own)
        null: NDArray[np.bool_] = np.zeros(len(own), np.bool_)
        same: NDArray[np.bool_] = np.ones(max(len(both) - 1, 0), np.bool_)
        for column in both.columns:
            null |= np.asarray(column.is_null())[skip:]
            same &= np.asarray(pc.fill_null(pc.equal(column[1:], column[:-1]), False))
        same = same if skip else np.concatenate([np.zeros(min(len(own), 1), np.bool_), same])
        bad = np.flatnonzero(null | same)
        if len(bad) and self.first < 0:
            self.first = self.seen + int(bad[0])
        self.absent, self.twice = self.absent + int(null.sum()), self.twice + int(same.sum())
        self.seen += len(own)
        self.last = own.slice(len(own) - 1, 1) if len(own) else self.last

    def check(self) -> None:
        if self.first < 0:
            return
        raise UsageError(
            f"键 {'、'.join(self.names)} 不能认定每一行：{self.absent} 行为空，{self.twice} 行重复，最早在第 {self.first + 1} 行"
            f" / the key does not tell rows apart: {self.absent} null, {self.twice} repeated, first at row {self.first + 1}",
            hint="换成唯一的列，或在 key 里写几列 / name a unique column, or several columns in `key`",
        )
