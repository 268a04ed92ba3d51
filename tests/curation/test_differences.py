"""What differs between two texts: short pieces that rebuild the new one. Invented texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.look.differences import between

OLD = "患者诉头痛三天，体温升高，予以对症处理后好转。"
CASES = [
    (OLD, OLD, [], "nothing"),
    (OLD, OLD.replace("三天", "五天"), [("三", "五")], "one character"),
    (OLD, OLD + "嘱随访。", [("", "嘱随访。")], "put at the end"),
    (OLD, OLD.replace("头痛", "").replace("好转", "痊愈"), [("头痛", ""), ("好转", "痊愈")], "two places"),
    (OLD, "设备正常", [(OLD, "设备正常")], "written anew"),
    ("", OLD, [("", OLD)], "from nothing"),
]


@pytest.mark.parametrize(("old", "new", "pairs", "why"), CASES, ids=[case[3] for case in CASES])
def test_changes(old: str, new: str, pairs: list[tuple[str, str]], why: str) -> None:
    assert [(old[one.start : one.end], new[one.new_start : one.new_end]) for one in between(old, new)] == pairs, why


@given(st.text("甲乙丙a1", max_size=30), st.text("甲乙丙a1", max_size=30))
def test_changes_make_the_new_text_of_the_old_one(old: str, new: str) -> None:
    made, at = "", 0
    for one in between(old, new):
        made += old[at : one.start] + new[one.new_start : one.new_end]
        at = one.end
    assert made + old[at:] == new
