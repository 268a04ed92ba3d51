"""Addresses: what is found, what is left alone and why. All addresses are invented."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import texts
from quality.identities import Draw, Person
from quality.pii import MEDIUM, addresses
from tests.quality import scanning


def scan(*strings: str) -> list[list[tuple[str, float]]]:
    """(text, confidence) per string."""
    return [[(one.text, one.confidence) for one in row] for row in scanning.scan(addresses.find, *strings)]


SURE = [
    (
        "住址：浙江省宁波市海曙区江厦街道中山东路66号3幢2单元501室，电话",
        "浙江省宁波市海曙区江厦街道中山东路66号3幢2单元501室",
    ),
    ("家住北仑区下应街道紫荆苑33幢3单元1401室。", "北仑区下应街道紫荆苑33幢3单元1401室"),
    ("他在中山路5号上班", "中山路5号"),
    ("现住址：象山县大岙村6组68号", "象山县大岙村6组68号"),
    ("上王村3组12号", "上王村3组12号"),
    ("住在3号楼2单元501室", "3号楼2单元501室"),
    ("地址：宁波市江北区新华路8号东湖大厦B座1728", "宁波市江北区新华路8号东湖大厦B座1728"),
    ("籍贯：浙江宁波", "浙江宁波"),
    ("浙江省寧波市鄞州區中山東路６６號", "浙江省寧波市鄞州區中山東路６６號"),
    ("海曙区春晓大道853号金色水岸31幢4单元602室", "海曙区春晓大道853号金色水岸31幢4单元602室"),
    ("地址:慈溪市古林镇丹桂园44幢103室", "慈溪市古林镇丹桂园44幢103室"),
    ("宁海县中山西路十二号", "宁海县中山西路十二号"),
]


@pytest.mark.parametrize(("text", "span"), SURE)
def test_whole_address_is_one_finding(text: str, span: str) -> None:
    assert [s for s, c in scan(text)[0] if c >= MEDIUM] == [span]


UNSURE = [
    ("我去北京出差", "北京", "a city alone is a quasi-identifier"),
    ("浙江省宁波市海曙区", "浙江省宁波市海曙区", "down to the district only"),
    ("产自德国", "德国", "a country"),
]


@pytest.mark.parametrize(("text", "span", "why"), UNSURE)
def test_places_alone_are_counted(text: str, span: str, why: str) -> None:
    assert [s for s, c in scan(text)[0] if c < MEDIUM] == [span], why


REFUSED = [
    ("第三章第5号", "a number of a law"),
    ("国务院令第666号", "a decree"),
    ("乘3号线到终点", "a metro line"),
    ("2号楼梯间", "stairs"),
    ("1号机床主轴", "a machine"),
    ("5号电池", "a battery"),
    ("路由器路由表3条", "routing"),
    ("线路1号断开", "a circuit"),
    ("农村3组学生", "农村 is no village's name"),
    ("市场区间价", "market, interval"),
    ("县级以上人民政府", "level of a division"),
    ("MAC地址：00-1A", "another kind of address"),
    ("起始地址：40001", "a register"),
    ("中国银行北京市分行", "an organisation"),
    ("宁波市海曙区人民法院", "an organisation"),
    ("海曙区江厦街道办事处", "an organisation"),
    ("地址：[地址_1]", "a placeholder"),
    ("[住址]5号楼", "a placeholder is no context"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_left_alone(text: str, why: str) -> None:
    assert [s for s, c in scan(text)[0] if c >= MEDIUM] == [], why


@pytest.mark.parametrize("text", ["中国银行北京市分行", "宁波市海曙区人民法院", "宁波市第一医院"])
def test_name_of_an_organisation_is_no_place(text: str) -> None:
    assert scan(text) == [[]]


def test_levels_name_the_parts() -> None:
    text = "浙江省宁波市海曙区江厦街道中山东路66号3幢501室"
    parts = [(level, text[a:b]) for level, a, b in addresses.levels(text)]
    assert parts == [
        ("province", "浙江省"), ("city", "宁波市"), ("district", "海曙区"), ("town", "江厦街道"), ("road", "中山东路"),
        ("number", "66号"), ("building", "3幢"), ("room", "501室"),
    ]  # fmt: skip
    assert addresses.levels("") == []


def test_generated_addresses_are_found_whole_behind_a_label() -> None:
    people = [Person(Draw(3, "address", str(i))) for i in range(300)]
    rows = scan(*(f"住址：{person.address}，" for person in people))
    missed = [p.address for p, row in zip(people, rows, strict=True) if p.address not in [s for s, c in row if c >= MEDIUM]]
    assert missed == []


PIECES = st.lists(
    st.sampled_from(["浙江省", "宁波市", "北京", "海曙区", "中山路", "5号", "3幢", "501室", "住址：", "[地址_1]", "[", "]", "，", "的",
                     "\u200b", "𠮷", "上王村", "3组", "第", "12", "B座", "公司", " ", "\n", "é"]),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=5))
def test_a_batch_is_its_strings_and_spans_agree(strings: list[str]) -> None:
    assert scan(*strings) == [scan(s)[0] for s in strings]


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_what_is_replaced_is_not_found_again(text: str) -> None:
    found = addresses.find(texts(pa.array([text], pa.large_string())))
    for i in reversed(range(len(found))):
        if found.confidence[i] >= MEDIUM:
            text = f"{text[: found.start[i]]}[地址]{text[found.end[i] :]}"
    assert [s for s, c in scan(text)[0] if c >= MEDIUM] == []
