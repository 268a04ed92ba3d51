"""Byte streams of files, plain, .gz and .zst, in pieces of one size; memory is bounded by the piece."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from corpora.errors import SourceMissing
from corpora.sources.files import printable

_TAIL = 1 << 16  # bytes at the end of a piece in which a line end is looked for
_BEGINNINGS = {"gz": (b"\x1f",), "zst": (b"\x28", *(bytes([0x50 + i]) for i in range(16)))}  # of a member, a frame
_FEED = 1 << 10  # compressed bytes given at once: bounds what a hostile stream can blow up to, and what an error costs


class StreamBroken(Exception):
    """A compressed stream is cut or corrupt; everything before it has been handed out. Never leaves this package.

    behind: it is whole, and other bytes lie behind its end.
    """

    def __init__(self, *, behind: bool = False) -> None:
        super().__init__()
        self.behind = behind


def open_file(path: str) -> BinaryIO:
    """The file, unbuffered where that is enough. Raises SourceMissing, for a pipe or a device too: they need not end."""
    try:
        mode = os.stat(path).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise OSError(errno.EINVAL, "not a file")
        return open(path, "rb")
    except OSError as error:
        raise SourceMissing(
            f"打不开来源文件 / cannot open source file {printable(path)}: {error.strerror}",
            hint="检查路径和权限 / check the path and its permissions",
        ) from None


def pieces(
    path: str, compression: str | None, start: int, stop: int, size: int, *, at_lines: bool = False
) -> Iterator[bytes]:
    """Bytes start … stop (to the end if negative) of the (decompressed) file, `size` at a time, the last one shorter.

    at_lines: pieces of a plain file may be shorter, to end with a line feed; whole lines then need not be copied again.

    Raises SourceMissing if the file cannot be opened, StreamBroken after the last sound byte of a broken stream.
    """
    if compression is None:
        yield from _plain(path, start, stop, size, at_lines)
    else:
        yield from _window(_decompressed(path, compression), start, stop, size)


def _plain(path: str, start: int, stop: int, size: int, at_lines: bool) -> Iterator[bytes]:
    with open_file(path) as file:
        at, end = start, os.fstat(file.fileno()).st_size if stop < 0 else stop
        while at < end:
            count = _line_cut(file, at, size) if at_lines and at + size < end else min(size, end - at)
            file.seek(at)
            piece = file.read(count)
            if not piece:
                return
            at += len(piece)
            yield piece


def _line_cut(file: BinaryIO, at: int, size: int) -> int:
    """Bytes from `at` to the last line end of the piece, or `size` if there is none near its end."""
    tail = min(size, _TAIL)
    file.seek(at + size - tail)
    last = file.read(tail).rfind(b"\n") + 1
    return size - tail + last if last else size


def _window(stream: Iterator[bytes], start: int, stop: int, size: int) -> Iterator[bytes]:
    held = bytearray()
    skip = start
    left = stop - start if stop >= 0 else None
    broken: StreamBroken | None = None
    while left != 0:
        try:
            data = next(stream, None)
        except StreamBroken as error:
            data, broken = None, error
        if data is None:
            break
        skip, data = max(0, skip - len(data)), data[skip:]
        data = data if left is None else data[:left]
        left = left if left is None else left - len(data)
        held += data
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)
    if broken is not None:
        raise broken


def _decompressor(compression: str) -> Any:
    if compression == "gz":
        return zlib.decompressobj(31)
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


def _decompressed(path: str, compression: str) -> Iterator[bytes]:
    """Decompressed bytes, member after member (RFC 1952) or frame after frame (RFC 8878)."""
    with open_file(path) as file:
        engine, fresh, whole = _decompressor(compression), True, False
        while data := file.read(_FEED):
            while data:
                if fresh and not data.strip(b"\0"):  # padding after the last member
                    break
                if fresh and whole and not data.startswith(_BEGINNINGS[compression]):
                    raise StreamBroken(behind=True)
                out = _fed(engine, data)
                if out:
                    yield out
                fresh, data = engine.eof, engine.unused_data if engine.eof else b""
                whole = whole or fresh
                if fresh:
                    engine = _decompressor(compression)
        if not fresh:
            raise StreamBroken


def _fed(engine: Any, data: bytes) -> bytes:
    try:
        return bytes(engine.decompress(data))
    except Exception as error:  # zlib.error, zstandard.ZstdError: the latter's module is only imported when needed
        if isinstance(error, (zlib.error,)) or type(error).__module__.startswith("zstandard"):
            raise StreamBroken from None
        raise
