"""CSV and TSV (RFC 4180): header row, quoted values with separators and line ends; all values stay literal strings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.errors import FileUnreadable, UsageError
from corpora.hashing import frombytes
from corpora.sources import csv_dialect, csv_record, headers, kernels
from corpora.sources.columnar import Records, Spans, assemble, empty_documents, names, quarantine
from corpora.sources.decoding import decode, is_blank, split_lines
from corpora.sources.frames import Frame, line_frames
from corpora.sources.lines import lines_of, unreadable
from corpora.sources.records import BadRecord
from corpora.sources.spec import BLOCK_BYTES, LIMIT, TO_THE_END, Block, Shard, Want
from corpora.text_buffers import Offsets

_HEADER_BYTES = 1 << 20
_PADDING = 256  # bytes around a name of a repeated header at most
_LINES = 500  # lines of one of the first records at most


def read(shard: Shard, want: Want, *, block_bytes: int, limit: int) -> Iterator[Block]:
    """Blocks of the shard's records, in order."""
    if shard.not_text:
        yield Block(empty_documents(want), quarantine([]), 0, 0, Counter(dict(shard.not_text)))
    for part in _parts(shard, names(want), block_bytes, limit):
        if isinstance(part, Frame):
            yield unreadable(part, shard, want)
        else:
            yield assemble(
                part,
                want,
                shard.source,
                shard.file,
                lambda raw: csv_record.verdict(
                    raw, shard.encoding, want, shard.header, shard.layout.separator or ",", limit=limit, cells=shard.cells
                ),
            )


def with_header(shard: Shard) -> Shard:
    """The shard with header and separator, starting behind the header, if there is one. Raises FileUnreadable if it can't
    be read, UsageError for a separator that is not one ASCII character.
    """
    asked, forced = shard.layout.separator, shard.layout.header_row
    if asked is not None and not asked.isascii():
        raise UsageError(
            f"CSV 分隔符必须是一个 ASCII 字符 / the separator of a CSV must be one ASCII character: {asked}",
            hint="全角逗号是标点，不能作分隔符；请先把文件另存为普通 CSV / save the file as an ordinary CSV first",
        )
    separator = asked or ("\t" if shard.format == "tsv" else None)
    records = _first_records(shard, max(headers.PEEK, forced or 0))
    at = None if forced is None else next((i for i, record in enumerate(records) if record.line == forced), -1)
    try:
        if not records or at == -1:
            raise BadRecord("no_header")
        texts = [record.text for record in records]
        headless = not shard.layout.header
        found = csv_dialect.without_header(texts, separator) if headless else csv_dialect.find(texts, separator, at)
    except (BadRecord, IndexError):
        raise FileUnreadable(
            f"读不出 CSV 表头 / cannot read the CSV header: {shard.path}",
            cause="no_header",
            hint="表头行应是列名；检查编码、分隔符和 header_row / the header row must hold the column names; check encoding, separator, header_row",
        ) from None
    beside = tuple((key, n) for key, n in (("title_row", found.above), ("renamed_column", found.renamed)) if n)
    layout = replace(shard.layout, separator=found.separator)
    start = records[found.record].end if found.record >= 0 else shard.start
    return replace(shard, header=found.header, layout=layout, start=start, not_text=beside, cells=found.cells)


class _First(NamedTuple):
    """One of the first records: its text ("" if undecodable), the offset behind it, the line it begins in, from 1."""

    text: str
    end: int
    line: int


def _first_records(shard: Shard, most: int) -> list[_First]:
    """The first records of the file, at most a megabyte of them; a quote that never closes costs its own line."""
    lines = _first_lines(shard)
    texts = [decode(line, shard.encoding) or "" for line in lines]
    ends = np.cumsum([shard.start, *map(len, lines)]).tolist()
    records: list[_First] = []
    i = 0
    while i < len(lines) and len(records) < most:
        stop = _closed(texts, i)
        text = "".join(texts[i:stop])
        if not is_blank(lines[i], shard.encoding):
            records.append(_First(text.removesuffix("\n").removesuffix("\r"), ends[stop], i + 1))
        i = stop
    return records


def _closed(texts: list[str], i: int) -> int:
    """The line behind the record that begins in line i."""
    quotes = 0
    for stop in range(i, min(len(texts), i + _LINES)):
        quotes += texts[stop].count('"')
        if quotes % 2 == 0:
            return stop + 1
    return i + 1


def _first_lines(shard: Shard) -> list[bytes]:
    lines: list[bytes] = []
    size = 0
    for frame in line_frames(shard, block_bytes=1 << 16, limit=_HEADER_BYTES):
        if frame.cause:
            break
        lines += split_lines(frame.raw, shard.encoding)
        size += frame.size
        if size > _HEADER_BYTES or len(lines) > 4 * _LINES:
            break
    return lines


def shards(shard: Shard, shard_bytes: int) -> Iterator[Shard]:
    """Cuts at record starts. Only reading all of a file tells which line ends are quoted: one fast pass does it."""
    start = shard.start
    for part in _parts(shard, (), BLOCK_BYTES, LIMIT):
        starts = np.zeros(0, np.int64) if isinstance(part, Frame) else part.starts + part.offset
        while len(at := starts[starts >= start + max(1, shard_bytes)]):
            yield replace(shard, start=start, stop=int(at[0]))
            start, shard = int(at[0]), replace(shard, not_text=())
    yield replace(shard, start=start, stop=TO_THE_END if shard.stop < 0 else shard.stop)


def _parts(shard: Shard, fields: tuple[str, ...], block_bytes: int, limit: int) -> Iterator[Records | Frame]:
    """Tokenised records and unreadable frames, in order. An open record waits until the buffer has doubled."""
    held: list[Frame] = []
    waiting = 0
    for frame in line_frames(shard, block_bytes=block_bytes, limit=limit):
        if frame.cause:
            yield from (_tokenised(held, shard, fields, limit, final=True)[:1] if held else ())
            yield frame
            held, waiting = [], 0
            continue
        held.append(frame)
        if sum(f.size for f in held) < waiting:
            continue
        records, rest = _tokenised(held, shard, fields, limit, final=False)
        yield records
        held, waiting = ([rest], 2 * rest.size) if rest.size else ([], 0)
    if held:
        yield _tokenised(held, shard, fields, limit, final=True)[0]


def _tokenised(
    held: list[Frame], shard: Shard, fields: tuple[str, ...], limit: int, *, final: bool
) -> tuple[Records, Frame]:
    raw, offset = b"".join(frame.raw for frame in held) if len(held) > 1 else held[0].raw, held[0].offset
    lines = lines_of(raw, shard.encoding)
    text = frombytes(lines.text)
    spans = Spans.empty(text, len(lines.starts), len(fields))
    starts: Offsets = np.zeros(len(lines.starts), np.int64)
    stops: Offsets = np.zeros(len(lines.starts), np.int64)
    status = np.zeros(len(lines.starts), np.uint8)
    n, used = kernels.csv_records(
        text, final, limit, ord(shard.layout.separator or ","), _columns(shard.header, fields),
        starts, stops, spans.starts, spans.stops, spans.kinds, status,
    )  # fmt: skip
    starts, stops = starts[:n], stops[:n]
    spans = spans.take(np.arange(n))
    status[_repeats(spans, status[:n], shard, fields)] = kernels.ODD
    if lines.text is not raw:  # back from the UTF-8 text to the bytes of the file: records are whole lines
        first, last = _line(lines.text_starts, starts), _line(lines.text_starts, stops)
        starts, stops = lines.starts[first], lines.stops[last]
        used = len(raw) if used == len(text) else int(lines.starts[_line(lines.text_starts, np.array([used]))[0]])
    records = Records(raw, offset, starts, stops, status[:n], spans, used)
    return records, Frame(raw[used:], offset + used, len(raw) - used)


def _repeats(spans: Spans, status: NDArray[np.uint8], shard: Shard, fields: tuple[str, ...]) -> Offsets:
    """Records that say in every wanted column what the header says there: the plain reader compares the others as well."""
    if not shard.cells:
        return np.zeros(0, np.int64)
    cells = csv_record.bare(shard.cells)
    wanted = [(k, cell) for cell, k in zip(cells, _columns(shard.header, fields).tolist(), strict=False) if k >= 0]
    rows = np.flatnonzero(status == kernels.GOOD)
    for k, cell in wanted:  # by length first: hardly any row is left for the comparison
        more = spans.stops[rows, k] - spans.starts[rows, k] - len(cell.encode("utf-8", "replace"))
        rows = rows[(spans.kinds[rows, k] != kernels.PLAIN) | ((more >= 0) & (more <= _PADDING))]
    for k, cell in wanted if len(rows) else ():
        said = pc.utf8_trim(pc.fill_null(spans.take(rows).strings(k), ""), csv_record.AROUND)
        same = pc.equal(said, cell)
        rows = rows[same.to_numpy(zero_copy_only=False)]
    return rows


def _line(line_starts: Offsets, at: Offsets) -> Offsets:
    return np.searchsorted(line_starts, at, side="right") - 1


def _columns(header: tuple[str, ...], fields: tuple[str, ...]) -> Offsets:
    """For every column of the header the index of the wanted field, or -1."""
    places = {name: position for position, name in enumerate(header)}
    wanted = {places[name]: k for k, name in enumerate(fields) if name in places}
    return np.array([wanted.get(position, -1) for position in range(len(header))], np.int64)
