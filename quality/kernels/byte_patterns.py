"""What the signals recognise in the bytes around one place: bullets, URLs, mojibake."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.utf8 import decode, width


@lean
def _bullet(cp: Any, spaced: Any) -> Any:
    """Whether a line that begins with cp is a bullet line; ASCII marks count only before a space (-5 ℃ is a number)."""
    if cp < 0x80 or cp == 0x2013 or cp == 0x2014:
        return spaced and (cp == 0x2A or cp == 0x2B or cp == 0x2D or cp == 0x2013 or cp == 0x2014)
    if cp < 0x2000:
        return cp == 0xB7
    return (
        cp == 0x2022 or cp == 0x2023 or cp == 0x25E6 or cp == 0x203B or 0x25A0 <= cp <= 0x25CF
        or cp == 0x2605 or cp == 0x2606 or 0x2713 <= cp <= 0x2714 or 0x2794 <= cp <= 0x27BE or cp == 0x30FB
    )  # fmt: skip


@lean
def bullet_at(data: Any, i: Any, end: Any) -> Any:
    """Whether byte i begins a bullet; a space does not."""
    if i >= end:
        return False
    after = i + width(data[i])
    return _bullet(decode(data, i), after < end and (data[after] == 0x20 or data[after] == 0x09))


@lean
def url_at(data: Any, i: Any, start: Any, end: Any) -> Any:
    """(length, first byte) of the URL whose `://` or `www.` stands at byte i; length 0 if there is none."""
    begin, body = i, i + 4
    if data[i] == 0x3A:
        body = i + 3
        if body >= end or data[i + 1] != 0x2F or data[i + 2] != 0x2F:
            return 0, i
        while begin > start and (0x61 <= (data[begin - 1] | 0x20) <= 0x7A):
            begin -= 1
        if begin == i:
            return 0, i
    elif body >= end or not _www(data, i) or _alphanumeric(data, i, start):
        return 0, i
    stop = body
    while stop < end and 0x21 <= data[stop] <= 0x7E and data[stop] != 0x22 and data[stop] != 0x3C and data[stop] != 0x3E:
        stop += 1
    return (stop - begin if stop > body else 0), begin


@lean
def _www(data: Any, i: Any) -> Any:
    """Whether the w at byte i begins `www.`."""
    return data[i + 1] | 0x20 == 0x77 and data[i + 2] | 0x20 == 0x77 and data[i + 3] == 0x2E


@lean
def _alphanumeric(data: Any, i: Any, start: Any) -> Any:
    """Whether an ASCII letter or digit stands right before byte i."""
    if i == start:
        return False
    before = data[i - 1]
    return 0x30 <= before <= 0x39 or 0x61 <= (before | 0x20) <= 0x7A


@lean
def mojibake_at(cp: Any, data: Any, i: Any, end: Any) -> Any:
    """Code points of mojibake that begin at byte i: 3 for 锟斤拷, 1 for 锛 銆 鐨, which nobody writes."""
    if cp != 0x951F:
        return 1 if cp == 0x951B or cp == 0x9286 or cp == 0x9428 else 0  # noqa: SIM109  numba
    following: Any = 0
    for k in range(i + 3, min(i + 9, end)):
        following = following << 8 | np.int64(data[k])
    return 3 if following == 0xE696A4E68BB7 else 0  # 斤拷


@lean
def lookalike_at(data: Any, i: Any, start: Any, end: Any) -> Any:
    """1 if the letter at byte i stands between digits, a decimal point on one side or none: 1O5, 3.l4."""
    return 1 if _digit(data, i - 1, -1, start, end) and _digit(data, i + 1, 1, start, end) else 0


@lean
def _digit(data: Any, i: Any, step: Any, start: Any, end: Any) -> Any:
    """Whether a digit is at byte i, or a point and a digit behind it in the direction of `step`."""
    if i >= start and i < end and data[i] == 0x2E:
        i += step
    return i >= start and i < end and 0x30 <= data[i] <= 0x39
