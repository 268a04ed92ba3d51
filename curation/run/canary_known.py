"""Canaries of what the house knows: made-up values in a copy's identity columns, and entries of its lists, without a label.

One canary of a column for a copy at most: the column holds one value a row. List entries that the search itself holds for
everyday words are not planted: it only counts those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpora import text_buffers
from curation import identities
from curation.step import Context
from quality import canaries
from quality.identities import Draw
from quality.pii import column_kinds
from quality.pii.findings import MEDIUM

_FORMS = {"person_name": "spaced", "mobile": "grouped"}


class Known(NamedTuple):
    """A canary, the copy that it goes into, and the identity column that knows it ("" for a list)."""

    canary: canaries.Canary
    copy: int
    column: str


def of_the_house(draw: Draw, context: Context, rounds: int, copies: int, kinds: list[str]) -> list[Known]:
    """`rounds` canaries of every column and form, and of every list; none where the recipe knows nothing."""
    if context.identities is None:
        return []
    columns = {name: column_kinds.parse(kind)[0] for name, kind in context.identities.columns.items()}
    found: list[Known] = []
    for name, kind in columns.items():
        forms = ["plain", _FORMS[kind]] if kind in _FORMS else ["plain"]
        wanted = [form for form in forms for _ in range(rounds)] if kind in canaries.MAKERS and kind in kinds else []
        for copy, form in enumerate(wanted[:copies]):
            value = canaries.MAKERS[kind](draw)
            found.append(Known(_bare(kind, value, form, canaries.written(draw, kind, form, value)), copy, name))
    return found + [
        Known(_bare(kind, value, "plain", value), draw.below(copies), "") for kind, value in _listed(draw, context, rounds)
    ]


def _bare(kind: str, value: str, form: str, written: str) -> canaries.Canary:
    return canaries.Canary(kind, value, form if written != value else "plain", "known", "", written, "")


def _listed(draw: Draw, context: Context, rounds: int) -> Iterator[tuple[str, str]]:
    """(kind, entry) of every list, entries drawn among those that the search is sure of."""
    house = identities.House.open(context)
    for one in context.identities.lists if context.identities and house else ():
        entries = identities.entries(one, context.base)
        found = house.lists.find(text_buffers.texts(pa.array(entries, pa.large_string()))) if house else None
        sure = np.unique(found.text[found.confidence >= np.float32(MEDIUM)]).tolist() if found is not None else []
        yield from ((one.kind, entries[draw.pick(sure)]) for _ in range(rounds if sure else 0))


def entered(batch: pa.RecordBatch, known: list[Known]) -> pa.RecordBatch:
    """The copies with the canaries in their identity columns."""
    for name in dict.fromkeys(one.column for one in known if one.column):
        index = batch.schema.get_field_index(identities.private(name))
        values = batch.column(index).to_pylist()  # some hundred copies
        for one in known:
            if one.column == name:
                values[one.copy] = one.canary.value
        batch = batch.set_column(index, batch.schema.field(index), pa.array(values, batch.schema.field(index).type))
    return batch
