"""PDF files with damaged streams: a page that can be read only in part is quarantined, other damage is counted."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want
from corpora.sources.pdf.damage import damaged
from corpora.text_buffers import Leaf
from tests.corpora.pdf_files import Sheet, pdf
from tests.corpora.reading import KEY, everything, write

WANT = Want((Leaf("text", None),), None, ("page",), KEY, "来源")
FLATE, BOTH = b"/Filter/FlateDecode", b"/Filter[/ASCII85Decode /FlateDecode]"
ROWS = [f"第{number}行，血糖{number * 37 % 101}.{number % 7}毫摩尔每升，复查。" for number in range(40)]


def struck(data: bytes) -> bytes:
    """With a hole in its middle."""
    return data[: len(data) // 2] + b"\0" * 40 + data[len(data) // 2 + 40 :]


def both(data: bytes) -> bytes:
    return base64.a85encode(zlib.compress(data)) + b"~>"


def test_a_page_that_breaks_off_is_quarantined_and_its_neighbours_stay(tmp_path: Path) -> None:
    sheet = Sheet(pack=lambda data: struck(both(data)), filters=BOTH).lines(ROWS)
    data = pdf(Sheet().lines(["第一页。"]), sheet, Sheet(pack=both, filters=BOTH).lines(["第三页。"]))
    path = write(tmp_path, data, "a.pdf")
    for layout in (Layout(ocr=""), Layout("page", ocr="")):
        rows, lost, _ = everything(path, WANT, layout=layout)
        assert "".join(row["text"] for row in rows).split() in (["第一页。", "第三页。"], ["第一页。第三页。"])
        assert [(row["cause"], row["part"]) for row in lost] == [("page_broken", 1)]


@pytest.mark.parametrize(
    ("pack", "filters", "bad"),
    [
        (zlib.compress, FLATE, False),
        (both, BOTH, False),
        (lambda data: b" " + both(data).replace(b"~>", b"\n~ >"), BOTH, False),  # broken over lines
        (lambda data: zlib.compress(data)[:-4], FLATE, False),  # producers leave the checksum out: all text is there
        (lambda data: zlib.compress(data) + b"\r\n", FLATE, False),  # the length counts the line end in
        (lambda data: data.hex().encode() + b">", b"/Filter/ASCIIHexDecode", False),
        (bytes, b"", False),
        (bytes, b"/Filter/LZWDecode", False),  # not known here: not judged
        (lambda data: zlib.compress(data)[:-60], FLATE, True),
        (lambda data: struck(zlib.compress(data)), FLATE, True),
        (lambda data: zlib.compress(data)[:-4] + b"abcd", FLATE, True),  # other bytes than were packed
        (lambda data: data.hex().encode()[:-9] + b"zz>", b"/Filter/ASCIIHexDecode", True),
        (lambda data: b"", FLATE, True),
    ],
)
def test_which_streams_are_damaged(pack: Callable[[bytes], bytes], filters: bytes, bad: bool) -> None:
    data = pdf(Sheet().lines(["甲。"]), Sheet(pack=pack, filters=filters).lines(ROWS))
    assert damaged(data, 2) == (frozenset([1] if bad else []), 0)


def test_a_page_whose_content_is_gone_is_damaged() -> None:
    data = pdf(Sheet().lines(["甲。"]), Sheet().lines(["乙。"]))
    assert damaged(data.replace(b"9 0 obj", b"9 0 obk"), 2) == (frozenset([1]), 0)


def test_content_in_pieces_and_pages_in_object_streams_are_found() -> None:
    bad, good = struck(zlib.compress(b"BT ET " * 200)), zlib.compress(b"BT ET")
    inner = b"1 0 2 31 " + b"<</Type/Catalog/Pages 2 0 R>>  " + b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>"
    packed = zlib.compress(inner)
    streams = [(5, good), (6, bad)]
    data = b"%PDF-1.7\n3 0 obj<</Type/Page/Contents[5 0 R 6 0 R]>>endobj 4 0 obj<</Type/Page/Contents 8 0 R>>endobj\n"
    data += b"8 0 obj [5 0 R] endobj\n"
    data += b"".join(b"%d 0 obj<</Length %d%s>>stream\n%s\nendstream endobj\n" % (n, len(d), FLATE, d) for n, d in streams)
    head = b"7 0 obj<</Type/ObjStm/N 2/First 9/Length %d%s>>stream\n" % (len(packed), FLATE)
    data += head + packed + b"\nendstream endobj trailer<</Root 1 0 R>>"
    assert damaged(data, 2) == (frozenset([0]), 0)
    assert damaged(data, 3) == (frozenset(), 1)  # PDFium sees other pages: only counted
    assert damaged(data + b"/Encrypt", 2) == (frozenset(), 0)


def test_damage_beside_pages_is_counted() -> None:
    form = b"90 0 obj<</Type/XObject/Subtype/Form/Length 9%s>>stream\n123456789\nendstream endobj\n" % FLATE
    data = pdf(Sheet().lines(["甲。"]), Sheet().lines(["乙。"])).replace(b"xref\n", form + b"xref\n", 1)
    assert damaged(data, 2) == (frozenset(), 1)


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 3))
def test_any_bytes_are_looked_into(noise: bytes, at: int, count: int) -> None:
    data = pdf(Sheet(pack=zlib.compress, filters=FLATE).lines(ROWS[:3]))
    pages, others = damaged(data[:at] + noise + data[at + len(noise) :], count)
    assert others >= 0 and all(0 <= page < count for page in pages)
