"""JSON text of whole columns: strings are joined by Arrow, only strings that need an escape go through `json`."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.text_buffers import Texts

_ODD = r'["\\\x00-\x1f]'
_INTEGER = r"^(0|-?[1-9][0-9]{0,17})$"
TEXT = pa.large_string()


def join(*parts: Any) -> pa.Array:
    """Strings put end to end, element by element: arrays (large_string) and str."""
    scalars = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, pa.scalar("", TEXT))


def quoted(strings: pa.Array) -> pa.Array:
    """Every string as a JSON string. Nulls stay null."""
    out = join('"', strings, '"')
    odd = np.flatnonzero(np.asarray(pc.fill_null(pc.match_substring_regex(strings, _ODD), False)))
    if len(odd):  # a Python loop over the few strings that hold a quote, a backslash or a control character
        escaped = [json.dumps(text, ensure_ascii=False) for text in strings.take(pa.array(odd)).to_pylist()]
        out = text_buffers.splice(out, odd, pa.array(escaped, TEXT))
    return out


def numbers(values: NDArray[Any]) -> pa.Array:
    """Numbers as their shortest decimals."""
    return pc.cast(pa.array(np.ascontiguousarray(values)), TEXT)


def keys(values: pa.Array, *, numeric: bool) -> pa.Array:
    """Key values as JSON: strings, or, where the file writes its keys as numbers, the integers among them as they are."""
    out = quoted(values)
    if not numeric:
        return out
    return pc.if_else(pc.fill_null(pc.match_substring_regex(values, _INTEGER), False), values, out)


def grouped(items: pa.Array, row: NDArray[np.int64], rows: int) -> pa.Array:
    """For each of `rows` rows its items (sorted by `row`) with commas between them; an empty string without any."""
    counts = np.bincount(row, minlength=rows)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    listed = pa.ListArray.from_arrays(pa.array(offsets), items)
    return pc.binary_join(listed, pa.scalar(",", TEXT))


def slices(texts: Texts, text: NDArray[Any], start: NDArray[np.int64], end: NDArray[np.int64]) -> pa.Array:
    """Bytes start … end of string text[k], for each k."""
    lengths = end - start
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    first = texts.offsets[text] + start
    index = np.repeat(first - offsets[:-1], lengths) + np.arange(offsets[-1])
    return text_buffers.to_array(texts.data[index], offsets)
