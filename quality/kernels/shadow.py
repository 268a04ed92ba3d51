"""Folding to the comparison form, code point by code point. Tables and reasons: quality.shadow."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, encode, width

DROP, SLOW, EXPAND = 1 << 22, 2 << 22, 3 << 22
"""An entry of the table is a code point to write, plus START where a value token may begin there; entries from DROP on
write nothing, need unicodedata, or write expansion number entry − EXPAND, whose code points may bear START too."""

START, POINT = 1 << 21, (1 << 21) - 1

SEPARATOR, LEAF = 1, 2
"""Marks in a widened text: a compatibility digit begins or ends here; a leaf begins here. Blanks stay as 0x20 and 0x0A."""

ROOM = 3
"""Most code points that one byte may become; characters that need more take the slow path."""


NOWHERE = np.uint64(0xFFFFFFFFFFFFFFFF)
_U0, _U1, _U2, _U3, _ASTRAL = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(0x10000)


@inlined
def _plain(cp: Any) -> Any:
    """True for code points above the basic plane that NFKC leaves alone: Han extensions and pictographs."""
    return 0x20000 <= cp < 0x2F800 or 0x30000 <= cp < 0x33480 or 0x1F300 <= cp < 0x1FB00


@lean
def widen(data: Any, start: Any, end: Any, folding: Any, trusted: Any, out: Any, o: Any, starts: Any, found: Any) -> Any:
    """Appends the folded code points of data[start:end] to out (uint32) at o, blanks and marks included.

    Appends the places where a value token may begin to starts at found. Returns the new (o, found), both uint64; o is
    NOWHERE where the text needs unicodedata (never if `trusted`, which says that it was there). One table for ASCII,
    Han and punctuation alike: what follows what is not predictable, a look-up costs less than a wrong guess.
    """
    entries, bounds, expansions = folding
    i, last = np.uint64(start), np.uint64(end)
    while i < last:
        lead = data[i]
        if lead < 0x80:
            cp = np.uint64(lead)
            i += _U1
        elif 0xE0 <= lead < 0xF0:
            cp = np.uint64(int(lead & 0x0F) << 12 | int(data[i + _U1] & 0x3F) << 6 | int(data[i + _U2] & 0x3F))
            i += _U3
        else:
            cp = np.uint64(decode(data, i))
            i += np.uint64(width(lead))
            if cp >= _ASTRAL:
                if not (trusted or _plain(cp)):
                    return NOWHERE, found
                out[o] = cp
                o += _U1
                continue
        entry = entries[cp]
        if entry >= DROP:
            if entry >= EXPAND:
                for k in range(bounds[entry - EXPAND], bounds[entry - EXPAND + 1]):
                    out[o] = expansions[k] & POINT
                    starts[found] = o
                    found += np.uint64(expansions[k] >= START)
                    o += _U1
                continue
            if entry < SLOW:
                continue
            if not trusted:
                return NOWHERE, found
            entry -= SLOW
        out[o] = entry & POINT
        starts[found] = o
        found += np.uint64(entry >= START)
        o += _U1
    return o, found


@inlined
def blank(cp: Any) -> Any:
    """True for what a widened text holds and the shadow does not."""
    return cp == 0x20 or cp == 0x0A or cp == SEPARATOR


@lean
def shadows(data: Any, offsets: Any, folding: Any, trusted: Any, wide: Any, starts: Any, out: Any, ends: Any) -> None:
    """Writes each string's shadow as UTF-8 to out; ends[i] = its end in out, or -1 - start where it needs unicodedata."""
    o = 0
    for i in range(len(offsets) - 1):
        m, _ = widen(data, offsets[i], offsets[i + 1], folding, trusted, wide, _U0, starts, _U0)
        if m == NOWHERE:
            ends[i] = -1 - o
            continue
        for k in range(m):
            if not blank(wide[k]):
                o = encode(wide[k], out, o)
        ends[i] = o
