"""A text that was read before, with spans taken out: which of its codes read as they did then.

What the sieve and the network say of a code depends on the codes around it, up to a break. Where these are the same, it
need not be computed again. Positions only propose what is compared, code by code; so a wrong proposal costs time, no more.
"""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean
from quality.kernels.name_memory import SIDE
from quality.kernels.name_sieve import MARGIN, joins, latin
from quality.kernels.name_text import BREAK

_ENOUGH = 1 << 30
"""As many equal codes as anybody may ask for: up to a break."""


@lean
def propose(codes: Any, at: Any, places: Any, shifts: Any, old: Any, old_at: Any, out: Any) -> None:
    """out int32[n]: where each code may have stood in `old`; -1 before the first.

    at, old_at: bytes that codes and old begin at, ascending. From byte places[k] on, a byte stood shifts[k] further on.
    """
    k, m = -1, 0
    for i in range(len(codes)):
        while k + 1 < len(places) and places[k + 1] <= at[i]:
            k += 1
        byte = at[i] + shifts[k] if k >= 0 else -1
        while m < len(old) - 1 and (old_at[m] < byte or old_at[m] == byte and old[m] == BREAK and codes[i] != BREAK):
            m += 1
        out[i] = m if k >= 0 else -1


@lean
def compare(codes: Any, old: Any, was: Any, left: Any, right: Any) -> None:
    """left, right int32[n]: how many codes on either side of one are equal and in a row in both texts, up to a break, which
    is enough; -1 where the code itself is not equal. was: of `propose`."""
    for i in range(len(codes)):
        left[i] = _equal(codes, old, was, i, i - 1, 1, left)
    for i in range(len(codes) - 1, -1, -1):
        right[i] = _equal(codes, old, was, i, i + 1, -1, right)


@inlined
def _equal(codes: Any, old: Any, was: Any, i: Any, beside: Any, step: Any, known: Any) -> Any:
    if was[i] < 0 or old[was[i]] != codes[i]:
        return -1
    if codes[i] == BREAK:
        return _ENOUGH
    if beside < 0 or beside >= len(codes):
        return 0
    if codes[beside] == BREAK:
        return _ENOUGH if old[was[i] - step] == BREAK else 0
    if known[beside] < 0 or was[i] != was[beside] + step:
        return 0
    return min(known[beside] + 1, _ENOUGH)


@lean
def carry(codes: Any, left: Any, right: Any, was: Any, old_hot: Any, look: Any, hot: Any) -> None:
    """look uint8[n] = 0 and hot uint8[n] as it was, where that is sure; look = 1, hot = 0 elsewhere.

    A word in Latin letters is sure as a whole: the sieve passes over a run of them, or looks at it.
    """
    i, n = 0, len(codes)
    while i < n:
        end = i + 1
        if _run(codes[i]):
            while end < n and _run(codes[end]):
                end += 1
        size = end - i + SIDE + MARGIN
        sure = left[i] >= SIDE + MARGIN and right[i] >= size
        for k in range(i, end):
            look[k] = not sure
            hot[k] = old_hot[was[k]] if sure else 0
        i = end


@inlined
def _run(code: Any) -> Any:
    return latin(code) or joins(code)
