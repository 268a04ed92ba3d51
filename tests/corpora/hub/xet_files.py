"""Xorbs and shards made by the book, for tests: what a client would send for given chunks and files."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from corpora.hub.xet import hashes
from corpora.hub.xet.shard import MAGIC

END = b"\xff" * 32 + bytes(16)


def packed(data: bytes, scheme: int = 0) -> bytes:
    """A chunk with its header."""
    planes = np.concatenate([np.frombuffer(data, np.uint8)[at::4] for at in range(4)]).tobytes() if scheme == 2 else data
    stored = planes if scheme == 0 else pa.compress(planes, codec="lz4", asbytes=True)
    return bytes([0]) + len(stored).to_bytes(3, "little") + bytes([scheme]) + len(data).to_bytes(3, "little") + stored


def xorb(chunks: Sequence[bytes], scheme: int = 0) -> tuple[str, bytes]:
    """(hash as text, body)."""
    name = hashes.xorb_hash([(hashes.chunk_hash(one), len(one)) for one in chunks])
    return hashes.to_text(name), b"".join(packed(one, scheme) for one in chunks)


def swapped(sha256: str) -> bytes:
    return struct.pack("<4Q", *(int(sha256[at : at + 16], 16) for at in range(0, 64, 16)))


def segment(name: str, raw: int, start: int, stop: int) -> bytes:
    digest = hashes.from_text(name)
    assert digest
    return digest + struct.pack("<IIII", 0, raw, start, stop)


def file(sha256: str, segments: Sequence[bytes], *, verified: bool = True) -> bytes:
    flags = 1 << 30 | (1 << 31 if verified else 0)
    head = bytes(32) + struct.pack("<II", flags, len(segments)) + bytes(8)
    proof = bytes(48) * len(segments) if verified else b""
    return head + b"".join(segments) + proof + swapped(sha256) + bytes(16)


def shard(*files: bytes, xorbs: bytes = b"", footer: int = 0) -> bytes:
    head = MAGIC + struct.pack("<QQ", 2, footer)
    return head + b"".join(files) + END + xorbs + END + bytes(footer)


def upload(chunks: Sequence[bytes], scheme: int = 0) -> tuple[str, bytes, bytes, str]:
    """(xorb's hash, xorb, shard of one file made of all chunks, sha256 of that file)."""
    name, body = xorb(chunks, scheme)
    data = b"".join(chunks)
    sha256 = hashlib.sha256(data).hexdigest()
    return name, body, shard(file(sha256, [segment(name, len(data), 0, len(chunks))])), sha256
