"""The text that people see, and the way back from a mark in it to the cleaned text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotation import shown
from corpora.text_buffers import Leaf

ONE = [Leaf.parse("text")]
PARTS = st.lists(
    st.tuples(st.text("甲乙丙1😀", max_size=5), st.text("王李2𠮷", min_size=1, max_size=4), st.text("〇某", max_size=4)),
    max_size=5,
)


@given(PARTS, st.text("尾句", max_size=4))
def test_every_mark_outside_of_replacements_lands_on_the_same_characters(
    parts: list[tuple[str, str, str]], tail: str
) -> None:
    old, new, replaced = "", "", []
    for clear, before, after in parts:
        old, new = old + clear, new + clear
        replaced.append({"leaf": 0, "item": 0, "start": len(new), "end": len(new) + len(after), "old_start": len(old),
                         "old_end": len(old) + len(before)})  # fmt: skip
        old, new = old + before, new + after
    old, new = old + tail, new + tail
    seen = shown.render(ONE, {"text": new})
    assert seen.text == new
    inside = {at for one in replaced for at in range(one["start"], one["end"])}
    for start in range(len(new)):
        for end in range(start + 1, len(new) + 1):
            place = shown.origin(seen.segments, replaced, start, end)
            assert place is not None and 0 <= place[2] < place[3] <= len(old)
            if start not in inside and end - 1 not in inside:
                assert old[place[2]] == new[start] and old[place[3] - 1] == new[end - 1]
    for one in replaced:
        if one["start"] < one["end"]:
            assert shown.origin(seen.segments, replaced, one["start"], one["end"]) == (
                0,
                0,
                one["old_start"],
                one["old_end"],
            )
            assert shown.origin(seen.segments, replaced, one["start"], one["start"] + 1) == (
                0,
                0,
                one["old_start"],
                one["old_end"],
            )


def test_several_leaves_stand_under_their_names() -> None:
    leaves = [Leaf.parse("question"), Leaf.parse("answer")]
    seen = shown.render(leaves, {"question": "头痛？", "answer": "多休息。"})
    assert seen.text == "【问】\n头痛？\n\n【答】\n多休息。"
    assert [seen.text[one.start : one.end] for one in seen.segments] == ["头痛？", "多休息。"]
    spans = [{"leaf": 1, "item": 0, "start": 1, "end": 3, "kind": "person_name"}]
    ((start, end, kind),) = shown.placed(seen.segments, spans)
    assert seen.text[start:end] == "休息" and kind == "person_name"
    assert shown.origin(seen.segments, [], start, end) == (1, 0, 1, 3)


def test_turns_of_a_conversation_and_what_has_no_way_back() -> None:
    turns = [
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": None},
        {"role": "user", "content": "再见"},
    ]
    seen = shown.render([Leaf.parse("messages[].content")], {"messages": turns})
    first, second = seen.segments
    assert (first.item, second.item) == (0, 2) and "user" in seen.text and seen.text[second.start : second.end] == "再见"
    assert shown.origin(seen.segments, [], 0, 2) is None, "a heading is no text of the row"
    assert shown.origin(seen.segments, [], first.start, second.end) is None, "over two strings"
    assert shown.origin(seen.segments, None, first.start, first.end) is None, "replacements unknown"
    assert shown.origin(seen.segments, [], second.start, second.end) == (0, 2, 0, 2)
    assert seen.hash == shown.render([Leaf.parse("messages[].content")], {"messages": turns}).hash
