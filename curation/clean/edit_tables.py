"""Edits as tables, and the promise that a step applied twice is a step applied once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from corpora import forms


def table(text: Any, start: Any, end: Any, replacement: Any, cause: Any) -> pa.RecordBatch:
    """forms.EDITS from five columns (sequences, NumPy or Arrow arrays) of equal length."""
    columns: Sequence[Any] = (text, start, end, replacement, cause)
    arrays = [c if isinstance(c, pa.Array) else pa.array(c, f.type) for c, f in zip(columns, forms.EDITS, strict=True)]
    return pa.RecordBatch.from_arrays([a.cast(f.type) for a, f in zip(arrays, forms.EDITS, strict=True)], schema=forms.EDITS)
