"""The fast JSON reader says what the plain reader says, for any bytes and any block size."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora import forms
from corpora.sources import Want, plan, read, read_one
from corpora.sources.json_record import verdict
from corpora.sources.records import Row
from corpora.text_buffers import Leaf

KEY = b"k" * 32
FLAT = Want((Leaf("text"),), "id", ("n", "extra"), KEY, "来源")
PAIR = Want((Leaf("question"), Leaf("answer")), None, (), KEY, "来源")
CHAT = Want((Leaf("messages", "content"),), "id", ("messages[].role", "n"), KEY, "来源")


def digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, key=KEY, digest_size=16).digest()


def write(folder: Path, data: bytes, name: str = "a.jsonl") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def everything(path: str, want: Want, *, shard: int = 1 << 24, block: int = 1 << 23, **more: Any) -> tuple[list, list, int]:
    """All documents, all quarantined records, and how many were read."""
    documents, quarantine, read_count = [], [], 0
    limit = more.pop("limit", 1 << 28)
    for part in plan(path, source=3, file=5, shard_bytes=shard, **more):
        for b in read(part, want, block_bytes=block, limit=limit):
            b.documents.validate(full=True)
            assert b.documents.schema == want.schema and b.quarantine.schema == forms.QUARANTINE
            assert b.read == b.documents.num_rows + b.quarantine.num_rows
            documents += b.documents.to_pylist()
            quarantine += b.quarantine.to_pylist()
            read_count += b.read
    return documents, quarantine, read_count


def plain(data: bytes, want: Want, encoding: str, start: int) -> tuple[list, list]:
    """The oracle: one line after the other."""
    documents, quarantine, at = [], [], start
    for line in data[start:].split(b"\n"):
        closed = at + len(line) < len(data)
        raw = line[:-1] if closed and line.endswith(b"\r") else line
        if raw.strip(b" \t\r\n\x0b\x0c"):
            found = verdict(raw, encoding, want)
            if isinstance(found, Row):
                key = digest(raw) if found.key is None else digest(want.label.encode() + b"\0" + found.key.encode())
                origin = {"id": key, "_source": 3, "_file": 5, "_offset": at, "_length": len(raw), "_record": -1}
                documents.append(origin | found.values)
            else:
                where = {"source": 3, "file": 5, "offset": at, "length": len(raw), "record": -1}
                quarantine.append(where | {"cause": found, "raw": raw})
        at += len(line) + 1
    return documents, quarantine


def causes(data: bytes, want: Want = FLAT, *, folder: Path, **more: Any) -> list[str]:
    return [row["cause"] for row in everything(write(folder, data), want, **more)[1]]


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
    path = write(tmp_path, data)
    documents, quarantine, count = everything(path, want, shard=shard, block=block, encoding=encoding)
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 0
    expected = plain(data, want, encoding, start)
    assert (documents, quarantine) == expected
    assert count == len(documents) + len(quarantine)
