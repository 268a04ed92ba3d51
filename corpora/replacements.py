"""Between treated text and the cleaned one: where a stretch that a person points at stood before replacements, and stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def before(replaced: Sequence[Mapping[str, Any]], start: int, end: int) -> tuple[int, int]:
    """(start, end) in the cleaned string of a stretch of the treated one, in code points.

    replaced: forms.REPLACED of that string, in order. A stretch that begins or ends inside of a replacement takes the whole of it.
    """
    return _back(replaced, start, first=True), _back(replaced, end, first=False)


def after(replaced: Sequence[Mapping[str, Any]], start: int, end: int) -> tuple[int, int]:
    """(start, end) in the treated string of a stretch of the cleaned one; the other way round."""
    names = {"start": "old_start", "end": "old_end", "old_start": "start", "old_end": "end"}
    return before([{name: one[other] for name, other in names.items()} for one in replaced], start, end)


def _back(replaced: Sequence[Mapping[str, Any]], at: int, *, first: bool) -> int:
    """A place of the treated string in the cleaned one; of a place inside of a replacement its beginning or its end."""
    shift = 0
    for one in replaced:  # few, in order
        if at < one["start"] or (at == one["start"] and not first):
            break
        if at < one["end"] or (at == one["end"] and not first):
            return int(one["old_start"] if first else one["old_end"])
        shift = one["old_end"] - one["end"]
    return at + shift
