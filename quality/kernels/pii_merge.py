"""One sweep over overlapping findings, sorted by (text, start, -end): who stays, who is cut, who goes."""

from __future__ import annotations

from typing import Any

from numba import njit

from quality.kernels.lean import inlined


@inlined
def _beats(a: Any, b: Any, bounds_a: Any, bounds_b: Any, sure: Any, confidence: Any) -> Any:
    """Whether finding a, now at bounds_a, wins against b: sure, then longer, then more confident, then earlier."""
    if sure[a] != sure[b]:
        return sure[a]
    long_a, long_b = bounds_a[2] - bounds_a[1], bounds_b[2] - bounds_b[1]
    if long_a != long_b:
        return long_a > long_b
    return confidence[a] >= confidence[b]


@njit(nogil=True, cache=True)
def merge(bounds: Any, sure: Any, confidence: Any, out: Any, source: Any) -> Any:
    """Writes disjoint rows of (text, start, end, start byte, end byte) to out and whose they are to source.

    bounds: int64 (m, 5); sure: bool (m); confidence: float32 (m); out: int64 (2m, 5); source: int64 (2m). Returns the rows
    written. A sure loser keeps what lies outside of the winner; an unsure one goes altogether.
    """
    n = 0
    for i in range(len(bounds)):
        out[n] = bounds[i]
        source[n] = i
        n += 1
        while n >= 2 and out[n - 2, 0] == out[n - 1, 0] and out[n - 1, 1] < out[n - 2, 2]:
            last, new = source[n - 2], source[n - 1]
            if _beats(last, new, out[n - 2], out[n - 1], sure, confidence):
                if out[n - 1, 2] > out[n - 2, 2] and (sure[last] and sure[new]):
                    out[n - 1, 1], out[n - 1, 3] = out[n - 2, 2], out[n - 2, 4]
                else:
                    n -= 1
            elif out[n - 2, 1] < out[n - 1, 1] and (sure[last] and sure[new]):
                out[n - 2, 2], out[n - 2, 4] = out[n - 1, 1], out[n - 1, 3]
            else:
                if out[n - 2, 2] > out[n - 1, 2] and (sure[last] and sure[new]):  # what was cut before may reach further
                    out[n - 1, 2], out[n - 1, 4] = out[n - 2, 2], out[n - 2, 4]
                out[n - 2] = out[n - 1]
                source[n - 2] = new
                n -= 1
    return n
