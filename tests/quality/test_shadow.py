"""The shadow equals unicodedata's NFKC with blanks and invisible characters removed, for any text."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import Documents, Texts, texts
from quality.kernels import shadow as kernel
from quality.shadow import MARK, normalised, shadow, shadows, tables

TRICKY = "é́ｶﾞｶ゛각각ᆨ½①⑩²10ﷺﬁ㎎℃⽉月豈𠀀𝟗🚫👩‍⚕️、。，ＡＢ（ \u3000\t\n\u200b\ufeff\u00ad\x00\u2028~´¨İß\U000e0100葛"


def folded(*strings: str) -> list[str]:
    view = shadows(texts(pa.array(strings, pa.large_string())))
    return [bytes(view.data[a:b]).decode() for a, b in zip(view.offsets[:-1], view.offsets[1:], strict=True)]


def test_every_character_alone() -> None:
    characters = [chr(c) for c in range(0x30000) if not 0xD800 <= c < 0xE000]
    assert folded(*characters) == [shadow(c) for c in characters]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(st.text(TRICKY, max_size=12), st.text(max_size=12)), max_size=6))
def test_any_text_equals_the_definition(strings: list[str]) -> None:
    assert folded(*strings) == [shadow(s) for s in strings]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("血压 120 / 80 mmHg", "血压120/80mmHg"),
        ("（一）检查：正常；", "(一)检查:正常;"),
        ("ＣＴ检查", "CT检查"),
        ("体温３８．５℃", "体温38.5°C"),
        ("⼼电图", "心电图"),
        ("心\u200b电\ufeff图\n正常", "心电图正常"),
    ],
)
def test_same_text(left: str, right: str) -> None:
    assert folded(left) == folded(right)


@pytest.mark.parametrize(("left", "right", "reason"), [("5mA", "5MA", "case"), ("正常。", "正常", "punctuation stays")])
def test_different_text(left: str, right: str, reason: str) -> None:
    assert folded(left) != folded(right), reason


def test_most_text_needs_no_slow_path() -> None:
    entries = tables().entries
    for c in "患者，体温℃㎡①Ⅳ½αμΦ±≥《》【】…—～％ＡＢ１２":
        assert not kernel.SLOW <= entries[ord(c)] < kernel.EXPAND
    for c in "\u0301\u3099\u1161":
        assert kernel.SLOW <= entries[ord(c)] < kernel.EXPAND


def test_normalised_keeps_compatibility_digits_apart() -> None:
    view = texts(pa.array(["x", "10² é́"], pa.large_string()))
    documents = normalised(Documents(view.data, view.offsets, np.arange(3)), np.array([1]))
    text = bytes(documents.data).decode()
    assert text == unicodedata.normalize("NFKC", f"10{MARK}2{MARK} é́")
    assert documents.document_offsets.tolist() == [0, 1]


def test_no_strings() -> None:
    assert len(shadows(Texts(np.zeros(0, np.uint8), np.zeros(1, np.int64)))) == 0
