"""Where texts may be cut. Every negative says why."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quality import boundaries
from quality.boundaries import CHAPTER, HEADING, LINE, PARAGRAPH, SENTENCE


def levels(text: str) -> dict[str, int]:
    """Text behind each inner boundary (its first three characters) → level."""
    found = boundaries.find(text)
    return {text[at : at + 3]: level for at, level in zip(found.at[:-1], found.level[:-1], strict=True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("主轴异响。检查轴承。", {"检查轴": SENTENCE}),
        ("他说：“好。”然后走了。", {"然后走": SENTENCE}),
        ("前文。\n\n后文。", {"\n\n后": SENTENCE, "后文。": PARAGRAPH}),
        ("前文。\n第一章 安全\n正文。", {"\n第一": SENTENCE, "第一章": CHAPTER, "正文。": LINE}),
        ("说明。\n## 参数\n", {"\n##": SENTENCE, "## ": HEADING}),
        ("总则。\n第三条 用人单位应当守法。\n", {"\n第三": SENTENCE, "第三条": HEADING, "\n": SENTENCE}),
        ("见下表：\n| 代码 | 含义。义 |\n| E01 | 过流 |\n", {"| 代": LINE, "| E": LINE}),
    ],
)
def test_levels(text: str, expected: dict[str, int]) -> None:
    assert levels(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("转速3.14转，压力1.5兆帕", "a decimal point ends no sentence"),
        ("这是一行被页面宽度\n断开的句子", "a line break inside a sentence"),
        ("| 血压高。复查 | 是 |", "a full stop inside a table row"),
        ("版本 v1.2.3 发布", "a version number is no heading: it does not begin the line"),
    ],
)
def test_no_boundary(text: str, why: str) -> None:
    assert levels(text) == {}, why


def test_a_piece_ends_at_the_strongest_boundary_in_reach() -> None:
    text = "甲" * 29 + "。" + "乙" * 19 + "。\n\n" + "丙" * 9 + "。" + "丁" * 60 + "。"
    first = boundaries.cut(text, 64)[0]
    assert text[: first[1]].endswith("。\n\n")  # the paragraph, though a sentence would have fitted behind it


def test_a_sentence_longer_than_the_target_stays_whole() -> None:
    text = "甲" * 200 + "。" + "乙" * 10 + "。"
    assert boundaries.cut(text, 100) == [(0, 201), (201, 212)]


def test_overlap_is_whole_sentences() -> None:
    text = "".join(f"第{k}句话在这里。" for k in range(40))
    spans = boundaries.cut(text, 60, 20)
    assert all(text[start - 1] == "。" for start, _ in spans[1:])
    assert all(0 < before - start <= 20 for (_, before), (start, _) in zip(spans, spans[1:], strict=False))


TEXTS = st.lists(
    st.sampled_from(["甲乙丙", "。", "\n", "\n\n", "第一章 总则", "|", "3.5", "## 节", "\t", "；", " ", "”"]), max_size=80
).map("".join)


@settings(deadline=None)
@given(TEXTS, st.integers(5, 40))
@example("甲乙丙。\n\n甲乙丙甲乙丙", 5)  # a paragraph that just fits, and blank lines behind it
def test_pieces_are_the_text_end_to_end(text: str, target: int) -> None:
    spans = boundaries.cut(text, target)
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(text[a:b].strip() for a, b in spans) or len(spans) == 1 or not text[: spans[0][1]].strip()
    for a, b in spans:
        inner = [at for at in boundaries.find(text).at if a < at <= a + target]
        assert len(text[a:b].rstrip()) <= target or not inner or not text[b:].strip() or b == len(text)


@settings(deadline=None)
@given(TEXTS, st.integers(5, 40))
def test_no_sentence_and_no_row_is_cut(text: str, target: int) -> None:
    for _, end in boundaries.cut(text, target)[:-1]:
        line = text[text.rfind("\n", 0, end) + 1 : text.find("\n", end) if text.find("\n", end) >= 0 else len(text)]
        at_line = text[end - 1] == "\n"
        assert at_line or re.search(r"[。！？!?…][”’」』）)\]】》]*$", text[:end]), "cut inside a sentence"
        assert at_line or not re.search(r"\|.*\||\t", line), "cut inside a row"
