"""Landlines: area code, local number, extension (national numbering plan, STANDARDS 3.6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import pii_checks as checks
from quality.kernels.lean import lean
from quality.kernels.pii_context import directly_before, look, verdict
from quality.kernels.pii_region import FIRST, FORM, GAP, LAST, STATE, TOKENS, emit, is_digit, is_free, is_low, packed
from quality.kernels.pii_tokens import is_chained, with_country

_LANDLINE = np.int64(2)  # index in quality.pii.kinds.KINDS
_NONE = np.int64(0)
_SPACE, _OPEN, _CLOSE, _HYPHEN, _SLASH, _EXTENSION = 32, 40, 41, 45, 47, 26


@lean
def find_landline(region: Any, tables: Any, i: Any) -> Any:
    """Area code, separator, local number in one or two groups, extension; or a local number right behind a label."""
    s, li, area = _area(region, tables, i)
    if area < 0:
        return _local_only(region, tables, i)
    j = _local(region, i + 1, 8 if area <= 2 else 7)
    if j < 0:
        return False
    e, j = _with_extension(region, j)
    if not is_free(region, s, e):
        return False
    look(region, tables, s, e)
    said = verdict(region, tables, _LANDLINE)
    if said < 0:
        return False
    firm = region.cells[GAP, i] == _HYPHEN or region.cells[GAP, i] == _CLOSE
    confidence = 970 if said > 0 else (400 if is_chained(region, li, j, _NONE) else (900 if firm else 600))
    if is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(_LANDLINE, _NONE + (said > 0), confidence))
    return True


@lean
def _area(region: Any, tables: Any, i: Any) -> Any:
    """(shadow start, first token, length of the area code without 0) if token i is an area code, else area -1."""
    a, length = region.cells[FIRST, i], region.cells[LAST, i] - region.cells[FIRST, i]
    if (
        length < 2
        or length > 4
        or i + 1 >= region.cells[STATE, TOKENS]
        or region.cells[GAP, i] == 0
        or region.cells[GAP, i] == _SLASH
    ):
        return a, i, -1
    s, li = with_country(region, i)
    trunk = 1 if region.fold[a] == 48 else 0
    if trunk == 0 and li == i:
        return a, i, -1
    bare = length - trunk
    code = checks.number(region.fold, a + trunk, bare)
    known = (bare == 2 and (code == 10 or 20 <= code <= 29)) or (bare == 3 and code >= 300)
    if not known or tables.allocated[2, code] == 0:
        return a, i, -1
    if region.fold[s - 1] == _OPEN and region.cells[GAP, i] == _CLOSE:
        s -= 1
    return s, li, bare


@lean
def _local(region: Any, i: Any, least: Any) -> Any:
    """Last token of the local number that begins at token i, or -1."""
    if region.cells[FORM, i] != 1 or not 50 <= region.fold[region.cells[FIRST, i]] <= 56:
        return -1
    length = region.cells[LAST, i] - region.cells[FIRST, i]
    if least <= length <= 8:
        return i
    if (length != 4 and length != 3) or i + 1 >= region.cells[STATE, TOKENS] or region.cells[FORM, i + 1] != 1:
        return -1
    gap, length = region.cells[GAP, i], length + region.cells[LAST, i + 1] - region.cells[FIRST, i + 1]
    fits = least <= length <= 8
    return i + 1 if fits and (gap in (_SPACE, _HYPHEN)) else -1


@lean
def _with_extension(region: Any, j: Any) -> Any:
    """(shadow end, last token) with 转8001 or -8001 taken in."""
    if j + 1 < region.cells[STATE, TOKENS] and region.cells[FORM, j + 1] == 1:
        length = region.cells[LAST, j + 1] - region.cells[FIRST, j + 1]
        gap = region.cells[GAP, j]
        if (gap == _EXTENSION and length <= 6) or (gap == _HYPHEN and 2 <= length <= 5):
            return region.cells[LAST, j + 1], j + 1
    return region.cells[LAST, j], j


@lean
def _local_only(region: Any, tables: Any, i: Any) -> Any:
    """电话：87654321. Only right behind a label, and not if it reads as a date."""
    j = _local(region, i, _NONE + 7)
    if j < 0:
        return False
    a = region.cells[FIRST, i]
    year = checks.number(region.fold, a, 4) if region.cells[LAST, i] - a == 8 else 0
    if 1900 <= year <= 2099 and checks.is_date(
        year, checks.number(region.fold, a + 4, 2), checks.number(region.fold, a + 6, 2)
    ):
        return False
    e, j = _with_extension(region, j)
    if not is_free(region, a, e) or is_chained(region, i, j, region.cells[GAP, i] if i < j else _NONE):
        return False
    look(region, tables, a, e)
    if not directly_before(region, tables, 3 * _LANDLINE) or is_digit(region.fold[a - 1]):
        return False
    emit(region, tables, a, e, _NONE, packed(_LANDLINE, _NONE + 1, _NONE + 600))
    return True
