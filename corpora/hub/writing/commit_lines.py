"""The lines of a commit: newline-delimited JSON, a header first, then one operation a line. Pure: bytes in, lines out.

A line is {"key": …, "value": {…}}; keys header, file, lfsFile, deletedFile, deletedFolder, copyFile. An unknown key is refused:
to skip it would lose an operation. Source: huggingface_hub 2.4 `_prepare_commit_payload` (status [V]).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from corpora.catalog.paths import check_path
from corpora.hub.protocol import TooLarge, broken
from corpora.hub.writing.bodies import json_object, text_of

LONGEST_LINE = 10 << 20
LARGEST = 200 << 20
MOST_LINES = 50_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Header:
    summary: str
    description: str
    parent: str | None


@dataclass(frozen=True)
class File:
    path: str
    content: bytes


@dataclass(frozen=True)
class LargeFile:
    """`size` is None when the client did not say (a copy on the server)."""

    path: str
    sha256: str
    size: int | None


@dataclass(frozen=True)
class Deleted:
    path: str
    folder: bool


@dataclass(frozen=True)
class Copied:
    source: str
    revision: str | None
    path: str


Line = Header | File | LargeFile | Deleted | Copied


class Lines:
    """Cuts a body that arrives in pieces of any size into lines; remembers at most one unfinished line."""

    def __init__(self, *, longest: int = LONGEST_LINE) -> None:
        self._rest, self._longest = bytearray(), longest
        self.count = 0

    def feed(self, piece: bytes) -> Iterator[Line]:
        """The lines that this piece completes. Raises ProtocolError, TooLarge, PathRefused."""
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            self._keep(piece[start:end])
            start = end + 1
            yield from self._line()
        self._keep(piece[start:])

    def end(self) -> Iterator[Line]:
        """The last line, if no newline closed it. Raises ProtocolError when there was no line at all."""
        yield from self._line()
        if not self.count:
            raise broken("提交是空的", "the commit has no header")

    def _keep(self, data: bytes) -> None:
        if len(self._rest) + len(data) > self._longest:
            raise TooLarge(
                f"第 {self.count + 1} 行超过 {self._longest} 字节 / line {self.count + 1} is longer than {self._longest} bytes",
                hint="大文件走 LFS 或 Xet / send large files by LFS or Xet",
            )
        self._rest += data

    def _line(self) -> Iterator[Line]:
        if self._rest.strip():
            self.count += 1
            if self.count > MOST_LINES:
                raise TooLarge(f"一次提交最多 {MOST_LINES} 行 / at most {MOST_LINES} lines", hint="分几次提交 / split it")
            line = parse(self._rest, self.count)
            self._rest.clear()
            yield line
        self._rest.clear()


def parse(text: bytes | bytearray, number: int) -> Line:
    """One line. Raises ProtocolError, PathRefused."""
    outer = json_object(text)
    key, value = outer.get("key"), outer.get("value")
    if set(outer) != {"key", "value"} or not isinstance(key, str) or key not in _READERS or not isinstance(value, dict):
        raise broken(f"第 {number} 行的操作未知", f"line {number} is no known operation")
    if (key == "header") != (number == 1):
        raise broken(f"第 {number} 行：header 只能在第一行", f"line {number}: one header, and it comes first")
    return _READERS[key](value)


def _header(value: dict[str, Any]) -> Header:
    parent = value.get("parentCommit")
    if parent is not None and not (isinstance(parent, str) and _COMMIT.fullmatch(parent)):
        raise broken("parentCommit 不是提交号", "parentCommit is no commit")
    return Header(text_of(value, "summary"), text_of(value, "description", most=1 << 16, default=""), parent)


def _file(value: dict[str, Any]) -> File:
    encoding, content = value.get("encoding", "base64"), value.get("content")
    if encoding not in ("base64", "utf-8") or not isinstance(content, str):
        raise broken("文件内容的编码未知", "unknown encoding of a file")
    try:
        data = content.encode() if encoding == "utf-8" else base64.b64decode(content.encode("ascii"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise broken("文件内容解不开", "the content of a file cannot be decoded") from error
    return File(_path(value), data)


def _large(value: dict[str, Any]) -> LargeFile:
    size, oid = value.get("size"), value.get("oid")
    if value.get("algo", "sha256") != "sha256" or not isinstance(oid, str) or not _SHA256.fullmatch(oid):
        raise broken("大文件的 oid 不是 sha256", "the oid of a large file is no sha256")
    if size is not None and (type(size) is not int or size < 0):
        raise broken("大文件的大小不对", "the size of a large file is no number of bytes")
    return LargeFile(_path(value), oid, size)


def _path(value: dict[str, Any], key: str = "path") -> str:
    return check_path(text_of(value, key).removesuffix("/"))


def _copy(value: dict[str, Any]) -> Copied:
    if "srcRepo" in value:
        raise broken("不支持跨数据集复制", "copies between datasets are not supported")
    return Copied(_path(value, "srcPath"), text_of(value, "srcRevision", default="") or None, _path(value))


_READERS: dict[str, Callable[[dict[str, Any]], Line]] = {
    "header": _header,
    "file": _file,
    "lfsFile": _large,
    "deletedFile": lambda value: Deleted(_path(value), folder=False),
    "deletedFolder": lambda value: Deleted(_path(value), folder=True),
    "copyFile": _copy,
}
