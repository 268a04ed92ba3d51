"""The scoring step."""

from __future__ import annotations

import pickle

import pyarrow as pa
import pytest
from pydantic import ValidationError

from corpora.text_buffers import Leaf
from curation.measure_signals import Signals
from curation.score import Score
from curation.step import Context
from quality.score import Component

CONTEXT = Context((Leaf("text"),), b"k" * 32, "")
TEXTS = [
    "患者3天前出现发热，最高体温39.2℃，伴咳嗽、咳黄痰。查体：双肺呼吸音粗，可闻及湿啰音。",
    "发热",
    "的的的的的的的的的的的的",
    "Buy cheap watches at http://spam.example.com now",
]


def measured(texts: list[str]) -> pa.RecordBatch:
    return Signals(lexicons=[]).start(CONTEXT)(pa.record_batch({"text": pa.array(texts, pa.large_string())}))


def test_adds_quality() -> None:
    step = Score()
    scored = step.start(CONTEXT)(measured(TEXTS))
    assert scored.schema == pa.schema([*measured(TEXTS).schema, *step.adds()])
    clean, short, repeated, spam = scored.column("quality").to_pylist()
    assert 1 >= clean > 0.9 > short > max(repeated, spam) >= 0


def test_slices_and_pickling_change_nothing() -> None:
    step = Score()
    whole = step.start(CONTEXT)(measured(TEXTS))
    assert pickle.loads(pickle.dumps(step)).start(CONTEXT)(measured(TEXTS).slice(1, 2)).equals(whole.slice(1, 2))
    assert step.start(CONTEXT)(measured([])).schema == whole.schema


def test_own_components_and_nulls() -> None:
    step = Score(components=[Component(column="age", worst=0.0, best=10.0, weight=0.5)])
    assert step.needs() == ("age",)
    scored = step.start(CONTEXT)(pa.record_batch({"age": pa.array([0, 5, 99, None])}))
    assert scored.column("quality").to_pylist() == [0.5, 0.75, 1.0, 1.0]
    with pytest.raises(ValidationError):
        Score(components=[])
