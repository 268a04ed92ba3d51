"""Context words around a candidate: 15 characters on either side, inside the string, not across square brackets.

Square brackets hold our own placeholders. A placeholder must not serve as a label for its neighbour, or a second
scan of redacted text would find more than the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_region import BUSY, BYTE, HIGH, LEFT, LENGTH, REACH, RIGHT, SINCE, STATE, WINDOW, end_of
from quality.kernels.utf8 import decode, width


@lean
def _folded(context: Any, data: Any, i: Any) -> Any:
    cp = decode(data, i)
    return int(context[cp]) if cp < 65536 else 0xFFFF


@lean
def look(region: Any, tables: Any, s: Any, e: Any) -> Any:
    """Fills the window with LEFT folded characters before shadow character s, a 0, and RIGHT behind e-1."""
    data, window, state = region.data, region.cells[WINDOW], region.cells[STATE]
    low, high = _limits(region, tables, s, e)
    start = i = region.cells[BYTE, s]
    count = 0
    while i > low and count < REACH:
        i -= 1
        while data[i] & 0xC0 == 0x80:
            i -= 1
        if data[i] == 91 or data[i] == 93:
            break
        start = i
        count += 1
    n = _copy(tables.context, data, start, region.cells[BYTE, s], window, np.int64(0))
    window[n] = 0
    i, _ = end_of(region, tables, e - 1)
    stop = i
    count = 0
    while stop < high and count < REACH and data[stop] != 91 and data[stop] != 93:
        stop += width(data[stop])
        count += 1
    state[LEFT] = n
    state[RIGHT] = _copy(tables.context, data, i, stop, window, n + 1) - n - 1


@lean
def _limits(region: Any, tables: Any, s: Any, e: Any) -> Any:
    """Bytes between which context may be read: the nearest findings that will become placeholders, or the string."""
    fold, busy, state = region.fold, region.cells[BUSY], region.cells[STATE]
    low, high = state[SINCE], state[HIGH]
    for k in range(s - 1, max(0, s - 1 - REACH), -1):
        if fold[k] == 0 and busy[k] != 0:
            low, _ = end_of(region, tables, k)
            break
    for k in range(e, min(state[LENGTH], e + REACH) + 1):
        if fold[k] == 0 and busy[k] != 0:
            high = region.cells[BYTE, k]
            break
    return low, high


@lean
def _copy(context: Any, data: Any, i: Any, stop: Any, window: Any, n: Any) -> Any:
    """Folds bytes i … stop into window[n:], invisible characters left out; returns the new n."""
    while i < stop:
        c = _folded(context, data, i)
        i += width(data[i])
        if c != 0:
            window[n] = c
            n += 1
    return n


@lean
def _is_small(c: Any) -> Any:
    return 97 <= c <= 122


@lean
def _word_at(window: Any, words: Any, first: Any, last: Any, at: Any, stop: Any) -> Any:
    """Whether words[first:last] stands at window[at:stop]; a Latin word must not be part of a longer one."""
    if last - first > stop - at:
        return False
    for k in range(last - first):
        if window[at + k] != words[first + k]:
            return False
    if not _is_small(int(words[first])):
        return True
    end = at + last - first
    return (at == 0 or not _is_small(window[at - 1])) and (end >= stop or not _is_small(window[end]))


@lean
def _starts_here(window: Any, tables: Any, words: Any, at: Any, stop: Any) -> Any:
    """Whether a word of list number `words` begins at window[at]."""
    starts, letters = tables.starts[0], tables.words
    for word in range(tables.starts[1, words], tables.starts[1, words + 1]):  # noqa: SIM110  Numba has no any() over generators
        if _word_at(window, letters, starts[word], starts[word + 1], at, stop):
            return True
    return False


@lean
def near(region: Any, tables: Any, kind: Any) -> Any:
    """Whether a context word of the kind stands on either side."""
    window, hints, bit = region.cells[WINDOW], tables.hints[0], 1 << kind
    stop = region.cells[STATE, LEFT] + 1 + region.cells[STATE, RIGHT]
    for at in range(stop):  # noqa: SIM110  Numba has no any() over generators
        if hints[window[at] & 1023] & bit != 0 and _starts_here(window, tables, 3 * kind, at, stop):
            return True
    return False


@lean
def _is_filler(c: Any) -> Any:
    """space : = # ( . 为 是 " ' “ 「"""
    return (
        c == 32
        or c == 58
        or c == 61
        or c == 35
        or c == 40
        or c == 46
        or c == 0x4E3A
        or c == 0x662F
        or c == 34
        or c == 39
        or c == 0x201C
        or c == 0x300C
    )


@lean
def directly_before(region: Any, tables: Any, words: Any) -> Any:
    """Whether a word of list number `words` stands right in front, with nothing but fillers between."""
    window, stop = region.cells[WINDOW], region.cells[STATE, LEFT]
    while stop > 0 and _is_filler(window[stop - 1]):
        stop -= 1
    if stop == 0 or (words % 3 == 1 and tables.hints[1, window[stop - 1] & 1023] & (1 << words // 3) == 0):
        return False
    starts, letters = tables.starts[0], tables.words
    for word in range(tables.starts[1, words], tables.starts[1, words + 1]):
        at = stop - (starts[word + 1] - starts[word])
        if at >= 0 and _word_at(window, letters, starts[word], starts[word + 1], at, stop):
            return True
    return False


@lean
def directly_behind(region: Any, tables: Any, words: Any) -> Any:
    """Whether a word of list number `words` follows, after spaces at most."""
    window, at = region.cells[WINDOW], region.cells[STATE, LEFT] + 1
    stop = at + region.cells[STATE, RIGHT]
    while at < stop and window[at] == 32:
        at += 1
    hinted = at < stop and tables.hints[2, window[at] & 1023] & (1 << words // 3) != 0
    return hinted and _starts_here(window, tables, words, at, stop)


@lean
def verdict(region: Any, tables: Any, kind: Any) -> Any:
    """After `look`: -1 it is something else, 1 a context word stands near, 0 neither."""
    if directly_before(region, tables, 3 * kind + 1):
        return -1
    if near(region, tables, kind):
        return 1
    return -1 if directly_behind(region, tables, 3 * kind + 2) else 0
