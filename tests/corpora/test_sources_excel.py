"""Spreadsheets: what a cell shows is what is read, every row has its sheet and row, and nothing is passed over in silence."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Shard, Want, items, plan, read, read_one, sheet_rows, xlsx
from corpora.sources.cell_styles import Styles
from corpora.sources.cells import Cells, Rounded
from corpora.sources.heads import head
from corpora.sources.items import BadFile
from corpora.sources.shared_strings import shared_strings
from corpora.sources.sheet_xml import SheetReader, unescaped
from corpora.sources.sheets import Line
from corpora.text_buffers import Leaf
from tests.corpora import books
from tests.corpora.reading import KEY, Rows, causes, digest, everything, texts_of, write

WANT = Want((Leaf("主诉"),), "门诊号", ("年龄", "体温", "日期"), KEY, "来源")
HEADER = ["门诊号", "主诉", "年龄", "体温", "日期"]
ROW = ["M1", "头痛三天", 45, 37.1, "今天"]


HTML = """<html><meta charset="gbk"><style>td{}</style><table><tr><td colspan=2>门诊记录</td></tr>
<tr><th>主诉<th>年龄</tr><tr><td>头痛<br>三天<td>45</tr><tr><td>咳嗽<td></tr></table></html>"""
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="甲"><Table><Row><Cell><Data ss:Type="String">主诉</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">年龄</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">头痛</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">45</Data></Cell></Row></Table></Worksheet></Workbook>"""


def beside(path: str, want: Want = WANT, **how: object) -> dict[str, int]:
    """What the ledger is told beside the rows."""
    found: Counter[str] = Counter()
    for shard in plan(path, source=3, file=5, **how):  # type: ignore[arg-type]
        for block in read(shard, want):
            found.update(block.not_text)
    return dict(found)


def read_rows(folder: Path, data: bytes, name: str = "a.xlsx", want: Want = WANT, **how: object) -> Rows:
    return everything(write(folder, data, name), want, **how)[0]


def test_every_sheet_with_its_rows(tmp_path: Path) -> None:
    data = books.xlsx([HEADER, ROW, [], ["M2", "咳嗽"]], [HEADER, ["M3", "腹痛"]])
    rows = read_rows(tmp_path, data)
    assert [(row["主诉"], row["_part"], row["_record"]) for row in rows] == [
        ("头痛三天", 0, 1),
        ("咳嗽", 0, 3),
        ("腹痛", 1, 1),
    ]
    assert rows[0]["id"] == digest("来源".encode() + b"\0M1")


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        (HEADER, ["repeated_header"]),
        ([*HEADER[:2], " 年龄 ", *HEADER[3:]], ["repeated_header"]),
        ([*HEADER, None, ""], ["repeated_header"]),
        ([*HEADER[:4], "今天"], []),  # one cell differs: a record
        (HEADER[:4], []),
    ],
)
def test_a_header_that_comes_again_is_no_record(tmp_path: Path, row: list[object], lost: list[str]) -> None:
    path = write(tmp_path, books.xlsx([["门诊登记"], HEADER, ROW, row, ["M2", "咳嗽"]]), "a.xlsx")
    assert causes(path, WANT) == lost
    assert [text for text in texts_of(path, WANT) if text != "主诉"] == ["头痛三天", "咳嗽"]
    assert everything(path, WANT)[2] == 3


def test_a_header_of_two_rows_that_comes_again(tmp_path: Path) -> None:
    head = [["门诊号", "主诉", "血压", None], [None, None, "收缩压", "舒张压"]]
    data = books.xlsx([*head, ["M1", "头痛", 140, 90], *head, ["M2", "咳嗽", 120, 80]], merged=["A1:A2", "B1:B2", "C1:D1"])
    path = write(tmp_path, data, "a.xlsx")
    assert causes(path, WANT) == ["repeated_header"] * 2 and texts_of(path, WANT) == ["头痛", "咳嗽"]
    again = books.xlsx(
        [*head, ["M1", "头痛", 140, 90], *head], merged=["A1:A2", "B1:B2", "C1:D1", "A4:A5", "B4:B5", "C4:D4"]
    )
    assert causes(write(tmp_path, again, "b.xlsx"), WANT) == ["repeated_header"] * 2


def test_one_sheet_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, books.xlsx([HEADER, ROW], [HEADER, ["M3", "腹痛"]]), "a.xlsx")
    assert texts_of(path, WANT, layout=Layout(sheet="表2")) == ["腹痛"]
    assert causes(path, WANT, layout=Layout(sheet="没有")) == ["no_sheet"]


def test_formats_are_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    shown = [("0.00", 37.1, "37.10"), ("0.0%", 0.125, "12.5%"), ('yyyy"年"m"月"d"日"', dt.date(2024, 3, 5), "2024年3月5日"),
             ("h:mm", dt.time(8, 5), "8:05"), ("#,##0.00", 1234.5, "1,234.50"), ("General", 0.1 + 0.2, "0.3"),
             ("yyyy/m/d h:mm", dt.datetime(2024, 3, 5, 23, 59, 59, 600000), "2024/3/6 0:00"), ("@", "0012", "0012"),
             ("00000", 42, "00042"), ("General", True, "TRUE")]  # fmt: skip
    for i, (code, value, _) in enumerate(shown):
        sheet.append([f"M{i}", "头痛", None, value])
        sheet.cell(i + 2, 4).number_format = code
    rows = read_rows(tmp_path, books.saved(book))
    assert [row["体温"] for row in rows] == [text for *_, text in shown]


REPAIR = [["设备维修单"], ["单号", "WX-001", "日期", "2026-01-02"], ["设备名称", "数控车床", "型号", "CK6140"],
          ["故障现象", "主轴异响，振动0.8mm/s"], ["处理", "更换轴承，检测合格"], ["维修人", "张某", "电话", "13800138000"]]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "merged", "form"),
    [
        (REPAIR, ["A1:D1", "B4:D4", "B5:D5"], True),
        (REPAIR, [], True),  # without merges: four fifths of the column are known words
        ([*REPAIR[:4], ["处理", "换轴承"], ["结论", "合格"], ["去向", "返回"]], ["B4:D4", "B5:D5", "B6:D6", "B7:D7"], True),
        ([*REPAIR[:4], ["处理", "换轴承"], ["结论", "合格"], ["去向", "返回"]], [], False),  # half of them: in doubt a table
        ([*REPAIR[:5], ["2026-01-03", "已结算"]], ["B4:D4"], False),  # no word
        (
            [["姓名", "王某", "科室", "内科"], ["处理", "卧床"], ["护理", "一级"]],
            ["B2:D2", "B3:D3"],
            False,
        ),  # one known word
    ],
)
def test_a_form_may_have_words_of_its_own(tmp_path: Path, rows: list[list[object]], merged: list[str], form: bool) -> None:
    found = head(write(tmp_path, books.xlsx(rows, merged=merged), "a.xlsx"))
    assert (found.rows == 1) == form
    if form:
        assert found.columns["处理"][0].startswith(("更换轴承", "换轴承")) and found.columns["单号"] == ["WX-001"]


def test_titles_above_the_header_and_a_header_over_two_rows(tmp_path: Path) -> None:
    data = books.xlsx(
        [["某医院门诊记录"], ["导出日期：2024-03-05", None, None, "科室：内科"], [],
         ["编号", "血压", None, "主诉"], [None, "收缩压", "舒张压", None], ["M1", 160, 95, "头痛"]],
        merged=["A1:D1", "B4:C4", "A4:A5", "D4:D5"],
    )  # fmt: skip
    want = Want((Leaf("主诉"),), "编号", ("血压/收缩压", "血压/舒张压"), KEY, "来源")
    path = write(tmp_path, data, "a.xlsx")
    rows = everything(path, want)[0]
    assert [(row["血压/收缩压"], row["血压/舒张压"], row["主诉"], row["_record"]) for row in rows] == [
        ("160", "95", "头痛", 5)
    ]
    assert beside(path, want) == {"title_row": 2}


def test_the_recipe_can_say_where_the_header_is(tmp_path: Path) -> None:
    path = write(tmp_path, books.xlsx([["主诉"], ["旧表"], HEADER, ROW]), "a.xlsx")
    assert texts_of(path, WANT, layout=Layout(header_row=3)) == ["头痛三天"]
    assert causes(path, WANT, layout=Layout(header_row=9)) == ["no_header"]
    two = write(tmp_path, books.xlsx([["说明"]], [[], ["旧"], HEADER, ROW]), "b.xlsx")
    assert (texts_of(two, WANT, layout=Layout(header_row=3)), causes(two, WANT, layout=Layout(header_row=3))) == (
        ["头痛三天"],
        ["no_header"],
    )


def test_a_cell_merged_over_rows_belongs_to_each(tmp_path: Path) -> None:
    data = books.xlsx(
        [HEADER, ["M1", "头痛", 45], [None, "咳嗽"], [None, "腹痛"], [], ["M2", "眩晕"]], merged=["C2:C4", "A2:A3"]
    )
    rows = read_rows(tmp_path, data)
    assert [(row["主诉"], row["年龄"]) for row in rows] == [("头痛", "45"), ("咳嗽", "45"), ("腹痛", "45"), ("眩晕", None)]
    assert rows[0]["id"] == rows[1]["id"] != rows[2]["id"]


def test_a_value_beyond_the_header_gets_a_column(tmp_path: Path) -> None:
    want = Want((Leaf("主诉"),), None, ("列3",), KEY, "来源")
    rows = read_rows(tmp_path, books.xlsx([["编号", "主诉"], ["M1", "头痛", "补记"], ["M2", "咳嗽"]]), want=want)
    assert [row["列3"] for row in rows] == ["补记", None]


def test_repeated_and_missing_names(tmp_path: Path) -> None:
    path = write(tmp_path, books.xlsx([["诊断", "诊断", None, "主诉"], ["甲", "乙", "丙", "头痛"]]), "a.xlsx")
    want = Want((Leaf("主诉"),), None, ("诊断", "诊断_2", "列3"), KEY, "来源")
    row = everything(path, want)[0][0]
    assert (row["诊断"], row["诊断_2"], row["列3"]) == ("甲", "乙", "丙")
    assert beside(path, want) == {"renamed_column": 2}


@pytest.mark.parametrize(
    ("cell", "expected", "is_key"),
    [
        ("<v>3.30102199001011E+17</v>", "330102199001011000", False),  # 18 digits that Excel cut to 15
        ("<v>3.3E+17</v>", "330000000000000000", False),
        ('<is><t>3.30E+17</t></is>" t="inlineStr', "3.30E+17", False),  # the same, after a CSV
        ("<v>330102199001011000</v>", "330102199001011000", False),
        ("<v>330102199001011234</v>", "330102199001011234", True),  # written out by a program, never rounded
        ("<v>6901234567892</v>", "6901234567892", True),  # 13 digits: a bar code, shown as 6.90123E+12 in a narrow column
        ("<v>123456789012345</v>", "123456789012345", True),  # 15 digits are what Excel keeps
        ('<is><t>330102199001011234</t></is>" t="inlineStr', "330102199001011234", True),  # entered as text
    ],
)
def test_a_rounded_number_is_never_a_key(tmp_path: Path, cell: str, expected: str, is_key: bool) -> None:
    value, _, kind = cell.partition('"')
    data = books.by_hand(
        '<row r="1"><c t="str"><v>门诊号</v></c><c t="str"><v>主诉</v></c><c t="str"><v>年龄</v></c></row>'
        f'<row r="2"><c{kind + chr(34) if kind else ""}>{value}</c><c t="str"><v>头痛</v></c><c{kind + chr(34) if kind else ""}>{value}</c></row>'
    )
    path = write(tmp_path, data, "a.xlsx")
    row = everything(path, WANT)[0][0]
    assert row["年龄"] == expected
    assert (row["id"] == digest("来源".encode() + b"\0" + expected.encode())) is is_key
    assert beside(path).get("rounded_number", 0) == (0 if is_key else 2)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "a.xlsx",
            books.xlsx([["门诊号：", 3.30102199001011e17, "年龄：", 45], ["姓名：", "王某"], ["主诉：", "头痛三天"]]),
        ),  # a form
        ("a.xls", XML.replace("年龄", "门诊号").replace(">45<", ">330102199001011000<").encode()),
        ("a.xls", books.xls([["门诊号", "主诉"], [3.30102199001011e17, "头痛三天"]])),
        ("a.xls", HTML.replace("年龄", "门诊号").replace("<td>45", "<td>3.30E+17").encode()),
    ],
)
def test_nor_is_it_one_elsewhere(tmp_path: Path, name: str, data: bytes) -> None:
    path = write(tmp_path, data, name)
    want = Want((Leaf("主诉"),), "门诊号", ("门诊号",), KEY, "来源")
    row = everything(path, want)[0][0]
    assert row["门诊号"] in ("330102199001011000", "3.30E+17")
    assert row["id"] != digest("来源".encode() + b"\0" + row["门诊号"].encode())
    assert beside(path, want)["rounded_number"] == 1


def test_what_people_would_not_see_is_counted(tmp_path: Path) -> None:
    data = books.by_hand(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2" hidden="1"><c r="A2" t="e"><v>#REF!</v></c><c r="B2" t="str"><f>B1</f><v>头痛</v></c></row>'
        '<row r="3"><c r="A3"><f>1/3</f></c><c r="B3" t="inlineStr"><is><r><t>咳</t></r><r><t>嗽</t></r></is></c></row>'
        '<row r="4"><c r="A4" s="1"><v>5</v></c><c r="B4" t="inlineStr"><is><t>腹痛</t><rPh><t>fu</t></rPh></is></c></row>',
        head='<cols><col min="3" max="4" hidden="1"/></cols>',
        strings=["<si><t>年龄</t></si>", "<si><r><t>主</t></r><r><t>诉</t></r><rPh><t>zhu</t></rPh></si>"],
        codes=["[DBNum2]0"],
        extra={"xl/media/image1.png": "x", "xl/charts/chart1.xml": "<c/>", "xl/comments1.xml": "<comments><comment/><comment/></comments>",
               "xl/drawings/drawing1.xml": "<d><xdr:sp><xdr:txBody>浮</xdr:txBody></xdr:sp></d>", "xl/embeddings/a.docx": "x"},
    )  # fmt: skip
    path = write(tmp_path, data, "a.xlsx")
    assert [(row["主诉"], row["年龄"]) for row in everything(path, WANT)[0]] == [
        ("头痛", None),
        ("咳嗽", None),
        ("腹痛", "5"),
    ]
    assert beside(path) == {
        "hidden_row": 1, "hidden_column": 2, "error_cell": 1, "formula_without_value": 1, "unknown_format": 1,
        "figure": 2, "comment": 2, "text_box": 1, "embedded_object": 1,
    }  # fmt: skip


def test_hidden_and_empty_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    other = book.create_sheet("藏")
    other.append(HEADER)
    other.append(ROW)
    other.sheet_state = "veryHidden"
    path = write(tmp_path, books.saved(book), "a.xlsx")
    assert texts_of(path, WANT) == ["头痛三天"]
    assert beside(path) == {"hidden_sheet": 1, "empty_sheet": 1}


@pytest.mark.parametrize("prefix", ["", "x"])
def test_prefixes_and_cells_without_references(tmp_path: Path, prefix: str) -> None:
    p = f"{prefix}:" if prefix else ""
    cell = f'<{p}c t="str"><{p}v>{{}}</{p}v></{p}c>'
    rows = "".join(
        f"<{p}row>{''.join(map(cell.format, row))}</{p}row>" for row in (["主诉", "年龄"], ["头_x000D_\n痛", "45"])
    )
    assert [(row["主诉"], row["年龄"]) for row in read_rows(tmp_path, books.by_hand(rows, prefix=prefix))] == [
        ("头\n痛", "45")
    ]


def test_old_and_open_formats_say_that_formats_are_unknown(tmp_path: Path) -> None:
    path = write(tmp_path, books.xls([HEADER, ["M1", "头痛", 45, 37.1, 12345678.5]], style="0.00"), "a.xls")
    row = everything(path, WANT)[0][0]
    assert (row["年龄"], row["体温"], row["日期"], row["_record"]) == ("45", "37.1", "12345678.5", 1)
    assert beside(path) == {"unknown_format": 3}
    date = write(
        tmp_path, books.xls([["主诉", "日期"], ["头痛", dt.date(2024, 3, 5)]], style="yyyy/m/d", hidden=True), "b.xls"
    )
    assert everything(date, WANT)[0][0]["日期"] == "2024-03-05"
    assert beside(date)["hidden_sheet"] == 1
    assert read_rows(tmp_path, books.ods([["主诉", "年龄"], ["头痛", "0045"]]), "a.ods")[0]["年龄"] == "0045"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.xls", HTML.encode("gbk"), [("头痛\n三天", "45"), ("咳嗽", None)]),  # a web page with a table
        ("a.xls", HTML.encode("utf-8"), [("头痛\n三天", "45"), ("咳嗽", None)]),
        ("b.xls", XML.encode(), [("头痛", "45")]),  # XML Spreadsheet 2003
        ("c.xls", "主诉\t年龄\n头痛\t45\n".encode("gbk"), [("头痛", "45")]),  # text with tabs
        ("d.xlsx", "主诉,年龄\n头痛,45\n".encode("utf-8-sig"), [("头痛", "45")]),
        ("e.xls", "主诉\t年龄\n头痛\t45\n".encode("utf-16"), [("头痛", "45")]),  # what Excel calls Unicode text
        ("f.csv", books.xlsx([["主诉", "年龄"], ["头痛", 45]]), [("头痛", "45")]),  # a workbook that was renamed
        ("g.xlsx", books.xls([["主诉", "年龄"], ["头痛", 45]]), [("头痛", "45")]),
        ("h.xls", books.xlsx([["主诉", "年龄"], ["头痛", 45]]), [("头痛", "45")]),
    ],
)
def test_a_file_is_what_it_holds(tmp_path: Path, name: str, data: bytes, expected: list[tuple[str, str | None]]) -> None:
    assert [(row["主诉"], row["年龄"]) for row in read_rows(tmp_path, data, name)] == expected


WHOLE = books.xlsx([HEADER, ROW])


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.xlsx", WHOLE[: len(WHOLE) // 2], "not_readable"),  # broken off
        ("a.xls", books.xls([HEADER, ROW])[:600], "not_readable"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600), "password"),
        ("a.xlsx", b"\0\1\2\3" * 50, "not_readable"),
        ("a.xls", b"<html><p>login</p></html>", "not_readable"),  # a page without any table
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "not_readable"),  # a web archive
        ("a.xlsx", books.by_hand('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "not_readable"),  # no such column
        ("a.xlsx", books.by_hand("<row><c><v>1</v></c>"), "not_readable"),
        ("a.xlsx", books.by_hand('<row><c t="s"><v>7</v></c></row>'), "not_readable"),  # a string that is not there
        ("a.xlsx", books.by_hand("<row><c><v>eins</v></c></row>"), "not_readable"),
        ("a.xlsx", books.by_hand("", extra={"xl/worksheets/sheet1.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>"}), "not_readable"),
    ],
)  # fmt: skip
def test_a_bad_file_is_a_cause(tmp_path: Path, name: str, data: bytes, cause: str) -> None:
    assert causes(write(tmp_path, data, name), WANT) == [cause]


def test_a_sheet_that_breaks_off_keeps_the_rows_before(tmp_path: Path) -> None:
    data = books.by_hand(
        '<row><c t="str"><v>主诉</v></c></row><row><c t="str"><v>头痛</v></c></row><row><c t="s"><v>9</v></c></row>'
    )
    documents, lost, count = everything(write(tmp_path, data, "a.xlsx"), WANT)
    assert ([row["主诉"] for row in documents], [row["cause"] for row in lost], count) == (["头痛"], ["not_readable"], 2)


def test_a_workbook_that_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = f'<row><c t="str"><v>主诉</v></c></row><row><c t="str"><v>{"头" * 30_000}</v></c></row>'
    path = write(tmp_path, books.by_hand(rows), "a.xlsx")
    assert Path(path).stat().st_size < 5_000 and causes(path, WANT) == []
    monkeypatch.setattr(xlsx, "_MOST", 50_000)
    assert causes(path, WANT) == ["too_long"]


def test_the_first_records_for_a_look(tmp_path: Path) -> None:
    found = head(write(tmp_path, books.xlsx([["标题行"], HEADER, ROW]), "a.xlsx"))
    assert (found.format, found.rows, found.columns["主诉"], found.columns["体温"]) == ("excel", 1, ["头痛三天"], ["37.1"])


CELL = st.one_of(st.none(), st.text("甲乙a1.：\n ", max_size=4), st.integers(-9, 10**6), st.floats(-1e6, 1e6), st.booleans())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.lists(CELL, max_size=4), max_size=6), st.integers(1, 200))
def test_every_row_is_accounted_for_and_found_again(tmp_path: Path, body: list[list[object]], block: int) -> None:
    path = write(tmp_path, books.xlsx([HEADER, *body]), "a.xlsx")
    documents, lost, count = everything(path, WANT, block=block, layout=Layout(header_row=1))
    solid = [i for i, row in enumerate(body, 1) if any(value not in (None, "") for value in row)]
    if not solid:  # nothing but a header: the file itself is accounted for
        assert (documents, [row["cause"] for row in lost], count) == ([], ["empty_file"], 1)
        return
    assert sorted([row["_record"] for row in documents] + [row["record"] for row in lost]) == solid and count == len(solid)
    shard = plan(path, source=3, file=5, layout=Layout(header_row=1))[0]
    for row in documents:
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


SAMPLES = {
    "xlsx": WHOLE, "xls": books.xls([HEADER, ROW]), "ods": books.ods([["主诉"], ["头痛"]]), "html": HTML.encode(), "xml": XML.encode(),
    "none": b"", "form": books.xlsx([["姓名：", "王某"], ["性别：", "女", "年龄：", 45], ["主诉：", "头痛三天"]]),
}  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(max_size=8)), max_size=4),
    st.sampled_from(["a.xlsx", "a.xls", "a.ods", "a.csv"]),
)
def test_no_bytes_crash_the_reader(tmp_path: Path, sample: str, hits: list[tuple[int, bytes]], name: str) -> None:
    broken = bytearray(SAMPLES[sample])
    for at, new in hits:
        at %= len(broken) + 1
        broken[at : at + len(new)] = new
    documents, lost, count = everything(write(tmp_path, bytes(broken), name), WANT)
    assert len(documents) + len(lost) == count
    assert everything(str(tmp_path / name), WANT) == (documents, lost, count)


TEXTS = st.one_of(st.just(""), st.text("甲 \u3000\n\x1c\ud800a", max_size=3), st.sampled_from(["3.30E+17", "M1"]))


@given(st.lists(st.lists(TEXTS, max_size=3), min_size=1, max_size=6), st.sampled_from([None, "c", "无"]))
def test_a_table_is_read_column_by_column_as_row_by_row(rows: list[list[str]], key: str | None) -> None:
    """Law 9: the fast path equals the plain one, whatever the texts; one that can't be encoded asks the plain path."""
    want = Want((Leaf("a"), Leaf("b")), key, ("c", "无"), KEY, "来源")
    shard = Shard(3, 5, "", "excel", "utf-8", None, 0, -1)
    columns = {"a": 0, "b": 1, "c": 2}
    fields = [Cells(columns, [Rounded(t) if t == "3.30E+17" else t for t in row]) for row in rows]
    found = [items.Item(b"%d" % i, cells, record=i, part=0) for i, cells in enumerate(fields)]
    fast, plain = items._of_table(found, shard, want), items._one_by_one(found, shard, want)
    assert fast is None or (fast[0].equals(plain[0]) and fast[1] == plain[1])
    assert (fast is None) == any("\ud800" in text for row in rows for text in row[:3])


def test_a_rounded_key_of_a_csv_is_no_key(tmp_path: Path) -> None:
    path = write(tmp_path, "门诊号,主诉\n3.30E+17,头痛\n3.30E+17,咳嗽\nM1,腹痛\n".encode(), "a.csv")
    rows = everything(path, WANT)[0]
    assert rows[0]["id"] == digest("3.30E+17,头痛".encode()) != rows[1]["id"]
    assert beside(path) == {"rounded_number": 2}


SOUND = ['<c r="A{n}"><v>1.5</v></c>', '<c r="B{n}" s="1"><v>1.1</v></c>', '<c r="C{n}" t="s"><v>0</v></c>', '<c r="D{n}"/>',
         '<c r="D{n}" s="1"></c>', '<c r="C{n}" t="str"><f>A1&amp;B1</f><v>甲</v></c>', '<c r="AB{n}" t="b"><v>1</v></c>',
         '<c r="A{n}" t="inlineStr"><is><t xml:space="preserve"> 甲&lt;&#20057;_x0041_ </t></is></c>', '<c r="B{n}"><v>3.3E+17</v></c>',
         '<c r="C{n}" t="e"><v>#N/A</v></c>', '<c r="A{n}" s="2"><v>5</v></c>']  # fmt: skip
STRANGE = ['<c t="s"><v>1</v></c>', ' <c r="A{n}" cm="1"><v>7</v></c>\n', '<c r="A{n}"><f>B1</f></c>', '<c r="A{n}" t="str"><v>a&amp;b</v></c>',
           '<c r="A{n}" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>', "<c r='B{n}'><v>2</v></c>", '<c r="A{n}"><v>x</v></c>',
           '<c r="B{n}" t="s"><v>9</v></c>', '<c r="ZZZ{n}"><v>1</v></c>', '<c r="A{n}" t="str"><v>甲\r\n乙</v></c>', "<!-- <c> -->"]  # fmt: skip
HEADS = ['<row r="{n}">', '<row r="{n}" spans="1:3" ht="15">', '<row r="{n}" hidden="1">', "<row>", '<row r="{n}"/><row>']


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(HEADS), st.lists(st.sampled_from([*SOUND * 3, *STRANGE]), max_size=4)), max_size=8),
    st.integers(1, 400),
    st.sampled_from(
        ["", '<?xml version="1.0" encoding="UTF-8"?>\r\n', "<!-- c -->", '<?xml version="1.0" encoding="iso-8859-1"?>']
    ),
    st.integers(0, 3000),
)
def test_the_quick_reader_of_rows_equals_the_plain_one(
    body: list[tuple[str, list[str]]], size: int, start: str, cut: int
) -> None:
    made = "".join((head + "".join(cells) + "</row>").replace("{n}", str(2 * n + 1)) for n, (head, cells) in enumerate(body))
    data = f"{start}<worksheet><sheetData>{made}</sheetData></worksheet>".encode()
    data = data[: -cut or None] if cut < 100 else data  # some of them break off
    strings, codes = ["甲", Rounded("3.30E+17")], ["General", "0.00", "[DBNum2]0"]

    def taken(lines: Callable[[Counter[str]], Iterator[Line]]) -> tuple[list[Line], str, Counter[str]]:
        counts, found, broken = Counter[str](), list[Line](), ""
        try:
            for line in lines(counts):
                found.append(line)
        except (BadFile, ExpatError, ValueError, LookupError) as error:
            broken = "broken" if error else ""
        return found, broken, counts

    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    quick = taken(lambda counts: sheet_rows.rows(pieces, strings, Styles(codes, False), counts))
    plain = taken(lambda counts: plain_rows(data, SheetReader(strings, Styles(codes, False), counts)))
    assert quick == plain


def plain_rows(data: bytes, reader: SheetReader) -> Iterator[Line]:
    try:
        reader.feed(data)
        reader.close()
    finally:
        yield from reader.taken()


STRINGS = ["<si><t>甲</t></si>", '<si><t xml:space="preserve"> a&amp;&#20057; </t></si>', "<si><r><t>甲</t></r><r><t>乙</t></r></si>", "<si/>",
           "<si><t>甲</t><rPh><t>jia</t></rPh></si>", "<si><t/></si>", "<si><t></t></si>", "<si><t>3.30E+17</t></si>", "<si>\n<t>丙</t></si>",
           "\r\n", "<si><t>a\r\nb</t></si>", "<!-- <si> -->", "<si><t><![CDATA[<]]></t></si>", "<si><t>_x000D_\n</t></si>"]  # fmt: skip


@given(st.lists(st.sampled_from(STRINGS), max_size=8), st.integers(1, 90))
def test_shared_strings_are_those_of_the_plain_reader(body: list[str], size: int) -> None:
    data = f"<sst>{''.join(body)}</sst>".encode()
    tree = ElementTree.fromstring(data)
    expected = [unescaped("".join(t.text or "" for t in [*si.findall("t"), *si.findall("r/t")])) for si in tree.iter("si")]
    found = shared_strings([data[i : i + size] for i in range(0, len(data), size)])
    assert found == expected and [type(text) is Rounded for text in found] == [text == "3.30E+17" for text in expected]


def test_a_sheet_that_cannot_be_unpacked_takes_no_other_along(tmp_path: Path) -> None:
    """A flipped byte in one worksheet: its checksum fails, the item names the sheet, the next one is read."""
    data = books.xlsx([HEADER, ROW], [HEADER, ["M2", "腹痛两天", 30, 36.5, "今天"]])
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        info = book.getinfo("xl/worksheets/sheet1.xml")
    broken = bytearray(data)
    broken[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    rows, lost, count = everything(write(tmp_path, bytes(broken), "a.xlsx"), WANT)
    assert [(row["主诉"], row["_part"]) for row in rows] == [("腹痛两天", 1)] and count == 2
    assert [(row["part"], row["cause"]) for row in lost] == [(0, "not_readable")]
