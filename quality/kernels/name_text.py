"""Text as the name models read it: one folded code for every visible character, and where it stands."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

BREAK = 0
"""Code of a hard break: between strings, and in place of a placeholder in square brackets."""

SKIP = 0xFFFF
"""Entry of the fold table for characters that nobody sees."""

OTHER = 0xFFFD
"""Code of everything beyond the basic plane that is not Han."""

RARE = 0x4DFF
"""Code of Han characters beyond the basic plane."""

_LONGEST_PLACEHOLDER = 40


@inlined
def _placeholder_end(data: Any, i: Any, end: Any) -> Any:
    """Byte after the `]` that closes the `[` at byte i on the same line; i if there is none within reach."""
    last = min(end, i + 3 * _LONGEST_PLACEHOLDER)
    for j in range(i + 1, last):
        if data[j] == 0x5D:
            return j + 1
        if data[j] == 0x5B or data[j] == 0x0A:
            return i
    return i


@inlined
def _astral(cp: Any) -> Any:
    return RARE if 0x20000 <= cp < 0x33480 else OTHER


@lean
def read(data: Any, offsets: Any, first: Any, last: Any, fold: Any, codes: Any, at: Any) -> Any:
    """Writes the codes of strings first … last-1 and the byte each begins at (absolute); returns how many.

    A BREAK stands before every string and after the last one. codes: uint16, at: int64, both of bytes + strings + 1.
    """
    o = 0
    for s in range(first, last):
        i, end = offsets[s], offsets[s + 1]
        codes[o], at[o] = BREAK, i
        o += 1
        while i < end:
            if data[i] == 0x5B:
                after = _placeholder_end(data, i, end)
                if after > i:
                    codes[o], at[o] = BREAK, i
                    o += 1
                    i = after
                    continue
            cp = decode(data, i)
            code = _astral(cp) if cp >= 0x10000 else int(fold[cp])
            if code != SKIP:
                codes[o], at[o] = code, i
                o += 1
            i += width(data[i])
    codes[o], at[o] = BREAK, offsets[last]
    return o + 1


@lean
def code_points(data: Any, offsets: Any, text: Any, bounds: Any, out: Any) -> None:
    """Code points before each byte of bounds int64[m, 2] (absolute), counted in string text[m]; text is ascending."""
    at, count, current = 0, 0, -1
    for k in range(len(text)):
        if text[k] != current:
            current = text[k]
            at, count = offsets[current], 0
        for side in range(2):
            while at < bounds[k, side]:
                count += (data[at] & 0xC0) != 0x80
                at += 1
            out[k, side] = count
