"""A region: a stretch of shadow characters that could hold an identifier, and how findings leave it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

CAPACITY = 8192
"""Longest region; a longer stretch is cut. No identifier is longer than 320 characters."""

MARK = 2
MATH = 0x1D400
BYTE, POINT, BUSY, FIRST, LAST, FORM, GAP, WINDOW, STATE = range(9)
"""Rows of Region.cells. Of shadow character k: its byte of data, its code point of the string, 1 where a finding lies.
Of token i: first and end shadow character, form (0 letters, 1 digits, 2 digits and X, 3 mixed), what stands between it
and the next (0 if they have nothing to do with each other). Then the context characters of a candidate, and scalars."""

LENGTH, TEXT, LOW, HIGH, TOKENS, FOUND, FLOOR, LEFT, RIGHT, WEAK, PENDING, SINCE, UNTIL, SIGNS = range(14)
"""Scalars: shadow characters, index of the string, its byte bounds, tokens, findings so far, lowest confidence taken in
this round (thousandths), characters of context on either side, whether weak digits count, whether a finding below the
floor is waiting, byte where the last replaced finding ends (before this region; so far), AT | PLATE | NET as they occur."""

AT, PLATE, NET = 1, 2, 4
"""Signs without which a region holds no mailbox, no plate, no address of a machine: @, a province, dot colon hyphen."""

MEDIUM = 500
"""Lowest confidence (thousandths) that is replaced by default."""

REACH = 15
"""Characters of context on either side."""


class Tables(NamedTuple):
    """Everything that is data: quality.pii builds it from quality.pii.kinds and quality.pii.shadow."""

    fold: Any  # uint8[65536 + 1024]: the basic plane, then the mathematical alphanumerics
    context: Any  # uint16[65536]
    shapes: Any  # int64[shapes, 11]: kind low high form check group split alone labelled chained evidence
    words: Any  # uint16: all context words end to end
    starts: Any  # int64[2, …]: where words begin in `words`; where lists begin among words, in the order
    # (kind, near | refuse before | refuse after)
    hints: Any  # uint32[3, 1024]: bit of the kind set where a word of list near | before | after has this first (before:
    # last) character, modulo 1024
    allocated: Any  # uint8[3, 1000]: provinces, mobile prefixes, area codes
    glued: Any  # uint64: labels of at most 8 letters, packed


class Region(NamedTuple):
    """Scratch of one scan. Few arrays, because every call passes them all."""

    data: Any  # uint8: the strings
    fold: Any  # uint8[CAPACITY + 4]: shadow characters 1 … LENGTH between sentinels
    digits: Any  # uint8[32]: the number being looked at
    cells: Any  # int64[9, CAPACITY + 4], rows as named above
    out: Any  # int64[capacity, 6]: text, start, end (code points), start, end (bytes of the string), see `packed`


def scratch(data: NDArray[np.uint8], out: NDArray[np.int64]) -> Region:
    """A region to work in. It is made here because the kernels do without Numba's reference counting (`_nrt=False`):
    every call passes a dozen arrays, and counting them costs more than the work on a region of twenty characters."""
    size = CAPACITY + 4
    return Region(data, np.zeros(size, np.uint8), np.zeros(32, np.uint8), np.zeros((9, size), np.int64), out)


@inlined
def fold_at(fold: Any, data: Any, i: Any) -> Any:
    """Folded character of the code point at byte i."""
    cp = decode(data, i)
    if cp >= 65536:
        cp = 65536 + cp - MATH if MATH <= cp < MATH + 1024 else 65535  # U+FFFF is no character
    return fold[cp]


@lean
def is_digit(c: Any) -> Any:
    return 48 <= c <= 57


@lean
def is_alnum(c: Any) -> Any:
    return 48 <= c <= 57 or 65 <= c <= 90


@lean
def is_hex(c: Any) -> Any:
    return 48 <= c <= 57 or 65 <= c <= 70


@lean
def end_of(region: Any, tables: Any, k: Any) -> Any:
    """(byte, code point) behind shadow character k and the marks that belong to it."""
    data, high = region.data, region.cells[STATE, HIGH]
    i = region.cells[BYTE, k] + width(data[region.cells[BYTE, k]])
    point = region.cells[POINT, k] + 1
    while i < high and data[i] > 0x7F and fold_at(tables.fold, data, i) == MARK:
        i += width(data[i])
        point += 1
    return i, point


@lean
def is_free(region: Any, s: Any, e: Any) -> Any:
    busy = region.cells[BUSY]
    for k in range(s, e):  # noqa: SIM110  Numba has no any() over generators
        if busy[k] != 0:
            return False
    return True


@lean
def is_label(fold: Any, glued: Any, s: Any, e: Any) -> Any:
    """Whether the letters s … e-1 are one of the labels that may be glued to a number."""
    key = np.int64(0)
    for k in range(s, e):
        key = key << 8 | int(fold[k])
    for label in glued:  # noqa: SIM110  numba knows no any()
        if label == key:
            return True
    return False


@lean
def is_low(region: Any, confidence: Any) -> Any:
    """Whether a finding has to wait for a later round."""
    if confidence >= region.cells[STATE, FLOOR]:
        return False
    region.cells[STATE, PENDING] = 1
    return True


@lean
def emit(region: Any, tables: Any, s: Any, e: Any, extra: Any, code: Any) -> Any:
    """Writes the finding of shadow characters s … e-1 and of `extra` three-byte characters behind them.

    Beyond the capacity of `out` findings are only counted: the caller comes back with more room.
    """
    i, point = end_of(region, tables, e - 1)
    at, low = region.cells[STATE, FOUND], region.cells[STATE, LOW]
    region.cells[STATE, FOUND] = at + 1
    region.cells[BUSY, s:e] = 1
    if region.cells[STATE, FLOOR] == MEDIUM:
        region.fold[s:e] = 0  # as a placeholder will: whatever it touched stands free in the next round
        region.cells[STATE, UNTIL] = max(region.cells[STATE, UNTIL], i + 3 * extra)
    if at >= len(region.out):
        return
    region.out[at, 0] = region.cells[STATE, TEXT]
    region.out[at, 1] = region.cells[POINT, s]
    region.out[at, 2] = point + extra
    region.out[at, 3] = region.cells[BYTE, s] - low
    region.out[at, 4] = i + 3 * extra - low
    region.out[at, 5] = code


@lean
def packed(kind: Any, evidence: Any, confidence: Any) -> Any:
    return int(kind) | int(evidence) << 8 | int(confidence) << 16
