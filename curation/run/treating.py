"""Treating a batch: text leaves by the spans that were measured, declared columns by a search of their own.

A declared column is as personal as the text. Its values count as further leaves of the document, so that one person has
one number in both; a column that is known to hold a kind (by its setting or its name) is that kind as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpora import forms, schema
from corpora.text_buffers import Leaf
from curation.recipe import Column, Recipe, own_columns
from curation.run.clock import Clock
from curation.run.measuring import BYTES
from curation.step import Context, Work
from quality.pii import column_kinds, spans
from quality.pii.findings import EVIDENCE_INDEX, KIND, SUBTYPE
from quality.pii.spans import Spans


def whole_kind(name: str, column: Column, known: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """(kind, subtype) of every value of a declared column: by its setting, by what the recipe's identity columns (`known`)
    say, or, for strings, by its name; None to search in it."""
    if column.pii == "none":
        return None
    if column.pii:
        return column_kinds.parse(column.pii)
    if kind := (known or {}).get(column.source or name):
        return column_kinds.parse(kind)
    return column_kinds.guess(name) if column.type == "string" else None


class Treater:
    """Replaces personal information in a batch; `treat(batch, clock) → batch`. `replaced`: of each step that replaced anything
    in the last batch, where it stood before and stands now."""

    def __init__(self, recipe: Recipe, base: str, key: bytes) -> None:
        treats = recipe.of_phase("treat")
        known = recipe.identities.columns if recipe.identities else {}
        self.width = len(recipe.leaves)
        self.replaced: list[tuple[Spans, Spans]] = []
        columns = [(name, column) for name, column in own_columns(recipe) if _treated(recipe, column)] if treats else []
        searched = [name for name, column in columns if column.type == "string" and column.pii != "none"]
        self.leaves = tuple(Leaf(name) for name, _ in columns)
        self.whole = {i: kind for i, (name, column) in enumerate(columns) if (kind := whole_kind(name, column, known))}
        self.places = np.array(
            [i for i, (name, _) in enumerate(columns) if name in searched and i not in self.whole], np.int64
        )
        alone = tuple(self.leaves[i] for i in self.places)
        finders = [step for step in recipe.of_phase("measure") if schema.SPANS in {field.name for field in step.adds()}]
        self.finders = [step.start(Context(alone, key, base, recipe.identities)) for step in finders] if alone else []
        context = Context((*recipe.leaves, *self.leaves), key, base, recipe.identities)
        self.steps: list[tuple[str, Work]] = [(step.key, step.start(context)) for step in treats]

    def __call__(self, batch: pa.RecordBatch, clock: Clock) -> pa.RecordBatch:
        self.replaced = []
        if not self.steps or schema.SPANS not in batch.schema.names:
            return batch
        if self.leaves:
            clock.to(self.steps[0][0], "treat")
            batch = _with_spans(batch, spans.joined([_spans(batch), *self._columns(batch)]))
        for key, work in self.steps:
            clock.to(key, "treat")
            clock.count(key, "treat", batch.num_rows, batch.num_rows, int(pc.sum(batch.column(BYTES)).as_py() or 0))
            batch = work(batch)
        lasts = (getattr(work, "last", None) for _, work in self.steps)
        self.replaced = [last for last in lasts if last is not None]
        if not self.leaves:
            return batch
        found = _spans(batch)
        return _with_spans(batch, found.take(np.flatnonzero(found.leaf < self.width)))

    def _columns(self, batch: pa.RecordBatch) -> list[Spans]:
        """Spans in declared columns, as leaves behind those of the text."""
        parts = [self._whole(batch, place, *kind) for place, kind in self.whole.items()]
        if not self.finders:
            return parts
        names = [name for name in batch.schema.names if name not in (schema.SPANS, "pii_spans")]
        one = batch.select(names)
        for work in self.finders:
            one = work(one)
        found = _spans(one)
        return [*parts, replace(found, leaf=(self.width + self.places[found.leaf]).astype(np.int8))]

    def _whole(self, batch: pa.RecordBatch, place: int, kind: str, subtype: str) -> Spans:
        """Every value that is not empty, from end to end."""
        values = batch.column(self.leaves[place].column)
        lengths = pc.fill_null(pc.utf8_length(values), 0).to_numpy(zero_copy_only=False).astype(np.int32)
        row = np.flatnonzero(lengths)
        n = len(row)
        return Spans(
            row, np.full(n, self.width + place, np.int8), np.zeros(n, np.int32), np.zeros(n, np.int32), lengths[row],
            np.full(n, KIND[kind], np.int8), np.full(n, SUBTYPE[subtype], np.int16), np.ones(n, np.float32),
            np.full(n, EVIDENCE_INDEX["column"], np.int8),
        )  # fmt: skip


def _treated(recipe: Recipe, column: Column) -> bool:
    """Strings are; of other types only dates, where dates are shifted. Numbers are what they are: declare them as strings."""
    shifts = any(getattr(step, "shift_dates", None) for step in recipe.of_phase("treat"))
    return column.type == "string" or bool(column.pii and column.pii != "none") or (column.type == "date" and shifts)


def _spans(batch: pa.RecordBatch) -> Spans:
    return spans.from_column(batch.column(schema.SPANS))


def _with_spans(batch: pa.RecordBatch, found: Spans) -> pa.RecordBatch:
    index = batch.schema.get_field_index(schema.SPANS)
    return batch.set_column(index, pa.field(schema.SPANS, forms.SPANS, False), spans.to_column(found, batch.num_rows))
