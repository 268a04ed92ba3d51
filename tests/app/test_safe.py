"""Hostile text is shown as text: table of what a record may hold, and properties over any text."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.ui import safe

HOSTILE = [
    ("<script>alert(1)</script>", "&lt;script&gt;", "markup stays text"),
    ('"><img src=x onerror=alert(1)>', "&lt;img", "an attribute cannot be left"),
    ("a\u202eb", '<span class="yl-hidden">RLO</span>', "a direction override is seen"),
    ("a\u2066b\u2069", "LRI", "an isolate is seen"),
    ("a\u200bb", "ZWSP", "a zero-width space is seen"),
    ("a\x00b\x1b[31m", "NUL", "controls are seen"),
    ("&lt;b&gt;", "&amp;lt;b&amp;gt;", "an entity stays what was written"),
]


@pytest.mark.parametrize(("text", "shown", "why"), HOSTILE)
def test_hostile_text_is_shown(text: str, shown: str, why: str) -> None:
    assert shown in safe.escaped(text), why
    assert shown in safe.marked(text, []), why


@given(st.text(max_size=300))
def test_escaped_text_holds_no_markup_but_its_own_and_loses_nothing(text: str) -> None:
    said = safe.escaped(text)
    bare = re.sub(r'<span class="yl-hidden">([A-Z+0-9]+)</span>', "", said)
    assert "<" not in bare and ">" not in bare
    hidden = len(safe._HIDDEN.findall(text))
    assert html.unescape(bare) == safe._HIDDEN.sub("", text) and said.count('class="yl-hidden"') == hidden


@given(st.text(max_size=120), st.lists(st.tuples(st.integers(0, 120), st.integers(1, 30)), max_size=6))
def test_marks_neither_add_nor_lose_characters(text: str, stretches: list[tuple[int, int]]) -> None:
    marks = [(start, start + length, "mobile", "") for start, length in stretches]
    bare = re.sub(r"<[^>]*>", "", re.sub(r'<span class="yl-hidden">.*?</span>', "", safe.marked(text, marks)))
    wanted = safe._HIDDEN.sub("", text).replace("\n", "")
    assert html.unescape(bare.replace("&nbsp;", "")) == wanted.replace("\u00a0", "\u00a0")


def test_a_line_of_a_megabyte_is_folded_and_cut() -> None:
    said = safe.marked("字" * 1_000_000, [])
    assert len(said) < 100_000 and "展开" in said and "没有显示" in said
    assert len(safe.plain("字" * 1_000_000)) < 400


def test_a_cell_is_plain_text() -> None:
    assert safe.plain("a\u202eb\nc") == "a⟦RLO⟧b ⏎ c"
    assert safe.plain(None) == ""
