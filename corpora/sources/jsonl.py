"""JSON lines: one line is one record. Fast tokeniser first, plain reader for every line it is not sure of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corpora.hashing import frombytes
from corpora.sources import json_record, kernels
from corpora.sources.columnar import Records, Spans, assemble, name_bytes, names
from corpora.sources.frames import Frame, line_frames
from corpora.sources.lines import lines_of, unreadable
from corpora.sources.spec import Block, Shard, Want


def read(shard: Shard, want: Want, *, block_bytes: int, limit: int) -> Iterator[Block]:
    """Blocks of the shard's lines, in order."""
    for frame in line_frames(shard, block_bytes=block_bytes, limit=limit):
        if frame.cause:
            yield unreadable(frame, shard, want)
            continue
        records = _records(frame, shard.encoding, want)
        yield assemble(
            records, want, shard.source, shard.file, lambda raw: json_record.verdict(raw, shard.encoding, want, limit=limit)
        )


def _records(frame: Frame, encoding: str, want: Want) -> Records:
    lines = lines_of(frame.raw, encoding)
    fields = names(want)
    n = len(lines.starts) - int(lines.starts[-1] == lines.stops[-1])  # behind the last line end there is no line
    spans = Spans.empty(frombytes(lines.text), n, len(fields))
    status = np.zeros(n, np.uint8)
    where = lines.text_starts[:n], lines.text_stops[:n]
    kernels.json_lines(spans.text, *where, *name_bytes(fields), spans.starts, spans.stops, spans.kinds, status)
    rows = np.flatnonzero(status != kernels.BLANK)
    return Records(
        frame.raw, frame.offset, lines.starts[rows], lines.stops[rows], status[rows], spans.take(rows), frame.size
    )
