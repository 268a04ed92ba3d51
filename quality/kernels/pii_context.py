"""Context words around a candidate: 15 characters on either side, inside the string, not across square brackets.

Square brackets hold our own placeholders. A placeholder must not serve as a label for its neighbour, or a second
scan of redacted text would find more than the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.pii_region import HIGH, LEFT, LOW, RIGHT, WINDOW, end_of
from quality.kernels.utf8 import decode, width


@njit(nogil=True, cache=True)
def _folded(tables: Any, data: Any, i: Any) -> Any:
    cp = decode(data, i)
    return int(tables.context[cp]) if cp < 65536 else int(0xFFFF)


@njit(nogil=True, cache=True)
def look(region: Any, tables: Any, s: Any, e: Any) -> Any:
    """Fills `window` with LEFT folded characters before shadow character s, a 0, and RIGHT behind e-1."""
    data, window, state = region.data, region.window, region.state
    start = i = region.byte[s]
    count = 0
    while i > state[LOW] and count < WINDOW:
        i -= 1
        while data[i] & 0xC0 == 0x80:
            i -= 1
        if data[i] == 91 or data[i] == 93:
            break
        start = i
        count += 1
    n = _copy(tables, data, start, region.byte[s], window, np.int64(0))
    window[n] = 0
    i, _ = end_of(region, tables, e - 1)
    stop = i
    count = 0
    while stop < state[HIGH] and count < WINDOW and data[stop] != 91 and data[stop] != 93:
        stop += width(data[stop])
        count += 1
    state[LEFT] = n
    state[RIGHT] = _copy(tables, data, i, stop, window, n + 1) - n - 1


@njit(nogil=True, cache=True)
def _copy(tables: Any, data: Any, i: Any, stop: Any, window: Any, n: Any) -> Any:
    """Folds bytes i … stop into window[n:], invisible characters left out; returns the new n."""
    while i < stop:
        c = _folded(tables, data, i)
        i += width(data[i])
        if c != 0:
            window[n] = c
            n += 1
    return n


@njit(nogil=True, cache=True)
def _is_small(c: Any) -> Any:
    return 97 <= c <= 122


@njit(nogil=True, cache=True)
def _word_at(region: Any, tables: Any, word: Any, at: Any, stop: Any) -> Any:
    """Whether the word stands at window[at:stop]; a Latin word must not be part of a longer one."""
    first, last = tables.word_starts[word], tables.word_starts[word + 1]
    if last - first > stop - at:
        return False
    for k in range(last - first):
        if region.window[at + k] != tables.words[first + k]:
            return False
    if not _is_small(tables.words[first]):
        return True
    end = at + last - first
    return (at == 0 or not _is_small(region.window[at - 1])) and (end >= stop or not _is_small(region.window[end]))


@njit(nogil=True, cache=True)
def near(region: Any, tables: Any, kind: Any) -> Any:
    """Whether a context word of the kind stands on either side."""
    stop = region.state[LEFT] + 1 + region.state[RIGHT]
    for word in range(tables.list_starts[3 * kind], tables.list_starts[3 * kind + 1]):
        head = tables.words[tables.word_starts[word]]
        for at in range(stop):
            if region.window[at] == head and _word_at(region, tables, word, at, stop):
                return True
    return False


@njit(nogil=True, cache=True)
def _is_filler(c: Any) -> Any:
    """space : = # ( . 为 是 " ' “ 「"""
    return c == 32 or c == 58 or c == 61 or c == 35 or c == 40 or c == 46 or c == 0x4E3A or c == 0x662F or c == 34 or c == 39 or c == 0x201C or c == 0x300C


@njit(nogil=True, cache=True)
def directly_before(region: Any, tables: Any, words: Any) -> Any:
    """Whether a word of list number `words` stands right in front, with nothing but fillers between."""
    stop = region.state[LEFT]
    while stop > 0 and _is_filler(region.window[stop - 1]):
        stop -= 1
    for word in range(tables.list_starts[words], tables.list_starts[words + 1]):
        at = stop - (tables.word_starts[word + 1] - tables.word_starts[word])
        if at >= 0 and _word_at(region, tables, word, at, stop):
            return True
    return False


@njit(nogil=True, cache=True)
def directly_behind(region: Any, tables: Any, words: Any) -> Any:
    """Whether a word of list number `words` follows, after spaces at most."""
    at = region.state[LEFT] + 1
    stop = at + region.state[RIGHT]
    while at < stop and region.window[at] == 32:
        at += 1
    for word in range(tables.list_starts[words], tables.list_starts[words + 1]):
        if _word_at(region, tables, word, at, stop):
            return True
    return False


@njit(nogil=True, cache=True)
def verdict(region: Any, tables: Any, kind: Any) -> Any:
    """After `look`: -1 it is something else, 1 a context word stands near, 0 neither."""
    if directly_before(region, tables, 3 * kind + 1):
        return -1
    if near(region, tables, kind):
        return 1
    return -1 if directly_behind(region, tables, 3 * kind + 2) else 0
