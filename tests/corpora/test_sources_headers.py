"""Where a table's header is, and which sheets are forms; what is neither says why."""

from __future__ import annotations

import pytest

from corpora.sources import form_sheet, headers
from corpora.sources.sheets import Line, Merge, filled_down, merge_of

TABLE = [["M1", "头痛", "45", "内科"], ["M2", "咳嗽", "30", "外科"], ["M3", "腹痛", "", "内科"]]
NAMES = ["门诊号", "主诉", "年龄", "科室"]


@pytest.mark.parametrize(
    ("above", "why"),
    [
        ([], "the first row"),
        ([["某医院门诊记录"]], "a title"),
        ([["某医院"], ["门诊记录（内科）"]], "two titles"),
        ([["门诊记录"], ["导出日期：2024-03-05", "", "科室：内科"]], "a line of facts, narrower than the table"),
        ([["导出日期", "2024-03-05"]], "a label and a date"),
        ([["科室：内科", "医师：某", "日期：2024-03-05", ""]], "three facts above four columns"),
    ],
)
def test_header_below(above: list[list[str]], why: str) -> None:
    assert headers.first_row([*above, NAMES, *TABLE]) == len(above), why


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["文本"], ["头痛三天"], ["咳嗽"]], "one column: nothing is a title"),
        ([["问", "答"], ["头痛怎么办？", "多休息"]], "two names are no title"),
        ([["项目", "2022", "2023"], ["收入", "5", "6"]], "years are names here: no other row is better"),
        ([["编号", "主诉"], ["M1", "头痛"], ["M2"], ["M3"], ["M4"]], "rows narrower than the header"),
        ([["M1", "45"], ["M2", "46"]], "no header at all: the first row, and not a row further down"),
    ],
)
def test_header_is_the_first_row(rows: list[list[str]], why: str) -> None:
    assert headers.first_row(rows) == 0, why


def test_names_are_distinct_and_none_is_empty() -> None:
    assert headers.named(["诊断", "", "诊断", " 诊断\n名称 ", "列2"]) == (("诊断", "列3", "诊断_2", "诊断 名称", "列2"), 2)
    assert headers.named(["a", "a_2", "a"]) == (("a", "a_2", "a_3"), 1)


def test_a_header_of_two_rows() -> None:
    lines = [Line(0, ["编号", "血压", "", "主诉"]), Line(1, ["", "收缩压", "舒张压"]), Line(2, ["M1", "160", "95", "头痛"])]
    merges = [Merge(0, 1, 0, 2), Merge(0, 0, 1, 0), Merge(0, 3, 1, 3)]
    header = headers.of_sheet(lines, merges, None)
    assert header and (header.first, header.height, header.names) == (0, 2, ("编号", "血压/收缩压", "血压/舒张压", "主诉"))


def test_tall_cells_fill_rows_that_hold_something() -> None:
    lines = [Line(1, ["甲", "1"]), Line(2, ["", "2"]), Line(4, ["", "3"]), Line(6, ["乙", "4"])]
    filled = list(filled_down([Line(n, list(cells)) for n, cells in lines], [Merge(1, 0, 4, 0)]))
    assert [line.cells[0] for line in filled] == ["甲", "甲", "甲", "乙"]


@pytest.mark.parametrize("reference", ["", "A", "1", "A0", "XFE1", "A1048577", "甲1:B2", "A1:B"])
def test_references_beyond_a_sheet_are_none(reference: str) -> None:
    assert merge_of(reference) is None


def of(*rows: list[str]) -> list[Line]:
    return [Line(i, row) for i, row in enumerate(rows) if any(row)]


FORMS = [
    of(["门诊病历"], ["姓名：", "王某", "性别：", "女"], ["主诉：", "头痛三天"], ["诊断：", "偏头痛"]),
    of(
        ["姓名", "王某", "性别", "女"], ["年龄", "45", "科室", "内科"], ["主诉", "", "", "头痛三天"]
    ),  # known words, merged values
    of(["设备报修单"], ["设备编号", "X-1", "报修人", "李某"], ["故障现象"], ["主轴异响，停机"], ["处理措施", "更换轴承"]),
    of(["姓名：王某", "性别：女"], ["年龄：45", "科室：内科"], ["主诉：头痛三天"]),  # label and value in one cell
]
TABLES = [
    (of(NAMES, *TABLE), "a header: labels side by side"),
    (of(["姓名", "性别", "年龄"], ["王某", "女", "45"]), "known words, but as the names of columns"),
    (of(["姓名：", "王某", "性别：", "女"], ["项目", "结果", "单位"], ["白细胞", "6.1", "10^9/L"], ["血红蛋白", "130", "g/L"]),
     "a table within: its rows have no labels"),
    (of(["问", "答"], ["头痛怎么办", "多休息"], ["咳嗽怎么办", "多喝水"]), "two columns of text"),
    (of(["姓名：", "王某"], ["性别：", "女"]), "two labels are too few"),
    (of(["姓名", "电话"], ["王某", "1"], ["李某", "2"], ["赵某", "3"]), "a table of people"),
    (of(["姓名", "王某"], ["姓名", "李某"], ["姓名", "赵某"], ["姓名", "孙某"]), "the same label again and again: a column"),
    (of(["姓名：", "", "性别：", ""], ["年龄：", "", "科室：", ""]), "an empty form: nothing to read"),
    (of(*([["姓名：", "王某"], ["主诉：", "头痛"]] * 70)), "longer than a form"),
]  # fmt: skip


@pytest.mark.parametrize("lines", FORMS)
def test_forms(lines: list[Line]) -> None:
    assert form_sheet.is_form(form_sheet.unfolded(lines))


@pytest.mark.parametrize(("lines", "why"), TABLES)
def test_tables_are_no_forms(lines: list[Line], why: str) -> None:
    assert not form_sheet.is_form(form_sheet.unfolded(lines)), why


def test_a_form_is_one_record_and_no_cell_is_lost() -> None:
    lines = of(["门诊病历"], ["姓名：", "王某", "性别", "女"], ["主诉：头痛"], ["现病史："], ["三天前起"], ["今日加重", "伴呕吐"],
               ["诊断：", "偏头痛"], ["（盖章有效）"], ["诊断：", "待查"])  # fmt: skip
    values, renamed = form_sheet.fields(form_sheet.unfolded(lines))
    assert values == {
        "标题": "门诊病历", "姓名": "王某", "性别": "女", "主诉": "头痛", "现病史": "三天前起 今日加重 伴呕吐", "诊断": "偏头痛",
        "诊断_2": "待查", "其他": "（盖章有效）",
    }  # fmt: skip
    assert renamed == 1
