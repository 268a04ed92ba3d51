"""Dates of a batch, moved: every full date of a row by the same number of days, so that what came first still does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from corpora import text_buffers
from corpora.text_buffers import Leaf
from quality import calendar
from quality.pii.spans import Spans

_BEFORE = 8  # bytes in front of a run that may hold the label of a number


def find(batch: pa.RecordBatch, leaves: tuple[Leaf, ...], days: Callable[[int], int]) -> tuple[Spans, list[str]]:
    """Where dates stand, and what is to stand there. A loop over dates (not rows), remembered by how they are written."""
    found: list[tuple[int, ...]] = []
    pieces: list[str] = []
    for number, leaf in enumerate(leaves):
        values, items = text_buffers.leaf_values(batch, leaf)
        texts = text_buffers.texts(values)
        runs = calendar.candidates(texts)
        rows = np.searchsorted(items, runs.text, side="right") - 1
        year, last = calendar.NO_YEAR, -1
        for k, (text, row) in enumerate(zip(runs.text.tolist(), rows.tolist(), strict=True)):
            if row != last:
                year, last = calendar.NO_YEAR, row
            base = int(texts.offsets[text])
            start, end = base + int(runs.start_byte[k]), base + int(runs.end_byte[k])
            run = texts.data[start:end].tobytes().decode()
            before = texts.data[max(base, start - _BEFORE) : start].tobytes().decode(errors="ignore")
            for date in calendar.read(run, before, year):
                year = date.day.year
                at = int(runs.start[k])
                found.append((row, number, text - int(items[row]), at + date.start, at + date.end))
                pieces.append(calendar.moved(run, date, days(row)))
    order = sorted(range(len(found)), key=found.__getitem__)
    return _spans([found[k] for k in order]), [pieces[k] for k in order]


def _spans(found: list[tuple[int, ...]]) -> Spans:
    table = np.array(found, np.int64).reshape(-1, 5)
    row, leaf, item, start, end = table.T
    none = np.zeros(len(table), np.int8)
    return Spans(
        row, leaf.astype(np.int8), item.astype(np.int32), start.astype(np.int32), end.astype(np.int32),
        none, none.astype(np.int16), np.ones(len(table), np.float32), none,
    )  # fmt: skip
