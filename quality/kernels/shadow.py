"""Folding to the comparison form, code point by code point. Tables and reasons: quality.shadow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.utf8 import decode, encode, width

DROP, SPACE, BREAK, SLOW, EXPAND = -1, -2, -3, -4, -16
"""Actions of the table; ≥ 0 is the code point to write, ≤ EXPAND is the expansion number EXPAND − action."""

SEPARATOR, LEAF = 1, 2
"""Marks in a widened text: a compatibility digit begins or ends here; a leaf begins here. Blanks stay as 0x20 and 0x0A."""

ROOM = 3
"""Most code points that one byte may become; characters that need more take the slow path."""


@njit(nogil=True, cache=True, inline="always")
def _plain(cp: Any) -> Any:
    """True for code points above the basic plane that NFKC leaves alone: Han extensions and pictographs."""
    return 0x20000 <= cp < 0x2F800 or 0x30000 <= cp < 0x33480 or 0x1F300 <= cp < 0x1FB00


@njit(nogil=True, cache=True)
def widen(
    data: Any, start: Any, end: Any, actions: Any, bounds: Any, expansions: Any, trusted: Any, out: Any, o: Any
) -> Any:
    """Appends the folded code points of data[start:end] to out (uint32) at o, blanks and marks included.

    Returns the new o, or -1 where the text needs unicodedata (never if `trusted`, which says that it was there).
    """
    i = start
    while i < end:
        lead = data[i]
        if 0x20 < lead < 0x7F:
            out[o] = lead
            o += 1
            i += 1
            continue
        if 0xE4 <= lead <= 0xE9:  # U+4000–U+9FFF: Han, stands for itself
            out[o] = (int(lead & 0x0F) << 12) | (int(data[i + 1] & 0x3F) << 6) | int(data[i + 2] & 0x3F)
            o += 1
            i += 3
            continue
        cp = decode(data, i)
        i += width(lead)
        action = int(actions[np.uint32(cp)]) if cp < 0x10000 else SLOW
        if action == SLOW and (trusted or _plain(cp)):
            action = cp
        if action >= 0:
            out[o] = action
            o += 1
        elif action == SPACE or action == BREAK:  # noqa: SIM109  a tuple test is slower here
            out[o] = 0x20 if action == SPACE else 0x0A
            o += 1
        elif action == SLOW:
            return -1
        elif action <= EXPAND:
            for k in range(bounds[EXPAND - action], bounds[EXPAND - action + 1]):
                out[o] = expansions[k]
                o += 1
    return o


@njit(nogil=True, cache=True, inline="always")
def blank(cp: Any) -> Any:
    """True for what a widened text holds and the shadow does not."""
    return cp == 0x20 or cp == 0x0A or cp == SEPARATOR


@njit(nogil=True, cache=True)
def shadows(
    data: Any, offsets: Any, actions: Any, bounds: Any, expansions: Any, trusted: Any, wide: Any, out: Any, ends: Any
) -> None:
    """Writes each string's shadow as UTF-8 to out; ends[i] = its end in out, or -1 - start where it needs unicodedata."""
    o = 0
    for i in range(len(offsets) - 1):
        m = widen(data, offsets[i], offsets[i + 1], actions, bounds, expansions, trusted, wide, 0)
        if m < 0:
            ends[i] = -1 - o
            continue
        for k in range(m):
            if not blank(wide[k]):
                o = encode(wide[k], out, o)
        ends[i] = o
