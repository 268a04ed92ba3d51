"""A region: a stretch of shadow characters that could hold an identifier, and how findings leave it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from quality.kernels.utf8 import decode, width

CAPACITY = 8192
"""Longest region; a longer stretch is cut. No identifier is longer than 320 characters."""

MARK = 2
MATH = 0x1D400
WINDOW = 15

LENGTH, TEXT, LOW, HIGH, TOKENS, FOUND, FLOOR, LEFT, RIGHT, WEAK = range(10)
"""Places in Region.state: shadow characters, index of the string, its byte bounds, tokens, findings so far, lowest
confidence taken in this round (thousandths), characters of context on either side, and whether weak digits count."""


class Tables(NamedTuple):
    """Everything that is data: quality.pii builds it from quality.pii.kinds and quality.pii.shadow."""

    fold: Any  # uint8[65536]
    math: Any  # uint8[1024]
    context: Any  # uint16[65536]
    shapes: Any  # int64[shapes, 11]: kind low high form check group split alone labelled chained evidence
    words: Any  # uint16: all context words end to end
    word_starts: Any  # int64
    list_starts: Any  # int64[3 * kinds + 1]: words of (kind, near | refuse before | refuse after)
    provinces: Any  # uint8[100]
    mobiles: Any  # uint8[1000]
    areas: Any  # uint8[1000]
    glued: Any  # uint64: labels of at most 8 letters, packed


class Region(NamedTuple):
    """Scratch of one scan. Shadow character k (1 … LENGTH) stands at `byte[k]`, `point[k]` of the string's data."""

    data: Any  # uint8: the strings
    fold: Any  # uint8[CAPACITY + 2]; [0] and [LENGTH + 1] are sentinels
    byte: Any  # int64
    point: Any  # int64: code point of the string
    busy: Any  # uint8: 1 where a finding lies
    first: Any  # int64: tokens, half-open
    last: Any
    form: Any  # uint8: 0 letters, 1 digits, 2 digits and X, 3 mixed
    gap: Any  # uint8: between token k and k + 1; 0 if they have nothing to do with each other
    digits: Any  # uint8[32]: the number being looked at
    window: Any  # int64[64]: its context
    out: Any  # int64[capacity, 6]: text, start, end (code points), start, end (bytes of data), kind | evidence << 8 | confidence << 16
    state: Any  # int64[10]


@njit(nogil=True, cache=True)
def fold_at(tables: Any, data: Any, i: Any) -> Any:
    """Folded character of the code point at byte i."""
    cp = decode(data, i)
    if cp < 65536:
        return tables.fold[cp]
    return tables.math[cp - MATH] if MATH <= cp < MATH + 1024 else np.uint8(0)


@njit(nogil=True, cache=True)
def is_digit(c: Any) -> Any:
    return 48 <= c <= 57


@njit(nogil=True, cache=True)
def is_alnum(c: Any) -> Any:
    return 48 <= c <= 57 or 65 <= c <= 90


@njit(nogil=True, cache=True)
def is_hex(c: Any) -> Any:
    return 48 <= c <= 57 or 65 <= c <= 70


@njit(nogil=True, cache=True)
def end_of(region: Any, tables: Any, k: Any) -> Any:
    """(byte, code point) behind shadow character k and the marks that belong to it."""
    data, high = region.data, region.state[HIGH]
    i = region.byte[k] + width(data[region.byte[k]])
    point = region.point[k] + 1
    while i < high and data[i] > 0x7F and fold_at(tables, data, i) == MARK:
        i += width(data[i])
        point += 1
    return i, point


@njit(nogil=True, cache=True)
def is_free(region: Any, s: Any, e: Any) -> Any:
    for k in range(s, e):
        if region.busy[k] != 0:
            return False
    return True


@njit(nogil=True, cache=True)
def emit(region: Any, tables: Any, s: Any, e: Any, extra: Any, code: Any) -> Any:
    """Writes the finding of shadow characters s … e-1 and of `extra` three-byte characters behind them.

    Beyond the capacity of `out` findings are only counted: the caller comes back with more room.
    """
    at = region.state[FOUND]
    region.state[FOUND] = at + 1
    region.busy[s:e] = 1
    if at >= len(region.out):
        return
    low = region.state[LOW]
    i, point = end_of(region, tables, e - 1)
    region.out[at, 0] = region.state[TEXT]
    region.out[at, 1] = region.point[s]
    region.out[at, 2] = point + extra
    region.out[at, 3] = region.byte[s] - low
    region.out[at, 4] = i + 3 * extra - low
    region.out[at, 5] = code


@njit(nogil=True, cache=True)
def packed(kind: Any, evidence: Any, confidence: Any) -> Any:
    return int(kind) | int(evidence) << 8 | int(confidence) << 16
