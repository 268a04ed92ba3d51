"""Dates of birth and ages over 89. All examples are invented."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import texts
from quality.pii import dates
from tests.quality import scanning


def scan(text: str) -> list[tuple[str, str]]:
    """(kind, text) of every finding."""
    return [(one.kind, one.text) for one in scanning.scan(dates.find, text)[0]]


FOUND = [
    ("1990年1月1日生，男", "date_of_birth", "1990年1月1日"),
    ("张某，1990.1.1出生", "date_of_birth", "1990.1.1"),
    ("出生日期：19900101", "date_of_birth", "19900101"),
    ("生于一九九〇年一月十一日", "date_of_birth", "一九九〇年一月十一日"),
    ("DOB: 1990-01-01", "date_of_birth", "1990-01-01"),
    ("出生年月 １９９０．０１", "date_of_birth", "１９９０．０１"),
    ("生日是90年1月1日", "date_of_birth", "90年1月1日"),
    ("2001年5月生于宁波", "date_of_birth", "2001年5月"),
    ("患者90岁", "age", "90岁"),
    ("九十三岁老人", "age", "九十三岁"),
    ("年龄：95", "age", "95"),
    ("102 周岁", "age", "102 周岁"),
    ("一百零二岁", "age", "一百零二岁"),
]


@pytest.mark.parametrize(("text", "kind", "span"), FOUND)
def test_found(text: str, kind: str, span: str) -> None:
    assert scan(text) == [(kind, span)]


REFUSED = [
    ("2020年1月1日生效", "生 begins 生效"),
    ("2020年3月生产", "生 begins 生产"),
    ("2020年1月1日入院", "another date"),
    ("出生体重3000g", "a weight"),
    ("出生后3个月", "a span of time"),
    ("89岁", "89 and below are common"),
    ("90岁以上老年人", "a rule's bound"),
    ("满90周岁", "a rule's bound"),
    ("年满九十岁", "a rule's bound"),
    ("80-90岁", "a range"),
    ("190岁", "nobody is that old"),
    ("出生日期：[出生日期]，2020年1月1日入院", "a placeholder is no context"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_left_alone(text: str, why: str) -> None:
    assert scan(text) == [], why


PIECES = [
    "出生日期",
    "：",
    "1990年",
    "1月",
    "1日",
    "生",
    "于",
    "九十",
    "岁",
    "年龄",
    "95",
    "周",
    "[年龄]",
    "\u200b",
    "𠮷",
    "。",
    "-",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_replaced_is_not_found_again(text: str) -> None:
    found = dates.find(texts(pa.array([text], pa.large_string())))
    for i in reversed(range(len(found))):
        text = f"{text[: found.start[i]]}[出生日期]{text[found.end[i] :]}"
    assert scan(text) == []
