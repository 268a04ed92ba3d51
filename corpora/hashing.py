"""Keyed hashes of many strings at once: ids of documents, content keys (BLAKE2b, RFC 7693)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.kernels import blake2b
from corpora.text_buffers import Bytes, Offsets, Texts


def keyed_hashes(key: bytes, texts: Texts, size: int = 16) -> NDArray[np.uint8]:
    """(n, size) uint8: row i is `hashlib.blake2b(texts[i], key=key, digest_size=size)`.

    key: 0 to 64 bytes; size: 1 to 64. Raises ValueError outside of that.
    """
    return span_hashes(key, texts.data, texts.offsets[:-1], texts.offsets[1:], size=size)


def span_hashes(
    key: bytes, data: Bytes, starts: Offsets, stops: Offsets, *, size: int = 16, prefix: bytes = b""
) -> NDArray[np.uint8]:
    """Like `keyed_hashes`, of `prefix + data[starts[i]:stops[i]]`; the spans need not touch each other."""
    if len(key) > 64 or not 1 <= size <= 64:
        raise ValueError(f"key of {len(key)} bytes (0 to 64 allowed), size {size} (1 to 64 allowed)")
    out = np.zeros((len(starts), size), np.uint8)
    blake2b(frozen(data), _writable(starts), _writable(stops), frombytes(prefix), frombytes(key), out)
    return out


def _writable(offsets: Offsets) -> Offsets:
    """As they are, or a copy: offsets of an Arrow buffer may be read-only, and kernels are compiled once."""
    return np.require(offsets, np.int64, ["C", "W"])


def frombytes(data: bytes) -> Bytes:
    """The read-only uint8 view of bytes."""
    return np.frombuffer(data, np.uint8)


def frozen(data: Bytes) -> Bytes:
    """A read-only, contiguous view: kernels are compiled once, for read-only input."""
    view = np.ascontiguousarray(data).view()
    view.flags.writeable = False
    return view
