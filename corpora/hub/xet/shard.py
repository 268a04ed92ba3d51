"""Shards: which ranges of which xorbs make which file. All numbers little-endian, all records 48 bytes.

Header: 32 bytes that name the format, u64 version 2, u64 bytes of the footer. Then one group of records for each file: (file
hash, u32 flags, u32 segments), the segments (xorb hash, u32 flags, u32 raw bytes, u32 first chunk, u32 last chunk + 1), as many
verification records if flag 31 is set, one metadata record (sha256 of the file) if flag 30 is. A record of 32 × 0xFF ends the
files. The xorbs follow likewise: (xorb hash, u32 flags, u32 chunks, u32, u32), chunks; the same end; a footer, or none.
Source: https://huggingface.co/docs/xet/shard (status [V]: compared with what hf_xet 1.8 sends).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.hub.protocol import broken

RECORD = 48
LARGEST = 64 << 20
MAGIC = b"HFRepoMetaData\0" + bytes([85, 105, 103, 69, 106, 123, 129, 87, 131, 165, 189, 217, 92, 205, 209, 74, 169])
_END = b"\xff" * 32
_VERIFIED, _SHA256 = 1 << 31, 1 << 30
_FOOTER = 200
SEGMENT = np.dtype([("xorb", "V32"), ("flags", "<u4"), ("raw", "<u4"), ("start", "<u4"), ("stop", "<u4")])


@dataclass(frozen=True)
class ShardFile:
    """One file: `segments` of SEGMENT in order, `size` in bytes, `sha256` as hexadecimal text, or None if it was not sent."""

    hash: bytes
    segments: NDArray[np.void]
    size: int
    sha256: str | None


class _Reader:
    def __init__(self, body: bytes | memoryview) -> None:
        self.view, self.at = memoryview(body), RECORD

    def take(self, records: int) -> memoryview:
        """The next records. Raises ProtocolError when there are not so many left."""
        start, self.at = self.at, self.at + records * RECORD
        if self.at > len(self.view):
            raise broken(f"shard 在第 {len(self.view)} 字节处截断", f"the shard breaks off at byte {len(self.view)}")
        return self.view[start : self.at]


def files(body: bytes | memoryview) -> Iterator[ShardFile]:
    """The files of a shard. Raises ProtocolError, at the latest when the last one has been taken."""
    reader = _Reader(body)
    footer = _check_header(reader.view)
    while (record := reader.take(1))[:32] != _END:
        yield _file(reader, record)
    _skip_xorbs(reader)
    if len(reader.view) - reader.at != footer:
        raise broken(
            f"shard 第 {reader.at} 字节之后的长度不对", f"wrong number of bytes behind byte {reader.at} of the shard"
        )


def _check_header(view: memoryview) -> int:
    """Bytes of the footer."""
    if len(view) < RECORD or view[:32] != MAGIC:
        raise broken("这不是 shard", "this is no shard")
    version, footer = struct.unpack_from("<QQ", view, 32)
    if version != 2 or footer not in (0, _FOOTER):
        raise broken("shard 的版本未知", "the shard has an unknown version")
    return int(footer)


def _file(reader: _Reader, record: memoryview) -> ShardFile:
    flags, count = struct.unpack_from("<II", record, 32)
    segments = np.frombuffer(reader.take(count), SEGMENT) if count else np.zeros(0, SEGMENT)
    if (segments["start"] >= segments["stop"]).any():
        raise broken("shard 里有空的区段", "the shard holds an empty segment")
    if flags & _VERIFIED:
        reader.take(count)
    sha256 = _swapped(reader.take(1)[:32]) if flags & _SHA256 else None
    return ShardFile(bytes(record[:32]), segments, int(segments["raw"].sum(dtype=np.uint64)), sha256)


def _swapped(digest: memoryview) -> str:
    """A sha256 is stored as if it were one of Xet's hashes: its text, read in words, each little-endian."""
    return "".join(f"{word:016x}" for word in struct.unpack("<4Q", digest))


def _skip_xorbs(reader: _Reader) -> None:
    while (record := reader.take(1))[:32] != _END:
        reader.take(struct.unpack_from("<I", record, 36)[0])
