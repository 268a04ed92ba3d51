"""Numbers with a check character set apart: A123456(3) of Hong Kong, D2143569-X of an organisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import pii_checks as checks
from quality.kernels.lean import lean
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_region import FIRST, LAST, STATE, TOKENS, emit, is_alnum, is_digit, is_free, is_low, packed

_OVERSEAS, _ORGANISATION = np.int64(16), np.int64(17)  # index in vocabulary.PII_KINDS
_NONE = np.int64(0)


@lean
def find_paper(region: Any, tables: Any, i: Any) -> Any:
    """Token i and the single character behind it; returns whether something was found."""
    if i + 1 >= region.cells[STATE, TOKENS] or region.cells[LAST, i + 1] - region.cells[FIRST, i + 1] != 1:
        return False
    s, e, fold = region.cells[FIRST, i], region.cells[LAST, i], region.fold
    if region.cells[FIRST, i + 1] != e + 1 or not is_free(region, s, e + 2):
        return False
    for k in range(e - s):
        region.digits[k] = fold[s + k]
    region.digits[e - s] = fold[e + 1]
    if e - s == 7 and fold[e] == 40 and fold[e + 2] == 41:
        return _hong_kong(region, tables, s, e + 3)
    if e - s == 8 and fold[e] == 45 and not (fold[e + 2] == 45 or is_alnum(fold[e + 2])) and fold[s - 1] != 45:
        return _organisation(region, tables, s, e + 2)
    return False


@lean
def _hong_kong(region: Any, tables: Any, s: Any, e: Any) -> Any:
    if is_digit(region.fold[s]) or not (is_digit(region.digits[7]) or region.digits[7] == 65):
        return False
    for k in range(1, 7):
        if not is_digit(region.digits[k]):
            return False
    if not checks.hong_kong(region.digits):
        return False
    look(region, tables, s, e)
    said = verdict(region, tables, _OVERSEAS) > 0
    confidence = 950 if said else 600
    if is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(_OVERSEAS, _NONE + 2 + said, confidence))
    return True


@lean
def _organisation(region: Any, tables: Any, s: Any, e: Any) -> Any:
    """Every eleventh number passes: only with a word."""
    if not checks.organisation_code(region.digits):
        return False
    look(region, tables, s, e)
    if verdict(region, tables, _ORGANISATION) <= 0:
        return False
    emit(region, tables, s, e, _NONE, packed(_ORGANISATION, _NONE + 3, _NONE + 950))
    return True
