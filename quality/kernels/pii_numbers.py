"""Numbers in one piece or in groups: resident IDs, cards, mobile numbers, credit codes, landlines."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import pii_checks as checks
from quality.kernels.lean import lean
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_glued import find_glued
from quality.kernels.pii_landlines import find_landline
from quality.kernels.pii_papers import find_paper
from quality.kernels.pii_region import FIRST, FORM, GAP, LAST, STATE, TOKENS, WEAK, emit, is_free, is_low, packed
from quality.kernels.pii_tokens import is_chained, with_country

_SHORTEST, _LONGEST = 10, 20
_MOBILE, _LANDLINE, _VIN = np.int64(1), np.int64(2), np.int64(13)  # index in quality.pii.kinds.KINDS
_NONE = np.int64(0)  # numba compiles a function anew for every Python literal it is called with, but not for these
_SPACE, _HYPHEN, _DOT = 32, 45, 46


@lean
def find_numbers(region: Any, tables: Any) -> Any:
    """One round over all tokens; returns whether anything new was found."""
    found, weak = False, region.cells[STATE, WEAK] != 0
    first, last, form, gap = region.cells[FIRST], region.cells[LAST], region.cells[FORM], region.cells[GAP]
    for i in range(region.cells[STATE, TOKENS]):
        length = last[i] - first[i]
        if form[i] == 0 or not is_free(region, first[i], last[i]):
            continue
        odd = form[i] == 3 and length != 18 and length != 17 and length != 10
        usual = not odd and not (gap[i] == 0 and length < 7) and length <= _LONGEST
        if usual and (_windows(region, tables, i) or (not weak and form[i] == 1 and find_landline(region, tables, i))):
            found = True
            continue
        if weak or length < 7:
            continue
        if (length >= 12 and find_glued(region, tables, i)) or (
            length <= 8 and gap[i] != 0 and find_paper(region, tables, i)
        ):
            found = True
    return found


@lean
def _windows(region: Any, tables: Any, i: Any) -> Any:
    """Tries the tokens from i on, joined, longest first."""
    weak = region.cells[STATE, WEAK] != 0
    first, last = region.cells[FIRST], region.cells[LAST]
    j, n = i, _append(region, i, _NONE)
    while j + 1 < region.cells[STATE, TOKENS] and _joins(region, i, j, n):
        j += 1
        n = _append(region, j, n)
    while n >= _SHORTEST:
        if is_free(region, first[i], last[j]) and (not weak or _has_weak(region, i, j)) and _shapes(region, tables, i, j, n):
            return True
        n -= last[j] - first[j]
        j -= 1
    return False


@lean
def _joins(region: Any, i: Any, j: Any, n: Any) -> Any:
    """Whether token j+1 may continue the number that tokens i … j write."""
    gap = region.cells[GAP, j]
    plain = gap in (_SPACE, _HYPHEN, _DOT) or gap == 95
    same = gap == region.cells[GAP, i]
    form = region.cells[FORM, j + 1]
    fits = n + region.cells[LAST, j + 1] - region.cells[FIRST, j + 1] <= _LONGEST
    return plain and same and region.cells[FORM, j] == 1 and (form == 1 or form == 2) and fits


@lean
def _append(region: Any, j: Any, n: Any) -> Any:
    for k in range(region.cells[FIRST, j], region.cells[LAST, j]):
        c = region.fold[k]
        region.digits[n] = 48 + (c & 0x0F) if c >= 0x80 else c
        n += 1
    return n


@lean
def _has_weak(region: Any, i: Any, j: Any) -> Any:
    for k in range(region.cells[FIRST, i], region.cells[LAST, j]):  # noqa: SIM110  Numba has no any() over generators
        if 0x80 <= region.fold[k] <= 0x89:
            return True
    return False


@lean
def _shapes(region: Any, tables: Any, i: Any, j: Any, n: Any) -> Any:
    """Takes the first shape that fits with enough confidence."""
    shapes = tables.shapes
    for row in range(len(shapes)):
        if n < shapes[row, 1] or n > shapes[row, 2] or not _written_like(region, shapes[row], i, j):
            continue
        if checks.passes(shapes[row, 4], region.digits, n, tables.allocated) and _judge(region, tables, shapes[row], i, j):
            return True
    return False


@lean
def _written_like(region: Any, shape: Any, i: Any, j: Any) -> Any:
    form = region.cells[FORM, j]
    if not (form == 1 or (form == 2 and shape[3] >= 2) or (form == 3 and shape[3] == 3)):
        return False
    if i == j:
        return True
    if shape[5] == 0:
        return False
    return (shape[6] == 1 and _is_split(region, i, j)) or _is_grouped(region, i, j, shape[5])


@lean
def _is_split(region: Any, i: Any, j: Any) -> Any:
    """Every character stands alone."""
    for k in range(i, j + 1):  # noqa: SIM110  Numba has no any() over generators
        if region.cells[LAST, k] - region.cells[FIRST, k] > 1:
            return False
    return True


@lean
def _is_grouped(region: Any, i: Any, j: Any, least: Any) -> Any:
    """Groups of at least `least`; cards and IDs may end in a shorter one."""
    for k in range(i, j):  # noqa: SIM110  Numba has no any() over generators
        if region.cells[LAST, k] - region.cells[FIRST, k] < least:
            return False
    return True


@lean
def _judge(region: Any, tables: Any, shape: Any, i: Any, j: Any) -> Any:
    """Confidence from context, grouping and neighbours; emits if it reaches the floor."""
    kind = shape[0]
    s, e = region.cells[FIRST, i], region.cells[LAST, j]
    li = i
    if kind in (_MOBILE, _LANDLINE):
        s, li = with_country(region, i)
    look(region, tables, s, e)
    said = verdict(region, tables, kind)
    if said < 0 and (shape[10] == 0 or kind == _VIN):
        return False
    chained = is_chained(region, li, j, region.cells[GAP, i] if i < j else _NONE)
    confidence = shape[8] if said > 0 else (shape[9] if chained else shape[7])
    if i < j and kind == _MOBILE:
        confidence = _grouped_mobile(region, i, j, chained, said > 0, confidence)
    elif i < j and chained and _is_split(region, i, j):
        confidence = 0
    if confidence == 0 or is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(kind, shape[10] + (1 if said > 0 else 0), confidence))
    return True


@lean
def _grouped_mobile(region: Any, i: Any, j: Any, chained: Any, labelled: Any, confidence: Any) -> Any:
    """3-4-4 is how people write it; other groupings need a label to be believed, and none may be cut from a chain."""
    if region.cells[LAST, j] - region.cells[FIRST, j] < 3 and not _is_split(region, i, j):
        return 0
    usual = (
        j == i + 2
        and region.cells[LAST, i] - region.cells[FIRST, i] == 3
        and region.cells[LAST, j] - region.cells[FIRST, j] == 4
    )
    if region.cells[GAP, i] == _DOT and not (usual or labelled or _is_split(region, i, j)):
        return 0  # 131.03618861 is a longitude
    if chained:
        return 600 if usual and (labelled or region.cells[GAP, i] == _SPACE) else 0
    return confidence if labelled else (850 if usual else 600)
