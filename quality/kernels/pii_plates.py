"""Licence plates (GA 36-2018), new energy included."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_region import HIGH, LENGTH, STATE, emit, end_of, is_alnum, is_digit, is_free, packed
from quality.kernels.utf8 import decode

_PLATE = np.int64(6)  # index in quality.pii.kinds.KINDS
_NONE = np.int64(0)
_PROVINCE = 0x90


@lean
def find_plates(region: Any, tables: Any) -> Any:
    """Province, letter, five or six more (GA 36); 学警港澳挂领试超 may stand for the last one."""
    fold, found = region.fold, False
    for p in range(1, region.cells[STATE, LENGTH]):
        if fold[p] != _PROVINCE or not 65 <= fold[p + 1] <= 90 or fold[p + 1] == 73 or fold[p + 1] == 79:
            continue
        k = p + 2
        if fold[k] == 46 or fold[k] == 32 or fold[k] == 45:
            k += 1
        e, digits = k, 0
        while is_alnum(fold[e]) and fold[e] != 73 and fold[e] != 79:
            digits += 1 if is_digit(fold[e]) else 0
            e += 1
        length = e - k
        extra = _NONE + (length == 4 and _ends_specially(region, tables, e))
        if (
            is_alnum(fold[e])
            or length + extra < 5
            or length > 6
            or digits < (2 if length == 5 else 3)
            or not is_free(region, p, e)
        ):
            continue
        if length == 6 and not (_is_new_energy(fold, k, e)):
            continue
        look(region, tables, p, e)
        said = verdict(region, tables, _PLATE) > 0
        emit(region, tables, p, e, extra, packed(_PLATE, _NONE + said, 970 if said else 850))
        found = True
    return found


@lean
def _is_new_energy(fold: Any, s: Any, e: Any) -> Any:
    """Small cars: letter, letter or digit, four digits. Large ones: five digits, letter."""
    middle = is_digit(fold[s + 2]) and is_digit(fold[s + 3]) and is_digit(fold[s + 4])
    small = 65 <= fold[s] <= 75 and is_digit(fold[e - 1])
    large = is_digit(fold[s]) and is_digit(fold[s + 1]) and 65 <= fold[e - 1] <= 75
    return middle and (small or large)


@lean
def _ends_specially(region: Any, tables: Any, e: Any) -> Any:
    """Whether 学 警 港 澳 挂 领 试 超 follows shadow character e-1 directly."""
    i, _ = end_of(region, tables, e - 1)
    if i + 3 > region.cells[STATE, HIGH] or region.data[i] < 0xE3:
        return False
    cp = decode(region.data, i)
    return (
        cp == 0x5B66
        or cp == 0x8B66
        or cp == 0x6E2F
        or cp == 0x6FB3
        or cp == 0x6302
        or cp == 0x9886
        or cp == 0x8BD5
        or cp == 0x8D85
    )
