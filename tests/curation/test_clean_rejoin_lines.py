"""`rejoin_lines`: wrapped sentences are rejoined; lists, tables, headings, key: value lines and numbers are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from curation.clean.rejoin_lines import RejoinLines
from quality import values
from tests.curation.cleaning import clean, hold, run

WRAPPED = (
    "患者三天前受凉后出现咳嗽咳痰，痰为白色\n"
    "黏液样，量少，伴有低热，自行口服药物后\n"
    "症状未见明显好转，遂来我院门诊就诊，查\n"
    "体可见咽部充血。\n"
    "双肺呼吸音粗。"
)


def test_a_wrapped_paragraph() -> None:
    (new,) = hold(RejoinLines(), WRAPPED)
    assert new == WRAPPED.replace("\n", "").replace("充血。", "充血。\n")


def test_crlf_and_trailing_spaces_go_with_the_break() -> None:
    assert hold(RejoinLines(), WRAPPED.replace("\n", "  \r\n")) == [
        WRAPPED.replace("\n", "").replace("充血。", "充血。  \r\n")
    ]


FULL = "这一行有二十个字用来撑满版面的宽度，好"
FRAME = f"{FULL}\n{FULL}\n{FULL}。"


@pytest.mark.parametrize(
    "line",
    [
        "1. 第二项内容",
        "2、第二项内容",
        "（3）第二项",
        "(3) 第二项",
        "① 第二项",
        "一、现病史",
        "第三章 维护",
        "• 第二项",
        "- 第二项",
        "A. 选项",
        "体温\t37.5\t36.8",
        "体温  37.5",
        "| 体温 | 37 |",
        "第二节 …… 12",
        "目录 ........ 12",
        "诊断：肺炎",
        "Name: x",
        "　　新的段落",
        "    新的段落",
        "",
        "# 标题",
        "【处理】",
    ],
)
def test_what_is_never_joined_to_the_line_above(line: str) -> None:
    new = hold(RejoinLines(), f"{FRAME}\n{FULL}\n{line}\n完。")[0]
    assert f"{FULL}\n{line}\n" in new


@pytest.mark.parametrize(
    "line",
    [
        "1. 第一项的内容很长一直写到了行末，",
        "诊断：这一行有二十个字用来撑满版面，好",
        "体温\t用来撑满版面的宽度的一行，好好好",
    ],
)
def test_what_is_never_joined_to_the_line_below(line: str) -> None:
    assert f"{line}\n接下来" in hold(RejoinLines(), f"{FRAME}\n{line}\n接下来，完。")[0]


@pytest.mark.parametrize("end", list("。！？；：…!?;:.”」』"))
def test_a_finished_sentence_keeps_its_break(end: str) -> None:
    assert f"{end}\n接" in hold(RejoinLines(), f"{FRAME}\n{FULL[:-1]}{end}\n接下来，完。")[0]


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("的宽度，共12", "5例", "的宽度，共12 5例"),
        ("的宽度，共好12", "例，好", "的宽度，共好12 例，好"),
        ("的宽度，体温是", "37，好", "的宽度，体温是 37，好"),
        ("的宽度，using", "MRI scan，好", "的宽度，using MRI scan，好"),
        ("的宽度，好anti-", "body，好", "的宽度，好anti-body，好"),
        ("的宽度，使用CT", "检查，好", "的宽度，使用CT检查，好"),
    ],
)
def test_seams(left: str, right: str, joined: str) -> None:
    fill = "这一行有二十个字用来撑满版面的宽度"
    line = fill[: 19 - (len(left.encode("gb18030")) + 1) // 2] + left
    (new,) = hold(RejoinLines(), f"{FRAME}\n{line}\n{right}")
    assert new.endswith(joined)


@pytest.mark.parametrize(
    "text",
    [
        "短行，\n短行，\n短行，\n短行",
        f"{FULL}\n{FULL}",
        WRAPPED + "\n" + "很长的一行，" * 30,
        "\n".join(["这一列没有标点但是每行都一样宽的二十字"] * 6),
        "一行",
        "\n\n\n",
        "",
    ],
)
def test_what_does_not_look_wrapped_stays(text: str) -> None:
    assert hold(RejoinLines(), text) == [text]


def test_edits() -> None:
    edits = run(RejoinLines(), "无", WRAPPED).edits.to_pylist()
    assert [e["replacement"] for e in edits] == ["", "", ""]
    assert {(e["text"], e["cause"], e["end"] - e["start"]) for e in edits} == {(1, "wrapped_line", 1)}


LINES = st.lists(
    st.one_of(
        st.text("患者，。12ab ", min_size=15, max_size=22),
        st.sampled_from([FULL, FULL[:-2] + "12", "5mg，好", "1. 项", "体温：37", "", "　　段", "完。"]),
    ),
    max_size=12,
).map("\n".join)


@settings(max_examples=500, deadline=None)
@given(LINES)
def test_values_survive_and_twice_is_once(text: str) -> None:
    import pyarrow as pa

    new = hold(RejoinLines(), text)
    sums = values.value_sums(text_buffers.texts(pa.array([text, *new], pa.large_string())))
    assert sums[0] == sums[1]
    squeeze = str.maketrans("", "", " \n")
    assert new[0].translate(squeeze) == text.translate(squeeze)


def test_no_strings() -> None:
    assert clean(RejoinLines()) == []
