"""What may be restored, and that a decision touches its finding alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from corpora import forms, schema
from curation.run.restoring import Restored


def span(start: int, kind: str = "mobile", leaf: int = 0) -> dict:  # type: ignore[type-arg]
    return {
        "leaf": leaf, "item": 0, "start": start, "end": start + 5, "kind": kind, "subtype": "", "confidence": 0.7,
        "evidence": "context",
    }  # fmt: skip


def batch(rows: list[list[dict]]) -> pa.RecordBatch:  # type: ignore[type-arg]
    return pa.record_batch({schema.SPANS: pa.array(rows, forms.SPANS)})


@pytest.mark.parametrize(
    ("places", "changed", "why"),
    [
        ([[7, 0, 0, 10, 15]], {(1, 1)}, "row 7 is the batch's second row"),
        ([[7, 0, 0, 10, 15], [4, 0, 0, 0, 5]], {(1, 1), (0, 0)}, "two rows"),
        ([[7, 1, 0, 10, 15]], set(), "another leaf"),
        ([[7, 0, 0, 10, 14]], set(), "another end"),
        ([[8, 0, 0, 10, 15]], set(), "a row that is not here"),
        ([], set(), "nothing was decided"),
    ],
)
def test_a_decision_touches_its_finding_alone(places: list[list[int]], changed: set[tuple[int, int]], why: str) -> None:
    given = batch([[span(0), span(10)], [span(0), span(10)]])
    restored = Restored(np.array(places, np.int64).reshape(-1, 5), np.zeros((0, 5), np.int64))
    done = restored.apply(given, np.array([4, 7])).column(schema.SPANS).to_pylist()
    marked = {(row, k) for row, spans in enumerate(done) for k, one in enumerate(spans) if one["evidence"] == "restored"}
    assert marked == changed, why
    assert [[one | {"evidence": ""} for one in row] for row in done] == [
        [one | {"evidence": "", "confidence": np.float32(0.7)} for one in row] for row in given.column(0).to_pylist()
    ]
