"""What the place tagger sees of a letter: the letters around it, listed places and heads of names, hashed to slots."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.pii_letters import BREAK, longest

FEATURES = 24
BITS = 18
"""Slots of weights: 2**BITS."""
PAIRS = 18
"""Bits of the table of hot pairs: 2**PAIRS."""
GAZETTEER, HEADS = range(2)
"""Roots of the tree."""
LISTED, HEAD, NEXT, OWNER = range(4)
"""Rows of marks: place in a listed place name; place in a head such as 路 or 公园; the next head and how far it is; how far
the next head of an organisation (公司) is."""
ORGANISATION = 20
"""Code of a head of an organisation's name; others are those of pii_address_parts."""

_SHIFT, _DROP = np.uint64(32), np.uint64(64 - BITS)
_ONE, _TWO = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_16, _48, _56 = np.uint64(16), np.uint64(48), np.uint64(56)
_MASK, _LOW, _THREE = np.uint64((1 << PAIRS) - 1), np.uint64(7), np.uint64(3)


@inlined
def mixed(x: Any) -> Any:
    """A uint64 stirred, its high bits best."""
    x = x * _ONE
    return (x ^ (x >> _SHIFT)) * _TWO


@lean
def pair_slot(a: Any, b: Any) -> Any:
    """Bit of the pair of letters in the table of hot pairs."""
    return (mixed(np.uint64(a) << _16 | np.uint64(b)) >> _SHIFT) & _MASK


@lean
def hot(bits: Any, a: Any, b: Any) -> Any:
    """Whether place names begin or end with the letters a, b. bits: uint8[2**PAIRS / 8]."""
    at = pair_slot(a, b)
    return (np.uint64(bits[at >> _THREE]) >> (at & _LOW)) & np.uint64(1)


@lean
def look_up(text: Any, first: Any, last: Any, start: Any, end: Any, tree: Any, marks: Any) -> None:
    """Fills marks uint8[4, n] for letters start … end-1 from the word lists."""
    low, high = max(first, start - 8), min(last, end + 14)
    for i in range(low, high):
        for row in range(4):
            marks[row, i] = 0
    for i in range(low, high):
        stop, code = longest(tree, GAZETTEER, text, i)
        size = stop - i
        if code and stop <= high and (marks[LISTED, i] == 0 or size > ((marks[LISTED, i] - 1) // 3) % 4 + 2):
            base = 1 + (code - 1) * 12 + min(size - 2, 3) * 3
            for k in range(i, stop):
                marks[LISTED, k] = base + (0 if k == i else 2 if k == stop - 1 else 1)
        stop, code = longest(tree, HEADS, text, i)
        if code and stop <= high and marks[HEAD, i] == 0:
            for k in range(i, stop):
                marks[HEAD, k] = code * 4 + (3 if stop - i == 1 else 0 if k == i else 2 if k == stop - 1 else 1)
    _ahead(text, low, high, marks)


@lean
def _ahead(text: Any, low: Any, high: Any, marks: Any) -> None:
    """What stands ahead of each letter, read backwards."""
    head, distance, owner = 0, 99, 99
    for i in range(high - 1, low - 1, -1):
        marks[NEXT, i] = head * 8 + distance if distance < 8 else 0
        marks[OWNER, i] = 0 if owner > 14 else 1 if owner < 3 else 2 if owner < 6 else 3 if owner < 10 else 4
        mark = marks[HEAD, i]
        distance, owner = distance + 1, owner + 1
        if mark & 3 == 0 and mark or mark & 3 == 3:
            if mark >> 2 == ORGANISATION:
                owner = 1
            else:
                head, distance = mark >> 2, 1
        if not (0x3400 <= text[i] < 0xA000 or 0x30 <= text[i] <= 0x39 or 0x61 <= text[i] <= 0x7A):
            distance, owner = 99, 99


@inlined
def _letter(text: Any, first: Any, last: Any, i: Any) -> Any:
    """The letter at i as features see it: every digit is one, and every Latin letter; BREAK outside of the stretch."""
    if i < first or i >= last:
        return np.uint64(BREAK)
    c = text[i]
    return np.uint64(0x30 if 0x30 <= c <= 0x39 else 0x61 if 0x61 <= c <= 0x7A else c)


@inlined
def _slot(template: Any, a: Any, b: Any, c: Any) -> Any:
    """Slot of a template's feature with values a (32 bits), b and c (16 bits)."""
    x = a ^ (b << _SHIFT) ^ (c << _48)
    return np.int64(mixed(x + np.uint64(template + 1) * _TWO) >> _DROP)


@lean
def slots(text: Any, first: Any, last: Any, i: Any, marks: Any, out: Any) -> None:
    """Fills out int64[FEATURES] with the slots of the letter at i."""
    zero = np.uint64(0)
    a3, a2, a1 = _letter(text, first, last, i - 3), _letter(text, first, last, i - 2), _letter(text, first, last, i - 1)
    c = _letter(text, first, last, i)
    b1, b2, b3 = _letter(text, first, last, i + 1), _letter(text, first, last, i + 2), _letter(text, first, last, i + 3)
    listed, head = np.uint64(marks[LISTED, i]), np.uint64(marks[HEAD, i])
    before = np.uint64(marks[LISTED, i - 1] if i > first else 0)
    behind = np.uint64(marks[LISTED, i + 1] if i + 1 < last else 0)
    far, owner = np.uint64(marks[NEXT, i]), np.uint64(marks[OWNER, i])
    out[0], out[1], out[2] = _slot(0, c, zero, zero), _slot(1, a1, zero, zero), _slot(2, b1, zero, zero)
    out[3], out[4] = _slot(3, a2, zero, zero), _slot(4, b2, zero, zero)
    out[5], out[6] = _slot(5, a1, c, zero), _slot(6, c, b1, zero)
    out[7], out[8] = _slot(7, a2, a1, zero), _slot(8, b1, b2, zero)
    out[9], out[10] = _slot(9, a1, b1, zero), _slot(10, a1, c, b1)
    out[11], out[12] = _slot(11, a2, a1, c), _slot(12, c, b1, b2)
    out[13], out[14] = _slot(13, a3, a2, a1), _slot(14, b1, b2, b3)
    out[15], out[16] = _slot(15, listed, before, behind), _slot(16, c, listed, zero)
    out[17], out[18] = _slot(17, a1, listed, zero), _slot(18, b1, listed, behind)
    out[19], out[20] = _slot(19, head, before, listed), _slot(20, far, listed, zero)
    out[21], out[22] = _slot(21, far, c, zero), _slot(22, owner, listed, zero)
    out[23] = _slot(23, owner, head, c)
