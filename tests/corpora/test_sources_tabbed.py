"""Tables with tabs that are called .txt: read as tables; prose with tabs stays prose. Invented records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan
from corpora.sources.tabbed import is_table
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, everything, write

NOTE = "患者诉头痛三天，体温升高，予以对症处理后好转，嘱门诊随访。"
ROWS = [f"N{i}\t{i % 3}\t{NOTE}" for i in range(30)]
CASES = [
    (["编号\t次数\t病程", *ROWS], True, "an export: numbers and long texts under short names"),
    (["编号\t次数\t病程", *ROWS, "N31\t短"], True, "one ragged row in thirty: it is quarantined"),
    (["编号\t次数\t病程", "", *ROWS], True, "blank lines are no rows"),
    (["label\t现象", *["异响\t主轴"] * 5], True, "Chinese under an identifier"),
    (["编号\t次数\t病程", ROWS[0]], False, "two lines say nothing"),
    (["编号\t次数\t病程", *ROWS[:10], *["N\t短"] * 4], False, "too many ragged rows"),
    (ROWS, False, "no header: the first row would be lost"),
    ([f"{c}\tO" for c in "患者诉头痛三天体温升高"], False, "one labelled token a line"),
    (["患\tB-PER", *[f"{c}\tO" for c in "者诉头痛三天体温升高"]], False, "and the first label is another"),
    ([f"{name}\t解热镇痛" for name in ("甲药", "乙药", "丙药", "丁药")], False, "a glossary without a header"),
    ([f"第{i}章 总论\t{i}" for i in "一二三四五"], False, "contents: nothing tells the first line from the others"),
    ([f"第一章 总论\t{i}" for i in range(1, 9)], False, "contents with page numbers: a number is no name"),
    ([NOTE] * 9 + ["主诉：\t头痛"] + [NOTE] * 9, False, "prose with an odd tab"),
    ([f"\t{NOTE}"] * 9, False, "paragraphs indented by tabs"),
    (["主诉：\t头痛三天", *[f"医生：\t{NOTE}"] * 5], False, "a label with a colon and a value"),
    ([f"甲\t{NOTE}", *[f"乙\t{NOTE}", f"甲\t{NOTE}"] * 5], False, "a dialogue: who speaks, speaks again"),
    (["问题\t回答", *["头痛怎么办\t多休息"] * 5], False, "short texts only: not certain, so it stays text"),
    ([], False, "nothing"),
]


@pytest.mark.parametrize(("lines", "table", "why"), CASES, ids=[case[2] for case in CASES])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_only_certain_tables_are_tables(tmp_path: Path, lines: list[str], table: bool, why: str, encoding: str) -> None:
    assert is_table("\n".join(lines)) == table, why
    path = write(tmp_path, "\n".join(lines).encode(encoding), "a.txt")
    shards = plan(path, source=0, file=0)
    assert [shard.format for shard in shards] == ([] if not lines else ["tsv" if table else "text"]), why


def test_rows_are_read_and_a_ragged_one_is_quarantined(tmp_path: Path) -> None:
    path = write(tmp_path, "\n".join(["编号\t次数\t病程", *ROWS, "N31\t短"]).encode("gb18030"), "a.txt")
    want = Want((Leaf("病程"),), "编号", ("次数",), KEY, "来源")
    rows, lost, count = everything(path, want)
    assert (len(rows), count, [one["cause"] for one in lost]) == (30, 31, ["ragged"])
    assert (rows[4]["病程"], rows[4]["次数"]) == (NOTE, "1")


@pytest.mark.parametrize(
    "asked", [{"format": "text"}, {"layout": Layout(unit="line")}, {"layout": Layout(unit="blank_line")}]
)
def test_what_the_recipe_says_goes_first(tmp_path: Path, asked: dict[str, object]) -> None:
    path = write(tmp_path, "\n".join(["编号\t次数\t病程", *ROWS]).encode(), "a.txt")
    assert {shard.format for shard in plan(path, source=0, file=0, **asked)} == {"text"}  # type: ignore[arg-type]


@given(st.text("a1。\t\n甲，\r", max_size=60))
def test_any_text_has_a_verdict(text: str) -> None:
    assert is_table(text) in (True, False)
