"""The measuring step: spans and counts beside the text."""

from __future__ import annotations

import pickle

import pyarrow as pa
import pytest
from pydantic import ValidationError

from corpora import forms, schema
from corpora.text_buffers import Leaf
from curation.find_pii import FindPII
from curation.step import Context

CONTEXT = Context((Leaf("title"), Leaf.parse("messages[].content")), b"0" * 32, ".")
MESSAGE = pa.struct([("role", pa.large_string()), ("content", pa.large_string())])


def batch() -> pa.RecordBatch:
    messages = [
        [{"role": "u", "content": "没有"}, {"role": "a", "content": "卡6222000000000000004好"}],
        None,
        [],
        [{"role": "u", "content": "浙B12345来"}],
    ]
    title = ["\U00020bb7联系13800138000，邮箱a.b@qq.com", None, "没有", "13800138000"]
    return pa.record_batch(
        {"title": pa.array(title, pa.large_string()), "messages": pa.array(messages, pa.large_list(MESSAGE))}
    )


def test_spans_are_addressed_by_leaf_and_item() -> None:
    result = FindPII().start(CONTEXT)(batch())
    spans = [
        [(s["leaf"], s["item"], s["start"], s["end"], s["kind"]) for s in row]
        for row in result.column(schema.SPANS).to_pylist()
    ]
    assert spans == [
        [(0, 0, 3, 14, "mobile"), (0, 0, 17, 27, "email"), (1, 1, 1, 20, "bank_card")],
        [],
        [],
        [(0, 0, 0, 11, "mobile"), (1, 0, 0, 7, "plate")],
    ]
    assert result.column("pii_spans").to_pylist() == [3, 0, 0, 2]


def test_only_declared_columns_are_added_and_text_stays() -> None:
    before = batch()
    step = FindPII()
    after = step.start(CONTEXT)(before)
    assert after.select(before.schema.names).equals(before)
    assert [after.schema.field(i) for i in range(2, 4)] == list(step.adds())
    assert after.column(schema.SPANS).type == forms.SPANS
    after.validate(full=True)


def test_a_slice_gives_the_rows_of_the_whole() -> None:
    work = FindPII().start(CONTEXT)
    assert work(batch().slice(1, 3)).column(schema.SPANS).to_pylist() == work(batch()).column(schema.SPANS).to_pylist()[1:]


def test_an_empty_batch() -> None:
    result = FindPII().start(CONTEXT)(batch().slice(0, 0))
    assert result.num_rows == 0 and result.column(schema.SPANS).type == forms.SPANS


def test_chosen_kinds() -> None:
    result = FindPII(kinds=["email"]).start(CONTEXT)(batch())
    assert result.column("pii_spans").to_pylist() == [1, 0, 0, 0]


def test_an_unknown_kind_is_a_mistake_in_the_recipe() -> None:
    with pytest.raises(ValidationError, match="no such kind"):
        FindPII(kinds=["shoe_size"])


def test_the_step_pickles() -> None:
    assert pickle.loads(pickle.dumps(FindPII(kinds=["email"]))) == FindPII(kinds=["email"])
