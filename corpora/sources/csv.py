"""CSV and TSV (RFC 4180): header row, quoted values with separators and line ends; all values stay literal strings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from corpora.errors import FileUnreadable
from corpora.hashing import frombytes
from corpora.sources import csv_record, kernels
from corpora.sources.columnar import Records, Spans, assemble, names
from corpora.sources.decoding import decode, is_blank, split_lines, terminator
from corpora.sources.frames import Frame, line_frames
from corpora.sources.lines import lines_of, unreadable
from corpora.sources.records import BadRecord
from corpora.sources.spec import BLOCK_BYTES, LIMIT, TO_THE_END, Block, Shard, Want
from corpora.text_buffers import Offsets

_HEADER_BYTES = 1 << 20


def read(shard: Shard, want: Want, *, block_bytes: int, limit: int) -> Iterator[Block]:
    """Blocks of the shard's records, in order."""
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
                    raw, shard.encoding, want, shard.header, shard.layout.separator or ",", limit=limit
                ),
            )


def with_header(shard: Shard) -> Shard:
    """The shard with header and separator, starting behind the header. Raises FileUnreadable if there is no header."""
    raw, end = _header(shard)
    text = decode(raw, shard.encoding)
    separator = shard.layout.separator or ("\t" if shard.format == "tsv" else None)
    try:
        if text is None or not text:
            raise BadRecord("undecodable")
        separator = separator or csv_record.separator_of(text)
        header = tuple(name.strip() for name in csv_record.split(text, separator))
    except BadRecord:
        raise FileUnreadable(
            f"读不出 CSV 表头 / cannot read the CSV header: {shard.path}",
            cause="no_header",
            hint="第一行应是列名；检查编码和分隔符 / the first row must hold the column names; check encoding and separator",
        ) from None
    _check_names(header, shard.path)
    return replace(shard, header=header, layout=replace(shard.layout, separator=separator), start=end)


def _check_names(header: tuple[str, ...], path: str) -> None:
    """Raises FileUnreadable where two columns have one name: the values of one of them would be lost. Names are not shown:
    in a file without a header they are values."""
    first: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        if name and first.setdefault(name, number) != number:
            raise FileUnreadable(
                f"CSV 表头第 {first[name]} 列与第 {number} 列同名 / columns {first[name]} and {number} have the same name: {path}",
                cause="repeated_column",
                hint="给其中一列改名；如果文件没有表头，请补上 / rename one of them; if the file has no header, add one",
            )


def _header(shard: Shard) -> tuple[bytes, int]:
    """The raw bytes of the first record, and the offset behind it."""
    held, end = b"", shard.start
    for frame in line_frames(shard, block_bytes=1 << 16, limit=_HEADER_BYTES):
        for line in [] if frame.cause else split_lines(frame.raw, shard.encoding):
            end += len(line)
            if not held and is_blank(line, shard.encoding):
                continue
            held += line
            text = decode(held, shard.encoding)
            if text is None or text.count('"') % 2 == 0 or len(held) > _HEADER_BYTES:
                return held[: len(held) - terminator(held, shard.encoding)], end
        if frame.cause:
            break
    return held, end


def shards(shard: Shard, shard_bytes: int) -> Iterator[Shard]:
    """Cuts at record starts. Only reading all of a file tells which line ends are quoted: one fast pass does it."""
    start = shard.start
    for part in _parts(shard, (), BLOCK_BYTES, LIMIT):
        starts = np.zeros(0, np.int64) if isinstance(part, Frame) else part.starts + part.offset
        while len(at := starts[starts >= start + max(1, shard_bytes)]):
            yield replace(shard, start=start, stop=int(at[0]))
            start = int(at[0])
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
    if lines.text is not raw:  # back from the UTF-8 text to the bytes of the file: records are whole lines
        first, last = _line(lines.text_starts, starts), _line(lines.text_starts, stops)
        starts, stops = lines.starts[first], lines.stops[last]
        used = len(raw) if used == len(text) else int(lines.starts[_line(lines.text_starts, np.array([used]))[0]])
    records = Records(raw, offset, starts, stops, status[:n], spans.take(np.arange(n)), used)
    return records, Frame(raw[used:], offset + used, len(raw) - used)


def _line(line_starts: Offsets, at: Offsets) -> Offsets:
    return np.searchsorted(line_starts, at, side="right") - 1


def _columns(header: tuple[str, ...], fields: tuple[str, ...]) -> Offsets:
    """For every column of the header the index of the wanted field, or -1."""
    places = {name: position for position, name in enumerate(header)}
    wanted = {places[name]: k for k, name in enumerate(fields) if name in places}
    return np.array([wanted.get(position, -1) for position in range(len(header))], np.int64)
