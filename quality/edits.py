"""Edits against strings: apply them, and ask what they did to numbers and to the bits of quality.triggers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import text_buffers
from quality import triggers, values
from quality.kernels import edits as kernels


def apply(strings: pa.Array, edits: pa.RecordBatch) -> pa.Array:
    """The strings (large_string, n) after `edits` (forms.EDITS, sorted by (text, start), not overlapping)."""
    if edits.num_rows == 0:
        return strings
    view, new = text_buffers.texts(strings), text_buffers.texts(edits["replacement"])
    size = int(view.offsets[-1] - view.offsets[0]) + int(new.offsets[-1] - new.offsets[0])
    out, offsets = np.empty(size, np.uint8), np.empty(len(view) + 1, np.int64)
    written = kernels.apply(view.data, view.offsets, *_ranges(edits), new.data, new.offsets, out, offsets)
    return text_buffers.to_array(out[:written], offsets)


def joins_digits(strings: pa.Array, edits: pa.RecordBatch) -> NDArray[np.bool_]:
    """bool per edit: the edit leaves two digits side by side that something stood between."""
    view, joined = text_buffers.texts(strings), np.empty(edits.num_rows, np.bool_)
    kernels.joins_digits(view.data, view.offsets, *_ranges(edits), _sizes(edits), joined)
    return joined


def changes_values(old: pa.Array, new: pa.Array, edits: pa.RecordBatch) -> NDArray[np.int32]:
    """The strings whose sum of value tokens differs between `old` and `new` = apply(old, edits), ascending.

    Only the tokens that an edit touches are summed: the sum of a string is the sum of its parts (quality.values).
    """
    if edits.num_rows == 0:
        return np.empty(0, np.int32)
    before, after = text_buffers.texts(old), text_buffers.texts(new)
    windows: NDArray[np.int64] = np.empty((5, edits.num_rows), np.int64)
    count = kernels.token_windows(before.data, before.offsets, *_ranges(edits), _sizes(edits), after.offsets, windows)
    string, begin, end, new_begin, new_end = windows[:, :count]
    gained = values.sums(after.data, new_begin, new_end) - values.sums(before.data, begin, end)
    first = _firsts(string)
    return string[first][np.add.reduceat(gained, first) != 0].astype(np.int32)


def bits_around(new: pa.Array, edits: pa.RecordBatch) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """(strings with edits, Trigger bits of what the edits brought or brought together); `new` is the text after them."""
    view, (text, start, end) = text_buffers.texts(new), _ranges(edits)
    begins, ends = np.empty(len(text), np.int64), np.empty(len(text), np.int64)
    kernels.near(view.data, view.offsets, text, start, end, _sizes(edits), begins, ends)
    first = _firsts(text)
    return text[first], np.bitwise_or.reduceat(triggers.scan_ranges(view.data, begins, ends), first)


def _firsts(sorted_values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.concatenate([[True], sorted_values[1:] != sorted_values[:-1]]))


def _sizes(edits: pa.RecordBatch) -> NDArray[np.int64]:
    return np.diff(text_buffers.texts(edits["replacement"]).offsets)


def _ranges(edits: pa.RecordBatch) -> tuple[Any, Any, Any]:
    return edits["text"].to_numpy(), edits["start"].to_numpy(), edits["end"].to_numpy()
