"""UTF-8 checks (RFC 3629, table 3-7 of Unicode)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from corpora.kernels.words import utf8_faults


@njit(nogil=True, cache=True)
def _utf8_width(data: Any, i: Any, stop: Any) -> Any:
    """Bytes of the well-formed UTF-8 sequence at i (RFC 3629, table 3-7 of Unicode), or 0."""
    lead = data[i]
    if lead < 0x80:
        return 1
    width = 2 if 0xC2 <= lead <= 0xDF else 3 if 0xE0 <= lead <= 0xEF else 4 if 0xF0 <= lead <= 0xF4 else 0
    if width == 0 or i + width > stop:
        return 0
    low = 0xA0 if lead == 0xE0 else 0x90 if lead == 0xF0 else 0x80
    high = 0x9F if lead == 0xED else 0x8F if lead == 0xF4 else 0xBF
    if data[i + 1] < low or data[i + 1] > high:
        return 0
    for k in range(i + 2, i + width):
        if data[k] & 0xC0 != 0x80:
            return 0
    return width


@njit(nogil=True, cache=True)
def utf8_kinds(data: Any, starts: Any, stops: Any, out: Any) -> None:
    """out[r] uint8: 0 if the span is ASCII, 1 if it is other valid UTF-8, 2 if it is not valid UTF-8."""
    for row in range(len(starts)):
        i, stop = starts[row], stops[row]
        kind = 0
        while i < stop:
            width = _utf8_width(data, i, stop)
            if width == 0:
                kind = 2
                break
            if width > 1:
                kind = 1
            i += width
        out[row] = kind


@njit(nogil=True, cache=True)
def is_utf8(data: Any) -> Any:
    """Whether all of data (uint8, read-only) is well-formed UTF-8 (RFC 3629)."""
    n, i = len(data), np.int64(0)
    while i < n:
        if i >= 3 and i + 32 <= n:  # at the beginning of a character
            while i + 32 <= n:
                if utf8_faults(data, i):
                    return False
                i += 32
            while data[i - 1] & 0xC0 == 0x80:  # back to the beginning of the last one, which may go on
                i -= 1
            i -= data[i - 1] >= 0xC0
        if i < n:
            width = _utf8_width(data, i, n)
            if width == 0:
                return False
            i += width
    return True
