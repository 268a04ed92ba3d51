"""Tables in PDF files: rows stay rows, whether rules or only gaps part their cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.sources import Layout, Want
from corpora.text_buffers import Leaf
from tests.corpora.pdf_files import HEIGHT, WIDTH, Sheet, pdf
from tests.corpora.reading import KEY, texts_of, write

WANT = Want((Leaf("text", None),), None, ("page",), KEY, "来源")
BY_PAGE = Layout("page", ocr="")
EDGES = (215.0, 261.0, 294.0, 338.0, 390.0)  # narrower gaps between cells than a character is high
PROSE = "检验报告单，患者一般情况良好，体温平稳，血压正常，继续观察并按时复查血糖和肝功能"


def table(first: int, rows: int, *, ruled: str = "lines", top: float = 160, sheet: Sheet | None = None) -> Sheet:
    """A table of four narrow columns, drawn row by row; ruled: how its rules are drawn, "" for none."""
    sheet = sheet or Sheet()
    for row in range(rows):
        n = first + row
        cells = (f"项目{n:03d}", f"{n}.{n % 10}", "mmol/L", f"{n}～{n + 5}")
        for x, cell in zip(EDGES, cells, strict=False):
            sheet.put(x + 3, top + 18 * row, cell)
    low = HEIGHT - top + 13 - 18 * rows
    draw = {"lines": "{x} {low} m {x} {high} l S ", "areas": "{x} {low} 0.5 {size} re f "}.get(ruled, "")
    rules = "".join(draw.format(x=x, low=low, high=low + 18 * rows, size=18 * rows) for x in EDGES)
    frame = f"{EDGES[0]} {low} {EDGES[-1] - EDGES[0]} {18 * rows} re S " if ruled else ""
    sheet.extra += (rules + frame).encode()
    return sheet


def row(n: int, between: str = "\t") -> str:
    return between.join((f"项目{n:03d}", f"{n}.{n % 10}", "mmol/L", f"{n}～{n + 5}"))


@pytest.mark.parametrize("ruled", ["lines", "areas"])
@pytest.mark.parametrize("page", [b"", b"/Rotate 90"])
def test_ruled_cells_stay_apart_and_rows_whole(tmp_path: Path, ruled: str, page: bytes) -> None:
    path = write(
        tmp_path,
        pdf(*(table(first, rows, ruled=ruled, sheet=Sheet(page=page)) for first, rows in ((100, 30), (1, 9)))),
        "a.pdf",
    )
    first, second = texts_of(path, WANT, layout=BY_PAGE)
    assert first.split("\n") == [row(n) for n in range(100, 130)]
    assert second.split("\n") == [row(n) for n in range(1, 10)]


def test_text_before_a_table_keeps_its_sentences(tmp_path: Path) -> None:
    sheet = Sheet().lines([PROSE, "并注意休息。"], x=90, y=100)
    text = texts_of(write(tmp_path, pdf(table(100, 30, sheet=sheet)), "a.pdf"), WANT, layout=BY_PAGE)[0]
    assert text.split("\n") == [PROSE + "并注意休息。", *(row(n) for n in range(100, 130))]


@pytest.mark.parametrize("count", [4, 30])
def test_rows_without_rules_are_not_joined_nor_read_as_columns(tmp_path: Path, count: int) -> None:
    text = texts_of(write(tmp_path, pdf(table(100, count, ruled="")), "a.pdf"), WANT, layout=BY_PAGE)[0]
    assert [line.split() for line in text.split("\n")] == [row(n).split("\t") for n in range(100, 100 + count)]


def test_a_ruled_table_between_two_columns_stays_whole(tmp_path: Path) -> None:
    sheet = Sheet()
    for top in (100.0, 400.0):
        for line in range(8):
            sheet.put(40, top + 16 * line, f"左栏{top:.0f}的第{line}行文字写满了整个栏宽一直到边上。")
            sheet.put(320, top + 16 * line, f"右栏{top:.0f}的第{line}行文字写满了整个栏宽一直到边上。")
    text = texts_of(write(tmp_path, pdf(table(100, 6, top=260, sheet=sheet)), "a.pdf"), WANT, layout=BY_PAGE)[0]
    lines = text.split("\n")
    assert [line[:5] for line in lines[:16:8]] == ["左栏100", "右栏100"]
    assert lines[16:22] == [row(n) for n in range(100, 106)]
    assert [line[:5] for line in lines[22::8]] == ["左栏400", "右栏400"]


@pytest.mark.parametrize(
    ("drawn", "reason"),
    [
        (f"330 0 m 330 {HEIGHT} l S", "one rule is a divider, not a table"),
        ("".join(f"{x} 741 m {x} 750 l S " for x in (95, 105.2, 115)), "strokes no longer than a character are drawings"),
        (f"60 0 m 60 {HEIGHT} l S 300 0 m 300 {HEIGHT} l S {WIDTH} 0 m {WIDTH} {HEIGHT} l S", "rules through characters"),
    ],
)
def test_other_strokes_part_nothing(tmp_path: Path, drawn: str, reason: str) -> None:
    sheet = Sheet(extra=drawn.encode() + b" ").put(90, 100, PROSE)
    assert texts_of(write(tmp_path, pdf(sheet), "a.pdf"), WANT, layout=BY_PAGE) == [PROSE], reason


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ([PROSE[:-4] + "体温", "38.5±0.2℃，血压正常"], True),
        ([PROSE[:-2] + "体温", "38.5，血压正常"], True),  # a value, not the number of a section
        ([PROSE[:-2] + "概述", "1.1概述"], False),
    ],
)
def test_measured_values_are_words(tmp_path: Path, lines: list[str], joined: bool) -> None:
    text = texts_of(write(tmp_path, pdf(Sheet().lines(lines)), "a.pdf"), WANT, layout=BY_PAGE)[0]
    assert text == ("" if joined else "\n").join(lines)
