"""Which label ends at a place: compared from its last character to its first, spaces and invisible characters left out."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean
from quality.kernels.pii_cues import before, folded
from quality.kernels.utf8 import width


@inlined
def slot(last: Any, second: Any) -> Any:
    """Bucket of a label by its last two characters (both folded)."""
    return (int(last) * 31 + int(second)) & 1023


@lean
def _step(cues: Any, data: Any, low: Any, i: Any) -> Any:
    """(byte, folded character, whether a space lies between) of the character in front of byte i; 0 if there is none."""
    spaces, k = 0, i
    while k > low:
        k = before(data, k)
        c = folded(cues, data, k)
        if c == 0:
            continue
        if c == 32 or c == 95 or c == 9:
            spaces += 1
            if spaces > 3:
                return k, 0, spaces
            continue
        return k, c, spaces
    return low, 0, spaces


@inlined
def _latin(c: Any) -> Any:
    return 97 <= c <= 122


@lean
def label_at(cues: Any, data: Any, low: Any, stop: Any) -> Any:
    """Row of the longest label that ends in front of byte `stop`, or -1. stop: end of the trigger character."""
    i, last, _ = _step(cues, data, low, stop)
    _, second, _ = _step(cues, data, low, i)
    bucket = slot(last, second)
    for row in range(cues.buckets[bucket], cues.buckets[bucket + 1]):
        if _matches(cues, data, low, stop, row):
            return row
    return -1


@lean
def _matches(cues: Any, data: Any, low: Any, stop: Any, row: Any) -> Any:
    i = stop
    first, end = cues.labels[row, 0], cues.labels[row, 1]
    for k in range(first, end):
        i, c, spaces = _step(cues, data, low, i)
        if c != cues.letters[k] or (k == first and spaces > 0):
            return False
        if spaces > 1 and _latin(c):
            return False
    head = cues.letters[end - 1]
    _, c, spaces = _step(cues, data, low, i)
    if _latin(head) and _latin(c) and spaces == 0:
        return False
    return not (cues.labels[row, 6] != 0 and 0x4E00 <= c <= 0x9FFF and spaces == 0)


@lean
def past_fillers(cues: Any, data: Any, i: Any, high: Any) -> Any:
    """(byte of the first character that may begin a value, whether a colon or = stood before it); -1 for none."""
    colon, broken, steps = False, False, 0
    while i < high and steps < 12:
        c = folded(cues, data, i)
        if c == 10:
            if broken or not colon:
                return -1, colon
            broken = True
        elif c == 58 or c == 61:
            colon = True
        elif c == 110 and i + 2 < high and folded(cues, data, i + 1) == 111 and data[i + 2] in (46, 58):
            i += 2  # No.
        elif not _filler(c):
            return i, colon
        i += width(data[i])
        steps += 1
    return -1, colon


@inlined
def _filler(c: Any) -> Any:
    """space tab CR # " ' ( | * - quotes brackets 为 是 №, invisible"""
    return (
        c == 32 or c == 9 or c == 13 or c == 35 or c == 34 or c == 39 or c == 40 or c == 124 or c == 42 or c == 45
        or c == 0x4E3A or c == 0x662F or c == 0x2116 or c == 0 or 0x2018 <= c <= 0x201D or c == 0x300C or c == 0x3010
    )  # fmt: skip
