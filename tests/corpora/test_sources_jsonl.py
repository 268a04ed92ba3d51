"""The fast JSON reader says what the plain reader says, for any bytes and any block size."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Want, plan, read, read_one
from corpora.sources.json_record import verdict
from corpora.sources.records import Row
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, Rows, causes, digest, everything, texts_of, write

FLAT = Want((Leaf("text"),), "id", ("n", "extra"), KEY, "来源")
PAIR = Want((Leaf("question"), Leaf("answer")), None, (), KEY, "来源")
CHAT = Want((Leaf("messages", "content"),), "id", ("messages[].role", "n"), KEY, "来源")


def plain(data: bytes, want: Want, encoding: str, start: int) -> tuple[Rows, Rows]:
    """The oracle: one line after the other."""
    documents, quarantine, at = [], [], start
    for line in data[start:].split(b"\n"):
        closed = at + len(line) < len(data)
        raw = line[:-1] if closed and line.endswith(b"\r") else line
        if raw.strip(b" \t\r\n\x0b\x0c"):
            found = verdict(raw, encoding, want)
            if isinstance(found, Row):
                key = digest(raw) if found.key is None else digest(want.label.encode() + b"\0" + found.key.encode())
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
        at += len(line) + 1
    return documents, quarantine


PIECES = st.sampled_from(
    [b'{"text": "', b'"}', b'"text"', b": ", b",", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\n", b"\\u4e2d", b"\\ud83d",
     b"\\ude00", b"\\u", b"\\q", "血压".encode(), "血压".encode("gbk"), b"\xff", b"\xe4\xb8", b"\x00", b"\x01", b"\n", b"\r\n",
     b"\r", b" ", b"\t", b"0.10", b"1E5", b"-", b"00", b"NaN", b"null", b"true", b"tru", b'"id":', b'"n":', b'"extra":',
     b'"question":', b'"answer":', b'"messages":[', b'{"role":"user","content":', b'"content":"', "\u3000".encode(),
     "\ufeff".encode(), "\u2028".encode(), b'{"te\\u0078t":"a"}\n', b'{"text":"a","id":"7"}\n', b'{"id":1,"text":"b"}\n',
     b'{"messages":[{"role":"user","content":"a"}],"n":0.10}\n', b'{"question":"a"}\n', b'{"text":"a","text":null}\n']
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(PIECES, max_size=25).map(b"".join),
    want=st.sampled_from([FLAT, PAIR, CHAT]),
    block=st.sampled_from([1, 2, 7, 64, 1 << 20]),
    shard=st.sampled_from([1, 5, 40, 1 << 20]),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_fast_reader_equals_plain_reader(
    tmp_path: Path, data: bytes, want: Want, block: int, shard: int, encoding: str
) -> None:
    path = write(tmp_path, data, "a.jsonl")
    documents, quarantine, count = everything(path, want, shard=shard, block=block, encoding=encoding)
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 0
    expected = plain(data, want, encoding, start)
    assert count == len(documents) + len(quarantine)
    hollow = "only_zeros" if data[start:] and not data[start:].strip(b"\0") else "empty_file" if data[start:] else None
    if hollow and (hollow == "only_zeros" or not any(expected)):  # the file itself is accounted for
        assert (documents, [row["cause"] for row in quarantine]) == ([], [hollow])
        return
    assert (documents, quarantine) == expected


@pytest.mark.parametrize(
    "mark", [b"", b'"', b"\\", b"\\n", b"\\u8840", b"\\ud83d\\ude00", b"\\ud83d", b"\x1f", b"\x7f", b"\xff", "血".encode()]
)
def test_any_byte_at_any_place_of_a_long_string(tmp_path: Path, mark: bytes) -> None:
    """Strings are scanned 32 bytes at a time: the byte that matters stands at every place of such a piece, in key and value."""
    lines = [
        b'{"' + b"k" * (n % 37) + b'": 1, "text": "' + b"a" * n + mark + b"b" * (70 - n) + b'", "n": "c"}' for n in range(71)
    ]
    lines += [line.replace(b'": 1', mark + b'": 1') for line in lines]
    data = b"\n".join(lines)
    path = write(tmp_path, data, "a.jsonl")
    documents, quarantine, _ = everything(path, FLAT, encoding="utf-8")
    assert (documents, quarantine) == plain(data, FLAT, "utf-8", 0)


GOOD = '{"text": "后面这行照常读"}'.encode()


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b'{"text": "cut', "truncated"),
        (b'{"text": "a", "n": ', "truncated"),
        (b'{"text": "a", "n": tr', "truncated"),
        (b'{"text": "a", "n": [1, {"b": 2}', "truncated"),
        (b'{"text": "a"} {"text": "b"}', "not_json"),
        (b'{"text": "a"},', "not_json"),
        (b'["text"]', "not_json"),
        (b'"text"', "not_json"),
        (b'{"text": "a", "n": NaN}', "not_json"),
        (b'{"text": "a", "n": -Infinity}', "not_json"),
        (b'{"text": "a", "n": 01}', "not_json"),
        (b'{"text": "a", "n": +1}', "not_json"),
        (b"{'text': 'a'}", "not_json"),
        (b'{"text": "a",}', "not_json"),
        (b'{"text": "\\x41"}', "not_json"),
        (b'{"text": "\\u12"}', "not_json"),
        (b'{"text": "a\tb"}', "not_json"),
        (b'{"text": "a\x00b"}', "not_json"),
        (b"\x00\x00\x00\x00", "not_json"),
        (b'{"text": "\xff"}', "undecodable"),
        ('{"text": "血'.encode()[:-1] + b'"}', "undecodable"),
        (b'{"text": "\\ud83d"}', "undecodable"),
        (b'{"text": "\\ude00\\ud83d"}', "undecodable"),
        (b'{"other": "a"}', "no_text"),
        (b'{"text": null}', "no_text"),
        (b'{"text": ""}', "no_text"),
        ('{"text": " \u3000\\n\\u00a0"}'.encode(), "no_text"),
        (b'{"text": 7}', "wrong_type"),
        (b'{"text": ["a"]}', "wrong_type"),
        (b'{"text": "a", "text": 7}', "repeated_key"),
        (b'{"text": "a", "text": "a"}', "repeated_key"),
        (b'{"id": 1, "text": "a", "id": 2}', "repeated_key"),
        (b'{"text": "a", "te\\u0078t": "b"}', "repeated_key"),
        (b'{"text": "a", "n": ' + b"[" * 300 + b"]" * 300 + b"}", "too_deep"),
        (b"[" * 100_000, "not_json"),
        (b'{"text": "a", "n": ' + b"[" * 100_000, "too_deep"),
    ],
)
def test_a_bad_line_is_named_and_takes_no_neighbour_along(tmp_path: Path, line: bytes, cause: str) -> None:
    data = GOOD + b"\r\n" + line + b"\n\n  \n" + GOOD
    path = write(tmp_path, data, "a.jsonl")
    documents, quarantine, count = everything(path, FLAT)
    assert [row["_offset"] for row in documents] == [0, len(data) - len(GOOD)]
    assert [(row["cause"], row["offset"], row["raw"]) for row in quarantine] == [(cause, len(GOOD) + 2, line)]
    assert count == 3


def test_a_key_that_nobody_wants_may_be_repeated(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"text": "a", "x": 1, "x": 2, "y": {"text": 1, "text": 2}}\n', "a.jsonl")
    assert texts_of(path, FLAT) == ["a"]


def test_a_message_with_two_contents_is_not_read_as_one(tmp_path: Path) -> None:
    twice = b'{"messages": [{"role": "user", "content": "a", "content": "b"}]}\n'
    data = twice + b'{"messages": [{"role": "user", "content": "c"}]}\n'
    rows, lost, _ = everything(write(tmp_path, data, "a.jsonl"), CHAT)
    assert [row["messages"][0]["content"] for row in rows] == ["c"]
    assert [(row["cause"], row["raw"] + b"\n") for row in lost] == [("repeated_key", twice)]


@pytest.mark.parametrize("value", ["0.10", "1E5", "123456789012345678901234567890", "-0", "true", '{"a": [1.50]}', "[ ]"])
def test_values_keep_their_literal_characters(tmp_path: Path, value: str) -> None:
    data = f'{{"text": "a", "id": {value}, "n": {value}, "extra": null}}\n'.encode()
    (row,) = everything(write(tmp_path, data, "a.jsonl"), FLAT)[0]
    assert (row["n"], row["extra"]) == (value, None)
    assert row["id"] == digest("来源".encode() + b"\x00" + value.encode())


def test_strings_are_unescaped(tmp_path: Path) -> None:
    data = rb'{"text": "\u8840\ud83d\ude00\n\"\\\/\b\f\r\t\u0000", "n": "0098\u0031"}'
    (row,) = everything(write(tmp_path, data, "a.jsonl"), FLAT)[0]
    assert (row["text"], row["n"]) == ('血😀\n"\\/\b\f\r\t\x00', "00981")


def test_without_a_key_the_raw_record_makes_the_id(tmp_path: Path) -> None:
    data = b'{"text":"a"}\n{"text":"a","id":""}\r\n{"text":"a","id":null}\n{"text":"a"}'
    ids = [row["id"] for row in everything(write(tmp_path, data, "a.jsonl"), FLAT)[0]]
    assert ids == [digest(b'{"text":"a"}'), digest(b'{"text":"a","id":""}'), digest(b'{"text":"a","id":null}'), ids[0]]


def test_byte_order_marks(tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    data = mark + GOOD + b"\n" + mark + GOOD + b"\n"
    rows = everything(write(tmp_path, data, "a.jsonl"), FLAT)[0]
    assert [row["_offset"] for row in rows] == [3, 3 + len(GOOD) + 1]


def test_several_leaves_need_text_in_one(tmp_path: Path) -> None:
    data = b'{"question":"a"}\n{"question":"a","answer":null}\n{"question":" ","answer":""}\n{"question":"a","answer":1}\n'
    documents, quarantine, _ = everything(write(tmp_path, data, "a.jsonl"), PAIR)
    assert [(row["question"], row["answer"]) for row in documents] == [("a", None), ("a", None)]
    assert [row["cause"] for row in quarantine] == ["no_text", "wrong_type"]


def test_messages_carry_wanted_siblings(tmp_path: Path) -> None:
    data = '{"messages": [{"role": "user", "content": "头\\n痛", "x": 1}, {"content": "多\\u4e45", "role": 0.10}]}'.encode()
    (row,) = everything(write(tmp_path, data, "a.jsonl"), CHAT)[0]
    assert row["messages"] == [{"role": "user", "content": "头\n痛"}, {"role": "0.10", "content": "多久"}]


@pytest.mark.parametrize(
    ("messages", "cause"),
    [
        ('"a"', "wrong_type"),
        ('{"content": "a"}', "wrong_type"),
        ('["a"]', "wrong_type"),
        ('[{"content": "a"}, {"content": null}]', "wrong_type"),
        ('[{"content": "a"}, {"role": "user"}]', "wrong_type"),
        ("[]", "no_text"),
        ("null", "no_text"),
        ('[{"content": " "}]', "no_text"),
    ],
)
def test_messages_of_another_shape(tmp_path: Path, messages: str, cause: str) -> None:
    assert causes(write(tmp_path, f'{{"messages": {messages}}}'.encode(), "a.jsonl"), CHAT) == [cause]


@pytest.mark.parametrize("block", [2, 16, 1 << 20])
def test_a_line_over_the_limit_keeps_its_beginning_only(tmp_path: Path, block: int) -> None:
    long = b'{"text": "' + b"a" * 200_000 + b'"}'
    data = GOOD + b"\n" + long + b"\r\n" + GOOD
    path = write(tmp_path, data, "a.jsonl")
    documents, quarantine, _ = everything(path, FLAT, block=block, limit=100_000)
    assert [row["_offset"] for row in documents] == [0, len(data) - len(GOOD)]
    (lost,) = quarantine
    assert (lost["cause"], lost["length"], lost["raw"]) == ("too_long", len(long), long[: 64 << 10])


def test_one_record_is_replayed_from_its_origin(tmp_path: Path) -> None:
    data = GOOD + b'\n{"text": 7}\n' + GOOD + b"\n"
    (shard,) = plan(write(tmp_path, data, "a.jsonl"), source=3, file=5)
    (block,) = read(shard, FLAT)
    for row in block.documents.to_pylist():
        again = read_one(shard, FLAT, offset=row["_offset"], length=row["_length"], record=row["_record"])
        assert again.documents.to_pylist() == [row]
    (lost,) = block.quarantine.to_pylist()
    again = read_one(shard, FLAT, offset=lost["offset"], length=lost["length"], record=lost["record"])
    assert again.quarantine.to_pylist() == [lost]


def test_text_is_in_file_order_when_plain_and_fast_rows_alternate(tmp_path: Path) -> None:
    lines = [f'{{"text": "{n}"}}' if n % 2 else f'{{"te\\u0078t": "{n}"}}' for n in range(40)]
    path = write(tmp_path, "\n".join(lines).encode(), "a.jsonl")
    assert texts_of(path, FLAT) == [str(n) for n in range(40)]
