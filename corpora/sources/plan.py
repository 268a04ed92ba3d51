"""Cuts a file into shards of whole records; the cuts never change what is read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from corpora.sources import csv, parquet, tabbed
from corpora.sources.decoding import decode, is_utf16, line_ends, split_lines
from corpora.sources.detect import UTF32, bom_of, compression_of, encoding_of, format_of, is_settled, table_of
from corpora.sources.frames import ends_with_returns
from corpora.sources.reading import NEVER_EMPTY, PACKAGES, SCANS, WHOLE
from corpora.sources.spec import NO_LAYOUT, SHARD_BYTES, TO_THE_END, Layout, Shard
from corpora.sources.streams import StreamBroken, open_file, pieces

_SAMPLE = 1 << 20
_SAMPLES = 16
_HEAD = 1 << 12
_BLANK = b" \t\r\n\x0b\x0c"
_STEP = 1 << 16  # even: code units of UTF-16 stay whole
_BLANK_LINE = re.compile(rb"\n[ \t\r\x0b\x0c]*\n")


def plan(
    path: str,
    *,
    source: int,
    file: int,
    format: str = "auto",
    encoding: str = "auto",
    layout: Layout = NO_LAYOUT,
    shard_bytes: int = SHARD_BYTES,
) -> list[Shard]:
    """The shards of a file, in order; none for an empty one. shard_bytes: aimed-at size of a shard.

    Raises SourceMissing if the file cannot be opened, UsageError if its format is unknown.
    """
    head = _head(path)
    compression = compression_of(head, path)
    kind = format_of(head, path) if format == "auto" else format
    if kind in PACKAGES:
        asked = _with_ocr(layout) if kind in SCANS else layout
        return [Shard(source, file, path, kind, "utf-8", compression, 0, TO_THE_END, asked)]
    binary = compression is None and bool(head) and kind == "parquet"
    sample, whole = (head, False) if binary else _sample(path, compression)  # a Parquet file has no encoding to look for
    kind = table_of(sample[:_HEAD] if compression else head, kind)
    mark, marked = bom_of(sample)
    encoding = _encoding(encoding, marked, sample[mark:], whole)
    if kind == "text" and format == "auto" and layout.unit == "file" and _is_table(sample[mark:], encoding, whole):
        kind = "tsv"
    shard = Shard(source, file, path, kind, encoding, compression, mark, TO_THE_END, layout)
    if kind in ("csv", "tsv"):
        shard = replace(shard, returns=ends_with_returns(sample, encoding))
    if sample.startswith(UTF32) and kind not in PACKAGES | {"parquet", "excel"}:
        return [replace(shard, start=0, cause="undecodable")]
    if whole and len(sample) == mark and kind not in NEVER_EMPTY:
        return [replace(shard, start=0, cause="empty_file")] if kind == "excel" else []
    if len(sample) > mark and not binary and _is_only(b"\0", sample, whole, shard):
        return [replace(shard, start=0, cause="only_zeros")]
    return _accounted(list(_cut(shard, shard_bytes)), sample, whole, shard)


def _accounted(shards: list[Shard], sample: bytes, whole: bool, shard: Shard) -> list[Shard]:
    """So that no file is passed over: one shard looks for itself whether it held a record, of several blank ones nobody would."""
    if len(shards) == 1:
        return [replace(shards[0], alone=True)]
    blank = (
        bool(shards)
        and shard.format != "parquet"
        and _is_only(_BLANK + b"\0" * is_utf16(shard.encoding), sample, whole, shard)
    )
    return [replace(shard, start=0, cause="empty_file")] if blank else shards


def _is_only(some: bytes, sample: bytes, whole: bool, shard: Shard) -> bool:
    """Whether the file holds no other bytes. All of it is read only where it begins with much of them."""
    if sample[shard.start :].strip(some):
        return False
    try:
        return whole or not any(piece.strip(some) for piece in pieces(shard.path, shard.compression, 0, TO_THE_END, _SAMPLE))
    except StreamBroken:
        return False


def _cut(shard: Shard, shard_bytes: int) -> Iterator[Shard]:
    """The shards of a file that is not empty; a compressed one can only be read from its beginning."""
    if shard.format == "parquet":
        yield from parquet.shards(shard, shard_bytes)
        return
    if shard.format in WHOLE:
        yield replace(shard, start=0)
        return
    size = TO_THE_END if shard.compression else os.path.getsize(shard.path)
    shard = replace(shard, stop=size)
    if shard.format in ("csv", "tsv"):
        shard = csv.with_header(shard)
        yield from [shard] if shard.compression or shard.cause else csv.shards(shard, shard_bytes)
    elif shard.compression or (shard.format == "text" and shard.layout.unit in ("file", "page")):
        yield shard
    elif shard.format == "text" and shard.layout.unit == "blank_line":
        yield from _at_cuts(shard, shard_bytes, _next_paragraph)
    else:
        yield from _at_cuts(shard, shard_bytes, _next_line)


def _with_ocr(layout: Layout) -> Layout:
    """The layout with the reader of scans that this machine has: results depend on it, so a run's fingerprint must."""
    from corpora.sources.pdf import ocr

    return replace(layout, ocr=ocr.version()) if layout.ocr == "auto" else layout


def _head(path: str) -> bytes:
    with open_file(path) as file:
        return file.read(_HEAD)


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


def _is_table(sample: bytes, encoding: str, whole: bool) -> bool:
    """Whether a file that is called a text begins like a table with tabs."""
    if "\t".encode(encoding) not in sample[:_STEP]:
        return False
    some = sample[:_STEP]
    lines = split_lines(some, encoding)
    text = decode(b"".join(lines if whole and len(some) == len(sample) else lines[:-1]), encoding)
    return text is not None and tabbed.is_table(text)


def _encoding(asked: str, marked: str | None, sample: bytes, whole: bool) -> str:
    """The encoding to read in: what was asked for, else what the byte order mark says, else what the lines look like."""
    if asked == "auto":
        return marked or encoding_of(sample, whole=whole)
    if asked == "utf-16":
        return marked if marked in ("utf-16-le", "utf-16-be") else "utf-16-le"
    return asked


def _at_cuts(shard: Shard, shard_bytes: int, next_cut: Callable[[Shard, int], int]) -> Iterator[Shard]:
    start = shard.start
    while start < shard.stop:
        aim = start + max(1, shard_bytes)
        stop = next_cut(shard, aim) if aim < shard.stop else shard.stop
        yield replace(shard, start=start, stop=stop)
        start = stop


def _next_line(shard: Shard, at: int) -> int:
    """The first line start at or after byte `at`."""
    width = 2 if is_utf16(shard.encoding) else 1
    at += (at - shard.start) % width - width  # whole code units; a line end right before `at` counts
    for piece in pieces(shard.path, None, at, shard.stop, _STEP):
        ends = line_ends(piece, shard.encoding)
        if len(ends):
            return at + int(ends[0])
        at += len(piece)
    return shard.stop


def _next_paragraph(shard: Shard, at: int) -> int:
    """The end of the first blank line that begins at or after byte `at`."""
    if is_utf16(shard.encoding):  # two-byte patterns are not worth the trouble: such files are small
        return shard.stop
    seen = b""
    for piece in pieces(shard.path, None, at, shard.stop, _STEP):
        seen += piece
        if blank := _BLANK_LINE.search(seen):
            return at + blank.end()
    return shard.stop
