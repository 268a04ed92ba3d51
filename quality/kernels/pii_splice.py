"""Replacing spans: from code points to bytes, and the copy."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.utf8 import width


@lean
def byte_bounds(data: Any, offsets: Any, text: Any, start: Any, end: Any, out: Any) -> Any:
    """out int64[m, 2]: bytes of data where span k begins and ends. Spans sorted by (text, start), not overlapping."""
    at, point, current = 0, 0, -1
    for k in range(len(text)):
        if text[k] != current:
            current = text[k]
            at, point = offsets[current], 0
        while point < start[k]:
            at += width(data[at])
            point += 1
        out[k, 0] = at
        while point < end[k]:
            at += width(data[at])
            point += 1
        out[k, 1] = at


@lean
def splice(
    data: Any, offsets: Any, text: Any, bounds: Any, pieces: Any, piece_starts: Any, choice: Any, out: Any, out_offsets: Any
) -> Any:
    """Copies every string to `out` with span k replaced by piece choice[k]; fills out_offsets (n+1)."""
    k, o = 0, 0
    for i in range(len(offsets) - 1):
        out_offsets[i] = o
        at = offsets[i]
        while k < len(text) and text[k] == i:
            o = _copy(data, at, bounds[k, 0], out, o)
            o = _copy(pieces, piece_starts[choice[k]], piece_starts[choice[k] + 1], out, o)
            at = bounds[k, 1]
            k += 1
        o = _copy(data, at, offsets[i + 1], out, o)
    out_offsets[len(offsets) - 1] = o


@lean
def _copy(data: Any, start: Any, stop: Any, out: Any, o: Any) -> Any:
    for k in range(start, stop):
        out[o] = data[k]
        o += 1
    return o
