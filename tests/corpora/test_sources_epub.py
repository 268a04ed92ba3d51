"""E-books: a document for each part of the spine; a lock or a broken part is a cause."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import plan, read_one
from tests.corpora.documents import book, want, zipped
from tests.corpora.reading import causes, everything, texts_of, write

WANT = want("title", "author", "chapter")
CHAPTERS = {"1.xhtml": "<html><body><h1>安装</h1><p>先接地。</p></body></html>", "2.xhtml": "<p>再<b>上电</b>。</p>"}
_LOCK = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'


def test_the_spine_in_its_order(tmp_path: Path) -> None:
    rows, lost, count = everything(write(tmp_path, book(CHAPTERS), "a.epub"), WANT)
    assert [(row["text"], row["title"], row["author"], row["chapter"], row["_part"]) for row in rows] == [
        ("安装\n先接地。", "数控手册", "编写组", "安装", 0),
        ("再上电。", "数控手册", "编写组", None, 1),
    ]
    assert (lost, count) == ([], 2)


def test_obfuscated_fonts_lock_nothing(tmp_path: Path) -> None:
    data = book(CHAPTERS, more={"META-INF/encryption.xml": _LOCK.format("http://www.idpf.org/2008/embedding")})
    assert len(texts_of(write(tmp_path, data, "a.epub"), WANT)) == 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            book(CHAPTERS, more={"META-INF/encryption.xml": _LOCK.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}),
            ["drm"],
        ),
        (book(CHAPTERS, more={"META-INF/rights.xml": "<x/>"}), ["drm"]),
        (book({**CHAPTERS, "3.xhtml": "<p></p>"}), ["no_text"]),  # a cover: the other parts stay
        (zipped({"a": "b"}), ["not_readable"]),  # no container
        (book(CHAPTERS)[:-40], ["not_readable"]),
        (b"", ["empty_file"]),
        (b"abc", ["not_readable"]),
    ],
)
def test_what_is_wrong_has_a_cause(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, "a.epub"), WANT) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.data())
def test_any_bytes_are_accounted_for_and_found_again(tmp_path: Path, data: st.DataObject) -> None:
    held = bytearray(book(CHAPTERS))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(held) - 1), st.integers(0, 255)), max_size=6)):
        held[place] = byte
    path = write(tmp_path, bytes(held[: data.draw(st.integers(0, len(held)))]), "a.epub")
    rows, lost, count = everything(path, WANT)
    assert count == len(rows) + len(lost) >= 1
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]
