"""Treat: personal information gives way to typed placeholders, in every leaf, in kept and dropped rows alike."""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field

from corpora import schema, text_buffers
from corpora.text_buffers import Leaf
from corpora.vocabulary import PII_KINDS
from curation.step import Context, Phase, Step, Work
from quality import pii
from quality.pii import spans
from quality.pii.spans import Spans


@cache
def placeholders() -> tuple[str, ...]:
    """`[手机号]`, `[身份证号]`, …: one per kind, in the order of pii.KINDS. A scan finds nothing in them."""
    return tuple(f"[{PII_KINDS[key].label}]" for key in pii.kind_names())


class RedactPII(Step):
    """Replaces the spans that are certain enough; the spans column then tells where the placeholders stand.

    Spans below `min_confidence` keep their text and stay in the column, so that an officer can count them.
    """

    phase: ClassVar[Phase] = "treat"
    step: Literal["redact_pii"] = "redact_pii"
    min_confidence: float = Field(
        pii.MEDIUM, ge=0, le=1, description="置信度不低于此值的替换为占位符 / replace findings of at least this confidence"
    )

    def needs(self) -> tuple[str, ...]:
        return (schema.SPANS,)

    def start(self, context: Context) -> Work:
        """batch → batch with leaves redacted and `_spans` moved; a batch without findings is returned as it is."""
        widths = np.array([len(text) for text in placeholders()], np.int64)

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            index = batch.schema.get_field_index(schema.SPANS)
            found = spans.from_column(batch.column(index))
            chosen = found.confidence >= np.float32(self.min_confidence)
            if not chosen.any():
                return batch
            for number, leaf in enumerate(context.leaves):
                batch = _redacted(batch, leaf, found.take(np.flatnonzero(chosen & (found.leaf == number))))
            column = spans.to_column(spans.moved(found, chosen, widths), batch.num_rows)
            return batch.set_column(index, batch.schema.field(index), column)

        return work


def _redacted(batch: pa.RecordBatch, leaf: Leaf, chosen: Spans) -> pa.RecordBatch:
    """`batch` with these spans of one leaf replaced; only strings that hold one are copied."""
    if len(chosen) == 0:
        return batch
    values, items = text_buffers.leaf_values(batch, leaf)
    text = items[chosen.row] + chosen.item
    touched, place = np.unique(text, return_inverse=True)
    old = text_buffers.texts(values.take(pa.array(touched)))
    new = spans.replaced(old, chosen, _flat(place), list(placeholders()))
    fresh = text_buffers.to_array(new.data, new.offsets)
    return text_buffers.with_leaf_values(batch, leaf, text_buffers.splice(values, touched, fresh))


def _flat(place: NDArray[np.int64]) -> NDArray[np.int64]:
    return place.reshape(-1).astype(np.int64)
