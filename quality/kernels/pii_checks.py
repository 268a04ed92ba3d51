"""Check digits and allocation tables over folded characters. `d` holds ASCII digits and capital letters, `n` of them.

GB 11643-1999 (resident ID), GB 32100-2015 and GB 11714-1997 (credit and organisation code), ISO/IEC 7812-1 (cards).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.lean import OPTIONS, lean

_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8).copy()
_CODE_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], np.int64)
_CODE_VALUES = np.full(128, 255, np.uint8)
for _value, _char in enumerate(b"0123456789ABCDEFGHJKLMNPQRTUWXY"):
    _CODE_VALUES[_char] = _value
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_VIN_WEIGHTS = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], np.int64)
_VIN_VALUES = np.full(128, 255, np.uint8)
for _char, _value in zip(
    b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True
):
    _VIN_VALUES[_char] = _value
_TAIWAN_VALUES = np.zeros(128, np.int64)
for _value, _char in enumerate(b"ABCDEFGHJKLMNPQRSTUVXYWZIO"):
    _TAIWAN_VALUES[_char] = _value + 10
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@njit("int64(uint8[::1], int64, int64)", **OPTIONS)  # eager: one signature, whatever literals it is called with
def number(d: Any, start: Any, count: Any) -> Any:
    """The value of `count` digits."""
    value = 0
    for k in range(start, start + count):
        value = value * 10 + int(d[k]) - 48
    return value


@lean
def is_date(year: Any, month: Any, day: Any) -> Any:
    if month < 1 or month > 12 or day < 1 or day > _MONTH_DAYS[month]:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return month != 2 or day < 29 or leap


@lean
def _mod_11_2(d: Any) -> Any:
    total = 0
    for k in range(17):
        total += _ID_WEIGHTS[k] * (int(d[k]) - 48)
    return d[17] == _ID_CHECKS[total % 11]


@lean
def _resident(d: Any, allocated: Any) -> Any:
    year = number(d, 6, 4)
    if year < 1800 or year > 2099 or not is_date(year, number(d, 10, 2), number(d, 12, 2)):
        return False
    head = number(d, 0, 2)
    permit = 81 <= head <= 83 and number(d, 2, 4) == 0
    return (allocated[0, head] != 0 or permit) and _mod_11_2(d)


@lean
def _permanent_resident(d: Any, allocated: Any) -> Any:
    year = number(d, 6, 4)
    dated = 1800 <= year <= 2099 and is_date(year, number(d, 10, 2), number(d, 12, 2))
    return d[0] == 57 and allocated[0, number(d, 1, 2)] != 0 and dated and _mod_11_2(d)


@lean
def _resident_old(d: Any, allocated: Any) -> Any:
    return allocated[0, number(d, 0, 2)] != 0 and is_date(1900 + number(d, 6, 2), number(d, 8, 2), number(d, 10, 2))


@lean
def _credit_code(d: Any, allocated: Any) -> Any:
    """MOD 31 over a code with a plausible department and region."""
    total = 0
    for k in range(18):
        value = _CODE_VALUES[d[k]]
        if value == 255 or (2 <= k < 8 and value > 9):
            return False
        if k < 17:
            total += _CODE_WEIGHTS[k] * value
    region = number(d, 2, 2)
    known = 49 <= d[0] <= 57 or d[0] == 65 or d[0] == 78 or d[0] == 89
    return known and (allocated[0, region] != 0 or region == 10) and _CODE_VALUES[d[17]] == (31 - total % 31) % 31


@lean
def _organisation(d: Any) -> Any:
    """Check character of the organisation code inside a credit code: d[8:16] and d[16]."""
    total = 0
    for k in range(8):
        c = int(d[8 + k])
        total += _ORGANISATION_WEIGHTS[k] * (c - 48 if c < 65 else c - 55)
    rest = 11 - total % 11
    wanted = 88 if rest == 10 else (48 if rest == 11 else 48 + rest)
    return d[16] == wanted


@lean
def luhn(d: Any, n: Any) -> Any:
    total = 0
    for k in range(n):
        digit = int(d[n - 1 - k]) - 48
        if k % 2 == 1:
            digit *= 2
            if digit > 9:
                digit -= 9
        total += digit
    return total % 10 == 0


@lean
def _card_issuer(d: Any) -> Any:
    """Visa 4, Mastercard 51-55 and 2221-2720, JCB 3528-3589, early Chinese debit cards 9558, UnionPay 81."""
    two, four = number(d, 0, 2), number(d, 0, 4)
    return d[0] == 52 or 51 <= two <= 55 or 2221 <= four <= 2720 or 3528 <= four <= 3589 or four == 9558 or two == 81


@lean
def landline(d: Any, n: Any, allocated: Any) -> Any:
    """Trunk 0, area code, 7 or 8 local digits that begin with 2-8."""
    if d[0] != 48:
        return False
    short = d[1] == 49 or d[1] == 50  # 010, 02x
    area = 2 if short else 3
    local = n - 1 - area
    if local != 8 and (local != 7 or short):
        return False
    return allocated[2, number(d, 1, area)] != 0 and 50 <= d[1 + area] <= 56


@lean
def _mobile_86(d: Any, n: Any, allocated: Any) -> Any:
    if n == 13:
        return number(d, 0, 2) == 86 and allocated[1, number(d, 2, 3)] != 0
    return n == 15 and number(d, 0, 4) == 86 and allocated[1, number(d, 4, 3)] != 0


@lean
def _vin(d: Any) -> Any:
    """GB 16735: no I, O, Q, the ninth is a check modulo 11, the last four are digits; at least three letters."""
    total, letters = 0, 0
    for k in range(17):
        value = int(_VIN_VALUES[d[k]])
        if value == 255 or (k > 12 and d[k] > 57):
            return False
        letters += d[k] > 57
        total += _VIN_WEIGHTS[k] * value
    rest = total % 11
    return letters >= 3 and d[8] == (88 if rest == 10 else 48 + rest)


@lean
def _taiwan(d: Any) -> Any:
    """A letter, 1 or 2 (8, 9: residents), seven digits, weighted check modulo 10."""
    if d[0] < 65 or not (d[1] == 49 or d[1] == 50 or d[1] == 56 or d[1] == 57):
        return False
    total = _TAIWAN_VALUES[d[0]] // 10 + 9 * (_TAIWAN_VALUES[d[0]] % 10)
    for k in range(1, 9):
        if d[k] > 57:
            return False
        total += (9 - k) * (int(d[k]) - 48)
    return d[9] <= 57 and (total + int(d[9]) - 48) % 10 == 0


@lean
def hong_kong(d: Any) -> Any:
    """A letter, six digits, check 0-9 or A modulo 11."""
    total = 36 * 9 + (int(d[0]) - 55) * 8
    for k in range(1, 7):
        total += (8 - k) * (int(d[k]) - 48)
    return (total + (10 if d[7] == 65 else int(d[7]) - 48)) % 11 == 0


@lean
def organisation_code(d: Any) -> Any:
    """GB 11714 over nine characters."""
    total = 0
    for k in range(8):
        total += _ORGANISATION_WEIGHTS[k] * (int(d[k]) - (48 if d[k] < 65 else 55))
    rest = 11 - total % 11
    return d[8] == (88 if rest == 10 else (48 if rest == 11 else 48 + rest))


@lean
def _things(d: Any) -> Any:
    """Mobile numbers of machines, 13 digits: 1400, 1410, 1440, 10646 … 10649 (STANDARDS 3.6 [M])."""
    four = number(d, 0, 4)
    return four == 1400 or four == 1410 or four == 1440 or (four == 1064 and 54 <= d[4] <= 57)


@lean
def passes(check: Any, d: Any, n: Any, allocated: Any) -> Any:
    """Whether the n characters pass check number `check` (quality.pii.kinds.Check).

    allocated: uint8[3, 1000], provinces, mobile prefixes and area codes in use.
    """
    if check == 0:
        return _resident(d, allocated)
    if check == 1:
        return _permanent_resident(d, allocated)
    if check == 2:
        return _resident_old(d, allocated)
    if check == 3:
        return _credit_code(d, allocated) and _organisation(d)
    if check == 4:
        return _credit_code(d, allocated)
    if check == 5:
        return number(d, 0, 2) == 62 and luhn(d, n)
    if check == 6:
        return _card_issuer(d) and luhn(d, n)
    if check == 7:
        return allocated[1, number(d, 0, 3)] != 0
    if check == 8:
        return _mobile_86(d, n, allocated)
    if check == 9:
        return landline(d, n, allocated)
    if check == 11:
        return _vin(d)
    if check == 12:
        return _taiwan(d)
    if check == 13:
        return number(d, 0, 4) == 8986
    if check == 14:
        return _things(d)
    return luhn(d, n)
