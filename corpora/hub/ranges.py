"""Ranges and conditions of a download (RFC 9110, §13 and §14): which bytes of a file are asked for."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 18


class Part(NamedTuple):
    """Bytes [start, start + length) of a file, and the status that goes with them."""

    status: int
    start: int
    length: int

    def content_range(self, size: int) -> str | None:
        """The header Content-Range, where there is one."""
        if self.status == 206:
            return f"bytes {self.start}-{self.start + self.length - 1}/{size}"
        return f"bytes */{size}" if self.status == 416 else None


def part(asked: str | None, size: int) -> Part:
    """What a Range header means for a file of `size` bytes: 206, 416, or 200 for what is no single range of bytes."""
    found = _RANGE.fullmatch((asked or "").strip())
    if found is None or not (found[1] or found[2]) or max(map(len, found.groups())) > _MOST_DIGITS:
        return Part(200, 0, size)
    if not found[1]:  # the last n bytes
        count = min(int(found[2]), size)
        return Part(206, size - count, count) if count else Part(416, 0, 0)
    start = int(found[1])
    end = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < start:
        return Part(200, 0, size)  # not a range at all
    return Part(416, 0, 0) if start >= size else Part(206, start, end - start + 1)


def matches(header: str | None, etag: str) -> bool:
    """Whether If-None-Match names this ETag (weakly compared)."""
    if not header:
        return False
    return header.strip() == "*" or etag in [one.strip().removeprefix("W/").strip('"') for one in header.split(",")]
