"""Word documents: what the page says, in its order; everything else is a field, counted, or a cause."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import plan, read, read_one
from corpora.sources.docx_numbering import _chinese, _letters, _roman
from tests.corpora.documents import p, part, want, word, zipped
from tests.corpora.reading import causes, everything, texts_of, write

WANT = want("title", "author", "header", "footer", "headings", "comments", "text_boxes", "AIGC")
GSK = Path(__file__).resolve().parents[3] / "shared/data/manufacturing/cnc_manuals_gsk"


def text(tmp_path: Path, body: str, **parts: str) -> str:
    return texts_of(write(tmp_path, word(body, **parts), "a.docx"), WANT)[0]


def counted(tmp_path: Path, body: str, **parts: str) -> Counter[str]:
    shard = plan(write(tmp_path, word(body, **parts), "a.docx"), source=0, file=0)[0]
    return sum((block.not_text for block in read(shard, WANT)), Counter())


def r(inner: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("主轴异响") + p("") + p("更换轴承"), "主轴异响\n更换轴承"),
        ("<w:p><w:r><w:t>血压</w:t><w:tab/><w:t>160</w:t><w:br/><w:t>复查</w:t></w:r></w:p>", "血压\t160\n复查"),
        ("<w:p><w:hyperlink><w:r><w:t>见附录</w:t></w:r></w:hyperlink></w:p>", "见附录"),
        ("<w:sdt><w:sdtContent>" + p("控件里的字") + "</w:sdtContent></w:sdt>", "控件里的字"),
        ("<w:p><w:r><w:t>甲</w:t></w:r><w:ins><w:r><w:t>插入</w:t></w:r></w:ins></w:p>", "甲插入"),
        ("<w:p><w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>删除</w:delText></w:r></w:del></w:p>", "甲"),
        # the mark of a paragraph was deleted: it runs on into the next
        ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前</w:t></w:r></w:p>" + p("后"), "前后"),
        ("<w:p>" + r("<w:t>10</w:t>") + r("<w:t>9</w:t>", '<w:vertAlign w:val="superscript"/>') + "</w:p>", "10^9"),
        ("<w:p>" + r("<w:t>文献</w:t>") + r("<w:t>[1]</w:t>", '<w:vertAlign w:val="superscript"/>') + "</w:p>", "文献[1]"),
        ("<w:p>" + r("<w:t>4</w:t>") + r("<w:t>th</w:t>", '<w:vertAlign w:val="superscript"/>') + "</w:p>", "4th"),
        ("<w:p>" + r("<w:t>看得见</w:t>") + r("<w:t>看不见</w:t>", "<w:vanish/>") + "</w:p>", "看得见"),
        ("<w:p>" + r("<w:t>仍看得见</w:t>", '<w:vanish w:val="0"/>') + "</w:p>", "仍看得见"),
        ('<w:p><w:r><w:t>2</w:t><w:sym w:font="Symbol" w:char="F0B1"/><w:t>0.5</w:t></w:r></w:p>', "2±0.5"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>第3页</w:t></w:r></w:p>", "第3页"),
        ("<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>", "1/2"),
        ("<w:p><m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>n+1</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>", "x^(n+1)"),
        ('<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar><w:t>高血压</w:t></w:r></w:p>', "☑高血压"),
        ("<w:p><w:r><w:ruby><w:rt><w:r><w:t>zhou</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>轴</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>", "轴"),
    ],
)  # fmt: skip
def test_paragraphs(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == expected


def test_tables_are_rows_with_a_tab_between_cells_and_merged_cells_keep_their_place(tmp_path: Path) -> None:
    rows = (
        "<w:tr>" + cell(p("参数")) + cell(p("范围"), '<w:gridSpan w:val="2"/>') + cell(p("单位")) + "</w:tr>"
        "<w:tr>"
        + cell(p("No.45"), '<w:vMerge w:val="restart"/>')
        + cell(p("0") + p("起"))
        + cell(p("9"))
        + cell(p("mm"))
        + "</w:tr>"
        "<w:tr>" + cell(p(""), "<w:vMerge/>") + cell(p("1")) + cell(p("")) + cell(p("")) + "</w:tr>"
        "<w:tr><w:trPr><w:del/></w:trPr>" + cell(p("删掉的行")) + "</w:tr>"
    )
    body = p("前") + f"<w:tbl>{rows}</w:tbl>" + p("后")
    assert text(tmp_path, body) == "前\n参数\t范围\t\t单位\nNo.45\t0 起\t9\tmm\n\t1\n后"


def test_what_stands_beside_the_page_is_a_field(tmp_path: Path) -> None:
    note = '<w:footnote w:id="2">' + p("见附录") + "</w:footnote>"
    body = '<w:p><w:r><w:t>扭矩</w:t><w:footnoteReference w:id="2"/><w:t>为 5 N·m</w:t></w:r></w:p>'
    path = write(tmp_path, word(body, header=p("内部资料"), footer=p("第 1 页"), footnotes=note,
                                comments="<w:comment>" + p("请核对") + "</w:comment>"), "a.docx")  # fmt: skip
    row = everything(path, WANT)[0][0]
    assert row["text"] == "扭矩（见附录）为 5 N·m"
    assert (row["header"], row["footer"], row["comments"]) == ("内部资料", "第 1 页", "请核对")


def test_what_is_not_text_is_counted(tmp_path: Path) -> None:
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>" + p("框中字")
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>" + p("框中字")
        + "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )  # fmt: skip
    figure = "<w:p><w:r><w:drawing><pic:pic/></w:drawing><w:object><v:imagedata/><o:OLEObject/></w:object></w:r></w:p>"
    deleted = "<w:p><w:del><w:r><w:delText>删</w:delText></w:r></w:del>" + r("<w:t>藏</w:t>", "<w:vanish/>") + "</w:p>"
    contents = '<w:styles/><w:style w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    body = p("正文") + box + figure + deleted + p("第一章…1", '<w:pStyle w:val="T"/>')
    assert counted(tmp_path, body, styles=contents, comments="<w:comment/>") == Counter(
        text_box=1, figure=1, embedded_object=1, tracked_deletion=1, hidden_text=1, toc_line=1, comment=1
    )
    row = everything(str(tmp_path / "a.docx"), WANT)[0][0]
    assert (row["text"], row["text_boxes"]) == ("正文", "框中字")


def test_headings_and_the_numbers_that_word_puts_before_them(tmp_path: Path) -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1章"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/><w:suff w:val="nothing"/></w:lvl>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    style = (
        '<w:style w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
    )
    first, second = '<w:pStyle w:val="H"/>', '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>'
    body = p("安装", first) + p("环境", second) + p("接线", second) + p("调试", first) + p("上电", second)
    path = write(tmp_path, word(body, styles=style, numbering=numbering), "a.docx")
    row = everything(path, WANT)[0][0]
    assert row["text"] == "第一章 安装\n1.1环境\n1.2接线\n第二章 调试\n2.1上电"
    assert row["headings"] == "第一章 安装\n第二章 调试"


@pytest.mark.parametrize(
    ("number", "chinese"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百〇五"), (110, "一百一十"), (0, "0")],
)
def test_chinese_numbers(number: int, chinese: str) -> None:
    assert _chinese(number) == chinese


def test_letters_and_roman_numbers() -> None:
    assert [_letters(1), _letters(26), _letters(27)] == ["a", "z", "aa"] and [_roman(4), _roman(1999)] == ["iv", "mcmxcix"]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HTML = "<html><head><meta charset=gbk></head><body><p>出院小结：血压平稳。</p></body></html>".encode("gbk")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), ["save_as_docx"]),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), ["password"]),  # protected: an OLE container
        ("a.rtf", b"{\\rtf1 abc}", ["save_as_docx"]),
        ("a.wps", OLE, ["save_as_docx"]),
        ("a.doc", b"{\\rtf1 abc}", ["save_as_docx"]),  # the name lies
        ("a.docx", b"PK\x03\x04" + b"\0" * 50, ["not_readable"]),  # cut off: no directory
        ("a.docx", b"", ["empty_file"]),
        ("a.docx", "随便什么".encode(), ["not_readable"]),
        ("a.docx", zipped({"xl/workbook.xml": "<x/>"}), ["not_readable"]),  # another package
        ("a.odt", zipped({"mimetype": "x", "content.xml": "<x/>"}), ["save_as_docx"]),
        ("a.docx", zipped({"word/document.xml": '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'}), ["xml_entities"]),
        ("a.docx", zipped({"word/document.xml": part("document", "<w:body>" + "<w:sdt>" * 300 + "</w:sdt>" * 300 + "</w:body>")}), ["too_deep"]),
        ("a.docx", word(p("")), ["no_text"]),
        ("a.docx", word(p("字"))[:-30], ["not_readable"]),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_cause(tmp_path: Path, name: str, data: bytes, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, name), WANT) == expected


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.doc", HTML, "出院小结：血压平稳。"),
        ("a.doc", word(p("其实是新格式")), "其实是新格式"),
        ("a.htm", word(p("其实是文档")), "其实是文档"),
    ],
)
def test_names_lie_bytes_do_not(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    assert texts_of(write(tmp_path, data, name), WANT) == [text]


def test_a_broken_part_beside_the_text_does_not_take_it_along(tmp_path: Path) -> None:
    assert text(tmp_path, p("正文"), styles="<w:style>", numbering="<<") == "正文"


def test_the_strict_variant_reads_the_same(tmp_path: Path) -> None:
    document = part("document", "<w:body>" + p("严格格式") + "</w:body>").replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    assert texts_of(write(tmp_path, zipped({"word/document.xml": document}), "a.docx"), WANT) == ["严格格式"]


def test_what_python_docx_writes(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "手册", "编写组"
    document.add_heading("概述", 1)
    document.add_paragraph("系统上电后自检。")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "转速", "1.10"
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.save(str(tmp_path / "a.docx"))
    row = everything(str(tmp_path / "a.docx"), WANT)[0][0]
    assert row["text"] == "概述\n系统上电后自检。\n转速\t1.10"
    assert (row["title"], row["author"], row["header"], row["headings"]) == ("手册", "编写组", "内部资料", "概述")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_any_bytes_are_one_item_and_found_again(tmp_path: Path, data: st.DataObject) -> None:
    """Whole, cut, or with bytes changed: a document or a cause, never a crash."""
    whole = word(p("主轴") + "<w:tbl><w:tr>" + cell(p("1")) + "</w:tr></w:tbl>", styles="", footnotes=p("注"), numbering="")
    held = bytearray(data.draw(st.sampled_from([whole, OLE, b"PK\x03\x04", HTML])))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(held) - 1), st.integers(0, 255)), max_size=8)):
        held[place] = byte
    held = held[: data.draw(st.integers(0, len(held)))] + data.draw(st.binary(max_size=20))
    path = write(tmp_path, bytes(held), data.draw(st.sampled_from(["a.docx", "a.doc"])))
    rows, lost, count = everything(path, WANT)
    assert count == len(rows) + len(lost) == 1
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


@pytest.mark.skipif(not GSK.exists(), reason="needs ../shared/data")
def test_real_manuals_are_all_accounted_for() -> None:
    files = sorted(map(str, GSK.rglob("*.doc*")))
    found = [everything(file, WANT) for file in files]
    assert len(files) == 18 and all(count == 1 for _, _, count in found)
    assert Counter(row["cause"] for _, lost, _ in found for row in lost) == {"save_as_docx": 2}
    assert sum(row["text"].count("\t") for rows, _, _ in found for row in rows) > 100  # tables are there
