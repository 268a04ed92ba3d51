"""XML exports: one element is one record; entities are refused, encodings read, nothing is lost."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan, read_one
from corpora.text_buffers import Leaf
from tests.corpora.documents import want
from tests.corpora.reading import KEY, causes, everything, texts_of, write

WANT = Want((Leaf("主诉", None),), "编号", ("@编号", "体温", "诊断/名称", "诊断/@码", "诊断"), KEY, "来源")
EXPORT = (
    '<导出><批次>1</批次><病人 编号="7"><主诉>头痛 3 天，伴<b>恶心</b>。</主诉><体温>36.60</体温>'
    '<诊断 码="I10"><名称>高血压</名称></诊断><诊断 码="E11"><名称>糖尿病</名称></诊断></病人>'
    '<病人 编号="8"><主诉>复查</主诉></病人></导出>'
)


def test_children_and_attributes_are_fields(tmp_path: Path) -> None:
    path = write(tmp_path, EXPORT.encode(), "a.xml")
    rows, lost, count = everything(path, WANT, layout=Layout(element="病人"))
    first = {name: rows[0][name] for name in ("主诉", "@编号", "体温", "诊断/名称", "诊断/@码", "诊断", "_record")}
    assert first == {
        "主诉": "头痛 3 天，伴恶心。", "@编号": "7", "体温": "36.60", "诊断/名称": "高血压\n糖尿病", "诊断/@码": "I10\nE11",
        "诊断": "高血压\n糖尿病", "_record": 0,
    }  # fmt: skip
    assert rows[1]["体温"] is None and (lost, count) == ([], 2)


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("p", ["甲", "乙", "丙"]),
        ("a/p", ["甲"]),
        ("/r/b/p", ["乙"]),
        ("b", ["乙"]),  # text of all that is inside, if no child is named
        (None, []),  # children of the root have children and none is the text column
    ],
)
def test_a_record_is_a_name_or_a_path(tmp_path: Path, element: str | None, expected: list[str]) -> None:
    data = "<r><a><p>甲</p></a><b><p>乙</p></b><c><p>丙</p></c></r>"
    layout = Layout(element=element)
    found = texts_of(write(tmp_path, data.encode(), "a.xml"), want(), layout=layout)
    assert found == (expected if element != "b" else [])  # b has a child p: its fields are `p`, there is no text of its own


def test_prefixes_of_namespaces_do_not_matter(tmp_path: Path) -> None:
    data = '<x:r xmlns:x="urn:x"><x:p id="1">甲</x:p></x:r>'
    assert texts_of(write(tmp_path, data.encode(), "a.xml"), want("id"), layout=Layout(element="p")) == ["甲"]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16", "big5", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><r><p>中文文本</p></r>'
    assert texts_of(write(tmp_path, data.encode(encoding), "a.xml"), want()) == ["中文文本"]


_BOMB = '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><r><p>&b;</p></r>'
_FILE = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><r><p>&a;</p></r>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_BOMB, ["xml_entities"]),
        (_FILE, ["xml_entities"]),
        ('<!DOCTYPE r [<!ENTITY % p SYSTEM "http://x.invalid/e">%p;]><r><p>字</p></r>', ["xml_entities"]),
        ('<!DOCTYPE r SYSTEM "r.dtd"><r><p>&unknown;</p></r>', ["xml_entities"]),  # would be left out silently
        ("<r><p>字</p><p>断", ["truncated"]),  # what came before stays
        ("<r><p>字</p><p", ["truncated"]),
        ("<r><p>字</p>", ["truncated"]),
        ("<r><p>字</p><p>&</p></r>", ["not_readable"]),
        ("<r>" + "<a>" * 300 + "</a>" * 300 + "</r>", ["too_deep"]),
        ("<r/>", ["no_record"]),
        ("<r><p> </p><p>字</p></r>", ["no_text"]),
        ("", ["empty_file"]),
        ("不是 XML", ["not_readable"]),
    ],
)
def test_what_is_wrong_has_a_cause(tmp_path: Path, data: str, expected: list[str]) -> None:
    assert causes(write(tmp_path, data.encode(), "a.xml"), want()) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "big5"])
@pytest.mark.parametrize("behind", range(1, 9))
def test_what_stands_before_a_cut_stays(tmp_path: Path, encoding: str, behind: int) -> None:
    good = f'<?xml version="1.0" encoding="{encoding}"?>\n<r><p>中文文本</p >\n<p>第二段</p>'
    data = (good + "<p>被截斷的文本</p></r>".replace("斷", "文")).encode(encoding)
    at = len(good.encode(encoding))
    rows, lost, count = everything(write(tmp_path, data[: at + behind], "a.xml"), want())
    assert [row["text"] for row in rows] == ["中文文本", "第二段"] and count == 3
    assert [(one["cause"], one["record"], one["offset"], one["raw"]) for one in lost] == [
        ("truncated", 2, at, data[at : at + behind])
    ]


def test_a_harmless_document_type_is_read(tmp_path: Path) -> None:
    data = '<!DOCTYPE r SYSTEM "r.dtd"><r><p>字</p></r>'
    assert texts_of(write(tmp_path, data.encode(), "a.xml"), want()) == ["字"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.text("血压心<&\n 1", min_size=0, max_size=8), max_size=6), st.integers(1, 50))
def test_every_record_comes_out_and_is_found_again(tmp_path: Path, texts: list[str], block: int) -> None:
    data = "<r>" + "".join(f"<p>{escape(text)}</p>" for text in texts) + "</r>"
    path = write(tmp_path, data.encode(), "a.xml")
    rows, lost, count = everything(path, want(), block=block)
    assert count == max(1, len(texts))
    assert [row["text"] for row in rows] == [text.strip() for text in texts if text.strip()]
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, want(), offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 400), st.integers(0, 400))
def test_any_bytes_are_accounted_for(tmp_path: Path, junk: bytes, cut: int, place: int) -> None:
    data = EXPORT.encode()
    _, _, count = everything(write(tmp_path, data[:place] + junk + data[place:cut], "a.xml"), WANT)
    assert count >= 1
