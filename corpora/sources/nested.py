"""Nested leaves of JSON records: `messages[].content` becomes a large_list of structs of strings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.sources import kernels
from corpora.sources.columnar import Spans, name_bytes
from corpora.sources.spec import Want


def lists(spans: Spans, k: int, column: str, want: Want) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Column k as the recipe's list column (n), and which rows (n) are surely lists of objects with some text.

    A row that is not must not be used: the plain reader decides about it.
    """
    starts, stops, kinds = spans.column(k)
    found = np.zeros(len(starts), np.int64)
    kernels.json_items(spans.text, starts, stops, kinds, found)
    sound = found > 0
    counts: NDArray[np.int64] = np.maximum(found, 0)
    items, status = _items(spans, starts, stops, counts, want.nested[column])
    sound &= status == kernels.GOOD
    sound &= _texts_good(items, len(want.siblings(column)), counts)
    arrays = [items.strings(f) for f in range(len(want.nested[column]))]
    kind = want.schema.field(column).type
    struct = pa.StructArray.from_arrays(arrays, fields=list(kind.value_type))
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    return pa.LargeListArray.from_arrays(offsets, struct).cast(kind), sound


def _items(
    spans: Spans, starts: NDArray[np.int64], stops: NDArray[np.int64], counts: NDArray[np.int64], fields: tuple[str, ...]
) -> tuple[Spans, NDArray[np.uint8]]:
    items = Spans.empty(spans.text, int(counts.sum()), len(fields))
    status = np.zeros(len(starts), np.uint8)
    kernels.json_objects(
        spans.text, starts, stops, counts, *name_bytes(fields), items.starts, items.stops, items.kinds, status
    )
    return items, status


def _texts_good(items: Spans, first: int, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Rows whose leaf fields (from `first` on) are all strings, one of them with text."""
    row = np.repeat(np.arange(len(counts)), counts)
    strings = np.isin(items.kinds[:, first:], (kernels.PLAIN, kernels.ESCAPED)).all(axis=1)
    some = np.zeros(len(items.kinds), np.bool_)
    for f in range(first, items.kinds.shape[1]):
        kernels.has_text(items.text, *items.column(f), some)
    wrong = np.bincount(row[~strings], minlength=len(counts))
    return (wrong == 0) & (np.bincount(row[some], minlength=len(counts)) > 0)
