"""Xet's hashes: keyed BLAKE3 of chunks, and the Merkle tree over them that names a xorb.

Source: https://huggingface.co/docs/xet/hashing (status [V]: equal to what hf_xet 1.8 sends).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence

_CHUNK = bytes.fromhex("6697f5775b9550de3135cbaca597181c9de421109beb2b58b4d0b04b93adf229")
_NODE = bytes.fromhex("017ec5c7a5472996fd946666b48a02e65ddd536f37c76dd2f86352e64a53713f")
_TEXT = re.compile(r"[0-9a-f]{64}")
_FEWEST, _MOST, _EVERY = 2, 9, 4  # children of a node: at least, at most, on average


def to_text(digest: bytes) -> str:
    """32 bytes as Xet writes them: four little-endian 64-bit numbers, 16 hexadecimal digits each."""
    return "".join(f"{word:016x}" for word in struct.unpack("<4Q", digest))


def from_text(text: str) -> bytes | None:
    """The 32 bytes of a hash as text; None if it is none."""
    if not _TEXT.fullmatch(text):
        return None
    return struct.pack("<4Q", *(int(text[at : at + 16], 16) for at in range(0, 64, 16)))


def chunk_hash(data: bytes | memoryview) -> bytes:
    """The 32 bytes that name a chunk by its uncompressed bytes."""
    from blake3 import blake3

    return blake3(data, key=_CHUNK).digest()


def xorb_hash(chunks: Sequence[tuple[bytes, int]]) -> bytes:
    """The root over (hash, uncompressed bytes) of a xorb's chunks, in order; zeros for none."""
    nodes = list(chunks)
    if not nodes:
        return bytes(32)
    while len(nodes) > 1:
        nodes = _level(nodes)
    return nodes[0][0]


def _level(nodes: list[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """The nodes one level up. Where a node ends hangs on its children's hashes, so an insertion moves few of them."""
    above, at = [], 0
    while at < len(nodes):
        end = at + _children(nodes, at)
        above.append(_merged(nodes[at:end]))
        at = end
    return above


def _children(nodes: list[tuple[bytes, int]], at: int) -> int:
    most = min(_MOST, len(nodes) - at)
    if most <= _FEWEST:
        return most
    cuts = (count for count in range(_FEWEST + 1, most + 1) if nodes[at + count - 1][0][24] % _EVERY == 0)
    return next(cuts, most)


def _merged(nodes: list[tuple[bytes, int]]) -> tuple[bytes, int]:
    from blake3 import blake3

    text = "".join(f"{to_text(digest)} : {size}\n" for digest, size in nodes)
    return blake3(text.encode(), key=_NODE).digest(), sum(size for _, size in nodes)
