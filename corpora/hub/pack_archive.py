"""The archive of a pack: a tar that holds exactly what its signed head names, and not one byte that `yuliao pack` did not write.

Everything but the head's own length follows from the head: order, headers (POSIX.1-2001 ustar/pax, no owner, no time), padding
and end. So a reader compares instead of interpreting: nothing can hide between, in or behind the members.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from corpora.catalog.paths import check_path
from corpora.catalog.signing import opened
from corpora.errors import IntegrityError, SourceMissing, UsageError
from corpora.names import check_corpus, check_version

HEAD, KIND = "pack.json", "yuliao-pack"
_READ, _LARGEST_HEAD = 1 << 20, 64 << 20
_HEX = frozenset("0123456789abcdef")


def add(tar: tarfile.TarFile, name: str, data: bytes | IO[bytes], size: int) -> None:
    """Writes a member; the same pack again has the same bytes."""
    tar.addfile(_member(name, size), io.BytesIO(data) if isinstance(data, bytes) else data)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)  # no owner, no time
    member.size, member.mode = size, 0o444
    return member


def _header(name: str, size: int) -> bytes:
    """The bytes before a member's content: one block, more above 8 GiB."""
    return _member(name, size).tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _padding(size: int) -> int:
    return -size % tarfile.BLOCKSIZE


@dataclass(frozen=True)
class Member:
    """A file of the pack, to be read once and in order."""

    pack: Reader
    sha256: str
    size: int

    def blocks(self) -> Iterator[bytes]:
        """Its bytes; after the last one its hash and what pads it are checked. Raises IntegrityError."""
        digest, left = hashlib.sha256(), self.size
        while left:
            block = self.pack.read(min(left, _READ))
            digest.update(block)
            left -= len(block)
            yield block
        if digest.hexdigest() != self.sha256:
            raise _refused("包里有文件与封签不符", "a file in the pack is not the one that was signed")
        self.pack.expect(bytes(_padding(self.size)))


class Reader:
    """A pack, opened: its head is read, its signature and its whole length checked. Raises IntegrityError, SourceMissing."""

    def __init__(self, file: Path) -> None:
        self._name = file.name
        try:
            self._file: IO[bytes] = file.open("rb")
            self._size = file.stat().st_size
        except OSError as error:
            raise SourceMissing(
                f"打不开：{file.name}（{error.strerror}）/ cannot be opened: {file.name}",
                hint="检查文件名与权限 / check the name and its permissions",
            ) from error
        try:
            self.head, self.signer = self._signed_head()
            self.wanted = _wanted(self.head)
            self._check_size()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def members(self) -> Iterator[Member]:
        """Every file, in order, each to be read to its end before the next one; then the end of the pack is checked."""
        for sha256, size in self.wanted:
            self.expect(_header(sha256, size))
            yield Member(self, sha256, size)
        self.expect(bytes(self._size - self._file.tell()))

    def read(self, count: int) -> bytes:
        """So many bytes. Raises IntegrityError when the pack ends before, or its disk cannot be read."""
        try:
            data = self._file.read(count)
        except OSError as error:
            raise _refused(f"包读不出来：{self._name}", f"the pack cannot be read: {self._name}") from error
        if len(data) != count:
            raise self._cut()
        return data

    def expect(self, written: bytes) -> None:
        """Raises IntegrityError unless the next bytes are these."""
        if self.read(len(written)) != written:
            raise _refused("包里有清单以外的内容", "the pack holds something that is not listed")

    def _signed_head(self) -> tuple[dict[str, Any], str]:
        first = self._file.read(tarfile.BLOCKSIZE)
        try:
            size = tarfile.TarInfo.frombuf(first, "utf-8", "surrogateescape").size
        except tarfile.HeaderError as error:
            raise _no_pack() from error
        if not 0 < size <= _LARGEST_HEAD or first != _header(HEAD, size):
            raise _no_pack()
        note, signer = opened(self.read(size))
        self.expect(bytes(_padding(size)))
        if note.get("kind") != KIND:
            raise _no_pack()
        return note, signer

    def _check_size(self) -> None:
        """A whole number of records (tarfile.RECORDSIZE) with two empty blocks at the end, as tar wants it."""
        content = sum(len(_header(*one)) + one[1] + _padding(one[1]) for one in self.wanted)
        end = self._file.tell() + content + 2 * tarfile.BLOCKSIZE
        size = -(-end // tarfile.RECORDSIZE) * tarfile.RECORDSIZE
        if self._size < size:
            raise self._cut()
        if self._size > size:
            raise _refused("包尾有多余的内容", "there is something behind the end of the pack")

    def _cut(self) -> IntegrityError:
        return _refused(f"包不完整：{self._name}", f"the pack is cut off: {self._name}")


def _wanted(head: dict[str, Any]) -> list[tuple[str, int]]:
    """(sha256, size) of every member, in order. Raises IntegrityError for a head that we never wrote, whoever signed it."""
    try:
        check_corpus(head["corpus"])
        check_version(head["version"])
        members = {(one["sha256"], one["size"]) for path, one in head["files"].items() if check_path(path)}
        fine = all(len(sha256) == 64 and set(sha256) <= _HEX and type(size) is int and size >= 0 for sha256, size in members)
        if (
            not fine
            or len(dict(members)) != len(members)
            or not all(isinstance(head[key], str) for key in ("release", "commit"))
        ):
            raise ValueError
        if not all(isinstance(one, dict) for one in head["attestations"]):
            raise ValueError
    except (UsageError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise _refused("包的清单不成样子", "the head of the pack is malformed") from error
    return sorted(members)


def _no_pack() -> IntegrityError:
    return IntegrityError(
        "这不是语料包 / this is not a pack",
        hint="语料包由 yuliao pack 写出；回执请用 yuliao receipt / packs are made by yuliao pack; a receipt goes to yuliao receipt",
    )


def _refused(chinese: str, english: str) -> IntegrityError:
    return IntegrityError(
        f"{chinese} / {english}", hint="什么也没有收入；请对方重新发送 / nothing was taken in: ask for a new copy"
    )
