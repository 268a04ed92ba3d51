"""What differs between two versions of a text, as people would say it: a few pieces, not the whole."""

from __future__ import annotations

import difflib
from typing import NamedTuple

_MOST = 4_000_000  # characters of one times those of the other: beyond that only the ends are compared
_NEAR = 2  # equal characters between two changes that are told as one, at most
_ALIKE = 0.3  # share of common characters below which a text was written anew


class Change(NamedTuple):
    """`old[start:end]` became `new[new_start:new_end]`, in code points."""

    start: int
    end: int
    new_start: int
    new_end: int


def between(old: str, new: str) -> list[Change]:
    """The changes in order; one change of everything where the texts have little in common."""
    if old == new:
        return []
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if not a or not b or len(a) * len(b) > _MOST:
        return [Change(head, head + len(a), head, head + len(b))]
    match = difflib.SequenceMatcher(None, a, b, autojunk=False)
    if head + tail == 0 and match.ratio() < _ALIKE:
        return [Change(0, len(old), 0, len(new))]
    changes: list[Change] = []
    for what, i, j, k, m in match.get_opcodes():
        if what == "equal":
            continue
        one = Change(head + i, head + j, head + k, head + m)
        near = changes and one.start - changes[-1].end <= _NEAR
        changes.append(Change(changes[-1].start, one.end, changes.pop().new_start, one.new_end) if near else one)
    return changes


def _common(a: str, b: str) -> int:
    """Characters that both begin with."""
    least = min(len(a), len(b))
    return next((i for i in range(least) if a[i] != b[i]), least)
