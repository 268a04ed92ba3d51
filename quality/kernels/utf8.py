"""Decoding and encoding one code point of valid UTF-8 (RFC 3629)."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(nogil=True, cache=True, inline="always")
def width(lead: Any) -> Any:
    """Bytes of the code point whose first byte is `lead`: 1 to 4."""
    if lead < 0x80:
        return 1
    if lead < 0xE0:
        return 2
    if lead < 0xF0:
        return 3
    return 4


@njit(nogil=True, cache=True, inline="always")
def decode(data: Any, i: Any) -> Any:
    """The code point that starts at byte i of valid UTF-8; its width is `width(data[i])`."""
    lead = data[i]
    if lead < 0x80:
        return int(lead)
    if lead < 0xE0:
        return (int(lead & 0x1F) << 6) | int(data[i + 1] & 0x3F)
    if lead < 0xF0:
        return (int(lead & 0x0F) << 12) | (int(data[i + 1] & 0x3F) << 6) | int(data[i + 2] & 0x3F)
    return (
        (int(lead & 0x07) << 18) | (int(data[i + 1] & 0x3F) << 12) | (int(data[i + 2] & 0x3F) << 6) | int(data[i + 3] & 0x3F)
    )


@njit(nogil=True, cache=True, inline="always")
def encode(cp: Any, out: Any, o: Any) -> Any:
    """Writes the code point at out[o:]; returns the new o."""
    if cp < 0x80:
        out[o] = cp
        return o + 1
    if cp < 0x800:
        out[o] = 0xC0 | (cp >> 6)
        out[o + 1] = 0x80 | (cp & 0x3F)
        return o + 2
    if cp < 0x10000:
        out[o] = 0xE0 | (cp >> 12)
        out[o + 1] = 0x80 | ((cp >> 6) & 0x3F)
        out[o + 2] = 0x80 | (cp & 0x3F)
        return o + 3
    out[o] = 0xF0 | (cp >> 18)
    out[o + 1] = 0x80 | ((cp >> 12) & 0x3F)
    out[o + 2] = 0x80 | ((cp >> 6) & 0x3F)
    out[o + 3] = 0x80 | (cp & 0x3F)
    return o + 4
