"""Zip containers from strangers (Word, EPUB, workbooks, archives): opened within limits, never unpacked to a disk.

Limits and what a broken archive raises are here for archives too, see `archives`. A deflate stream holds up to 1032 times its bytes (RFC 1951), and entries may overlap: what an archive says of its sizes
is checked before anything is read, and what is read is counted again, because it may have lied.
"""

from __future__ import annotations

import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from corpora.sources.items import BadFile

_PIECE = 1 << 20
_ENCRYPTED = 0x1
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, NotImplementedError, RuntimeError,
    OSError, ValueError, OverflowError, IndexError, tarfile.TarError,
)  # fmt: skip
"""What the standard library raises at an archive that is not what it says."""


@dataclass(frozen=True)
class Limits:
    """total, member: bytes, unpacked; ratio: unpacked ÷ packed of an archive beyond `small` bytes; entries: how many."""

    total: int = 1 << 30
    member: int = 256 << 20
    ratio: int = 200
    small: int = 64 << 20
    entries: int = 100_000


LIMITS = Limits()
"""Of a container that is read in memory. DEFLATE's own ratio is at most 1032 (RFC 1951)."""
ON_DISK = Limits(total=64 << 30, member=64 << 30, small=16 << 20)
"""Of an archive that is unpacked member by member; `ratio` and `small` are of each member of a zip, and of a tar as a whole."""


def opened(data: bytes | BinaryIO, limits: Limits = LIMITS) -> zipfile.ZipFile:
    """The archive, its directory checked. Raises BadFile: not_readable, archive_bomb."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
    except BROKEN:
        raise BadFile("not_readable") from None
    packed = sum(info.compress_size for info in archive.infolist())
    size = sum(info.file_size for info in archive.infolist())
    dense = size > limits.small and size > limits.ratio * max(1, packed)
    if size > limits.total or dense or len(archive.infolist()) > limits.entries:
        raise BadFile("archive_bomb")
    return archive


def member(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, limits: Limits = LIMITS) -> bytes:
    """The bytes of one entry. Raises BadFile: password, archive_bomb, and not_readable if it is not there or broken."""
    held = bytearray()
    try:
        info = name if isinstance(name, zipfile.ZipInfo) else archive.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            raise BadFile("password")
        with archive.open(info) as file:
            while piece := file.read(_PIECE):
                held += piece
                if len(held) > limits.member:
                    raise BadFile("archive_bomb")
    except BROKEN:
        raise BadFile("not_readable") from None
    return bytes(held)
