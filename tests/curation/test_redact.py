"""The treating step: placeholders for what is sure, nothing else touched."""

from __future__ import annotations

import re

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import schema
from corpora.text_buffers import Leaf
from curation.find_pii import FindPII
from curation.step import Context
from curation.treat.redact import RedactPII

CONTEXT = Context((Leaf("q"), Leaf.parse("messages[].content")), b"0" * 32, ".")
MESSAGE = pa.struct([("role", pa.large_string()), ("content", pa.large_string())])
find = FindPII().start(CONTEXT)


def table(q: list[str | None], contents: list[list[str]] | None = None) -> pa.RecordBatch:
    messages = [[{"role": "u", "content": c} for c in row] for row in contents or [[] for _ in q]]
    return pa.record_batch({"q": pa.array(q, pa.large_string()), "messages": pa.array(messages, pa.large_list(MESSAGE))})


def test_placeholders_in_every_leaf() -> None:
    batch = find(table(["联系13800138000，见4.2.1.3", None], [["浙B12345来", "卡6222000000000000004"], ["无"]]))
    result = RedactPII().start(CONTEXT)(batch)
    assert result.column("q").to_pylist() == ["联系[手机号]，见4.2.1.3", None]
    contents = [[m["content"] for m in row] for row in result.column("messages").to_pylist()]
    assert contents == [["[车牌号]来", "卡[银行卡号]"], ["无"]]


def test_spans_point_at_the_placeholders_and_low_ones_at_their_text() -> None:
    text = "\U00020bb7电话13800138000见4.2.1.3，邮箱a.b@qq.com"
    result = RedactPII().start(CONTEXT)(find(table([text])))
    (new,), (row,) = result.column("q").to_pylist(), result.column(schema.SPANS).to_pylist()
    assert [(s["kind"], new[s["start"] : s["end"]]) for s in row] == [
        ("mobile", "[手机号]"),
        ("ipv4", "4.2.1.3"),
        ("email", "[邮箱]"),
    ]


def test_the_bound_is_the_recipes() -> None:
    batch = find(table(["看4.2.1.3和13800138000"]))
    assert RedactPII(min_confidence=0.1).start(CONTEXT)(batch).column("q").to_pylist() == ["看[IPv4地址]和[手机号]"]
    assert RedactPII(min_confidence=1.0).start(CONTEXT)(batch) is batch


def test_rows_without_findings_cost_nothing() -> None:
    batch = find(table(["没有", None]))
    assert RedactPII().start(CONTEXT)(batch) is batch


def test_it_works_on_a_slice() -> None:
    batch = find(table(["13800138000", "a.b@qq.com", "无"], [[], ["13900139000"], []]))
    result = RedactPII().start(CONTEXT)(batch.slice(1))
    assert result.column("q").to_pylist() == ["[邮箱]", "无"]
    assert result.column("messages").to_pylist()[0][0]["content"] == "[手机号]"


def test_it_needs_spans() -> None:
    assert RedactPII().needs() == (schema.SPANS,)


TEXT = st.lists(
    st.sampled_from(
        ["13800138000", "a.b@qq.com", "330200199001010007", "，", "中", "\U00020bb7", "é", "电话", "1", "x", " ", "4.2.1.3"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=5))
def test_text_outside_spans_is_identical_and_a_second_scan_is_clean(strings: list[str]) -> None:
    found = find(table(list(strings)))
    result = RedactPII().start(CONTEXT)(found)
    before, after = found.column(schema.SPANS).to_pylist(), result.column(schema.SPANS).to_pylist()
    label = re.compile(r"\[[^\[\]]+\]")
    for old, new, a, b in zip(strings, result.column("q").to_pylist(), before, after, strict=True):
        at = moved = 0
        for x, y in zip(a, b, strict=True):
            assert old[at : x["start"]] == new[moved : y["start"]]
            inside = new[y["start"] : y["end"]]
            assert label.fullmatch(inside) if x["confidence"] >= 0.5 else inside == old[x["start"] : x["end"]]
            at, moved = x["end"], y["end"]
        assert old[at:] == new[moved:]
    again = find(result.select(["q", "messages"])).column(schema.SPANS).to_pylist()
    assert all(s["confidence"] < 0.5 for row in again for s in row)
