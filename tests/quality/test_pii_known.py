"""What the house knows: columns in their own row, lists everywhere. All people are invented."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from quality import pii
from quality.pii import known
from quality.pii.findings import EVIDENCE, MEDIUM, SUBTYPE, Findings
from quality.pii.known import Column, Entry


def texts(strings: list[str]) -> text_buffers.Texts:
    return text_buffers.texts(pa.array(strings, pa.large_string()))


def said(found: Findings, strings: list[str], *, sure: bool = True) -> list[tuple[int, str]]:
    return [
        (int(found.text[k]), strings[found.text[k]][found.start[k] : found.end[k]])
        for k in range(len(found))
        if not sure or found.confidence[k] >= MEDIUM
    ]


def in_row(text: str, value: str, kind: str = "person_name", subtype: str = "", *, sure: bool = True) -> list[str]:
    found = known.find_columns(texts([text]), np.array([0, 1]), [Column(pa.array([value]), kind, subtype)])
    return [one for _, one in said(found, [text], sure=sure)]


@pytest.mark.parametrize(
    ("text", "value", "kind", "found"),
    [
        ("患者王建国，王 建国到", "王建国", "person_name", ["王建国", "王 建国"]),
        ("王先生、王女士、王某、王某某、王XX、王**", "王建国", "person_name", ["王先生", "王女士", "王某", "王某某", "王XX", "王**"]),
        ("欧阳先生与欧阳秀", "欧阳秀英", "person_name", ["欧阳先生"]),
        ("志强说", "王志强", "person_name", ["志强"]),
        ("王建国，人称老王", "王建国", "person_name", ["王建国", "老王"]),
        ("玉素甫诉头痛", "艾力•玉素甫", "person_name", ["玉素甫"]),
        ("艾力・玉素甫", "艾力·玉素甫", "person_name", ["艾力・玉素甫"]),
        ("张⾦生来", "张金生", "person_name", ["张⾦生"]),  # a radical as PDF writes it
        ("电话138 0013 8000或138-0013-8000，１３８００１３８０００", "13800138000", "mobile", ["138 0013 8000", "138-0013-8000", "１３８００１３８０００"]),
        ("尾号8000，后四位：8000", "13800138000", "mobile", ["8000", "8000"]),
        ("身份证33020019900101000x", "33020019900101000X", "resident_id", ["33020019900101000x"]),
        ("住海曙区中山东路12号3幢401室", "浙江省宁波市海曙区中山东路12号3幢401室", "address", ["海曙区中山东路12号3幢401室"]),
        ("住中山东路12号3幢401室", "浙江省宁波市海曙区中山东路12号3幢401室", "address", ["中山东路12号3幢401室"]),
        ("1990年1月2日生，1990-01-02，19900102", "1990/1/2", "date_of_birth", ["1990年1月2日", "1990-01-02", "19900102"]),
        ("住院号ZY-001234", "ZY001234", "medical_record_number", ["ZY-001234"]),
        ("张三/李四", "张三、李四", "person_name", ["张三", "李四"]),  # a cell with two people
        ("邮箱Zhang.San@qq.com", "zhang.san@QQ.com", "email", ["Zhang.San@qq.com"]),
    ],
)  # fmt: skip
def test_variants(text: str, value: str, kind: str, found: list[str]) -> None:
    assert in_row(text, value, kind) == found


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("老王说", "王建国", "person_name"),  # the full name is nowhere in the row
        ("国说", "王国", "person_name"),  # a given name of one character
        ("建国路12号", "王建国", "person_name"),  # a street
        ("8000元，8000", "13800138000", "mobile"),  # nothing says that it is the end of a number
        ("1138001380001", "13800138000", "mobile"),  # inside of a longer number
        ("ZY0012345", "ZY001234", "medical_record_number"),
        ("1990年1月20日", "1990-01-02", "date_of_birth"),
        ("三床", "3", "medical_record_number"),  # too short to be looked for
        ("无特殊", "无", "person_name"),  # not a value
        ("不详", "不详", "person_name"),
    ],
)
def test_what_is_not_found_and_why(text: str, value: str, kind: str) -> None:
    assert in_row(text, value, kind) == []


def test_an_everyday_word_is_counted_and_not_replaced() -> None:
    assert in_row("身体健康", "王健康") == [] and in_row("身体健康", "王健康", sure=False) == ["健康"]


@pytest.mark.parametrize("name", ["方向", "文明", "高原", "石头"])
def test_a_full_name_counts_in_its_own_row_whatever_else_it_means(name: str) -> None:
    """The patient's own name is never left because it is a word as well."""
    assert in_row(f"患者{name}今日复诊", name) == [name]


def test_a_given_name_that_two_people_of_the_row_have_is_nobody_s() -> None:
    columns = [Column(pa.array(["王志强"]), "person_name"), Column(pa.array(["李志强"]), "person_name", "relative")]
    found = known.find_columns(texts(["志强来，王志强与李志强"]), np.array([0, 1]), columns)
    assert [one for _, one in said(found, ["志强来，王志强与李志强"])] == ["王志强", "李志强"]


def test_a_doctor_with_the_patient_s_surname_is_not_the_patient() -> None:
    found = known.find_columns(
        texts(["王建国由王医生接诊"]), np.array([0, 1]), [Column(pa.array(["王建国"]), "person_name", "patient")]
    )
    assert found.subtype.tolist() == [SUBTYPE["patient"], SUBTYPE[""]]


def test_values_are_looked_for_in_their_own_row_only() -> None:
    strings = ["李秀英", "王建国", "李秀英", "王建国"]
    found = known.find_columns(texts(strings), np.array([0, 2, 4]), [Column(pa.array(["王建国", "李秀英"]), "person_name")])
    assert said(found, strings) == [(1, "王建国"), (2, "李秀英")]
    assert {EVIDENCE[e] for e in found.evidence} == {"column"}


def test_nulls_and_no_columns() -> None:
    assert len(known.find_columns(texts(["a"]), np.array([0, 1]), [])) == 0
    assert (
        len(known.find_columns(texts(["a"]), np.array([0, 1]), [Column(pa.array([None], pa.large_string()), "mobile")])) == 0
    )


LISTS = known.compiled(
    [
        Entry("王建国", "person_name", "staff"), Entry("宁波云岚机械有限公司", "organisation", "customer"), Entry("HX-900", "secret"),
        Entry("高峰", "person_name"), Entry("患者", "person_name"), Entry("A", "secret"), Entry("HX-900B", "secret"), Entry("王建国强", "person_name"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王建国与王 建国", ["王建国", "王 建国"]),
        ("王建国强", ["王建国强"]),  # the longest
        ("云岚机械，宁波云岚机械，宁波云岚机械有限公司", ["宁波云岚机械", "宁波云岚机械有限公司"]),
        ("机型hx-900与ＨＸ－９００", ["hx-900", "ＨＸ－９００"]),
        ("HX-9001、XHX-900", []),  # parts of longer codes
        ("HX-900B", ["HX-900B"]),
        ("用电高峰", []),  # an everyday word
        ("患者今日复诊", []),  # a label that somebody wrote into a list of names
        ("A级", []),  # one character would stand everywhere
    ],
)
def test_lists(text: str, found: list[str]) -> None:
    assert [one for _, one in said(LISTS.find(texts([text])), [text])] == found


def test_lists_never_show_their_values() -> None:
    assert "王建国" not in repr(LISTS)


def test_an_empty_list() -> None:
    assert len(known.compiled([]).find(texts(["王建国"]))) == 0


HAN = st.sampled_from("王李张建国志强秀英先生某小老 ，A1-")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(HAN, max_size=12), min_size=1, max_size=4), st.lists(st.text(HAN, min_size=2, max_size=4), max_size=5)
)
def test_every_entry_is_found_as_a_plain_search_finds_it(strings: list[str], entries: list[str]) -> None:
    """Oracle: an entry of Chinese characters only that stands in the text is covered by findings of the list."""
    plain = [one for one in entries if all("\u4e00" <= c <= "\u9fff" for c in one)]
    found = known.compiled(Entry(one, "secret") for one in plain).find(texts(strings))
    found_at = {(t, i) for t, a, b in zip(found.text, found.start, found.end, strict=True) for i in range(a, b)}
    for number, string in enumerate(strings):
        for entry in plain:
            at = string.find(entry)
            if at >= 0:
                assert (number, at) in found_at


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.text(min_size=2, max_size=5))
def test_any_text_and_value(strings: list[str], value: str) -> None:
    rows = np.arange(len(strings) + 1)
    for kind in ("person_name", "mobile", "address", "email", "date_of_birth"):
        found = known.find_columns(texts(strings), rows, [Column(pa.array([value] * len(strings)), kind)])
        for t, a, b, x, y in zip(found.text, found.start, found.end, found.start_byte, found.end_byte, strict=True):
            assert 0 <= a < b <= len(strings[t]) and strings[t].encode()[x:y].decode() == strings[t][a:b]


def test_pii_find_takes_what_is_known_whatever_the_kinds() -> None:
    strings = ["王建国电话13800138000，云岚机械"]
    found = pii.find(texts(strings), ["email"], known=LISTS.find(texts(strings)))
    assert said(found, strings) == [(0, "王建国"), (0, "云岚机械")][: len(found)] and len(found) >= 1


def test_what_we_put_there_ourselves_is_not_found_again() -> None:
    strings = ["电话13800138000和13900139000"]
    every = pii.find(texts(strings))
    ours = every.take(np.array([0]))
    assert said(pii.find(texts(strings), ours=ours), strings) == [(0, "13900139000")]
    assert len(pii.find(texts(strings), ours=every)) == 0


@pytest.mark.parametrize("text", ["李永今晨诉头晕", "张主任查房，李永今日出院"])
def test_what_the_house_knows_ends_where_it_says(text: str) -> None:
    """A tagger may take the next character along; the column knows the name to the letter, and whose it is."""
    house = known.find_columns(texts([text]), np.array([0, 1]), [Column(pa.array(["李永"]), "person_name", "patient")])
    found = pii.find(texts([text]), known=house)
    mine = [(text[a:b], int(s)) for a, b, s in zip(found.start, found.end, found.subtype, strict=True) if "李" in text[a:b]]
    assert mine == [("李永", SUBTYPE["patient"])]


def _house(text: str, start: int, end: int, kind: str, confidence: float) -> Findings:
    low, high = len(text[:start].encode()), len(text[:end].encode())
    return Findings.of([0], [start], [end], [low], [high], pii.KIND[kind], 0, confidence, EVIDENCE.index("column"))


@pytest.mark.parametrize(
    ("text", "known_part", "kind", "confidence", "whole"),
    [
        ("姓名：王建国，男", "王建", "person_name", 0.3, "王建国"),  # unsure: a sure finding stays
        ("姓名：李建国，男", "建国", "person_name", 0.95, "李建国"),  # somebody else with that given name
        (
            "住址：宁波市海曙区中山东路12号3幢401室。",
            "海曙区中山东路12号",
            "address",
            0.95,
            "宁波市海曙区中山东路12号3幢401室",
        ),
    ],
)
def test_what_the_house_knows_uncovers_nothing(text: str, known_part: str, kind: str, confidence: float, whole: str) -> None:
    at = text.index(known_part)
    found = pii.find(texts([text]), known=_house(text, at, at + len(known_part), kind, confidence))
    sure = found.take(found.confidence >= MEDIUM)
    covered = {p for a, b in zip(sure.start, sure.end, strict=True) for p in range(a, b)}
    assert set(range(text.index(whole), text.index(whole) + len(whole))) <= covered
