"""Plain text: a document is a file, a line, or a paragraph that blank lines set apart. It fills the first leaf."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from corpora.hashing import frombytes
from corpora.sources import kernels
from corpora.sources.columnar import Records, Spans, assemble, names
from corpora.sources.decoding import UNDECODABLE, decode, terminator
from corpora.sources.frames import Frame, line_frames
from corpora.sources.items import text_field
from corpora.sources.lines import Lines, lines_of, unreadable
from corpora.sources.records import BadRecord, Fields, Value, Verdict, judged
from corpora.sources.spec import PREFIX, Block, Shard, Want
from corpora.text_buffers import Offsets


def read(shard: Shard, want: Want, *, block_bytes: int, limit: int) -> Iterator[Block]:
    """Blocks of the shard's documents, in order."""
    parts = _lines if shard.layout.unit == "line" else _paragraphs if shard.layout.unit == "blank_line" else _file
    for part in parts(shard, want, block_bytes, limit):
        if isinstance(part, Frame):
            yield unreadable(part, shard, want)
        else:
            yield assemble(part, want, shard.source, shard.file, lambda raw: verdict(raw, shard.encoding, want, limit))


def verdict(raw: bytes, encoding: str, want: Want, limit: int) -> Verdict:
    """The row that one document's raw bytes make, or the cause why they don't."""
    if len(raw) > limit:
        return "too_long"
    text = decode(raw, encoding)
    if text is None:
        return "undecodable"
    try:
        return judged({text_field(want): Value("string", text)}, want, _no_items)
    except BadRecord as bad:
        return bad.cause


def _no_items(text: str) -> list[Fields]:
    raise BadRecord("wrong_type")


def _lines(shard: Shard, want: Want, block_bytes: int, limit: int) -> Iterator[Records | Frame]:
    for frame in line_frames(shard, block_bytes=block_bytes, limit=limit):
        if frame.cause:
            yield frame
            continue
        lines = lines_of(frame.raw, shard.encoding)
        rows = np.flatnonzero(~_blank(lines))
        yield _records(frame, lines, rows, rows, want, frame.size, limit)


def _paragraphs(shard: Shard, want: Want, block_bytes: int, limit: int) -> Iterator[Records | Frame]:
    held: list[Frame] = []
    long: _Long | None = None
    for frame in line_frames(shard, block_bytes=block_bytes, limit=limit):
        if long is not None and not frame.cause:
            frame, done = long.fed(frame)
            if not done:
                continue
        if long is not None:
            yield long.frame()
            long = None
        if frame.cause:
            yield from (_grouped(held, shard, want, limit, final=True)[:1] if held else ())
            yield frame
            held = []
            continue
        records, rest = _grouped([*held, frame], shard, want, limit, final=False)
        yield records
        held = [rest] if rest.size else []
        if rest.size > limit + 4:
            long, held = _Long(shard.encoding, rest), []
    if long is not None:
        yield long.frame()
    elif held:
        yield _grouped(held, shard, want, limit, final=True)[0]


class _Long:
    """A paragraph over the limit: its beginning and its size, until a blank line ends it."""

    def __init__(self, encoding: str, rest: Frame) -> None:
        self.encoding = encoding
        self.raw, self.offset, self.size, self.tail = rest.raw[:PREFIX], rest.offset, rest.size, rest.raw[-4:]

    def fed(self, frame: Frame) -> tuple[Frame, bool]:
        """What of the frame is behind the paragraph, and whether the paragraph has ended."""
        lines = lines_of(frame.raw, self.encoding)
        blank = _blank(lines) & (lines.starts < len(frame.raw))
        cut = int(lines.starts[np.argmax(blank)]) if blank.any() else len(frame.raw)
        self.size += cut
        self.tail = (self.tail + frame.raw[max(0, cut - 4) : cut])[-4:]
        return Frame(frame.raw[cut:], frame.offset + cut, len(frame.raw) - cut), bool(blank.any())

    def frame(self) -> Frame:
        length = self.size - terminator(self.tail, self.encoding)
        return Frame(self.raw[:length], self.offset, self.size, "too_long", length)


def _grouped(held: list[Frame], shard: Shard, want: Want, limit: int, *, final: bool) -> tuple[Records, Frame]:
    """Whole paragraphs, and the lines of one that may go on."""
    raw, offset = b"".join(frame.raw for frame in held), held[0].offset
    lines = lines_of(raw, shard.encoding)
    empty = np.concatenate([[True], _blank(lines), [True]])
    first = np.flatnonzero(empty[:-2] & ~empty[1:-1])
    last = np.flatnonzero(~empty[1:-1] & empty[2:])
    used = len(raw)
    # The bytes behind the last line end are a "line" as well, an empty one: it closes nothing.
    if not final and len(last) and last[-1] >= len(lines.starts) - 2:
        used = int(lines.starts[first[-1]])
        first, last = first[:-1], last[:-1]
    frame = Frame(raw, offset, len(raw))
    return _records(frame, lines, first, last, want, used, limit), Frame(raw[used:], offset + used, len(raw) - used)


def _file(shard: Shard, want: Want, block_bytes: int, limit: int) -> Iterator[Records | Frame]:
    """The whole file as one document; of one that is too long or broken only the beginning is kept."""
    parts: list[bytes] = []
    size, broken = 0, None
    for frame in line_frames(shard, block_bytes=block_bytes, limit=limit):
        broken = "broken_stream" if frame.cause == "broken_stream" else broken
        size += frame.size
        parts.append(frame.raw)
        if size > limit:
            parts = [b"".join(parts)[:PREFIX]]
    raw = b"".join(parts)
    if size > limit or broken:
        yield Frame(raw[:PREFIX], shard.start, size, broken or "too_long", size)
        return
    # One line as far as spans go: the document is all of it, line ends included.
    status = np.full(1, kernels.ODD, np.uint8)
    spans = Spans.empty(frombytes(b""), 1, len(names(want)))
    yield Records(raw, shard.start, np.zeros(1, np.int64), np.array([size]), status, spans, size)


def _records(frame: Frame, lines: Lines, first: Offsets, last: Offsets, want: Want, size: int, limit: int) -> Records:
    """Documents of lines first[i] … last[i]."""
    spans = Spans.empty(frombytes(lines.text), len(first), len(names(want)))
    starts, stops = lines.text_starts[first], lines.text_stops[last]
    if want.leaves:
        spans.starts[:, 0], spans.stops[:, 0], spans.kinds[:, 0] = starts, stops, kernels.PLAIN
    odd = _undecodable(lines.text, starts, stops) | (lines.stops[last] - lines.starts[first] > limit)
    odd |= not want.leaves or want.leaves[0].field is not None
    return Records(frame.raw, frame.offset, lines.starts[first], lines.stops[last], odd.astype(np.uint8), spans, size)


def _undecodable(text: bytes, starts: Offsets, stops: Offsets) -> NDArray[np.bool_]:
    if UNDECODABLE not in text:
        return np.zeros(len(starts), np.bool_)
    at = np.flatnonzero(frombytes(text) == UNDECODABLE[0])
    return np.searchsorted(at, starts) < np.searchsorted(at, stops)


def _blank(lines: Lines) -> NDArray[np.bool_]:
    blank = np.zeros(len(lines.starts), np.bool_)
    kernels.blank_lines(frombytes(lines.text), lines.text_starts, lines.text_stops, blank)
    return blank
