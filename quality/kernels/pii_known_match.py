"""Known values in text: folding it, comparing at one place, reporting. Shared by the searches for columns and for lists."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

TEXT, NUMBER, NAME, ADDRESS, DATE = 0, 1, 2, 3, 4  # how a value is looked for
FULL, TITLED, HIDDEN, GIVEN, NICK, TAIL, PART = 0, 1, 2, 3, 4, 5, 6  # what of it was found


@lean
def fold(data: Any, start: Any, stop: Any, table: Any, points: Any, point_at: Any, byte_at: Any) -> Any:
    """Folded code points of data[start:stop], where each stood (code point and byte); how many there are."""
    n, at, point = 0, start, 0
    while at < stop:
        cp = decode(data, at)
        folded = table[cp] if cp < 65536 else cp
        if folded:
            points[n], point_at[n], byte_at[n] = folded, point, at - start
            n += 1
        at += width(data[at])
        point += 1
    return n


@lean
def fold_all(data: Any, offsets: Any, table: Any, points: Any, starts: Any) -> Any:
    """Folded code points of all strings end to end; fills starts (n+1)."""
    n = 0
    for i in range(len(offsets) - 1):
        starts[i] = n
        at = offsets[i]
        while at < offsets[i + 1]:
            cp = decode(data, at)
            folded = table[cp] if cp < 65536 else cp
            if folded:
                points[n] = folded
                n += 1
            at += width(data[at])
    starts[len(offsets) - 1] = n


@inlined
def word(point: Any) -> Any:
    """ASCII letter (small) or digit."""
    return 48 <= point <= 57 or 97 <= point <= 122


@inlined
def loose(point: Any, mode: Any) -> Any:
    """Whether this may stand between two characters of a value: a space; in numbers - . · _ / ( ) too."""
    return point == 32 or (
        mode == NUMBER and (point == 45 or point == 183 or point == 95 or 40 <= point <= 41 or point == 47)
    )


@lean
def match_at(points: Any, n: Any, i: Any, values: Any, first: Any, length: Any, mode: Any) -> Any:
    """Where values[first:first+length] ends if it stands at i, standing free where it has letters or digits at its edges; else -1."""
    j = i
    for k in range(length):
        wanted = values[first + k]
        if k:
            for _ in range(2):
                if j < n and points[j] != wanted and loose(points[j], mode):
                    j += 1
        if j >= n or points[j] != wanted:
            return -1
        j += 1
    if word(values[first]) and i > 0 and word(points[i - 1]):
        return -1
    if word(values[first + length - 1]) and j < n and word(points[j]):
        return -1
    return j


@lean
def emit(
    data: Any,
    base: Any,
    text: Any,
    k: Any,
    end: Any,
    value: Any,
    form: Any,
    point_at: Any,
    byte_at: Any,
    out: Any,
    count: Any,
) -> Any:
    if count < len(out):
        last = byte_at[end - 1]
        out[count, 0], out[count, 1], out[count, 2] = text, point_at[k], point_at[end - 1] + 1
        out[count, 3], out[count, 4] = byte_at[k], last + width(data[base + last])
        out[count, 5], out[count, 6] = value, form
    return count + 1
