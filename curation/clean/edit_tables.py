"""Edits as tables, and the promise that a step applied twice is a step applied once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import forms


def table(text: Any, start: Any, end: Any, replacement: Any, cause: Any) -> pa.RecordBatch:
    """forms.EDITS from five columns (sequences, NumPy or Arrow arrays) of equal length."""
    columns: Sequence[Any] = (text, start, end, replacement, cause)
    arrays = [c if isinstance(c, pa.Array) else pa.array(c, f.type) for c, f in zip(columns, forms.EDITS, strict=True)]
    return pa.RecordBatch.from_arrays([a.cast(f.type) for a, f in zip(arrays, forms.EDITS, strict=True)], schema=forms.EDITS)


def at_rows(edits: pa.RecordBatch, rows: NDArray[Any]) -> pa.RecordBatch:
    """Edits of the strings `rows` (ascending), numbered as in the array they were taken from."""
    text = rows[edits["text"].to_numpy()].astype(np.int32)
    return edits.set_column(0, forms.EDITS.field(0), pa.array(text))
