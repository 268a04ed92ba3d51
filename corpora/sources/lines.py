"""The lines of a frame: where they are in the raw bytes, and where in the UTF-8 text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpora.sources import kernels
from corpora.sources.columnar import empty_documents, quarantine
from corpora.sources.decoding import is_utf16, line_ends, transcode
from corpora.sources.frames import Frame
from corpora.sources.spec import Block, Shard, Want
from corpora.text_buffers import Offsets


@dataclass(frozen=True)
class Lines:
    """n lines without their line ends: bytes starts … stops of the raw frame, text_starts … text_stops of `text`."""

    text: bytes
    starts: Offsets
    stops: Offsets
    text_starts: Offsets
    text_stops: Offsets


def lines_of(raw: bytes, encoding: str) -> Lines:
    """All lines, blank ones too; the last one may lack its line end."""
    text = transcode(raw, encoding)
    starts, stops = _spans(raw, encoding)
    return Lines(text, starts, stops, *((starts, stops) if text is raw else _spans(text, "utf-8")))


def _spans(raw: bytes, encoding: str) -> tuple[Offsets, Offsets]:
    if is_utf16(encoding):
        return _wide_spans(raw, encoding)
    data = np.frombuffer(raw, np.uint8)
    starts, stops = np.empty((2, np.count_nonzero(data == 10) + 1), np.int64)
    kernels.line_spans(data, starts, stops)
    return starts, stops


def _wide_spans(raw: bytes, encoding: str) -> tuple[Offsets, Offsets]:
    ends = line_ends(raw, encoding)
    starts = np.concatenate([[0], ends]).astype(np.int64)
    stops = np.concatenate([ends - 2, [len(raw)]]).astype(np.int64)
    closed = np.arange(len(starts)) < len(ends)  # a carriage return is part of a line end only before a line feed
    return starts, stops - 2 * (closed & _ends_with_return(raw, encoding, starts, stops))


def _ends_with_return(raw: bytes, encoding: str, starts: Offsets, stops: Offsets) -> Offsets:
    data = np.frombuffer(raw, np.uint8)
    if not len(data):
        return np.zeros(len(starts), np.int64)
    at = np.maximum(stops - 1, 0)
    low, high = (at - 1, at) if encoding == "utf-16-le" else (at, at - 1)
    return ((stops > starts + 1) & (data[low] == 13) & (data[high] == 0)).astype(np.int64)


def unreadable(frame: Frame, shard: Shard, want: Want) -> Block:
    """The block of a frame that is one bad record."""
    row = (shard.source, shard.file, frame.offset, frame.length, -1, -1, frame.cause, frame.raw)
    return Block(empty_documents(want), quarantine([row]), 1, frame.size)
