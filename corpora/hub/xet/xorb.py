"""Xorbs: up to 64 MiB of chunks in a row, each with a header and its own compression.

A chunk is u8 version 0, u24 bytes stored, u8 scheme, u24 bytes raw (little-endian), then the stored bytes. Schemes: 0 as it
is, 1 LZ4 frame, 2 LZ4 frame over four byte planes. Older clients append an index behind the last chunk, which nobody needs.
Source: https://huggingface.co/docs/xet/xorb (status [V]: compared with what hf_xet 1.8 sends).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpora.hub.protocol import broken
from corpora.hub.xet.hashes import chunk_hash, xorb_hash
from corpora.hub.xet.on_disk import Sliced

HEADER = 8
LARGEST = 64 << 20  # raw bytes of a xorb
MOST_CHUNKS = 8192
LARGEST_CHUNK = 1 << 20  # clients cut at 128 KiB
LARGEST_BODY = LARGEST + MOST_CHUNKS * (HEADER + 64) + (1 << 20)  # headers, frames around what does not compress, an index
_INDEX = b"XETBLOB"
_PLAIN, _LZ4, _PLANES = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a chunk's stored bytes lie in the xorb, how they are compressed, and how many bytes they make."""

    start: int
    stored: int
    scheme: int
    raw: int

    @property
    def stop(self) -> int:
        return self.start + self.stored


def chunk_at(header: bytes | memoryview, start: int) -> Chunk:
    """Reads a chunk's header that ends where its bytes start. Raises ProtocolError."""
    if len(header) != HEADER:
        raise broken(f"xorb 在第 {start - HEADER} 字节处截断", f"the xorb breaks off at byte {start - HEADER}")
    stored, raw = int.from_bytes(header[1:4], "little"), int.from_bytes(header[5:8], "little")
    if header[0] != 0 or header[4] not in (_PLAIN, _LZ4, _PLANES):
        raise broken(
            f"xorb 第 {start - HEADER} 字节处的版本或压缩方式未知", f"unknown version or scheme at byte {start - HEADER}"
        )
    if not 0 < raw <= LARGEST_CHUNK or not 0 < stored <= raw + 1024 or header[4] == _PLAIN and stored != raw:
        raise broken(f"xorb 第 {start - HEADER} 字节处的块长度不对", f"wrong length of the chunk at byte {start - HEADER}")
    return Chunk(start, stored, int(header[4]), raw)


def chunks(body: Sliced) -> Iterator[Chunk]:
    """The chunks of a xorb, none unpacked. Raises ProtocolError for anything cut off, too long, too many or unknown."""
    at, count, raw = 0, 0, 0
    while at < len(body):
        header = bytes(body[at : at + HEADER])
        if header.startswith(_INDEX):
            return _check_index(body, at)
        chunk = chunk_at(header, at + HEADER)
        at, count, raw = chunk.stop, count + 1, raw + chunk.raw
        if at > len(body):
            raise broken(f"xorb 在第 {len(body)} 字节处截断", f"the xorb breaks off at byte {len(body)}")
        if count > MOST_CHUNKS or raw > LARGEST:
            raise broken("xorb 太大", f"a xorb holds at most {MOST_CHUNKS} chunks and {LARGEST} bytes")
        yield chunk
    if not count:
        raise broken("xorb 是空的", "the xorb is empty")


def _check_index(body: Sliced, at: int) -> None:
    if not at or int.from_bytes(body[len(body) - 4 : len(body)], "little") != len(body) - at - 4:
        raise broken(f"xorb 第 {at} 字节处的索引长度不对", f"wrong length of the index at byte {at}")


def unpack(stored: bytes | memoryview, chunk: Chunk) -> bytes:
    """The raw bytes of a chunk. Raises ProtocolError when they can't be unpacked or are not as many as promised."""
    if chunk.scheme == _PLAIN:
        return bytes(stored)
    raw = _decompress(stored, chunk)
    return _from_planes(raw) if chunk.scheme == _PLANES else raw


def _decompress(stored: bytes | memoryview, chunk: Chunk) -> bytes:
    """One frame, all of it, of exactly the promised size: the decoder gets no room for more."""
    import pyarrow as pa

    try:
        with pa.CompressedInputStream(pa.BufferReader(pa.py_buffer(stored)), "lz4") as stream:
            raw: bytes = stream.read(chunk.raw + 1)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise broken(f"第 {chunk.start} 字节处的块解不开", f"the chunk at byte {chunk.start} does not unpack") from error
    if len(raw) != chunk.raw:
        raise broken(f"第 {chunk.start} 字节处的块长度不对", f"the chunk at byte {chunk.start} is not as long as it says")
    return raw


def _from_planes(data: bytes) -> bytes:
    """Byte i of the result comes from plane i % 4; the first planes are a byte longer when the size is no multiple of 4."""
    import numpy as np

    planes, out, at = np.frombuffer(data, np.uint8), np.empty(len(data), np.uint8), 0
    for number in range(4):
        size = len(out[number::4])
        out[number::4] = planes[at : at + size]
        at += size
    return out.tobytes()


def check(body: Sliced, name: bytes) -> int:
    """Number of chunks. Unpacks one after the other and raises ProtocolError unless their hashes make the xorb's name (32 bytes)."""
    found = []
    for chunk in chunks(body):
        found.append((chunk_hash(unpack(body[chunk.start : chunk.stop], chunk)), chunk.raw))
    if xorb_hash(found) != name:
        raise broken("xorb 的内容与它的哈希不符", "the xorb's bytes do not make its hash")
    return len(found)
