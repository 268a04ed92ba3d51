"""Numbers that touch letters or one another: 13800138000BP, 33020019900101000713800138000."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import pii_checks as checks
from quality.kernels.lean import lean
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_region import FIRST, GAP, LAST, emit, is_digit, is_low, packed
from quality.kernels.pii_tokens import is_chained

_RESIDENT, _MOBILE, _CARD = np.int64(0), np.int64(1), np.int64(4)  # index in vocabulary.PII_KINDS
_NONE = np.int64(0)
_LETTERS = 3  # more letters than these at one end are a code


@lean
def find_glued(region: Any, tables: Any, i: Any) -> Any:
    """A number with letters at one end, or two numbers end to end; returns whether something was found."""
    fold, s, e = region.fold, region.cells[FIRST, i], region.cells[LAST, i]
    a = s
    while a < e and not is_digit(fold[a]):
        a += 1
    b = e
    while b > a and not is_digit(fold[b - 1]):
        b -= 1
    if b + 1 == e and fold[b] == 88 and b - a in (17, 28):  # …X closes a resident ID
        b = e
    if a - s > _LETTERS or e - b > _LETTERS or (a > s and b < e):
        return False
    touched = (a - s) + (e - b)
    if touched == 0 and e - s > 20 and not is_chained(region, i, i, region.cells[GAP, i] * 0):
        return _pair(region, tables, s, e)
    return touched > 0 and _single(region, tables, i, a, b)


@lean
def _is(region: Any, tables: Any, s: Any, e: Any) -> Any:
    """Kind of the number s … e-1: a resident ID, a UnionPay card, a mobile number; -1 for none."""
    n = e - s
    for k in range(n):
        c = region.fold[s + k]
        if not (is_digit(c) or (c == 88 and k == 17 and n == 18)):
            return -_MOBILE
        region.digits[k] = c
    if n == 18 and (
        checks.passes(0, region.digits, n, tables.allocated) or checks.passes(1, region.digits, n, tables.allocated)
    ):
        return _RESIDENT
    if 16 <= n <= 19 and checks.passes(5, region.digits, n, tables.allocated):
        return _CARD
    if n == 11 and checks.passes(7, region.digits, n, tables.allocated):
        return _MOBILE
    return -_MOBILE


@lean
def _single(region: Any, tables: Any, i: Any, a: Any, b: Any) -> Any:
    """A number with letters on one side. In front of a mobile number they make it part of a code, without a label."""
    if b - a != 11 and b - a != 18:
        return False
    kind = _is(region, tables, a, b)
    if kind < 0 or is_chained(region, i, i, _NONE):
        return False
    look(region, tables, region.cells[FIRST, i], region.cells[LAST, i])
    said = verdict(region, tables, kind)
    if said < 0:
        return False
    confidence = 800 if kind != _MOBILE else (600 if said > 0 else (500 if a == region.cells[FIRST, i] else 300))
    if is_low(region, confidence):
        return False
    checked = 0 if kind == _MOBILE else 2
    emit(region, tables, a, b, _NONE, packed(kind, checked + (said > 0), confidence))
    return True


@lean
def _pair(region: Any, tables: Any, s: Any, e: Any) -> Any:
    for k in range(s + 11, e - 10):
        if k - s not in (11, 16, 18, 19):
            continue
        left = _is(region, tables, s, k)
        right = _is(region, tables, k, e) if left >= 0 else left
        if right < 0:
            continue
        look(region, tables, s, e)
        said = verdict(region, tables, _MOBILE)
        phones = left == _MOBILE and right == _MOBILE
        confidence = _NONE + (600 if said > 0 or not phones else 500)
        if (phones and said < 0) or is_low(region, confidence):
            return False
        evidence = _NONE + (said > 0)
        emit(
            region,
            tables,
            s,
            k,
            _NONE,
            packed(left, evidence + (0 if left == _MOBILE else 2), confidence + (0 if left == _MOBILE else 200)),
        )
        emit(
            region,
            tables,
            k,
            e,
            _NONE,
            packed(right, evidence + (0 if right == _MOBILE else 2), confidence + (0 if right == _MOBILE else 200)),
        )
        return True
    return False
