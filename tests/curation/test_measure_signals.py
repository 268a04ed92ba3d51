"""The measuring step: columns appended, nothing else touched."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import ValidationError

from corpora.errors import SourceMissing
from corpora.text_buffers import Leaf
from curation.measure_signals import Signals
from curation.step import Context

TEXTS = ["患者发热3天，体温38.5℃。", "", None, "主轴异响\n更换轴承"]


def context(*leaves: str, base: str = "") -> Context:
    return Context(tuple(map(Leaf.parse, leaves or ("text",))), b"k" * 32, base)


def batch(texts: list[str | None] = TEXTS) -> pa.RecordBatch:
    return pa.record_batch({"bed": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts, pa.large_string())})


def test_adds_the_declared_columns_and_keeps_the_rest() -> None:
    step = Signals()
    measured = step.start(context())(batch())
    assert measured.schema == pa.schema([*batch().schema, *step.adds()])
    assert measured.select(["bed", "text"]).equals(batch())
    assert measured.column("characters").to_pylist() == [15, 0, 0, 9]
    assert measured.column("lexicon_medical")[0].as_py() > 0 and measured.column("lexicon_manufacturing")[3].as_py() > 0


def test_slices_order_and_pickling_change_nothing() -> None:
    step = Signals(lexicons=["medical"])
    work = pickle.loads(pickle.dumps(step)).start(context())
    whole = step.start(context())(batch())
    assert work(batch().slice(1, 3)).equals(whole.slice(1, 3))
    assert work(batch().take(pa.array([3, 2, 1, 0]))).equals(whole.take(pa.array([3, 2, 1, 0])))
    assert work(batch([])).num_rows == 0 and work(batch([])).schema == whole.schema


def test_a_document_of_several_leaves() -> None:
    rows = pa.record_batch({"q": pa.array(["发"], pa.large_string()), "a": pa.array(["热"], pa.large_string())})
    measured = Signals(lexicons=["medical"]).start(context("q", "a"))(rows)
    assert measured.column("leaves").to_pylist() == [2]
    assert measured.column("lexicon_medical").to_pylist() == [0]


def test_messages() -> None:
    talk = pa.array(
        [[{"content": "你好"}, {"content": "头晕吗"}], None], pa.large_list(pa.struct({"content": pa.large_string()}))
    )
    measured = Signals(lexicons=[]).start(context("messages[].content"))(pa.record_batch({"messages": talk}))
    assert measured.column("leaves").to_pylist() == [2, 0]
    assert measured.column("characters").to_pylist() == [5, 0]


def test_own_lexicon_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "pumps.txt").write_text("离心泵\n", "utf-8")
    step = Signals(lexicons=["pumps.txt"])
    assert step.adds()[-1] == pa.field("lexicon_pumps", pa.float32(), False)
    assert step.resources() == ("pumps.txt",)
    measured = step.start(context(base=str(tmp_path)))(batch(["离心泵漏水了"]))
    assert measured.column("lexicon_pumps").to_pylist() == [0.5]
    with pytest.raises(SourceMissing):
        step.start(context(base=str(tmp_path / "elsewhere")))


@pytest.mark.parametrize("lexicons", [["a.txt", "b/a.txt"], ["my list.txt"], ["medical", "medical"]])
def test_refused(lexicons: list[str]) -> None:
    with pytest.raises(ValidationError):
        Signals(lexicons=lexicons)
