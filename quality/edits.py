"""Edits against strings: apply them, and ask whether one would glue two numbers together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import text_buffers
from quality.kernels import edits as kernels


def apply(strings: pa.Array, edits: pa.RecordBatch) -> pa.Array:
    """The strings (large_string, n) after `edits` (forms.EDITS, sorted by (text, start), not overlapping)."""
    view, new = text_buffers.texts(strings), text_buffers.texts(edits["replacement"])
    size = int(view.offsets[-1] - view.offsets[0]) + int(new.offsets[-1] - new.offsets[0])
    out, offsets = np.empty(size, np.uint8), np.empty(len(view) + 1, np.int64)
    written = kernels.apply(view.data, view.offsets, *_ranges(edits), new.data, new.offsets, out, offsets)
    return text_buffers.to_array(out[:written], offsets)


def joins_digits(strings: pa.Array, edits: pa.RecordBatch) -> NDArray[np.bool_]:
    """bool per edit: the edit leaves two digits side by side that something stood between."""
    view, new = text_buffers.texts(strings), text_buffers.texts(edits["replacement"])
    return kernels.joins_digits(view.data, view.offsets, *_ranges(edits), np.diff(new.offsets))


def _ranges(edits: pa.RecordBatch) -> tuple[Any, Any, Any]:
    return edits["text"].to_numpy(), edits["start"].to_numpy(), edits["end"].to_numpy()
