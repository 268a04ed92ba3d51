"""Dates of birth and ages over 89: a date or an age first, then the words around it. Tables: quality.pii.dates."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_letters import longest, widen

BIRTH_BEFORE, BIRTH_AFTER, AGE_BEFORE, AGE_UNIT, BOUND_BEFORE, BOUND_AFTER = range(6)
"""Roots of the tree."""
BIRTH, AGE = 0, 1

_YEAR, _MONTH, _DAY, _NUMBER = 0x5E74, 0x6708, 0x65E5, 0x53F7
_OLD = 0x5C81, 0x6B72, 0x6B73  # 岁 歲 歳
_NONE: Any = np.int64(0)
_REACH = 8  # letters between a label and its date
_LONE = 2  # 生, which begins other words: 生效, 生产
_BETWEEN = 0x4E8E, 0x4E3A, 0x662F, 0x5728, 0x7EA6, 0x516C, 0x5143, 0x9633, 0x9634, 0x519C, 0x5386  # 于为是在约公元阳阴农历


@lean
def scan(data: Any, offsets: Any, fold: Any, values: Any, starts: Any, tree: Any, room: Any, out: Any) -> Any:
    """Fills out int64[m, 7] (text, start, end, start byte, end byte, BIRTH or AGE, thousandths); returns how many there
    are. values int8[65536]: a numeral's value (0-9, 10 for 十, 11 for 百), -1 for other letters; starts uint8[65536]: 1 where a label of birth
    or its tail may begin, 2 for 岁 and labels of age."""
    text, places = room
    found = _NONE
    for t in range(len(offsets) - 1):
        n = widen(data, offsets[t], offsets[t + 1], fold, text, places)
        found = _string(text, n, places, values, starts, tree, t, out, found)
    return found


@lean
def _string(text: Any, n: Any, places: Any, values: Any, starts: Any, tree: Any, t: Any, out: Any, found: Any) -> Any:
    behind = _NONE
    for i in range(n):
        kind = starts[text[i]]
        if kind == 0 or i < behind:
            continue
        start, end, code = i, i, BIRTH
        if kind & 1:
            start, end = _born(text, n, values, tree, i, behind)
        if end == start and kind & 2:
            start, end = _aged(text, n, values, tree, i, behind)
            code = AGE
        if end <= start:
            continue
        if found < len(out):
            out[found, 0] = t
            out[found, 1], out[found, 2] = places[1, start], places[1, end - 1] + 1
            out[found, 3], out[found, 4] = places[0, start], places[0, end] - 3 * (places[1, end] - places[1, end - 1] - 1)
            out[found, 5], out[found, 6] = code, 900
        found += 1
        behind = end
    return found


@lean
def _born(text: Any, n: Any, values: Any, tree: Any, i: Any, behind: Any) -> Any:
    """(start, end) of the date behind the label at i, or in front of 生 or 出生 at i."""
    end, code = longest(tree, BIRTH_BEFORE, text, i)
    if code:
        for k in range(end, min(n, end + _REACH)):
            stop = date(text, n, values, k, True)
            if stop > k:
                return k, stop
            c = text[k]
            if values[c] >= 0 or c in (0x3002, 0x2C, 0x0A, 0x3B, 1):
                break
            if c >= 0x4E00 and c not in _BETWEEN:
                break
    end, code = longest(tree, BIRTH_AFTER, text, i)
    if code and not (code == _LONE and 0x4E00 <= text[end] < 0xA000):
        last = i - (text[i - 1] == 0x20 or text[i - 1] == 0x28)
        for k in range(max(behind, last - 13), last - 5):
            if date(text, n, values, k, False) == last and (k == 0 or values[text[k - 1]] < 0):
                return k, last
    return i, i


@lean
def date(text: Any, n: Any, values: Any, k: Any, labelled: Any) -> Any:
    """End of the date at k, k if there is none: 1990年1月1日, 1990-01, 1990.1.1, 一九九〇年一月, and behind a label
    19900101, 90年1月1日, 1990年."""
    year, i = _digits(text, n, values, k, 8)
    length = i - k
    if length == 8 and labelled:
        ok = 18500000 < year < 21000000 and 1 <= year // 100 % 100 <= 12 and 1 <= year % 100 <= 31
        return i if ok and values[text[i]] < 0 else k
    if length == 6 and labelled:
        return i if 185000 < year < 210000 and 1 <= year % 100 <= 12 and values[text[i]] < 0 else k
    if not (length == 4 and 1850 <= year < 2100) and not (length == 2 and labelled):
        return k
    mark = text[i]
    if mark == _YEAR:
        month, j = _small(text, n, values, i + 1)
        if not (1 <= month <= 12 and text[j] == _MONTH):
            return i + 1 if labelled else k
        day, e = _small(text, n, values, j + 1)
        if 1 <= day <= 31 and (text[e] == _DAY or text[e] == _NUMBER):
            return e + 1
        return e if 1 <= day <= 31 and labelled else j + 1
    if mark not in (0x2D, 0x2E, 0x2F):
        return i if labelled and length == 4 and values[mark] < 0 and mark != 0x25 else k
    month, j = _small(text, n, values, i + 1)
    if not 1 <= month <= 12:
        return k
    if text[j] != mark:
        return j if length == 4 and labelled else k
    day, e = _small(text, n, values, j + 1)
    return e if 1 <= day <= 31 and values[text[e]] < 0 else k


@lean
def _digits(text: Any, n: Any, values: Any, k: Any, most: Any) -> Any:
    """(value, end) of single digits in a row."""
    value, i = 0, k
    while i < n and i - k < most and 0 <= values[text[i]] <= 9:
        value = value * 10 + values[text[i]]
        i += 1
    return value, i


@lean
def _small(text: Any, n: Any, values: Any, k: Any) -> Any:
    """(value, end) of a number below 200, spaces in front passed over: 7, 07, 十一, 二十三, 一百零二; (-1, k) if none."""
    i = k
    while i < n and text[i] == 0x20 and i < k + 1:
        i += 1
    total, last, start = 0, -1, i
    while i < n and i - start < 5 and values[text[i]] >= 0:
        v = values[text[i]]
        if v >= 10:
            total += (last if last > 0 else 1) * (10 if v == 10 else 100)
            last = 0
        else:
            last = v if last < 0 or total > 0 else last * 10 + v
        i += 1
    return (total + max(last, 0), i) if i > start else (-1, k)


@lean
def _aged(text: Any, n: Any, values: Any, tree: Any, i: Any, behind: Any) -> Any:
    """(start, end) of an age from 90 to 129 in front of 岁 at i, or behind a label of age at i."""
    if text[i] in _OLD:
        last = i - (text[i - 1] == 0x5468 and i > 0)  # 周
        last -= last > 0 and text[last - 1] == 0x20
        start = last
        while start > behind and last - start < 5 and values[text[start - 1]] >= 0:
            start -= 1
        age, end = _small(text, n, values, start)
        if end != last or not 90 <= age < 130 or _is_bound(text, n, values, tree, start, i + 1):
            return i, i
        return start, i + 1
    end, code = longest(tree, AGE_BEFORE, text, i)
    if not code:
        return i, i
    k = end
    while k < n and k < end + 4 and text[k] in (0x20, 0x3A, 0x3D, 0x22, 0x4E3A):
        k += 1
    age, stop = _small(text, n, values, k)
    if k == end or not 90 <= age < 130 or values[text[stop]] >= 0 or text[stop] in (0x2E, 0x25, 0x2D):
        return i, i
    unit, _ = longest(tree, AGE_UNIT, text, stop)
    return (i, i) if _is_bound(text, n, values, tree, k, unit) else (k, unit)


@lean
def _is_bound(text: Any, n: Any, values: Any, tree: Any, start: Any, end: Any) -> Any:
    """Whether a rule speaks of everybody of that age: 满90周岁, 90岁以上, 80-90岁, 90岁老人补贴."""
    if longest(tree, BOUND_AFTER, text, end)[1]:
        return True
    if start > 0 and text[start - 1] in (0x2D, 0x81F3, 0x2E, 0x2F, 0x3E, 0x3C, 0x2265, 0x2264):  # - 至 . / > < ≥ ≤
        return True
    for k in range(max(0, start - 4), start):  # noqa: SIM110  numba knows no any()
        if longest(tree, BOUND_BEFORE, text, k)[0] == start:
            return True
    return False
