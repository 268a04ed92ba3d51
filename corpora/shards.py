"""Parquet shards: content-defined cuts into row groups and files, and deterministic writing with a hash on the way.

Cuts depend on the rows' ids and sizes only, never on row numbers: a row more or less renews the group it falls in
and lets the later groups (and the blobs made of them) stay what they were (Muthitacharoen et al., LBFS, 2001).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.errors import FormatUnknown
from corpora.forms import FORMAT

GROUP_BYTES = 8 << 20
FILE_BYTES = 64 << 20
FORMAT_KEY = b"format"
ZSTD_LEVEL = 3
_SPREAD = 3  # no piece is larger than this times its target, none but the last smaller than half of it
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))  # odd: groups and files decide independently

Cuts = NDArray[np.int64]


@dataclass(frozen=True)
class ShardInfo:
    """One written Parquet file: bytes on disk, sha256 in hex."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def _draw(ids: NDArray[np.uint8], mix: np.uint64) -> NDArray[np.float64]:
    """A number in [0, 1) for every id (uint8, n × 16), the same wherever the row stands."""
    words = np.ascontiguousarray(ids).view("<u8")
    mixed = (words[:, 0] ^ (words[:, 1] * mix)) * mix
    return (mixed ^ (mixed >> np.uint64(32))).astype(np.float64) / 2.0**64


@dataclass
class Cutter:
    """Decides cuts while rows stream by; the cuts do not depend on how the stream is chunked.

    `group_bytes` and `file_bytes` are the sizes aimed at, in whatever unit `sizes` is fed (bytes of text).
    A row is a candidate with a probability proportional to its size; a piece is half to three times its target.
    """

    group_bytes: int = GROUP_BYTES
    file_bytes: int = FILE_BYTES
    rows: int = 0  # rows seen
    _group: int = 0  # bytes since the last group cut
    _file: int = 0  # bytes since the last file cut

    def feed(self, ids: NDArray[np.uint8], sizes: Cuts) -> tuple[Cuts, Cuts]:
        """ids uint8 (n, 16), sizes int64 (n) → row numbers, counted from the first row ever fed, at which a group
        (a file) ends, exclusive. Every file cut is a group cut too. The end of the data is not among them."""
        ends = np.cumsum(sizes, dtype=np.int64)
        candidates = np.flatnonzero(_draw(ids, _MIX[0]) * (self.group_bytes / 2) < sizes)
        groups: list[int] = []
        files: list[int] = []
        done = start = 0
        # one turn per row group, not per row
        while (cut := self._next(ends, candidates, start, done)) < len(ends):
            size = self._group + int(ends[cut]) - done
            groups.append(self.rows + cut + 1)
            if self._ends_file(ids[cut : cut + 1], size):
                files.append(self.rows + cut + 1)
            done, start, self._group = int(ends[cut]), cut + 1, 0
        self._group += (int(ends[-1]) if len(ends) else 0) - done
        self.rows += len(ends)
        return np.array(groups, np.int64), np.array(files, np.int64)

    def _next(self, ends: Cuts, candidates: Cuts, start: int, done: int) -> int:
        """Row that ends the group which begins at `start`, or len(ends) when that is still open."""
        least = int(np.searchsorted(ends, done - self._group + self.group_bytes // 2))
        most = int(np.searchsorted(ends, done - self._group + self.group_bytes * _SPREAD))
        place = int(np.searchsorted(candidates, max(least, start)))
        natural = int(candidates[place]) if place < len(candidates) else len(ends)
        return max(min(natural, most), start)

    def _ends_file(self, one: NDArray[np.uint8], size: int) -> bool:
        self._file += size
        if self._file < self.file_bytes // 2:
            return False
        chosen = float(_draw(one, _MIX[1])[0]) * (self.file_bytes / 2) < size
        if chosen or self._file >= self.file_bytes * _SPREAD:
            self._file = 0
            return True
        return False


def cut_points(ids: NDArray[np.uint8], sizes: Cuts, *, group_bytes: int = GROUP_BYTES) -> Cuts:
    """Ends (exclusive) of all row groups of n rows, the last one n: ids uint8 (n, 16), sizes int64 (n) in bytes."""
    cuts, _ = Cutter(group_bytes=group_bytes).feed(ids, sizes)
    return cuts if len(cuts) and cuts[-1] == len(ids) else np.append(cuts, np.int64(len(ids)))


class _Hashing:
    """A file that is hashed while it is written (Parquet is written front to back)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sha, self.size = file, hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        self._sha.update(data)
        self._file.write(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """The file belongs to the caller."""

    closed = False

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def hexdigest(self) -> str:
        return self._sha.hexdigest()


def _leaf_paths(field: pa.Field, prefix: str = "") -> Iterator[tuple[str, str, pa.DataType]]:
    """(Parquet path, our path, type) of every leaf: `messages.list.element.content`, `messages[].content`, string."""
    yield from _type_paths(field.type, prefix + field.name, field.name)


def _type_paths(kind: pa.DataType, path: str, ours: str) -> Iterator[tuple[str, str, pa.DataType]]:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _type_paths(kind.value_type, path + ".list.element", ours + "[]")
    elif pa.types.is_struct(kind):
        for inner in kind:
            yield from _type_paths(inner.type, f"{path}.{inner.name}", f"{ours}.{inner.name}")
    else:
        yield path, ours, kind


def _options(schema: pa.Schema, text_columns: list[str]) -> dict[str, Any]:
    """Dictionary and statistics where they help: not on ids and texts (all different), not on floats."""
    leaves = [leaf for field in schema for leaf in _leaf_paths(field)]
    bulky = {*text_columns, "id"}
    plain = [path for path, ours, kind in leaves if ours not in bulky and ours.split("[]")[0] not in bulky]
    floats = [path for path, _, kind in leaves if pa.types.is_floating(kind)]
    return {
        "use_dictionary": [path for path in plain if path not in floats] or False,
        "use_byte_stream_split": floats or False,
        "write_statistics": [path for path, ours, _ in leaves if ours not in text_columns] or False,
    }


def published_type(kind: pa.DataType) -> pa.DataType:
    """The type as a reader of the file sees it: plain `string` and `list`, which every Parquet reader knows."""
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_large_list(kind) or pa.types.is_list(kind):
        return pa.list_(pa.field("element", published_type(kind.value_type), kind.value_field.nullable))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, published_type(f.type), f.nullable) for f in kind])
    return kind


def write_shard(path: str | Path, tables: Iterable[pa.Table], schema: pa.Schema, *, text_columns: list[str]) -> ShardInfo:
    """Writes one Parquet file: each table one row group of one chunk; zstd, content-defined pages, same bytes always.

    `text_columns` are leaf paths (`text`, `messages[].content`). Memory: one table. Not fsynced: sealing does that.
    """
    rows = 0
    with Path(path).open("wb") as file:
        sink = _Hashing(file)
        with pq.ParquetWriter(
            sink,
            schema,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            use_content_defined_chunking=True,
            store_schema=False,
            **_options(schema, text_columns),
        ) as writer:
            for table in tables:
                rows += table.num_rows
                # the same number of rows in other chunks would be written in other bytes
                writer.write_table(table.cast(schema).combine_chunks(), row_group_size=max(table.num_rows, 1))
            writer.add_key_value_metadata({**(schema.metadata or {}), FORMAT_KEY: str(FORMAT).encode()})
    return ShardInfo(Path(path), rows, sink.size, sink.hexdigest())


def open_shard(path: str | Path) -> pq.ParquetFile:
    """Opens a shard for reading. Raises FormatUnknown when it was written by something else or something newer."""
    file = pq.ParquetFile(path)
    said = (file.schema_arrow.metadata or {}).get(FORMAT_KEY)
    if said != str(FORMAT).encode():
        raise FormatUnknown(
            f"不认识的数据文件格式：{Path(path).name} / unknown format number in {Path(path).name}",
            hint="请升级 yuliao，或确认文件由 yuliao 写出 / upgrade yuliao, or check that yuliao wrote this file",
        )
    return file
