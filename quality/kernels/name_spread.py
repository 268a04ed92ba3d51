"""Confirmed names, found again in the other text of their document."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean

SLOTS = 1 << 14


@inlined
def _slot(codes: Any, i: Any) -> Any:
    return name_lexicon.mix(np.uint64(codes[i]) << np.uint64(16) | np.uint64(codes[i + 1])) & np.uint32(SLOTS - 1)


@inlined
def _same(codes: Any, a: Any, b: Any, n: Any) -> Any:
    for k in range(n):  # noqa: SIM110
        if codes[a + k] != codes[b + k]:
            return False
    return True


@lean
def spread(codes: Any, bounds: Any, spans: Any, heads: Any, following: Any, out: Any) -> Any:
    """Every place where a name of the same document stands: rows of out int64[m, 3] = start, end, which span it repeats.

    bounds int64[d+1]: where documents begin in codes; spans int64[k, 2], sorted, are the confirmed names, of two codes and
    more. heads int64[SLOTS] filled with -1 and following int64[k] are scratch. The longest name at a place counts.
    """
    count, low = 0, 0
    for d in range(len(bounds) - 1):
        high = low
        while high < len(spans) and spans[high, 0] < bounds[d + 1]:
            high += 1
        if high > low:
            count = _document(codes, bounds[d], bounds[d + 1], spans, low, high, heads, following, out, count)
        low = high
    return count


@inlined
def _listed(codes: Any, spans: Any, k: Any, other: Any, following: Any) -> Any:
    """True if name k is in the chain that begins with `other`: chains hold every name once, so they stay short."""
    size = spans[k, 1] - spans[k, 0]
    while other >= 0:
        if spans[other, 1] - spans[other, 0] == size and _same(codes, spans[k, 0], spans[other, 0], size):
            return True
        other = following[other]
    return False


@inlined
def _document(codes: Any, start: Any, end: Any, spans: Any, low: Any, high: Any, heads: Any, following: Any, out: Any, count: Any) -> Any:  # fmt: skip
    for k in range(low, high):
        slot = _slot(codes, spans[k, 0])
        if not _listed(codes, spans, k, heads[slot], following):
            following[k] = heads[slot]
            heads[slot] = k
    for i in range(start, end - 1):
        k = heads[_slot(codes, i)]
        best, longest = -1, 0
        while k >= 0:
            size = spans[k, 1] - spans[k, 0]
            if size >= longest and i + size <= end and _same(codes, i, spans[k, 0], size):
                best, longest = k, size
            k = following[k]
        if best >= 0:
            if count < len(out):
                out[count, 0], out[count, 1], out[count, 2] = i, i + longest, best
            count += 1
    for k in range(low, high):
        heads[_slot(codes, spans[k, 0])] = -1
    return count
