"""`convert_script`: what OpenCC says, on the strings that need it, with edits that explain every difference."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from curation.clean.convert_script import ConvertScript
from quality import alignment, edits, script_characters
from quality.triggers import Trigger
from tests.curation.cleaning import clean, hold, run


@pytest.mark.parametrize(
    ("config", "before", "after"),
    [
        ("t2s", "患者體溫37.5℃，血壓≥160/100mmHg", "患者体温37.5℃，血压≥160/100mmHg"),
        ("t2s", "乾坤與乾燥", "乾坤与干燥"),
        ("t2s", "反覆發作，不瞭解", "反复发作，不了解"),
        ("t2s", "简体不变，①㎡Φ20", "简体不变，①㎡Φ20"),
        ("t2s", "刀具打壞，齒輪打坏", "刀具打坏，齿轮打坏"),
        ("t2s", "刀具打坏", "刀具打坏"),
        ("tw2s", "醫院裡面", "医院里面"),
        ("tw2sp", "軟體程式", "软件程序"),
        ("s2t", "发现头发", "發現頭髮"),
        ("s2twp", "软件程序", "軟體程式"),
    ],
)
def test_conversion(config: str, before: str, after: str) -> None:
    assert hold(ConvertScript.model_validate({"config": config}), before, twice=False) == [after]


def test_edits_are_runs_of_changed_characters() -> None:
    rows = run(ConvertScript(), "體溫正常\n血壓高", "无").edits.to_pylist()
    assert [(r["text"], r["start"], r["end"], r["replacement"], r["cause"]) for r in rows] == [
        (0, 0, 6, "体温", "script"),
        (0, 16, 19, "压", "script"),
    ]


def test_a_line_that_changes_length_has_one_edit() -> None:
    rows = run(ConvertScript.model_validate({"config": "s2twp"}), "用U盘存\n好的软件").edits.to_pylist()
    assert [(r["start"], r["end"]) for r in rows][0][0] >= 0
    old = pa.array(["前ABC后\n同"], pa.large_string())
    new = pa.array(["前XYZW后\n同"], pa.large_string())
    text, spans = alignment.align(text_buffers.texts(old), text_buffers.texts(new))
    assert (text.tolist(), spans.tolist()) == ([0], [[3, 6, 3, 7]])


def test_triggers_follow_the_configuration() -> None:
    assert ConvertScript().triggers == Trigger.TRADITIONAL
    assert ConvertScript(config="s2t").triggers == Trigger.SIMPLIFIED
    assert ConvertScript(config="tw2sp").triggers == Trigger.ANY


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


TRADITIONAL = st.text(
    st.sampled_from(script_characters.TRADITIONAL[:4000]) | st.sampled_from(list("患者正常，。1a\n乾覆著")),
    min_size=1,
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TRADITIONAL, min_size=1, max_size=3))
def test_random_text(texts: list[str]) -> None:
    assert hold(ConvertScript(), *texts, twice=False) == [_converter().convert(text) for text in texts]


LINE = st.text("甲乙ab𠮷é", max_size=6)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.tuples(LINE, LINE), min_size=1, max_size=4), max_size=3))
def test_aligned_edits_turn_the_old_version_into_the_new(pairs: list[list[tuple[str, str]]]) -> None:
    old = pa.array(["\n".join(a for a, _ in lines) for lines in pairs], pa.large_string())
    new = pa.array(["\n".join(b for _, b in lines) for lines in pairs], pa.large_string())
    view = text_buffers.texts(new)
    text, spans = alignment.align(text_buffers.texts(old), view)
    found = alignment.pieces(view.data, spans[:, 2], spans[:, 3])
    pieces = text_buffers.to_array(found.data, found.offsets)
    table = pa.RecordBatch.from_pydict(
        {"text": text, "start": spans[:, 0].astype(np.int32), "end": spans[:, 1].astype(np.int32), "replacement": pieces}
    )
    assert edits.apply(old, table).equals(new)


def test_no_strings() -> None:
    assert clean(ConvertScript()) == []
