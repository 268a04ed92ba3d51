"""Addresses of machines: IPv4, IPv6 (RFC 4291), MAC."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import pii_checks as checks
from quality.kernels.lean import lean
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_region import (
    FIRST,
    FORM,
    LAST,
    STATE,
    TOKENS,
    emit,
    is_alnum,
    is_digit,
    is_free,
    is_hex,
    is_low,
    packed,
)

_IPV4, _IPV6, _MAC = np.int64(7), np.int64(8), np.int64(9)  # index in quality.pii.kinds.KINDS
_NONE = np.int64(0)
_BIG = 32
"""Parts of versions and section numbers are smaller than this, but for one of them at most."""


@lean
def find_addresses(region: Any, tables: Any) -> Any:
    """IPv4, MAC and IPv6, over tokens; returns whether anything new was found."""
    found = False
    fold, first, last = region.fold, region.cells[FIRST], region.cells[LAST]
    for i in range(region.cells[STATE, TOKENS] - 1):
        length, mark = last[i] - first[i], fold[last[i]]
        if length > 4 or not is_free(region, first[i], last[i]):
            continue
        if (
            (mark == 46 and _ipv4(region, tables, i))
            or (length == 2 and (mark == 58 or mark == 45) and _mac(region, tables, i))
            or (mark == 58 and _ipv6(region, tables, i))
        ):
            found = True
    return found


@lean
def _stands_free(fold: Any, s: Any, e: Any) -> Any:
    """Not part of a longer dotted, hyphenated or lettered word."""
    before, after = fold[s - 1], fold[e]
    if is_alnum(before) or is_alnum(after):
        return False
    if (before == 46 or before == 45 or before == 95) and is_alnum(fold[s - 2]):
        return False
    return not ((after == 46 or after == 45 or after == 95) and is_alnum(fold[e + 1]))


@lean
def _ipv4(region: Any, tables: Any, i: Any) -> Any:
    if i + 3 >= region.cells[STATE, TOKENS]:
        return False
    fold, most, second, zero = region.fold, np.int64(0), np.int64(0), False
    for t in range(i, i + 4):
        s, e = region.cells[FIRST, t], region.cells[LAST, t]
        if region.cells[FORM, t] != 1 or e - s > 3 or (e - s > 1 and fold[s] == 48) or fold[s] >= 0x80:
            return False
        value = checks.number(fold, s, e - s)
        if value > 255 or (t < i + 3 and not (fold[e] == 46 and region.cells[FIRST, t + 1] == e + 1)):
            return False
        zero = zero or value == 0
        second = max(second, min(most, value))
        most = max(most, value)
    s, e = region.cells[FIRST, i], region.cells[LAST, i + 3]
    first = checks.number(fold, s, region.cells[LAST, i] - s)
    if first == 0 or first == 127 or first >= 224 or not _stands_free(fold, s, e):
        return False  # unspecified, loopback, multicast, net masks: nobody's
    look(region, tables, s, e)
    said = verdict(region, tables, _IPV4)
    private = first == 10 and (most >= _BIG or (zero and value != 0))  # 10.0.0.5, while 3.5.11.0 and 2.0.1.2 are versions
    confidence = 980 if said > 0 else (850 if most >= 100 or private or (first >= 10 and second >= _BIG) else 300)
    if said < 0 or is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(_IPV4, _NONE + (said > 0), confidence))
    return True


@lean
def _continues(fold: Any, s: Any, mark: Any) -> Any:
    """Whether s goes on after `mark` with something hexadecimal before it; MAC:, IP: and 地址： are labels."""
    if fold[s - 1] != mark:
        return False
    k = s - 2
    while is_hex(fold[k]):
        k -= 1
    return fold[s - 2] == mark or (s - 2 > k >= s - 6 and not is_alnum(fold[k]))


@lean
def _mac(region: Any, tables: Any, i: Any) -> Any:
    """Six pairs of hexadecimal digits joined by : or -."""
    if i + 5 >= region.cells[STATE, TOKENS] or region.cells[LAST, i] - region.cells[FIRST, i] != 2:
        return False
    fold, mark, letters = region.fold, region.fold[region.cells[LAST, i]], False
    if mark != 58 and mark != 45:
        return False
    for t in range(i, i + 6):
        s, e = region.cells[FIRST, t], region.cells[LAST, t]
        if e - s != 2 or not (is_hex(fold[s]) and is_hex(fold[s + 1])):
            return False
        if t < i + 5 and not (fold[e] == mark and region.cells[FIRST, t + 1] == e + 1):
            return False
        letters = letters or region.cells[FORM, t] != 1
    s, e = region.cells[FIRST, i], region.cells[LAST, i + 5]
    continues = _continues(fold, s, mark) or (fold[e] == mark and is_alnum(fold[e + 1]))
    if continues or (mark == 58 and not _stands_free(fold, s, e)) or is_alnum(fold[s - 1]) or is_alnum(fold[e]):
        return False
    look(region, tables, s, e)
    said = verdict(region, tables, _MAC) > 0
    confidence = 980 if said else (900 if letters else 400)
    if is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(_MAC, _NONE + said, confidence))
    return True


@lean
def _ipv6(region: Any, tables: Any, i: Any) -> Any:
    """Eight groups, or fewer with one :: (RFC 4291); C++ and Rust paths have neither the digits nor the groups."""
    fold, k = region.fold, region.cells[FIRST, i]
    s, groups, double, digits = k, 0, False, False
    if _continues(fold, s, 58) or is_alnum(fold[s - 1]):
        return False
    while True:
        start = k
        while is_hex(fold[k]):
            digits = digits or is_digit(fold[k])
            k += 1
        if k == start or k - start > 4 or is_alnum(fold[k]):
            break
        groups += 1
        e = k
        if fold[k] == 58 and fold[k + 1] == 58 and not double:
            double = True
            k += 2
            if not is_hex(fold[k]):
                e = k
                break
        elif fold[k] == 58:
            k += 1
        else:
            break
    whole = groups == 8 and not double
    short = double and 2 <= groups <= 7 and digits and (groups >= 3 or region.cells[LAST, i] - s >= 3)
    if not (whole or short) or fold[e] == 58 or is_alnum(fold[e]) or not is_free(region, s, e):
        return False
    look(region, tables, s, e)
    said = verdict(region, tables, _IPV6) > 0
    confidence = 980 if said else 850
    emit(region, tables, s, e, _NONE, packed(_IPV6, _NONE + said, confidence))
    return True
