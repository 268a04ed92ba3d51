"""The lines of a commit: what clients send is read, whatever the pieces; everything else is one typed error, with its line."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import PathRefused
from corpora.hub.protocol import ProtocolError, TooLarge
from corpora.hub.writing.commit_lines import Copied, Deleted, File, Header, LargeFile, Line, Lines

OID = "ab" * 32


def line(key: Any, **value: Any) -> bytes:
    return json.dumps({"key": key, "value": value}).encode() + b"\n"


HEAD = line("header", summary="首次提交", description="")
BODY = (
    line("header", summary="加", description="说明", parentCommit="a" * 40)
    + line("file", path="目录/说 明.md", content=base64.b64encode("你好".encode()).decode(), encoding="base64")
    + b"\n"
    + line("lfsFile", path="a.parquet", algo="sha256", oid=OID, size=7)
    + line("lfsFile", path="b.parquet", algo="sha256", oid=OID)
    + line("deletedFile", path="old.csv")
    + line("deletedFolder", path="old/")
    + line("copyFile", path="c.csv", srcPath="d.csv", srcRevision="v1")
)
LINES: list[Line] = [
    Header("加", "说明", "a" * 40),
    File("目录/说 明.md", "你好".encode()),
    LargeFile("a.parquet", OID, 7),
    LargeFile("b.parquet", OID, None),
    Deleted("old.csv", folder=False),
    Deleted("old", folder=True),
    Copied("d.csv", "v1", "c.csv"),
]


def read(body: bytes, *cuts: int, longest: int = 1 << 20) -> list[Line]:
    lines, found = Lines(longest=longest), []
    edges = [0, *sorted(cuts), len(body)]
    for start, stop in zip(edges, edges[1:], strict=False):
        found += lines.feed(body[start:stop])
    return [*found, *lines.end()]


@settings(max_examples=80, deadline=None)
@given(cuts=st.lists(st.integers(0, len(BODY)), max_size=12))
def test_any_pieces_give_the_same_lines(cuts: list[int]) -> None:
    assert read(BODY, *cuts) == LINES
    assert read(BODY.rstrip(b"\n"), *(min(cut, len(BODY) - 1) for cut in cuts)) == LINES


BAD = [
    ("nothing", b""),
    ("blank lines only", b"\n\n \n"),
    ("no header", line("file", path="a", content="")),
    ("two headers", HEAD + HEAD),
    ("a header later", line("deletedFile", path="a") + HEAD),
    ("not JSON", HEAD + b"{]\n"),
    ("not UTF-8", HEAD + b'{"key":"\xff"}\n'),
    ("a list", HEAD + b"[1]\n"),
    ("a thousand brackets", HEAD + b"[" * 100_000 + b"\n"),
    ("a number of ten thousand digits", HEAD + b'{"key":' + b"1" * 10_000 + b"}\n"),
    ("an unknown key", HEAD + line("rename", path="a")),
    ("a key that is a list", HEAD + line(["file"], path="a")),
    ("more than key and value", HEAD + b'{"key":"deletedFile","value":{"path":"a"},"x":1}\n'),
    ("a value that is text", HEAD + b'{"key":"deletedFile","value":"a"}\n'),
    ("no path", HEAD + line("deletedFile")),
    ("a path that is a number", HEAD + line("deletedFile", path=7)),
    ("base64 rubbish", HEAD + line("file", path="a", content="%%%")),
    ("base64 cut off", HEAD + line("file", path="a", content="QUJ")),
    ("base64 in Chinese", HEAD + line("file", path="a", content="你好")),
    ("another encoding", HEAD + line("file", path="a", content="", encoding="gbk")),
    ("text with half a character", HEAD + line("file", path="a", content="\ud800", encoding="utf-8")),
    ("sha1", HEAD + line("lfsFile", path="a", algo="sha1", oid=OID)),
    ("an oid in capitals", HEAD + line("lfsFile", path="a", oid=OID.upper())),
    ("an oid that is a path", HEAD + line("lfsFile", path="a", oid="../" + OID[3:])),
    ("a negative size", HEAD + line("lfsFile", path="a", oid=OID, size=-1)),
    ("a size of true", HEAD + line("lfsFile", path="a", oid=OID, size=True)),
    ("half a character in the title", line("header", summary="\ud800")),
    ("a title of a megabyte", line("header", summary="a" * 100_000)),
    ("no title", line("header", description="")),
    ("a parent that is no commit", line("header", summary="a", parentCommit="main")),
    ("a copy from elsewhere", HEAD + line("copyFile", path="a", srcPath="a", srcRepo="x/y")),
]


@pytest.mark.parametrize("body", [body for _, body in BAD], ids=[name for name, _ in BAD])
def test_bad_lines(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(body)
    assert caught.value.hint and " / " in str(caught.value)


@pytest.mark.parametrize(
    "path", ["", "/", "/etc/passwd", "../a", "a/../../b", "a//b", "./a", "a\\b", "a\0b", "a\nb", ".git/config", "a/\ud800"]
)
def test_escapes(path: str) -> None:
    for key in ("file", "lfsFile", "deletedFile", "deletedFolder"):
        with pytest.raises((PathRefused, ProtocolError)):
            read(HEAD + line(key, path=path, content="", oid=OID))


def test_limits() -> None:
    with pytest.raises(TooLarge, match="line 2"):
        read(HEAD + b"a" * 5000, longest=4000)
    lines = Lines(longest=4000)
    with pytest.raises(TooLarge):  # no newline ever comes: refused as soon as it is too long
        for _ in range(5):
            list(lines.feed(b"a" * 1000))


@settings(max_examples=200, deadline=None)
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes(body: bytes) -> None:
    for data in (body, HEAD + body):
        try:
            read(data)
        except (ProtocolError, PathRefused, TooLarge):
            continue


@settings(max_examples=150, deadline=None)
@given(
    value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["path", "oid", "size", "content", "encoding", "srcPath", "algo", "x"]), inner), max_leaves=9),
    key=st.sampled_from(["file", "lfsFile", "deletedFile", "deletedFolder", "copyFile", "header"]),
)  # fmt: skip
def test_any_json(key: str, value: Any) -> None:
    for data in (
        HEAD + json.dumps({"key": key, "value": value}).encode(),
        json.dumps({"key": key, "value": value}).encode(),
    ):
        try:
            read(data)
        except (ProtocolError, PathRefused):
            continue
