"""Cuts a byte stream into frames of whole lines, whatever the pieces; a line that is too long never fills memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpora.sources.decoding import first_and_last_line_end, is_utf16, line_ends, terminator
from corpora.sources.spec import PREFIX, Shard
from corpora.sources.streams import StreamBroken, pieces


@dataclass(frozen=True)
class Frame:
    """Whole lines (cause is None), or one record that can't be read: `raw` is its beginning, `length` its bytes.

    offset: byte of raw[0] in the file; size: bytes of the file it covers, line end included.
    """

    raw: bytes
    offset: int
    size: int
    cause: str | None = None
    length: int = 0


def line_frames(shard: Shard, *, block_bytes: int, limit: int) -> Iterator[Frame]:
    """Frames of the shard, in order, without gaps. Raises SourceMissing."""
    size, wide = max(2, block_bytes + block_bytes % 2), is_utf16(shard.encoding)  # even: UTF-16 code units stay whole
    cutter = _Cutter(shard.encoding, shard.start, limit)
    try:
        for piece in line_pieces(shard, size, at_lines=not wide):
            yield from cutter.push(piece)
    except StreamBroken as end:
        if end.behind:  # the last line is as whole as the stream that it lies in
            yield from cutter.finish()
        yield cutter.broken()
        return
    yield from cutter.finish()


def line_pieces(shard: Shard, size: int, *, at_lines: bool = False) -> Iterator[bytes]:
    """Pieces of the shard, with a line feed for every carriage return that ends a line by itself."""
    for piece in pieces(shard.path, shard.compression, shard.start, shard.stop, size, at_lines=at_lines):
        yield piece.replace(b"\r", b"\n") if shard.returns else piece


def ends_with_returns(sample: bytes, encoding: str) -> bool:
    """Whether the lines of a CSV that begins like this end with carriage returns alone; in no UTF-16 file."""
    if b"\r" not in sample or is_utf16(encoding):
        return False
    bare = b"".join(sample.split(b'"')[::2])  # Excel for Mac puts line feeds into cells, and returns between rows
    return b"\r" in bare and b"\n" not in bare


@dataclass
class _Cutter:
    """The open line (its pieces, its size) at `offset`; once over the limit only its prefix and its tail are kept."""

    encoding: str
    offset: int
    limit: int
    held: list[bytes] = field(default_factory=list)
    size: int = 0
    tail: bytes = b""

    def push(self, piece: bytes) -> Iterator[Frame]:
        """Frames that the next piece completes."""
        first, last = first_and_last_line_end(piece, self.encoding)
        if not last:
            self._hold(piece)
            return
        first = first if self._over() else 0
        if first:
            self._hold(piece[:first])
            yield self._cut()
        if last > first:
            whole = not self.held and last - first == len(piece)
            yield from self._take(piece if whole else b"".join([*self.held, memoryview(piece)[first:last]]))
        self._hold(piece[last:])

    def finish(self) -> Iterator[Frame]:
        """The last line, which has no line end."""
        if self._over():
            yield self._cut()
        elif self.size:
            yield from self._take(b"".join(self.held))

    def broken(self) -> Frame:
        """The rest of a broken stream: the open line, as far as it came."""
        raw = b"".join(self.held)[:PREFIX]
        return Frame(raw, self.offset, self.size, "broken_stream", self.size)

    def _over(self) -> bool:
        return self.size > self.limit + 4  # 4: a line end that is not part of the record

    def _hold(self, piece: bytes) -> None:
        if not piece:
            return
        self.size += len(piece)
        self.tail = (self.tail + piece[-4:])[-4:]
        self.held.append(piece)
        if self._over():
            self.held = [b"".join(self.held)[:PREFIX]]

    def _take(self, raw: bytes) -> Iterator[Frame]:
        """Whole lines as one frame, or several around those that are too long after all."""
        offset = self.offset
        self._reset(len(raw))
        start = 0
        for line, end in self._long_lines(raw) if len(raw) > self.limit else ():
            if line > start:
                yield Frame(raw[start:line], offset + start, line - start)
            length = end - line - terminator(raw[max(line, end - 4) : end], self.encoding)
            yield Frame(raw[line : line + min(length, PREFIX)], offset + line, end - line, "too_long", length)
            start = end
        if start < len(raw):
            yield Frame(raw[start:], offset + start, len(raw) - start)

    def _long_lines(self, raw: bytes) -> Iterator[tuple[int, int]]:
        ends = [*line_ends(raw, self.encoding).tolist(), len(raw)]
        for line, end in zip([0, *ends], ends, strict=False):
            if end - line - terminator(raw[max(line, end - 4) : end], self.encoding) > self.limit:
                yield line, end

    def _cut(self) -> Frame:
        length = self.size - terminator(self.tail, self.encoding)
        frame = Frame(self.held[0][:length], self.offset, self.size, "too_long", length)
        self._reset(self.size)
        return frame

    def _reset(self, size: int) -> None:
        self.offset += size
        self.held, self.size, self.tail = [], 0, b""
