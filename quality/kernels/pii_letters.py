"""A string as an array of folded letters, and word lists as a tree. Tables: quality.pii.letters."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.utf8 import decode, width

BREAK = 1
"""Stands for every character inside a placeholder, and for what is behind the end."""

_OPEN, _CLOSE, _UNDERSCORE = 0x5B, 0x5D, 0x5F
_PLACEHOLDER = 20  # longest, brackets aside


@lean
def widen(data: Any, start: Any, end: Any, fold: Any, letters: Any, places: Any) -> Any:
    """Fills letters uint16[≥ n + 24] and places int32[2, ≥ n + 24] (byte from `start`, code point) with the characters
    that can be seen; returns n. BREAKs follow, so that kernels may look ahead. fold: uint16[65536], 0 for what vanishes."""
    i, n, point, hidden = start, 0, 0, -1
    while i < end:
        lead = data[i]
        cp = decode(data, i)
        if cp == _OPEN and i >= hidden:
            hidden = _placeholder(data, i + 1, end)
        letter = fold[cp] if cp < 65536 else 0x4E28 if 0x20000 <= cp < 0x32000 else BREAK
        if i < hidden:
            letter = BREAK
        letters[n] = letter
        places[0, n] = i - start
        places[1, n] = point
        n += letter != 0
        point += 1
        i += width(lead)
    for k in range(n, n + 24):
        letters[k] = BREAK
        places[0, k] = end - start
        places[1, k] = point
    return n


@lean
def _placeholder(data: Any, i: Any, end: Any) -> Any:
    """The byte behind `]` if a placeholder such as 患者姓名_1 or IPv4地址 stands before it; else -1."""
    seen, wide, number, last = 0, 0, False, 0
    while i < end and seen <= _PLACEHOLDER:
        c = data[i]
        if c == _CLOSE:
            return i + 1 if wide > 0 else -1
        digit = 0x30 <= c <= 0x39
        if c < 0x80 and not (digit or c == _UNDERSCORE or 0x41 <= (c & 0xDF) <= 0x5A):
            return -1
        if digit and not (number or last == 0x76):
            return -1
        number = number or c == _UNDERSCORE
        wide += c >= 0x80
        last = c
        i += width(c)
        seen += 1
    return -1


@lean
def longest(tree: Any, root: Any, letters: Any, k: Any) -> Any:
    """(end, code) of the longest word of list `root` at letters[k:]; (k, 0) if there is none.

    tree: firsts int32[roots, 65536] (node or -1), keys int64[2^b] (node << 16 | letter, -1 free), nodes int32[2^b],
    codes int16[nodes].
    """
    firsts, keys, nodes, codes = tree
    node = firsts[root, letters[k]]
    end, code = k, 0
    mask = len(keys) - 1
    while node >= 0:
        k += 1
        if codes[node] != 0:
            end, code = k, codes[node]
        key = node << 16 | letters[k]
        slot = (key * 0x9E3779B1 >> 13) & mask
        while keys[slot] != key and keys[slot] >= 0:
            slot = (slot + 1) & mask
        node = nodes[slot] if keys[slot] == key else -1
    return end, code
