"""CSV: literal values, quoted line ends, and a quote that never closes costs one line; any block and shard size."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.errors import UsageError
from corpora.sources import Layout, Want, plan
from corpora.sources.csv_record import separator_of, verdict
from corpora.sources.decoding import decode_line, split_lines, terminator
from corpora.sources.records import Row
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, digest, everything, texts_of, write

WANT = Want((Leaf("text"),), "id", ("n",), KEY, "来源")
HEADER = ("id", "text", "n")


def open_quote(text: str, separator: str) -> str:
    """How a record that begins `text` ends: 'closed' at the end of the text, 'open' inside a quoted value, or 'bad'."""
    i = 0
    while i < len(text):
        if text[i] == '"':
            i += 1
            while True:
                end = text.find('"', i)
                if end < 0:
                    return "open"
                i = end + 2 if text[end + 1 : end + 2] == '"' else end + 1
                if text[end + 1 : end + 2] != '"':
                    break
            if i < len(text) and text[i] != separator:
                return "bad"
        else:
            while i < len(text) and text[i] != separator:
                i += 1
        i += 1
    return "closed"


def plain(data: bytes, start: int, encoding: str, separator: str, header: tuple[str, ...] = HEADER) -> tuple[list, list]:
    """The oracle: joins lines until the quotes close; where they never do, the line stands alone."""
    documents, quarantine = [], []
    lines, at = split_lines(data[start:], encoding), start
    while lines:
        taken = 1
        if lines[0].strip(b" \t\r\n\x0b\x0c"):
            bare = [decode_line(line, encoding) or line.decode("latin-1") for line in lines]
            for count in range(1, len(lines) + 1):
                joined = "".join(bare[:count])
                state = open_quote(joined.removesuffix("\r\n").removesuffix("\n"), separator)
                if state != "open":
                    taken = count if state == "closed" else 1
                    break
            raw = b"".join(lines[:taken])
            raw = raw[: len(raw) - terminator(raw, encoding)]
            found = verdict(raw, encoding, WANT, header, separator)
            if isinstance(found, Row):
                key = digest(raw) if found.key is None else digest(WANT.label.encode() + b"\0" + found.key.encode())
                origin = {
                    "id": key,
                    "_source": 3,
                    "_file": 5,
                    "_offset": at,
                    "_length": len(raw),
                    "_record": -1,
                    "_part": -1,
                    "_piece": -1,
                }
                documents.append(origin | found.values)
            else:
                where = {"source": 3, "file": 5, "offset": at, "length": len(raw), "record": -1, "part": -1}
                quarantine.append(where | {"cause": found, "raw": raw})
        at += sum(map(len, lines[:taken]))
        lines = lines[taken:]
    return documents, quarantine


PIECES = st.sampled_from(
    [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\t", b" ", b"a", "血压".encode(), "血压".encode("gbk"), b"\xff", b"\x00",
     b"7,", b"0.10\n", b'"a,b"', b'"a\nb"', b'"a""b"', b'",', b'"\n', b',"', b"1,text,2\n", b'1,"text",2\r\n', b"\n\n",
     b'6,"\xff\n\xff",2\n', b'6,"\xe8\xa1\n",2\n', "\u3000".encode(), b'8,"\xe8\xa1\x80\n\xe5\x8e\x8b",1E5\n', '9,"血\n压",1\n'.encode("gbk")]
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(PIECES, max_size=25).map(b"".join),
    block=st.sampled_from([1, 2, 7, 64, 1 << 20]),
    shard=st.sampled_from([1, 5, 40, 1 << 20]),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_fast_reader_equals_plain_reader(tmp_path: Path, body: bytes, block: int, shard: int, encoding: str) -> None:
    data = b"id,text,n\n" + body
    path = write(tmp_path, data, "a.csv")
    found = everything(path, WANT, shard=shard, block=block, encoding=encoding)
    header = plan(path, source=0, file=0, encoding=encoding)[0].header
    assert header in (HEADER, (*HEADER, "列4"))  # rows that all end with a comma have a fourth, empty value
    expected = plain(data, 10, encoding, ",", header)
    if not any(expected):  # nothing but a header: the file itself is accounted for
        assert (found[0], [row["cause"] for row in found[1]], found[2]) == ([], ["empty_file"], 1)
        return
    assert found[:2] == expected
    assert found[2] == len(expected[0]) + len(expected[1])


def test_values_keep_their_characters(tmp_path: Path) -> None:
    data = 'id,text,n\r\n0098123,"血压,""高""\r\n160/95",0.10\r\n,图号, 1E5 \r\n'.encode()
    rows = everything(write(tmp_path, data, "a.csv"), WANT)[0]
    assert [row["text"] for row in rows] == ['血压,"高"\r\n160/95', "图号"]
    assert [row["n"] for row in rows] == ["0.10", " 1E5 "]
    assert rows[0]["id"] == digest("来源".encode() + b"\x00" + b"0098123")
    assert rows[1]["id"] == hashlib.blake2b(",图号, 1E5 ".encode(), key=KEY, digest_size=16).digest()


@pytest.mark.parametrize(
    ("body", "expected", "texts"),
    [
        (b'1,"never closed,2\n2,good,3\n3,fine,4\n', ["truncated"], ["good", "fine"]),
        (b'1,"closed"too early,2\n2,good,3\n', ["truncated"], ["good"]),
        (b"1,short\n2,good,3\n3,too,long,4\n", ["ragged", "ragged"], ["good"]),
        (b"1,,2\n2,  ,3\n3,good,4\n", ["no_text", "no_text"], ["good"]),
        (b"1,\xff,2\n2,good,3", ["undecodable"], ["good"]),
        (b"\n  \n1,good,2\n\r\n", [], ["good"]),
    ],
)
def test_a_bad_record_takes_no_neighbour_along(tmp_path: Path, body: bytes, expected: list[str], texts: list[str]) -> None:
    path = write(tmp_path, b"id,text,n\n" + body, "a.csv")
    assert causes(path, WANT) == expected
    assert texts_of(path, WANT) == texts


BROKEN = ["血压".encode()[:-1], b"\xff", "血".encode("gbk")[:1]]  # cut in both encodings, in neither, a lead byte alone


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_an_undecodable_record_with_quoted_line_ends_is_one(
    tmp_path: Path, broken: bytes, encoding: str, block: int
) -> None:
    """Whichever of its lines is broken, and whether or not a quote stands right behind the broken byte."""
    good = '1,"头""痛\r\n三天",2\r\n'.encode(encoding)
    bad = [b'5,"a' + broken + b'\r\nb\n""c",6', b'5,"a\nb\n""c' + broken + b'",6', b'5,"a\n' + broken + b' x\nc",6']
    data = b"id,text,n\n" + good + b"\r\n".join([*bad, good])
    _, quarantine, count = everything(write(tmp_path, data, "a.csv"), WANT, block=block, shard=9, encoding=encoding)
    assert [(row["cause"], row["raw"]) for row in quarantine] == [("undecodable", raw) for raw in bad]
    assert count == 5


def test_an_open_quote_in_an_undecodable_line_costs_that_line(tmp_path: Path) -> None:
    path = write(tmp_path, b'id,text,n\n1,"a\xff,2\n2,good,3\n3,"b\n\xff,4\n4,good,5\n', "a.csv")
    assert causes(path, WANT) == ["undecodable", "truncated", "undecodable"]
    assert texts_of(path, WANT) == ["good", "good"]


def test_the_second_byte_of_a_character_is_no_separator(tmp_path: Path) -> None:
    """亅 is 81 7C in GBK, and 7C is |: read as a separator it would make the quote behind it open a value."""
    data = b"id|text|n\n1|" + "亅".encode("gbk") + b'"\xff|2\n' + "2|血压正常|3\n".encode("gbk")
    path = write(tmp_path, data, "a.csv")
    assert causes(path, WANT, encoding="gbk") == ["undecodable"]
    assert texts_of(path, WANT, encoding="gbk") == ["血压正常"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_comes_from_the_header(tmp_path: Path, separator: str) -> None:
    data = separator.join(("id", "text", "n")) + "\n" + separator.join(("1", '"a,;|\tb"', "2")) + "\n"
    path = write(tmp_path, data.encode(), "a.csv")
    assert texts_of(path, WANT) == ["a,;|\tb"]
    assert plan(path, source=0, file=0)[0].layout.separator == separator


def test_separator_inside_a_quoted_name_does_not_count() -> None:
    assert separator_of('"a,b,c";d') == ";"


def test_utf16_with_quoted_line_end(tmp_path: Path) -> None:
    data = 'id,text,n\r\n1,"血\r\n压",2\r\n2,好,3'.encode("utf-16")
    path = write(tmp_path, data, "a.csv")
    rows = everything(path, WANT, block=6)[0]
    assert [row["text"] for row in rows] == ["血\r\n压", "好"]
    first = rows[0]
    assert data[first["_offset"] :][: first["_length"]].decode("utf-16-le") == '1,"血\r\n压",2'


def test_utf16_with_a_broken_record_over_two_lines(tmp_path: Path) -> None:
    bad = '1,"血\r\n'.encode("utf-16-le") + b"\x00\xd8" + '压",2'.encode("utf-16-le")
    data = "\ufeffid,text,n\r\n".encode("utf-16-le") + bad + "\r\n2,好,3".encode("utf-16-le")
    documents, quarantine, _ = everything(write(tmp_path, data, "a.csv"), WANT, block=6)
    assert [row["text"] for row in documents] == ["好"]
    assert [(row["cause"], row["raw"]) for row in quarantine] == [("undecodable", bad)]


def test_a_repeated_name_is_renamed(tmp_path: Path) -> None:
    assert texts_of(write(tmp_path, b"text,text\na,b\n", "a.csv"), WANT) == ["a"]


def test_columns_without_a_name_may_repeat(tmp_path: Path) -> None:
    assert texts_of(write(tmp_path, b"text,,\na,b,c\n", "a.csv"), WANT) == ["a"]


def test_a_file_without_a_readable_header_goes_to_quarantine(tmp_path: Path) -> None:
    assert causes(write(tmp_path, b'"id,text\n', "a.csv"), WANT) == ["no_header"]


def test_a_separator_is_one_ascii_character(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        plan(write(tmp_path, "id，text\n".encode(), "a.csv"), source=0, file=0, layout=Layout(separator="，"))
