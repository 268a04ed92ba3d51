"""Exports: nothing is lost, nothing runs as a formula, chat shapes are what training tools read."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from releases import facts, release, row_id, rows

from corpora.chat import alpaca, chat_turns, messages, sharegpt
from corpora.errors import UsageError
from corpora.exports import export, write_file
from corpora.release import Release, seal, stage
from corpora.shards import write_shard
from corpora.spreadsheets import CELL_UNITS, CUT, safe_cells, write_xlsx


def _out(sealed: Release, form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    export(sealed, form, out, **more)
    return out.getvalue()


def _dangerous(text: str) -> bool:
    return text[:1] in tuple("=+-@\t\r\n＝＋－＠") and not re.fullmatch(r"-[0-9]+(\.[0-9]+)?", text) if text else False


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+8613800138000", "'+8613800138000"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("-cmd", "'-cmd"), ("-1+1", "'-1+1"), ("-12.5", "-12.5"), ("-3", "-3"), ("-3\n=1", "'-3\n=1"), ("－1", "'－1"), ("＝1", "'＝1"),
        ("12", "12"), ("温度=3", "温度=3"), ("", ""), ("'=1", "'=1"), (None, None),
    ],
)  # fmt: skip
def test_safe_cells(cell: str | None, safe: str | None) -> None:
    assert safe_cells(pa.array(["a", cell], pa.large_string())).to_pylist() == ["a", safe]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(alphabet="=+-@\t\r\n＝－ 1.5a中'", max_size=6)), max_size=8))
def test_safe_cells_against_a_plain_loop(cells: list[str | None]) -> None:
    expected = ["'" + cell if cell and _dangerous(cell) else cell for cell in cells]
    assert safe_cells(pa.array(cells, pa.string())).to_pylist() == expected


def test_jsonl_keeps_every_row(tmp_path: Path) -> None:
    found = [json.loads(line) for line in _out(release(tmp_path), "jsonl").splitlines()]
    assert {row["text"] for row in found} == set(rows(25).values())
    assert found[0] == {"id": row_id("k0"), "text": rows(1)["k0"], "source": "演示", "quality": 0.5, "split": "train"}


def test_one_split(tmp_path: Path) -> None:
    found = [json.loads(line) for line in _out(release(tmp_path), "jsonl", split="test").splitlines()]
    assert len(found) == 5 and "split" not in found[0]


def test_csv_reads_back_and_is_safe(tmp_path: Path) -> None:
    texts = {"k0": '=HYPERLINK("x")', "k1": "-12.5", "k2": '逗号,引号"和\n换行', "k3": "@a"}
    data = _out(release(tmp_path, {"train": texts}), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [line["text"] for line in lines] == ['\'=HYPERLINK("x")', "-12.5", texts["k2"], "'@a"]


@pytest.mark.parametrize(
    ("cells", "fragile", "why"),
    [
        (["0098123", "007"], 2, "leading zeros go"),
        (["330200199001010007", "6222000000000000"], 2, "Excel keeps 15 digits"),
        (["0", "10", "123456789012345", "0.5", "N0098", "住院号0098123"], 0, "the same number, or no number"),
    ],
)
def test_csv_counts_cells_that_excel_would_change_and_keeps_them(
    tmp_path: Path, cells: list[str], fragile: int, why: str
) -> None:
    out = io.BytesIO()
    done = export(release(tmp_path, {"train": {cell: cell for cell in cells}}), "csv", out)
    read = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert ([row["text"] for row in read], done.fragile) == (cells, fragile), why


def test_csv_leaves_the_file_open(tmp_path: Path) -> None:
    out = io.BytesIO()
    export(release(tmp_path), "csv", out)
    out.write(b"more")
    assert out.getvalue().endswith(b"more")


def test_xlsx_has_no_formulas(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    texts = {"k0": "=1+1", "k1": "有\x0b控制符", "k2": "长" * 40_000, "k3": "𠮷" * 20_000}
    done = write_file(release(tmp_path, {"train": texts}), "xlsx", tmp_path / "a.xlsx")
    assert (done.rows, done.truncated, done.sheets) == (4, 2, 1)
    cells = [row[1] for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[:2]] == ["=1+1", "有\ufffd控制符"]
    assert all(cell.value.endswith(CUT) and len(cell.value.encode("utf-16-le")) // 2 <= CELL_UNITS for cell in cells[2:])


def test_xlsx_goes_on_in_another_sheet() -> None:
    from openpyxl import load_workbook

    batch = pa.RecordBatch.from_pydict({"n": list(range(7)), "big": [10**17 + 1] * 7})
    out = io.BytesIO()
    assert write_xlsx([batch.slice(0, 3), batch.slice(3)], out, sheet_rows=4) == (7, 0, 3)
    sheets = load_workbook(out).worksheets
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in sheets] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]
    assert sheets[0]["B2"].value == "100000000000000001"  # Excel would round the number


MESSAGE = pa.struct([pa.field("role", pa.large_string()), pa.field("content", pa.large_string())])


def _sealed(tmp_path: Path, table: pa.Table, leaves: list[str]) -> Release:
    place = stage(tmp_path / "stage")
    write_shard(place / "data/train-00000.parquet", [table], table.schema, text_columns=leaves)
    said = facts({"train": table.num_rows}, leaves=leaves, columns=[{"name": name} for name in table.column_names])
    return seal(place, said, {}, tmp_path / "release")


def test_questions_and_answers(tmp_path: Path) -> None:
    columns = {"id": [row_id(1)], "question": ["头痛怎么办"], "answer": ["先量血压"]}
    sealed = _sealed(
        tmp_path, pa.table({name: pa.array(v, pa.large_string()) for name, v in columns.items()}), ["question", "answer"]
    )
    assert json.loads(_out(sealed, "alpaca")) == {
        "id": row_id(1),
        "instruction": "头痛怎么办",
        "input": "",
        "output": "先量血压",
    }
    assert json.loads(_out(sealed, "sharegpt"))["conversations"] == [
        {"from": "human", "value": "头痛怎么办"},
        {"from": "gpt", "value": "先量血压"},
    ]
    assert json.loads(_out(sealed, "messages"))["messages"][1] == {"role": "assistant", "content": "先量血压"}


def test_talks(tmp_path: Path) -> None:
    talks = [
        [
            {"role": "system", "content": "您是医生"},
            *(
                {"role": role, "content": text}
                for role, text in [("user", "甲"), ("assistant", "乙"), ("user", "丙"), ("assistant", "丁")]
            ),
        ],
        [{"role": "user", "content": "没有回答"}],
    ]
    table = pa.table(
        {"id": pa.array([row_id(1), row_id(2)], pa.large_string()), "messages": pa.array(talks, pa.large_list(MESSAGE))}
    )
    sealed = _sealed(tmp_path, table, ["messages[].content"])
    assert [json.loads(line)["messages"] for line in _out(sealed, "messages").splitlines()] == talks
    out = io.BytesIO()
    done = export(sealed, "alpaca", out)
    assert (done.rows, done.skipped) == (1, 1)
    assert json.loads(out.getvalue()) == {
        "id": row_id(1),
        "instruction": "丙",
        "input": "",
        "output": "丁",
        "system": "您是医生",
        "history": [["甲", "乙"]],
    }
    assert json.loads(next(csv.DictReader(io.StringIO(_out(sealed, "csv").decode("utf-8-sig"))))["messages"]) == talks[0]


def test_roles_that_are_not_named_alternate() -> None:
    turns = chat_turns(["m[].text"])({"m": [{"text": "甲"}, {"text": "乙"}]})
    assert turns == [("user", "甲"), ("assistant", "乙")]
    assert chat_turns(["m[].text"])({"m": None}) == []
    assert messages([]) is None and sharegpt([]) is None and alpaca([]) is None


def test_three_leaves_are_instruction_input_output() -> None:
    turns = chat_turns(["instruction", "input", "output"])({"instruction": "翻译", "input": "pump", "output": "泵"})
    assert turns == [("user", "翻译\npump"), ("assistant", "泵")]


@pytest.mark.parametrize(("form", "split"), [("messages", None), ("jsonn", None), ("jsonl", "tset")])
def test_what_cannot_be_exported(tmp_path: Path, form: str, split: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        export(release(tmp_path), form, io.BytesIO(), split=split)
    assert caught.value.hint


def test_a_failed_export_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_file(release(tmp_path), "messages", tmp_path / "a.jsonl")
    with pytest.raises(UsageError):
        write_file(release(tmp_path), "jsonl", tmp_path / "nowhere/a.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["release-1.0.0"]
