"""Archives, walked: each member is handed out as a stream with its name, or with the cause why it is refused.

Names of a zip without the UTF-8 flag are read as UTF-8 where they are that, else as GB18030 (what Chinese Windows
writes). A member is never written where its own name says: whoever unpacks chooses the place, so no path escapes.
"""

from __future__ import annotations

import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from corpora.sources.detect import is_known
from corpora.sources.items import BadFile
from corpora.sources.streams import open_file
from corpora.sources.zip_guard import BROKEN, ON_DISK

_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml")
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field: the name in UTF-8
_PIECE = 1 << 20
_END = 22  # bytes of the end of a zip's directory, before its comment (APPNOTE 4.3.16)
_OTHERS = ((b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"))


@dataclass(frozen=True)
class Member:
    """A file of the archive: `pieces()` gives its bytes, or raises BadFile; or `cause` says why it has none."""

    name: str
    pieces: Callable[[], Iterator[bytes]] | None = None
    cause: str | None = None


def kind(path: str) -> str | None:
    """zip, tar, 7z, rar, or None: by content. Office documents and EPUB are zips, but no archives; so are cut ones, by name."""
    with open_file(path) as file:
        head = file.read(8)
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if _is_office(path) else "zip"
    if path.lower().endswith(".zip") and zipfile.is_zipfile(path):  # a zip that does not begin with its first member
        return "zip"
    return "tar" if _is_tar(path) else None


def _is_office(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in archive.namelist() for name in _OFFICE)
    except BROKEN:
        return is_known(path)


def _is_tar(path: str) -> bool:
    if not path.lower().endswith((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz")):
        return False
    try:
        return tarfile.is_tarfile(path)
    except BROKEN:
        return False


def members(path: str, kind: str) -> Iterator[Member]:
    """The files in the archive, in its own order; folders are no members. A broken archive ends with a refused member."""
    if kind in ("7z", "rar"):
        yield Member("", cause="archive_unsupported")
        return
    found = _zip_members(path) if kind == "zip" else _tar_members(path)
    try:
        for number, member in enumerate(found):
            if number >= ON_DISK.entries:
                yield Member("", cause="archive_bomb")
                return
            yield member
    except BROKEN:
        yield Member("", cause="broken_stream")


def _zip_members(path: str) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        if _is_cut(archive):
            yield Member("", cause="broken_stream")
            return
        for info in archive.infolist():
            if info.is_dir():
                continue
            name = _zip_name(info)
            if info.flag_bits & 1:
                yield Member(name, cause="password")
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield Member(name, cause="not_a_file")
            else:
                yield Member(name, _zip_pieces(archive, info))


def _is_cut(archive: zipfile.ZipFile) -> bool:
    """Whether the directory is that of an archive inside: a zip that was cut off behind one, whose own directory is gone.

    A gap before the first member is none: the directory lies where it says, and every member where the directory says.
    """
    found = archive.infolist()
    if not found or min(info.header_offset for info in found) == 0:
        return False
    if len(found) > ON_DISK.entries or archive.fp is None:
        return True
    archive.fp.seek(-_END - len(archive.comment), os.SEEK_END)
    end = archive.fp.read(_END)
    if end[:4] != b"PK\5\6" or struct.unpack_from("<L", end, 16)[0] != archive.start_dir:
        return True
    return not all(_is_member(archive.fp, info) for info in found)


def _is_member(file: IO[bytes], info: zipfile.ZipInfo) -> bool:
    file.seek(info.header_offset)
    return file.read(4) == b"PK\3\4"


def _zip_name(info: zipfile.ZipInfo) -> str:
    extra = info.extra
    while len(extra) >= 4:
        tag, size = struct.unpack_from("<HH", extra)
        if tag == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _zip_pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        try:
            with archive.open(info) as stream:
                yield from _bounded(stream, info.compress_size)
        except BROKEN:
            raise BadFile("broken_stream") from None

    return pieces


def _bounded(stream: IO[bytes], packed: int, before: int = 0) -> Iterator[bytes]:
    """The stream's bytes; raises BadFile where they, and those `before`, are too many for what they were packed in."""
    size = before
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > ON_DISK.small and size > ON_DISK.ratio * packed:
            raise BadFile("archive_bomb")
        yield piece


def _tar_members(path: str) -> Iterator[Member]:
    packed, before = os.path.getsize(path), 0
    with tarfile.open(path, encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            if info.isdir():
                continue
            name = _tar_name(info.name)
            if info.isfile():
                yield Member(name, _tar_pieces(archive, info, packed, before))
                before += info.size
            else:
                yield Member(name, cause="not_a_file")


def _tar_name(name: str) -> str:
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _tar_pieces(archive: tarfile.TarFile, info: tarfile.TarInfo, packed: int, before: int) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        try:
            stream = archive.extractfile(info)
            if stream is not None:
                yield from _bounded(stream, packed, before)
        except BROKEN:
            raise BadFile("broken_stream") from None

    return pieces
