"""Encodings: detected per file, decided per line, and no line of a mixed file is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan
from corpora.sources.decoding import decode, decode_line, first_and_last_line_end, is_utf8, line_ends, terminator, transcode
from corpora.sources.detect import encoding_of
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, everything, texts_of, write

WANT = Want((Leaf("text"),), "id", (), KEY, "来源")
NOTES = ["患者血压160/95 mmHg，予以降压治疗。", "主轴轴承温度78℃，更换润滑脂。", "复查血常规，白细胞12.3×10⁹/L", "停机检查"]


def lines(*encodings: str) -> bytes:
    """One JSON line per encoding."""
    return b"".join(
        json.dumps({"text": f"{NOTES[n % 4]}{n}"}, ensure_ascii=False).encode(code) + b"\n"
        for n, code in enumerate(encodings)
    )


ROWS = "编号,正文\r\n" + "".join(f"{n:04},第{n}例：体温38.{n}℃，一二三，头痛，Φ8×25\r\n" for n in range(9))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("name", "column"), [("a.csv", "正文"), ("a.txt", "text")])
def test_utf16_without_a_mark_is_detected(tmp_path: Path, encoding: str, name: str, column: str) -> None:
    path = write(tmp_path, ROWS.encode(encoding), name)
    found = texts_of(path, Want((Leaf(column),), None, (), KEY, "来源"), layout=Layout(unit="line"))
    assert found == [line.split(",", 1)[1] if name == "a.csv" else line for line in ROWS.splitlines()[name == "a.csv" :]]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\0" * 400, "zeros alone"),
        (ROWS.replace("，", "\0").encode(), "zeros inside UTF-8"),
        (("甲乙" * 50).encode("utf-16-le"), "no zero byte at all"),
        (bytes(range(256)) * 9, "no text"),
    ],
)
def test_other_zeros_are_no_utf16(data: bytes, why: str) -> None:
    assert not encoding_of(data, whole=True).startswith("utf-16"), why


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.jsonl"])
def test_utf32_is_named_for_what_it_is(tmp_path: Path, encoding: str, name: str) -> None:
    data = ("\ufeff" * (encoding == "utf-32-be") + ROWS).encode(encoding)
    assert causes(write(tmp_path, data, name), WANT) == ["undecodable"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("block", [2, 50, 1 << 20])
def test_every_encoding_is_detected(tmp_path: Path, encoding: str, block: int) -> None:
    text = "\r\n".join(json.dumps({"text": note}, ensure_ascii=False) for note in NOTES)
    marked = encoding.endswith("-bom")
    data = ("\ufeff" + text).encode(encoding[:-4]) if marked else text.encode(encoding)
    path = write(tmp_path, data, "a.jsonl")
    assert texts_of(path, WANT, block=block, shard=40) == NOTES
    rows = everything(path, WANT, block=block)[0]
    code = plan(path, source=0, file=0)[0].encoding
    raw = [data[row["_offset"] :][: row["_length"]].decode(code) for row in rows]
    assert raw == text.split("\r\n")


@pytest.mark.parametrize("share", [1, 5, 9])
@pytest.mark.parametrize("block", [64, 1 << 20])
def test_a_mixed_file_loses_no_line(tmp_path: Path, share: int, block: int) -> None:
    data = lines(*("utf-8" if n % 10 < share else "gb18030" for n in range(100)))
    path = write(tmp_path, data, "a.jsonl")
    assert texts_of(path, WANT, block=block) == [f"{NOTES[n % 4]}{n}" for n in range(100)]


def test_the_file_of_the_famous_two_characters() -> None:
    """联通 in GBK (C1 AA CD A8) has the bit pattern of two-byte UTF-8: Notepad took such files for UTF-8."""
    raw = "联通".encode("gbk")
    assert raw == b"\xc1\xaa\xcd\xa8"
    assert encoding_of(raw, whole=True) == "gb18030"
    assert decode_line(raw, "gb18030") == decode_line(raw, "utf-8") == "联通"


@pytest.mark.parametrize("text", ["毛", "陋习", "仑", "谋", "联播", "目录"])
def test_chinese_that_is_valid_utf8_by_accident_stays_chinese_in_a_gbk_file(text: str) -> None:
    raw = text.encode("gbk")
    assert decode_line(raw, "gb18030") == text


def test_there_are_such_accidents_among_everyday_characters() -> None:
    """Every GB/T 2312 character that is valid UTF-8 as well is read as Chinese in a GBK file."""
    pairs = [bytes((lead, trail)) for lead in range(0xC2, 0xD8) for trail in range(0xA1, 0xC0)]
    assert all(is_utf8(pair) for pair in pairs)
    wrong = [pair for pair in pairs if decode_line(pair, "gb18030") != pair.decode("gb18030")]
    assert not wrong


@pytest.mark.parametrize("text", ["中文", "血压正常", "℃", "主诉：头痛3天", "“引号”"])
def test_a_utf8_line_in_a_gbk_file_is_read_as_utf8(text: str) -> None:
    assert decode_line(text.encode(), "gb18030") == text


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("患者血压".encode()[:-1] + b'"}', "a UTF-8 line with its last character cut"),
        ("患者".encode() + b"\xe8" + "血压正常".encode(), "a UTF-8 line with a byte lost"),
        (b"\xe4\xb8" + b'"', "a single cut character"),
        (b"\xff\xfe\xff", "no text in any encoding"),
        (b"\x80", "not a lead byte in GB 18030"),
    ],
)
def test_a_broken_utf8_line_does_not_come_back_as_mojibake(raw: bytes, why: str) -> None:
    assert decode_line(raw, "utf-8") is None, why


def test_rare_characters_of_a_name_are_rescued() -> None:
    for text in ("喆", "患者骞喆"):
        assert decode_line(text.encode("gb18030"), "utf-8") == text


def test_the_user_may_say_otherwise(tmp_path: Path) -> None:
    path = write(tmp_path, lines("gb18030", "gb18030"), "a.jsonl")
    for encoding in ("gbk", "gb18030", "utf-8", "auto"):
        assert len(texts_of(path, WANT, encoding=encoding)) == 2
    assert causes(path, WANT, encoding="utf-16") != []


@settings(deadline=None)
@given(data=st.binary(max_size=60), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]))
def test_transcoding_keeps_the_lines_and_never_makes_invalid_text(data: bytes, encoding: str) -> None:
    text = transcode(data, encoding)
    assert text.count(b"\n") == len(line_ends(data, encoding))
    assert is_utf8(text.replace(b"\xff", b""))
    if b"\xff" not in text:
        assert decode(data, encoding) == text.decode()


@given(data=st.lists(st.sampled_from([b"\n", b"\x00", b"\r", b"a"]), max_size=12).map(b"".join))
def test_line_ends_agree(data: bytes) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        ends = line_ends(data, encoding).tolist()
        assert first_and_last_line_end(data, encoding) == ((ends[0], ends[-1]) if ends else (0, 0))
        cuts = [0, *ends]
        assert all(terminator(data[a:b], encoding) > 0 for a, b in zip(cuts, cuts[1:], strict=False))
