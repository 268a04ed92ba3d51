"""Plain text as files, lines or paragraphs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan, read, read_one
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, digest, everything, texts_of, write

WANT = Want((Leaf("text"),), "id", ("n",), KEY, "来源")
TEXT = "第一段\n还是第一段\r\n\r\n  \n第二段\n\n\n第三段"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("file", [TEXT]),
        ("line", ["第一段", "还是第一段", "第二段", "第三段"]),
        ("blank_line", ["第一段\n还是第一段", "第二段", "第三段"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("size", [1, 8, 1 << 20])
def test_units(tmp_path: Path, unit: str, expected: list[str], encoding: str, size: int) -> None:
    data = TEXT.encode(encoding)
    path = write(tmp_path, data, "a.txt")
    rows, quarantine, count = everything(path, WANT, layout=Layout(unit=unit), block=size, shard=size)
    assert [row["text"] for row in rows] == expected
    assert (quarantine, count) == ([], len(expected))
    assert all(row["id"] == digest(data[row["_offset"] :][: row["_length"]]) and row["n"] is None for row in rows)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(st.sampled_from([b"\n", b"\r\n", b" ", b"a", "血".encode(), "血".encode("gbk"), b"\xff"]), max_size=30).map(b"".join),
    block=st.sampled_from([1, 2, 7, 1 << 20]),
    shard=st.sampled_from([1, 5, 1 << 20]),
)  # fmt: skip
def test_paragraphs_are_the_same_for_any_block_and_shard(tmp_path: Path, data: bytes, block: int, shard: int) -> None:
    path = write(tmp_path, data, "a.txt")
    rows, quarantine, _ = everything(
        path, WANT, layout=Layout(unit="blank_line"), block=block, shard=shard, encoding="utf-8"
    )
    found = sorted([(r["_offset"], r["_length"]) for r in rows] + [(r["offset"], r["length"]) for r in quarantine])
    if data and not data.strip():  # blank: the file itself is accounted for
        assert [row["cause"] for row in quarantine] == ["empty_file"]
        found = []
    paragraphs = re.finditer(rb"(?:[^\n]*[^\s][^\n]*(?:\n|\Z))+", data)
    spans = [(m.start(), len(re.sub(rb"\r?\n\Z", b"", m.group()))) for m in paragraphs]
    assert found == spans
    again = everything(path, WANT, layout=Layout(unit="blank_line"), encoding="utf-8")
    assert (rows, quarantine) == again[:2]


def test_an_undecodable_line_takes_no_neighbour_along(tmp_path: Path) -> None:
    path = write(tmp_path, b"good\n\xff\xff\nfine\n", "a.txt")
    assert texts_of(path, WANT, layout=Layout(unit="line")) == ["good", "fine"]
    assert causes(path, WANT, layout=Layout(unit="line")) == ["undecodable"]
    assert causes(path, WANT, layout=Layout(unit="file")) == ["undecodable"]


@pytest.mark.parametrize("unit", ["file", "line", "blank_line"])
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_document_over_the_limit(tmp_path: Path, unit: str, block: int) -> None:
    path = write(tmp_path, b"a" * 5_000 + b"\n", "a.txt")
    assert causes(path, WANT, layout=Layout(unit=unit), limit=1_000, block=block) == ["too_long"]


@pytest.mark.parametrize("block", [16, 100, 1 << 20])
def test_a_paragraph_over_the_limit_is_one_record(tmp_path: Path, block: int) -> None:
    data = b"first\n\n" + b"0123456789\n" * 50 + b"\nlast\n"
    path = write(tmp_path, data, "a.txt")
    rows, quarantine, _ = everything(path, WANT, layout=Layout(unit="blank_line"), limit=100, block=block)
    assert [row["text"] for row in rows] == ["first", "last"]
    assert [(row["cause"], row["offset"], row["length"]) for row in quarantine] == [("too_long", 7, 549)]


def test_a_blank_file_is_one_record_without_text(tmp_path: Path) -> None:
    assert causes(write(tmp_path, b" \n", "a.txt"), WANT, layout=Layout(unit="file")) == ["no_text"]
    assert everything(write(tmp_path, b"", "a.txt"), WANT, layout=Layout(unit="file")) == ([], [], 0)


def test_replay(tmp_path: Path) -> None:
    for unit in ("file", "line", "blank_line"):
        shard = plan(write(tmp_path, TEXT.encode(), "a.txt"), source=3, file=5, layout=Layout(unit=unit))[0]
        for block in read(shard, WANT):
            for row in block.documents.to_pylist():
                again = read_one(shard, WANT, offset=row["_offset"], length=row["_length"], record=-1)
                assert again.documents.to_pylist() == [row]
