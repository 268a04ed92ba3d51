"""Hospitals, departments, organisations: only where asked. All examples are invented."""

from __future__ import annotations

import pyarrow as pa
import pytest

from corpora.text_buffers import texts
from quality import pii
from quality.pii import organisations
from tests.quality import scanning


def scan(text: str) -> list[tuple[str, str]]:
    """(kind, text) of every finding."""
    return [(one.kind, one.text) for one in scanning.scan(organisations.find, text)[0]]


FOUND = [
    ("曾就诊于宁波市第一医院心内科。", [("hospital", "宁波市第一医院"), ("department", "心内科")]),
    ("在海曙区东湖卫生服务中心随访", [("hospital", "海曙区东湖卫生服务中心")]),
    ("浙江大学医学院附属第二医院", [("hospital", "浙江大学医学院附属第二医院")]),
    ("宁波东方新材料股份有限公司员工", [("organisation", "宁波东方新材料股份有限公司")]),
    ("上海某某（集团）有限公司", [("organisation", "上海某某（集团）有限公司")]),
    ("收入骨科三病区", [("department", "骨科三病区")]),
    ("转ICU继续治疗", [("department", "ICU")]),
    ("送检北仑红光机械厂", [("organisation", "北仑红光机械厂")]),
]


@pytest.mark.parametrize(("text", "rows"), FOUND)
def test_found(text: str, rows: list[tuple[str, str]]) -> None:
    assert scan(text) == rows


REFUSED = [
    ("由当地医院转入我院", "no name"),
    ("各级医院", "all of them"),
    ("三级综合医院", "a class of hospitals"),
    ("该公司章程", "a document"),
    ("临床内科学", "a subject"),
    ("厂房面积", "a building"),
    ("[医院名]心", "a placeholder"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_left_alone(text: str, why: str) -> None:
    assert scan(text) == [], why


def test_nothing_is_computed_unless_asked() -> None:
    strings = texts(pa.array(["宁波市第一医院心内科"], pa.large_string()))
    assert len(organisations.find(strings, pii.DEFAULT)) == 0
    assert len(pii.find(strings, ["department"])) == 1
    assert len(pii.find(strings)) == 0
