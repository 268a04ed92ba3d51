"""Parquet: string leaves, literal values, rows numbered through the file."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.sources import Want, plan, read, read_one
from corpora.sources.arrow_values import printed
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, digest, everything

WANT = Want((Leaf("text"),), "id", ("day", "dose", "n", "gone"), KEY, "来源")
CHAT = Want((Leaf("messages", "content"),), None, ("messages[].role",), KEY, "来源")


def stored(folder: Path, table: pa.Table, **how: Any) -> str:
    path = str(folder / "a.parquet")
    pq.write_table(table, path, **how)
    return path


def sample() -> pa.Table:
    return pa.table(
        {
            "id": pa.array([7, 8, None, 10, 11], pa.int64()),
            "text": ["血压", None, "复查", "  ", "\u3000停机"],
            "day": [datetime.date(2024, 2, 29)] * 5,
            "dose": [Decimal("0.10")] * 5,
            "n": [1.5] * 5,
        }
    )


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_rows(tmp_path: Path, rows: int) -> None:
    path = stored(tmp_path, sample(), row_group_size=rows)
    for shard in (1, 1 << 20):
        for block in (1, 1024, 1 << 20):
            documents, quarantine, count = everything(path, WANT, shard=shard, block=block)
            assert [(r["_record"], r["text"]) for r in documents] == [(0, "血压"), (2, "复查"), (4, "\u3000停机")]
            assert [(r["record"], r["cause"], r["raw"]) for r in quarantine] == [(1, "no_text", b""), (3, "no_text", b"")]
            assert count == 5
    first = documents[0]
    assert (first["day"], first["dose"], first["n"], first["gone"]) == ("2024-02-29", "0.10", "1.5", None)
    assert (first["_offset"], first["_length"]) == (-1, -1)
    assert first["id"] == digest("来源".encode() + b"\x007")


def test_without_a_key_the_canonical_row_makes_the_id(tmp_path: Path) -> None:
    path = stored(tmp_path, sample().slice(2, 1))
    (row,) = everything(path, WANT)[0]
    assert row["id"] == digest('{"day":"2024-02-29","dose":"0.10","id":null,"n":"1.5","text":"复查"}'.encode())
    other = stored(tmp_path, sample().slice(2, 1).select(["text", "n", "id", "dose", "day"]))
    assert everything(other, WANT)[0][0]["id"] == row["id"]


@pytest.mark.parametrize("text", [pa.array([1, 2]), pa.array([b"a", b"b"]), pa.array([["a"], ["b"]])])
def test_a_leaf_of_another_type_is_wrong(tmp_path: Path, text: pa.Array) -> None:
    quarantine = everything(stored(tmp_path, pa.table({"text": text})), WANT)[1]
    assert [row["cause"] for row in quarantine] == ["wrong_type"] * 2


def test_a_missing_leaf_is_no_text(tmp_path: Path) -> None:
    quarantine = everything(stored(tmp_path, pa.table({"other": ["a"]})), WANT)[1]
    assert [row["cause"] for row in quarantine] == ["no_text"]


def test_string_types_of_all_sorts(tmp_path: Path) -> None:
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        table = pa.table({"text": pa.array(["a", "b"]).cast(kind)})
        assert [row["text"] for row in everything(stored(tmp_path, table), WANT)[0]] == ["a", "b"]


def test_messages(tmp_path: Path) -> None:
    rows = [
        [{"role": "user", "content": "头痛"}, {"role": None, "content": "多久"}],
        None,
        [],
        [{"role": "user", "content": None}],
        [{"role": "user", "content": "x"}],
    ]
    documents, quarantine, _ = everything(stored(tmp_path, pa.table({"messages": rows})), CHAT)
    assert [row["messages"] for row in documents] == [rows[0], rows[4]]
    assert [row["cause"] for row in quarantine] == ["no_text", "no_text", "wrong_type"]


def test_replay(tmp_path: Path) -> None:
    path = stored(tmp_path, sample(), row_group_size=2)
    for shard in plan(path, source=3, file=5, shard_bytes=1):
        for block in read(shard, WANT):
            for row in block.documents.to_pylist():
                again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"])
                assert again.documents.to_pylist() == [row]


def damaged(folder: Path) -> str:
    """Three row groups of 200 rows, the second one broken in its data."""
    table = pa.table({"text": [f"第{i}次复查，{i * 7919 % 10007}" for i in range(600)]})
    path = stored(folder, table, row_group_size=200, compression="none", use_dictionary=False)
    chunk = pq.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(Path(path).read_bytes())
    at = chunk.data_page_offset
    data[at : at + 8] = b"\xff" * 8
    Path(path).write_bytes(data)
    return path


def test_a_broken_row_group_takes_no_other_along(tmp_path: Path) -> None:
    path = damaged(tmp_path)
    found = [everything(path, WANT, block=block) for block in (1, 1 << 15, 1 << 23)]
    assert found[0] == found[1] == found[2]
    documents, quarantine, count = found[0]
    assert [row["_record"] for row in documents] == [*range(200), *range(400, 600)]
    assert [(row["record"], row["cause"]) for row in quarantine] == [(200, "not_readable")] and count == 401


def test_bytes_that_are_no_utf8_cost_their_row(tmp_path: Path) -> None:
    raw = pa.array([b"\xe6\xad\xa3\xe5\xb8\xb8", b"\xe6\xad", b"\xe5\xb8\xb8"], pa.binary())
    strings = pa.Array.from_buffers(pa.string(), 3, raw.buffers())  # as writers do that never look at the bytes
    path = stored(tmp_path, pa.table({"text": ["甲", "乙", "丙"], "n": strings}))
    documents, quarantine, _ = everything(path, WANT)
    assert [(row["_record"], row["n"]) for row in documents] == [(0, "正常"), (2, "常")]
    assert [(row["record"], row["cause"]) for row in quarantine] == [(1, "undecodable")]


@given(st.lists(st.floats() | st.none(), min_size=1, max_size=40), st.integers(0, 5))
def test_numbers_that_repeat_are_printed_the_same(values: list[float | None], skip: int) -> None:
    column = pa.array(values * 100, pa.float64()).slice(skip)
    assert printed(column).equals(column.cast(pa.large_string()))
