"""Cuts a file into shards of whole records; the cuts never change what is read."""

from __future__ import annotations

import os
from collections.abc import Iterator

from corpora.sources.decoding import line_ends
from corpora.sources.detect import bom_of, compression_of, encoding_of, format_of, is_settled
from corpora.sources.spec import SHARD_BYTES, TO_THE_END, Shard
from corpora.sources.streams import StreamBroken, open_file, pieces

_SAMPLE = 1 << 20
_SAMPLES = 16


def plan(
    path: str,
    *,
    source: int,
    file: int,
    format: str = "auto",
    encoding: str = "auto",
    unit: str = "file",
    separator: str | None = None,
    shard_bytes: int = SHARD_BYTES,
) -> list[Shard]:
    """The shards of a file, in order; none for an empty one. shard_bytes: aimed-at size of a shard.

    Raises SourceMissing if the file cannot be opened, UsageError if its format is unknown.
    """
    head = _head(path)
    compression = compression_of(head, path)
    kind = format_of(head, path) if format == "auto" else format
    sample, whole = _sample(path, compression)
    mark, marked = bom_of(sample)
    encoding = _encoding(encoding, marked, sample[mark:], whole)
    shard = Shard(source, file, path, kind, encoding, compression, mark, TO_THE_END, separator, unit)
    if whole and len(sample) == mark:
        return []
    if compression is not None:
        return [shard]
    return list(_line_shards(shard, os.path.getsize(path), shard_bytes))


def _head(path: str) -> bytes:
    with open_file(path) as file:
        return file.read(4)


def _sample(path: str, compression: str | None) -> tuple[bytes, bool]:
    """The first bytes, decompressed, until the encoding is settled; and whether that is the whole file."""
    sample = b""
    stream = pieces(path, compression, 0, TO_THE_END, _SAMPLE)
    try:
        for piece in stream:
            sample += piece
            if len(sample) >= _SAMPLES * _SAMPLE or is_settled(sample):
                return sample, False
    except StreamBroken:
        return sample, False
    return sample, True


def _encoding(asked: str, marked: str | None, sample: bytes, whole: bool) -> str:
    """The encoding to read in: what was asked for, else what the byte order mark says, else what the lines look like."""
    if asked == "auto":
        return marked or encoding_of(sample, whole=whole)
    if asked == "utf-16":
        return marked if marked in ("utf-16-le", "utf-16-be") else "utf-16-le"
    return asked


def _line_shards(shard: Shard, size: int, shard_bytes: int) -> Iterator[Shard]:
    from dataclasses import replace

    start = shard.start
    while start < size:
        stop = _next_line(shard, min(size, start + max(1, shard_bytes)), size)
        yield replace(shard, start=start, stop=stop)
        start = stop


def _next_line(shard: Shard, at: int, size: int) -> int:
    """The first line start at or after byte `at`."""
    width = 2 if shard.encoding.startswith("utf-16") else 1
    at -= (at - shard.start) % width + width if at - shard.start > width else 0
    for piece in pieces(shard.path, None, at, size, 1 << 16):
        ends = line_ends(piece, shard.encoding)
        if len(ends):
            return at + int(ends[0])
        at += len(piece)
    return size
