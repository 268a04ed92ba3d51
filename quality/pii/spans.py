"""Spans as flat arrays: between `find`, the spans column and the step that replaces them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import forms
from corpora.text_buffers import Texts
from corpora.vocabulary import PII_KINDS, PII_SUBTYPES
from quality.kernels import pii_splice as kernel
from quality.pii.findings import EVIDENCE, Findings


@dataclass(frozen=True)
class Spans:
    """m spans of a batch, sorted by (row, leaf, item, start): the columns of forms.SPAN and the row each belongs to."""

    row: NDArray[np.int64]
    leaf: NDArray[np.int8]
    item: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    kind: NDArray[np.int8]  # index into PII_KINDS
    subtype: NDArray[np.int16]  # index into PII_SUBTYPES
    confidence: NDArray[np.float32]
    evidence: NDArray[np.int8]  # index into EVIDENCE

    def __len__(self) -> int:
        return len(self.row)

    def take(self, index: NDArray[np.int64]) -> Spans:
        return Spans(*(getattr(self, f.name)[index] for f in fields(self)))


def of_documents(found: Findings, counts: NDArray[np.int64]) -> Spans:
    """Findings in `text_buffers.documents`, addressed by row, leaf and item.

    counts: int64 (rows, leaves), how many strings each leaf of each row has. Order is kept: (row, leaf, item, start).
    """
    ends = np.cumsum(counts.ravel())
    cell = np.searchsorted(ends, found.text, side="right")
    row, leaf = np.divmod(cell, counts.shape[1])
    item = found.text - (ends - counts.ravel())[cell]
    return Spans(
        row, leaf.astype(np.int8), item.astype(np.int32), found.start, found.end,
        found.kind, found.subtype, found.confidence, found.evidence,
    )  # fmt: skip


def to_column(spans: Spans, rows: int) -> pa.Array:
    """A forms.SPANS array of `rows` rows."""
    offsets = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(spans.row, minlength=rows), out=offsets[1:])
    names = {name: _terms(terms) for name, terms in _TERMS}
    columns = [
        names[f.name].take(pa.array(getattr(spans, f.name))) if f.name in names else pa.array(getattr(spans, f.name))
        for f in forms.SPAN
    ]
    values = pa.StructArray.from_arrays(columns, fields=list(forms.SPAN))
    return pa.LargeListArray.from_arrays(pa.array(offsets), values, type=forms.SPANS)


def from_column(column: pa.Array) -> Spans:
    """The flat spans of a forms.SPANS array (slices and nulls welcome)."""
    counts = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    flat = column.flatten()
    values = {f.name: pc.struct_field(flat, f.name) for f in forms.SPAN}
    for name, terms in _TERMS:
        values[name] = pc.index_in(values[name], _terms(terms)).cast(pa.int16() if name == "subtype" else pa.int8())
    row = np.repeat(np.arange(len(column), dtype=np.int64), counts)
    return Spans(row, **{name: value.to_numpy(zero_copy_only=False) for name, value in values.items()})


def names(spans: Spans) -> dict[str, pa.Array]:
    """The vocabulary's keys (string) behind the indices: kind, subtype, evidence."""
    return {name: _terms(terms).take(pa.array(getattr(spans, name))).cast(pa.large_string()) for name, terms in _TERMS}


_TERMS = (("kind", tuple(PII_KINDS)), ("subtype", tuple(PII_SUBTYPES)), ("evidence", EVIDENCE))


@cache
def _terms(names: tuple[str, ...]) -> pa.Array:
    return pa.array(names, pa.string())


def moved(spans: Spans, chosen: NDArray[np.bool_], widths: NDArray[np.int64]) -> Spans:
    """Where all spans stand once the chosen ones are replaced; span k, if chosen, by text of widths[k] code points."""
    growth = np.where(chosen, widths - (spans.end - spans.start), 0)
    before = np.cumsum(growth) - growth
    shift = before - before[_heads(spans)]
    start = (spans.start + shift).astype(np.int32)
    return replace(spans, start=start, end=(spans.end + shift + growth).astype(np.int32))


def _heads(spans: Spans) -> NDArray[np.int64]:
    """For every span the first one of the same string."""
    change = np.zeros(len(spans), bool)
    change[:1] = True
    for values in (spans.row, spans.leaf, spans.item):
        change[1:] |= values[1:] != values[:-1]
    return np.maximum.accumulate(np.where(change, np.arange(len(spans)), 0))


def joined(parts: Sequence[Spans]) -> Spans:
    """All of them, in order."""
    every = Spans(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Spans)))
    return every.take(np.lexsort((every.start, every.item, every.leaf, every.row)))


def cut(texts: Texts, spans: Spans, text: NDArray[np.int64]) -> list[tuple[str, str]]:
    """What stands in each span, and the character behind it; span k lies in string text[k]. A Python loop: for few spans."""
    bounds = np.empty((len(spans), 2), np.int64)
    kernel.byte_bounds(texts.data, texts.offsets, text, spans.start, spans.end, bounds)
    stops = texts.offsets[text + 1].tolist()
    return [
        (
            texts.data[start:end].tobytes().decode(),
            texts.data[end : min(end + 4, stop)].tobytes().decode(errors="ignore")[:1],
        )
        for (start, end), stop in zip(bounds.tolist(), stops, strict=True)
    ]


def replaced(texts: Texts, spans: Spans, text: NDArray[np.int64], pieces: list[str], choice: NDArray[np.int64]) -> Texts:
    """All n strings with span k, which lies in string text[k], replaced by pieces[choice[k]].

    The spans are sorted by (text, start). Bytes outside of spans are copied as they are.
    """
    bounds = np.empty((len(spans), 2), np.int64)
    kernel.byte_bounds(texts.data, texts.offsets, text, spans.start, spans.end, bounds)
    encoded = [piece.encode() for piece in pieces]
    starts = np.concatenate([[0], np.cumsum([len(piece) for piece in encoded])]).astype(np.int64)
    growth = np.diff(starts)[choice].sum() - (bounds[:, 1] - bounds[:, 0]).sum()
    data = np.empty(int(texts.offsets[-1] - texts.offsets[0] + growth), np.uint8)
    offsets = np.empty(len(texts) + 1, np.int64)
    letters = np.frombuffer(b"".join(encoded) or b" ", np.uint8)
    kernel.splice(texts.data, texts.offsets, text, bounds, letters, starts, choice, data, offsets)
    return Texts(data, offsets)
