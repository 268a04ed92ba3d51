"""What `yuliao init` takes a column for: tables whose negatives say why. Invented people."""

from __future__ import annotations

from collections import Counter

import pytest

from curation.look import profiling, roles
from curation.look.groups import Group
from curation.look.roles import Roles

NOTE = "患者诉头痛三天，体温升高，予以对症处理后好转，嘱门诊随访并复查血常规。"
FEW = ["主轴异响", "油压偏低", "刀库卡滞", "导轨缺油"]


def found(kind: str = "csv", rows: int = 40, nested: dict[str, list[str]] | None = None, **columns: list[str]) -> Roles:
    values = {name: [some[i % len(some)] for i in range(rows)] for name, some in columns.items()}
    return roles.find(Group(kind, columns=values, nested=nested or {}, rows=rows))


def distinct(form: str) -> list[str]:
    return [form.format(i) for i in range(40)]


COLUMNS = [
    ("病程", distinct("第{}次就诊，" + NOTE), "text", "long and Chinese"),
    ("raw", distinct("WARN spindle load {} % above the limit of 80 %"), "left out", "long, but not Chinese"),
    ("记录编号", distinct("R{:04}"), "id", "a key by name, filled and distinct"),
    ("记录编号", ["R1", "R2"], "left out", "called a key, but repeated"),
    ("备注码", distinct("X{:04}"), "left out", "distinct, but no name of a key: it may single a person out"),
    ("科室", ["内科", "外科"], "column", "few values, each seen again"),
    ("体温", distinct("{}.5"), "column", "measures"),
    ("账户", distinct("6200{:08}"), "left out", "digits, but too long for a measure"),
    ("就诊日期", distinct("2024-03-{:02}"), "left out", "dates help to know a person again"),
    ("设备编号", ["M1", "M2"], "subject", "what comes again and is called a machine"),
    ("患者姓名", ["王建国"], "identity", "people by the column's name"),
    ("回访", [f"138001380{i:02}" for i in range(40)], "identity", "telephones by the values"),
    ("病区", ["三病区"], "column", "ends like nothing personal"),
]


@pytest.mark.parametrize(("name", "values", "role", "why"), COLUMNS, ids=[f"{c[0]}-{c[2]}" for c in COLUMNS])
def test_roles_of_a_column(name: str, values: list[str], role: str, why: str) -> None:
    seen = found(**{"正文" if name != "病程" else "另": distinct("{}，" + NOTE), name: values})
    assert next(one.role for one in seen.columns if one.name == name) == role, why


SHAPES = [
    ({"提问": [NOTE], "回答": [NOTE]}, "pairs", ("提问", "回答"), "question and answer by their Chinese names"),
    ({"question": [NOTE], "answer": [NOTE]}, "pairs", ("question", "answer"), "as the shape is"),
    ({"instruction": [NOTE], "input": [""], "output": [NOTE]}, "alpaca", ("instruction", "input", "output"), "Alpaca"),
    ({"问题描述": [NOTE], "处理": [NOTE]}, "text", ("问题描述", "处理"), "a problem in a workshop is no question"),
    ({"问题": [NOTE], "备注": [NOTE]}, "text", ("问题", "备注"), "a question without an answer"),
    ({"ask": ["how much"], "answer": [NOTE]}, "text", ("answer",), "the question is not Chinese"),
]


@pytest.mark.parametrize(("columns", "shape", "text", "why"), SHAPES, ids=[case[3] for case in SHAPES])
def test_shapes_of_a_table(columns: dict[str, list[str]], shape: str, text: tuple[str, ...], why: str) -> None:
    seen = found(**columns)
    assert (seen.shape, seen.text) == (shape, text), why


def test_work_orders_without_a_long_text_are_composed() -> None:
    seen = found(
        工单号=distinct("W{:03}"), 故障现象=FEW, 原因=FEW[::-1], 措施=FEW, 报修人姓名=["王建国"], 日期=["2024-01-02"]
    )
    assert seen.parts == ("故障现象", "原因", "措施") and not seen.text and seen.id == "工单号" and seen.date == "日期"
    assert [one.role for one in seen.columns if one.name == "报修人姓名"] == ["identity"]
    assert not found(故障现象=FEW).parts, "one short column is the text itself"
    assert not found(故障现象=FEW, 处理=distinct("{}，" + NOTE)).parts, "there is a long text"


def test_dialogues() -> None:
    turns = {
        "messages[].role": ["user", "assistant"],
        "messages[].content": [NOTE, NOTE],
        "messages[].name": ["王建国", "李医生"],
    }
    seen = found("jsonl", nested=turns, id=distinct("{}"))
    assert seen.shape == "messages" and seen.beside == ("messages[].role",)
    assert {one.name: one.role for one in seen.columns}["messages[].name"] == "identity", "never published"
    own = {"对话[].谁": ["医生", "患者"], "对话[].说": [NOTE, NOTE], "对话[].姓名": ["王建国", "李四"]}
    seen = found("jsonl", nested=own, id=distinct("{}"))
    assert (seen.text, seen.beside) == (("对话[].说",), ("对话[].谁",))
    flat = found("jsonl", nested={"qas[].q": ["何时"]}, text=distinct("{}，" + NOTE))
    assert flat.text == ("text",), "the longer text is not in the list"


def test_words_deeper_than_a_recipe_can_reach_are_no_text() -> None:
    titles = {"data[].title": ["病历书写"] * 9}
    deep = Group("json", columns={"version": ["1"]}, nested=titles, rows=1, sizes=Counter({"data": 99_000}))
    assert not roles.find(deep).text, "the titles are a thousandth of the list: its text lies below"
    flat = Group("json", columns={"version": ["1"]}, nested=titles, rows=1, sizes=Counter({"data": 200}))
    assert roles.find(flat).text == ("data[].title",)


def test_documents_publish_their_title_only() -> None:
    seen = found("docx", text=[NOTE], title=["维修手册"], author=["王建国"], weight=["3"])
    assert {one.name: one.role for one in seen.columns} == {
        "text": "text", "title": "column", "author": "identity", "weight": "left out",
    }  # fmt: skip


UNITS = [
    (["第一章 总则"] + ["本标准规定了机床的安全要求"] * 30, "file", "a heading and lines that are cut anywhere"),
    ([f"2024-03-{i:02} 夜班 油压正常" for i in range(1, 20)], "line", "each line has its date"),
    ([f"08:{i:02} 点检正常" for i in range(20)], "line", "each line has its time"),
    ([f"{i}\t主轴异响\t更换轴承" for i in range(20)], "line", "a table without a header"),
    ([f"{c} O" for c in "患者诉头痛三天体温升高"], "token", "one labelled token a line"),
    (["好的。"] * 3, "file", "too few lines to say"),
    ([NOTE] * 60, "line", "whole sentences, line by line"),
    (["血压高怎么办。"] * 60, "file", "short sentences may be verse or a list"),
]


@pytest.mark.parametrize(("lines", "unit", "why"), UNITS, ids=[case[2] for case in UNITS])
def test_units_of_plain_text(lines: list[str], unit: str, why: str) -> None:
    assert profiling.text_unit(lines) == unit, why


def test_paragraphs_of_one_book_among_many_are_no_records() -> None:
    assert profiling.text_unit([NOTE] * 60, among=20) == "file"
    assert profiling.text_unit([f"08:{i:02} 点检正常" for i in range(20)], among=20) == "line", "times say so anyway"


HEADS = [
    (["工单号", "现象"], ["W1", "异响"], False, "names"),
    (["1", "2", "3"], ["4", "5", "6"], True, "numbers are no names"),
    (["to title", NOTE * 2], ["to title", NOTE], True, "a sentence, and the same value again below"),
    (["状态", "备注"], ["正常", "状态"], False, "a value that is another column's name"),
    (["W0001", "主轴异响"], ["W0002", "轴承磨损"], True, "a number of the same make as all below it"),
    (["2025/3/9", "主轴异响"], ["2025/3/12", "轴承磨损"], True, "a date among dates"),
    (["工单号1", "主轴异响"], ["W0002", "轴承磨损"], False, "a digit in a name does not make it a value"),
    (["指标", "2022", "2023", "2024"], ["产量", "510", "602", "777"], False, "years are names"),
    (["姓名", *"12345"], ["甲", *"88888"], False, "days of a month are names"),
    (["id", "The content of the record as it was exported from"], ["1", "x"], False, "long, but not Chinese"),
]


@pytest.mark.parametrize(("names", "row", "without", "why"), HEADS, ids=[case[3] for case in HEADS])
def test_tables_without_a_header(names: list[str], row: list[str], without: bool, why: str) -> None:
    values = {name: [value] * 6 for name, value in zip(names, row, strict=True)}
    assert profiling.headless(names, values) is without, why
