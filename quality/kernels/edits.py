"""Applying byte-range edits to many strings at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def apply(data: Any, offsets: Any, text: Any, start: Any, end: Any, new: Any, new_offsets: Any, out: Any, out_offsets: Any) -> Any:
    """Writes the edited strings to `out` (large enough) and their offsets; returns bytes written.

    Edit j replaces bytes start[j]:end[j] of string text[j] by new[new_offsets[j]:new_offsets[j+1]].
    Edits are sorted by (text, start) and do not overlap.
    """
    o = 0
    j = 0
    out_offsets[0] = 0
    for i in range(len(offsets) - 1):
        base = offsets[i]
        at = base
        while j < len(text) and text[j] == i:
            for k in range(at, base + start[j]):
                out[o] = data[k]
                o += 1
            for k in range(new_offsets[j], new_offsets[j + 1]):
                out[o] = new[k]
                o += 1
            at = base + end[j]
            j += 1
        for k in range(at, offsets[i + 1]):
            out[o] = data[k]
            o += 1
        out_offsets[i + 1] = o
    return o


@njit(nogil=True, cache=True)
def joins_digits(data: Any, offsets: Any, text: Any, start: Any, end: Any, new_size: Any) -> Any:
    """bool per edit: it removes what stood between two digits and puts nothing there, so two numbers become one."""
    joined = np.zeros(len(text), np.bool_)
    for j in range(len(text)):
        left = offsets[text[j]] + start[j] - 1
        right = offsets[text[j]] + end[j]
        if new_size[j] == 0 and left >= offsets[text[j]] and right < offsets[text[j] + 1]:
            joined[j] = 48 <= data[left] <= 57 and 48 <= data[right] <= 57
    return joined
