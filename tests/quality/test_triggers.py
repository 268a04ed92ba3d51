"""The trigger bits promise enough: whatever a step would change carries its bit; ordinary clinical rows carry none."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from quality import folding, script_characters, triggers
from quality.triggers import Trigger


def bits(*strings: str) -> list[Trigger]:
    array = pa.array(strings, pa.large_string())
    return [Trigger(int(b)) for b in triggers.scan(text_buffers.texts(array))]


@pytest.mark.parametrize(
    ("text", "wanted", "forbidden"),
    [
        ("", Trigger(0), ~Trigger(0)),
        (
            "血压≥160/100mmHg，体温37.5℃，《GB/T 19001—2016》【备件】① ㎡",
            Trigger(0),
            Trigger.FOLD | Trigger.SPACE | Trigger.MARKUP,
        ),
        ("WBC 6.5×10^9/L, P<0.05, 2*3*4, M8*25, 5_10, #3轴", Trigger(0), Trigger.FOLD | Trigger.SPACE | Trigger.MARKUP),
        ("体温 37 度", Trigger(0), Trigger.SPACE),
        ("体温\t正常", Trigger(0), Trigger.SPACE),
        ("患 者", Trigger.SPACE, Trigger.FOLD),
        ("正常， 无异常", Trigger.SPACE, Trigger.FOLD),
        ("𠮷 田", Trigger.SPACE, Trigger.FOLD),
        ("a  b", Trigger.SPACE, Trigger.FOLD),
        ("正常 ", Trigger.SPACE, Trigger.FOLD),
        ("正常 \n异常", Trigger.SPACE | Trigger.BREAK, Trigger.FOLD),
        ("正常\n\n异常", Trigger.BREAK, Trigger.SPACE),
        ("正常\n\n\n异常", Trigger.BREAK | Trigger.SPACE, Trigger.FOLD),
        ("⻔诊", Trigger.FOLD, Trigger.SPACE),
        ("a\u200bb", Trigger.FOLD, Trigger.SPACE),
        ("a\x07b", Trigger.FOLD, Trigger.SPACE),
        ("a\U000e0041b", Trigger.FOLD, Trigger.SPACE),
        ("Ａ", Trigger.FOLD, Trigger.SPACE),
        ("９５％", Trigger.FOLD, Trigger.SPACE),
        ("95％，（＜）", Trigger(0), Trigger.FOLD),
        ("患者\r\n", Trigger.FOLD | Trigger.BREAK, Trigger.MARKUP),
        ("<br>", Trigger.MARKUP, Trigger.FOLD),
        ("a&nbsp;b", Trigger.MARKUP, Trigger.FOLD),
        ("a*b **c** P&G <b>", Trigger.MARKUP | Trigger.HTML, Trigger.FOLD),
        ("# 标题", Trigger.MARKUP, Trigger.FOLD | Trigger.HTML),
        ("**重点**", Trigger.MARKUP, Trigger.FOLD),
        (r"5\%", Trigger.MARKUP, Trigger.FOLD),
        ("結果", Trigger.TRADITIONAL, Trigger.FOLD),
        ("反覆", Trigger.TRADITIONAL, Trigger.FOLD),
        ("结果", Trigger.SIMPLIFIED, Trigger.TRADITIONAL),
        ("版权所有", Trigger.BOILERPLATE, Trigger.FOLD),
        ("由AI生成", Trigger.BOILERPLATE, Trigger.FOLD),
    ],
)
def test_bits(text: str, wanted: Trigger, forbidden: Trigger) -> None:
    (seen,) = bits(text)
    assert wanted in seen
    assert not seen & forbidden


def test_each_string_has_its_own_bits() -> None:
    assert bits("Ａ", "正常", "", "患 者") == [
        Trigger.FOLD | Trigger.ANY,
        Trigger.ANY,
        Trigger(0),
        Trigger.SPACE | Trigger.ANY,
    ]


def test_slices_are_read_where_they_lie() -> None:
    array = pa.array(["Ａ", "正常", "患 者"], pa.large_string())
    assert triggers.scan(text_buffers.texts(array.slice(1, 1))).tolist() == [int(Trigger.ANY)]


def test_every_folded_character_has_the_bit() -> None:
    """Every code point with an action, alone, sets FOLD (width of ．％ folds only beside a digit, which sets it)."""
    actions = folding.actions() & 0x3F
    changed = np.flatnonzero((actions != folding.Action.KEEP) & (actions != folding.Action.WIDE_MARK))
    assert all(Trigger.FOLD in seen for seen in bits(*map(chr, changed.tolist())))


CONVERSIONS = [("t2s", Trigger.TRADITIONAL), *((c, Trigger.SIMPLIFIED) for c in ("s2t", "s2tw", "s2hk"))]


@pytest.mark.parametrize(("config", "bit"), CONVERSIONS)
def test_every_character_that_opencc_changes_has_the_bit(config: str, bit: Trigger) -> None:
    import opencc

    converter = opencc.OpenCC(config)
    characters = [chr(cp) for cp in (*range(0x2E80, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x323B0))]
    seen = bits(*characters)
    missed = [hex(ord(c)) for c, b in zip(characters, seen, strict=True) if bit not in b and converter.convert(c) != c]
    assert missed == []


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


_MARKED = set(script_characters.TRADITIONAL)
_BITLESS = [c for c in map(chr, range(0x4E00, 0x9FA6)) if c not in _MARKED | {"坏"}]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(_BITLESS), min_size=50, max_size=400))
def test_no_phrase_without_the_bit_is_converted(text: str) -> None:
    """Random text made only of characters without the TRADITIONAL bit: t2s leaves it alone, phrases included."""
    assert _converter().convert(text) == text
