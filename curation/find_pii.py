"""Measure: where personal information stands in every leaf. Text is not changed; positions and a count are added."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field, field_validator

from corpora import forms, schema, text_buffers
from corpora.names import suggest
from curation import identities
from curation.step import Context, Phase, Step, Work
from quality import pii
from quality.pii import spans

COUNT = "pii_spans"


class FindPII(Step):
    """Finds identifiers of the kinds in vocabulary.PII_KINDS; the text is cleaned but not treated."""

    phase: ClassVar[Phase] = "measure"
    step: Literal["find_pii"] = "find_pii"
    kinds: list[str] | None = Field(
        None, description="只查这些种类（见术语表），空缺为全部 / kinds to look for, all of them if left out"
    )

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: list[str] | None) -> list[str] | None:
        unknown = sorted(set(kinds or ()) - set(pii.kind_names()))
        if unknown:
            said = "；".join(f"{kind}，{suggest(kind, pii.kind_names())}" for kind in unknown)
            raise ValueError(f"没有这样的种类 / no such kind: {said}")
        return kinds

    def adds(self) -> tuple[pa.Field, ...]:
        return (pa.field(schema.SPANS, forms.SPANS, False), pa.field(COUNT, pa.int32(), False))

    def start(self, context: Context) -> Work:
        """batch → batch with `_spans` and `pii_spans`."""

        house = identities.House.open(context)

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            documents = text_buffers.documents(batch, context.leaves)
            texts = text_buffers.Texts(documents.data, documents.leaf_offsets)
            known = house.find(batch, texts, documents.document_offsets) if house else None
            found = pii.find(texts, self.kinds, documents=documents.document_offsets, known=known)
            placed = spans.of_documents(found, text_buffers.leaf_counts(batch, context.leaves))
            counts = np.bincount(placed.row, minlength=batch.num_rows).astype(np.int32)
            columns = (spans.to_column(placed, batch.num_rows), pa.array(counts))
            for field, column in zip(self.adds(), columns, strict=True):
                batch = batch.append_column(field, column)
            return batch

        return work
