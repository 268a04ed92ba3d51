"""Headers that come again, and tables without one. Invented records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan, read_one
from corpora.sources.csv_record import verdict
from corpora.sources.heads import head
from corpora.sources.records import Row
from corpora.text_buffers import Leaf
from tests.corpora.books import xlsx
from tests.corpora.reading import KEY, causes, everything, texts_of, write

WANT = Want((Leaf("主诉"),), None, ("年龄",), KEY, "来源")
NUMBERED = Want((Leaf("第1列"),), None, ("第2列",), KEY, "来源")
BODY = "主诉,年龄,科室\n头痛,45,内科\n"
BARE = Layout(header=False)

REPEATS = [
    ("主诉,年龄,科室", ["repeated_header"], "exports put one behind the other"),
    ('"主诉","年龄",科室', ["repeated_header"], "quoted another way: the cells are the same"),
    ("主诉,年龄,内科", [], "one cell differs in a column that nobody wants: a record"),
    ("主诉,年龄,", [], "an empty cell is another cell"),
    (" 主诉, 年龄,科室 ", ["repeated_header"], "padded"),
    ("\ufeff主诉,年龄,科室", ["repeated_header"], "the second file's byte order mark"),
    ('\ufeff"主诉",年龄,科室', ["repeated_header"], "a mark before quotes"),
    ("主诉 年,年龄,科室", [], "a space inside a name is another name"),
    (" " * 40 + "主诉,年龄,科室", ["repeated_header"], "padded widely"),
    ("主诉,年龄", ["ragged"], "cut off"),
]


@pytest.mark.parametrize(("line", "lost", "why"), REPEATS, ids=[case[2] for case in REPEATS])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_header_that_comes_again(tmp_path: Path, line: str, lost: list[str], why: str, encoding: str) -> None:
    path = write(tmp_path, f"{BODY}{line}\n咳嗽,30,外科\n".encode(encoding), "a.csv")
    assert causes(path, WANT) == lost, why
    assert [text for text in texts_of(path, WANT) if "主诉" not in text] == ["头痛", "咳嗽"], why
    assert everything(path, WANT)[2] == 3, why


def test_every_repeat_is_counted_and_no_value_of_a_head(tmp_path: Path) -> None:
    path = write(tmp_path, (BODY * 40).encode(), "a.csv")
    rows, lost, count = everything(path, WANT, shard=64, block=64)
    assert (len(rows), count, {one["cause"] for one in lost}) == (40, 79, {"repeated_header"})
    assert "主诉" not in head(path).columns["主诉"]


def test_a_header_with_a_missing_and_a_double_name(tmp_path: Path) -> None:
    line = "主诉,,年龄,年龄\n"
    path = write(tmp_path, f"{line}头痛,,4,5\n{line}".encode(), "a.csv")
    assert causes(path, WANT) == ["repeated_header"] and texts_of(path, WANT) == ["头痛"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.sampled_from(["主诉", "年龄", "科室", "", "头痛", '"主诉"', '"年""龄"']), min_size=2, max_size=4),
        max_size=8,
    ),
    size=st.sampled_from([1, 20, 1 << 20]),
)
def test_the_fast_path_says_what_the_plain_reader_says(tmp_path: Path, rows: list[list[str]], size: int) -> None:
    lines = [line for line in (",".join(row) for row in rows) if line.strip()]
    path = write(tmp_path, (BODY + "\n".join(lines)).encode(), "a.csv")
    shard = plan(path, source=3, file=5)[0]
    said = [verdict(line.encode(), "utf-8", WANT, shard.header, ",", cells=shard.cells) for line in ["头痛,45,内科", *lines]]
    found, lost, _ = everything(path, WANT, shard=size, block=size)
    assert [one["cause"] for one in lost] == [one for one in said if isinstance(one, str)]
    assert [one["主诉"] for one in found] == [one.values["主诉"] for one in said if isinstance(one, Row)]


TABLES = [
    ("头痛,45\n咳嗽,30\n", "csv", "commas"),
    ("头痛\t45\n咳嗽\t30\n", "csv", "tabs"),
    ("sep=;\n头痛;45\n咳嗽;30\n", "csv", "a line for Excel is no record"),
    ("头痛\t45\n咳嗽\t30\n", "tsv", "a TSV"),
    ("\ufeff头痛,45\n咳嗽,30\n", "csv", "a byte order mark"),
    ("头痛,45\r咳嗽,30\r", "csv", "an old Mac"),
]


@pytest.mark.parametrize(("text", "kind", "why"), TABLES, ids=[case[2] for case in TABLES])
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_tables_without_a_header(tmp_path: Path, text: str, kind: str, why: str, size: int) -> None:
    path = write(tmp_path, text.encode(), f"a.{kind}")
    rows, lost, count = everything(path, NUMBERED, shard=size, block=size, layout=BARE)
    assert [(row["第1列"], row["第2列"]) for row in rows] == [("头痛", "45"), ("咳嗽", "30")], why
    assert (lost, count) == ([], 2)
    shard = plan(path, source=3, file=5, layout=BARE)[0]
    again = read_one(shard, NUMBERED, offset=rows[0]["_offset"], length=rows[0]["_length"], record=-1)
    assert again.documents.to_pylist() == rows[:1]


def test_equal_rows_of_a_table_without_a_header_are_records(tmp_path: Path) -> None:
    path = write(tmp_path, "头痛,45\n头痛,45\n头痛,45,多\n".encode(), "a.csv")
    assert (texts_of(path, NUMBERED, layout=BARE), causes(path, NUMBERED, layout=BARE)) == (["头痛", "头痛"], ["ragged"])


def test_sheets_without_a_header(tmp_path: Path) -> None:
    rows = [["头痛", 45], ["咳嗽", 30, None, "备注"], [None, 1]]
    path = write(tmp_path, xlsx(rows, [["眩晕", 60]]), "a.xlsx")
    want = Want((Leaf("第1列"),), None, ("第2列", "第4列"), KEY, "来源")
    found, lost, count = everything(path, want, layout=BARE)
    assert [(row["第1列"], row["第2列"], row["第4列"]) for row in found] == [
        ("头痛", "45", None), ("咳嗽", "30", "备注"), ("眩晕", "60", None),
    ]  # fmt: skip
    assert [one["cause"] for one in lost] == ["no_text"] and count == 4
    assert [(row["_part"], row["_record"]) for row in found] == [(0, 0), (0, 1), (1, 0)]


def test_an_empty_file_without_a_header(tmp_path: Path) -> None:
    assert everything(write(tmp_path, b"", "a.csv"), NUMBERED, layout=BARE)[2] == 0
    assert causes(write(tmp_path, b"\n\n", "b.csv"), NUMBERED, layout=BARE) == ["no_header"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.text('头痛a1,;\t"\r\n', max_size=60), size=st.sampled_from([1, 7, 1 << 20]))
def test_any_table_without_a_header_whatever_the_blocks(tmp_path: Path, data: str, size: int) -> None:
    path = write(tmp_path, data.encode(), "a.csv")
    whole = everything(path, NUMBERED, layout=BARE)
    assert everything(path, NUMBERED, layout=BARE, shard=size, block=size) == whole
    if data.strip() and whole[1] != [{"cause": "no_header"}]:
        shard = plan(path, source=3, file=5, layout=BARE)[0]
        for row in whole[0]:
            again = read_one(shard, NUMBERED, offset=row["_offset"], length=row["_length"], record=-1)
            assert again.documents.to_pylist() == [row]
