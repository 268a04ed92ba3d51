"""The pass that finds identifiers: folds on the fly, opens a region where one could be, resolves it at its end.

Nearly all text never opens a region that is worth resolving: that is where the speed comes from. Everything,
validation and context included, is compiled; nothing comes back to Python but findings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.pii_nets import find_addresses, find_emails, find_plates
from quality.kernels.pii_numbers import find_numbers, tokenise
from quality.kernels.pii_region import CAPACITY, FLOOR, FOUND, HIGH, LENGTH, LOW, TEXT, WEAK, Region, fold_at
from quality.kernels.utf8 import width

_MEDIUM = 500
_SPACE, _OPEN, _PLUS, _HYPHEN, _DOT, _COLON, _AT, _PROVINCE = 32, 40, 43, 45, 46, 58, 64, 0x90


@njit(nogil=True, cache=True)
def scan(data: Any, offsets: Any, tables: Any, out: Any) -> Any:
    """Finds identifiers in every string. Writes rows of `out` (see Region.out), returns how many there are in all."""
    region = Region(
        data, np.zeros(CAPACITY + 4, np.uint8), np.zeros(CAPACITY + 4, np.int64), np.zeros(CAPACITY + 4, np.int64),
        np.zeros(CAPACITY + 4, np.uint8), np.zeros(CAPACITY + 4, np.int64), np.zeros(CAPACITY + 4, np.int64),
        np.zeros(CAPACITY + 4, np.uint8), np.zeros(CAPACITY + 4, np.uint8), np.zeros(32, np.uint8), np.zeros(64, np.int64),
        out, np.zeros(10, np.int64),
    )  # fmt: skip
    for text in range(len(offsets) - 1):
        region.state[TEXT], region.state[LOW], region.state[HIGH] = text, offsets[text], offsets[text + 1]
        _scan_text(region, tables)
    return region.state[FOUND]


@njit(nogil=True, cache=True)
def _scan_text(region: Any, tables: Any) -> Any:
    """One string. A region is the longest stretch of characters that identifiers are made of; a space belongs to it
    only shortly after a digit, so that prose in Latin letters does not form long ones."""
    data, fold, byte, point = region.data, region.fold, region.byte, region.point
    i, high = region.state[LOW], region.state[HIGH]
    n = cp = strong = weak = dots = joints = last_digit = 0
    special = False  # an @, or a province followed by a letter
    fold[0] = 0
    while i < high:
        c = data[i]
        f = tables.fold[c] if c < 0x80 else fold_at(tables, data, i)
        step = 1 if c < 0x80 else width(c)
        if f == _SPACE and n - last_digit > 3 and not (special and n <= 2):
            f = 0
        if f == 0 or n == CAPACITY:
            if n > 0:
                if special or strong >= 7 or strong + weak >= 10 or (dots >= 3 and strong >= 4) or joints >= 2:
                    region.state[LENGTH], region.state[WEAK] = n, weak
                    _resolve(region, tables)
                fold[0] = 65 if n == CAPACITY else 0
                n = strong = weak = dots = joints = last_digit = 0
                special = False
            if f == 0:
                i += step
                cp += 1
                continue
        if f <= 2 or (n == 0 and (f == _SPACE or f == _DOT or f == _HYPHEN or f == 26)):
            i += step
            cp += 1
            continue
        n += 1
        fold[n], byte[n], point[n] = f, i, cp
        if 48 <= f <= 57:
            strong += 1
            last_digit = n
        elif f >= 65 and f <= 90:
            special = special or fold[n - 1] == _PROVINCE
        elif 0x80 <= f < 0x90:
            weak += 1
            last_digit = n
        elif f == _DOT:
            dots += 1
        elif f == _COLON:
            joints += 1
        elif f == _HYPHEN:
            joints += 1 if fold[n - 1] != _HYPHEN and n > 2 and fold[n - 3] == _HYPHEN else 0
        elif f == _AT:
            special = True
        i += step
        cp += 1
    if n > 0 and (special or strong >= 7 or strong + weak >= 10 or (dots >= 3 and strong >= 4) or joints >= 2):
        region.state[LENGTH], region.state[WEAK] = n, weak
        _resolve(region, tables)


@njit(nogil=True, cache=True)
def _resolve(region: Any, tables: Any) -> Any:
    """All recognisers over one region. Findings that will be replaced come first, round by round, because what hangs
    to a replaced number hangs to nothing any more; what is left after that is low, and stays low in a second scan."""
    n = region.state[LENGTH]
    region.fold[n + 1] = region.fold[n + 2] = 0
    region.busy[: n + 2] = 0
    region.state[FLOOR] = _MEDIUM
    find_emails(region, tables)
    find_plates(region, tables)
    again = True
    while again:
        again = _round(region, tables)
    region.state[FLOOR] = 1
    _round(region, tables)


@njit(nogil=True, cache=True)
def _round(region: Any, tables: Any) -> Any:
    found = False
    if region.state[WEAK] > 0:
        tokenise(region, tables)
        found = find_numbers(region, tables)
    weak, region.state[WEAK] = region.state[WEAK], 0
    tokenise(region, tables)
    if find_addresses(region, tables):
        found = True
    found = find_numbers(region, tables) or found
    region.state[WEAK] = weak
    return found
