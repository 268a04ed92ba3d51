"""Law 3 in the driver: a rewrite that would change a value fails, is undone and counted, or is let through."""

from __future__ import annotations

from typing import ClassVar, Literal

import pyarrow as pa
import pytest

from corpora import schema
from corpora.errors import LawBroken
from corpora.forms import EDITS
from corpora.text_buffers import Leaf
from curation.rewriting import AI_MARK, Rewrite, Rewriting
from curation.step import Context, Rewriter, Rewritten
from quality.triggers import Trigger

CONTEXT = Context((Leaf("text"),), b"k" * 32, ".")


class Cut(Rewrite):
    """Removes every `<…>`; puts `joint` there."""

    triggers: ClassVar[Trigger] = Trigger.MARKUP
    removals: ClassVar[frozenset[str]] = frozenset({"markup"})
    step: Literal["cut"] = "cut"
    joint: str = ""
    cause: str = "markup"

    def rewriter(self, context: Context) -> Rewriter:
        def rewrite(strings: pa.Array) -> Rewritten:
            out, edits = [], []
            for i, text in enumerate(strings.to_pylist()):
                start, end = text.find("<"), text.find(">")
                if 0 <= start < end:
                    at = len(text[:start].encode())
                    edits.append(
                        {
                            "text": i,
                            "start": at,
                            "end": at + len(text[start : end + 1].encode()),
                            "replacement": self.joint,
                            "cause": self.cause,
                        }
                    )
                    text = text[:start] + self.joint + text[end + 1 :]
                out.append(text)
            return Rewritten(pa.array(out, pa.large_string()), pa.RecordBatch.from_pylist(edits, EDITS))

        return rewrite


def run(step: Rewrite, *texts: str) -> tuple[list[str], dict[str, int], dict[str, int], list[int]]:
    batch = pa.RecordBatch.from_arrays([pa.array(texts, pa.large_string())], names=["text"])
    done = Rewriting.start((step,), CONTEXT)(batch)
    marked = done.batch.column(schema.GENERATED).to_pylist()
    return done.batch.column("text").to_pylist(), done.tally.changed, done.tally.flagged, marked


def test_intended_removals_may_hold_values() -> None:
    texts, changed, flagged, _ = run(Cut(), "血压<td width=5>120mmHg", "无标记")
    assert texts == ["血压120mmHg", "无标记"] and changed == {"cut": 1} and flagged["cut"] == 0


def test_numbers_that_would_join_are_left_alone_and_counted() -> None:
    texts, changed, flagged, _ = run(Cut(), "12<b>34", "好<b>的")
    assert texts == ["12<b>34", "好的"] and changed == {"cut": 1} and flagged == {"cut": 1}
    assert run(Cut(joint=" "), "12<b>34")[0] == ["12 34"]


def test_a_value_that_changes_outside_removals() -> None:
    stealing = Cut(cause="fold")
    assert run(stealing, "剂量<b 5mg>用")[:3] == (["剂量<b 5mg>用"], {"cut": 0}, {"cut": 1})
    assert run(Cut(cause="fold", on_value_change="allow"), "剂量<b 5mg>用")[0] == ["剂量用"]
    with pytest.raises(LawBroken) as caught:
        run(Cut(cause="fold", on_value_change="fail"), "剂量<b 5mg>用")
    assert "cut" in str(caught.value) and "剂量" not in str(caught.value)


def test_a_generated_mark_is_remembered_when_its_line_goes() -> None:
    texts, _, _, marked = run(Cut(cause=AI_MARK, on_value_change="allow"), "正文<AI生成>", "正文")
    assert texts == ["正文", "正文"] and marked == [1, 0]


def test_nested_leaves() -> None:
    kind = pa.large_list(pa.struct([("role", pa.large_string()), ("content", pa.large_string())]))
    rows = [
        [{"role": "user", "content": "甲<b>"}, {"role": "assistant", "content": "乙"}],
        [],
        [{"role": "user", "content": "<i>丙"}],
    ]
    batch = pa.RecordBatch.from_arrays([pa.array(rows, kind)], names=["messages"])
    done = Rewriting.start((Cut(),), Context((Leaf.parse("messages[].content"),), b"", "."))(batch)
    after = done.batch.column("messages").to_pylist()
    assert [[m["content"] for m in row] for row in after] == [["甲", "乙"], [], ["丙"]]
    assert after[0][0]["role"] == "user" and done.tally.changed == {"cut": 2}
