"""Numbers that are written with words: court cases, military papers, beds. Read backwards from 号 or 床."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.pii_cues import before, folded, valued
from quality.kernels.utf8 import width

_DI, _ZI = 0x7B2C, 0x5B57


@lean
def _digits_back(cues: Any, data: Any, low: Any, i: Any) -> Any:
    """(byte where the digits that end at byte i begin, how many)."""
    n = 0
    while i > low and n < 12:
        k = before(data, i)
        if not 48 <= valued(cues, data, k) <= 57:
            break
        i = k
        n += 1
    return i, n


@lean
def case_start(cues: Any, data: Any, low: Any, i: Any) -> Any:
    """Start of the case number whose 号 begins at byte i: （2024）浙0203民初123; or -1."""
    k, n = _digits_back(cues, data, low, i)
    if n == 0 or n > 7:
        return -1
    words = 0
    while k > low and words < 6:
        a = before(data, k)
        if not 0x4E00 <= folded(cues, data, a) <= 0x9FFF:
            break
        k = a
        words += 1
    if words == 0:
        return -1
    k, n = _digits_back(cues, data, low, k)
    if n > 4 or (n == 0 and words < 3):
        return -1  # 最高法民终 has no number of a court
    if n > 0:
        if k <= low or not 0x4E00 <= folded(cues, data, before(data, k)) <= 0x9FFF:
            return -1
        k = before(data, k)
    if k <= low or folded(cues, data, before(data, k)) != 41:
        return -1
    k = before(data, k)
    a, n = _digits_back(cues, data, low, k)
    if n != 4 or a <= low or folded(cues, data, before(data, a)) != 40 or not 49 <= valued(cues, data, a) <= 50:
        return -1
    return before(data, a)


@lean
def is_court(cues: Any, data: Any, s: Any, e: Any) -> Any:
    """Whether a word of procedure (民 刑 行 执 赔 破 商 知 申 终 初 再 财) stands in it: a notice 〔2024〕12号 has none."""
    while s < e:
        c = folded(cues, data, s)
        if (c == 0x6C11 or c == 0x5211 or c == 0x6267 or c == 0x8D54 or c == 0x521D or c == 0x7EC8 or c == 0x7834
                or c == 0x8BC9 or c == 0x7533 or c == 0x518D):  # fmt: skip
            return True
        s += width(data[s])
    return False


@lean
def military_start(cues: Any, data: Any, low: Any, i: Any) -> Any:
    """Start of 军字第1234567 whose 号 begins at byte i, or -1."""
    k, n = _digits_back(cues, data, low, i)
    if n < 4 or n > 8 or k <= low or folded(cues, data, before(data, k)) != _DI:
        return -1
    k = before(data, k)
    if k <= low or folded(cues, data, before(data, k)) != _ZI:
        return -1
    k = before(data, k)
    if k <= low:
        return -1
    k = before(data, k)
    c = folded(cues, data, k)
    known = (c == 0x519B or c == 0x5357 or c == 0x5317 or c == 0x6C88 or c == 0x5170 or c == 0x6D4E or c == 0x6210
             or c == 0x5E7F or c == 0x6D77 or c == 0x7A7A or c == 0x653F or c == 0x53C2 or c == 0x540E or c == 0x88C5
             or c == 0x6B66)  # fmt: skip
    return k if known else -1


@lean
def bed_end(cues: Any, data: Any, i: Any, high: Any, word: Any) -> Any:
    """End of the bed behind a label, at byte i: 12, 3-12, A12, 12床, 加床2, 加12; or -1."""
    n, digits, end = 0, 0, -1
    if folded(cues, data, i) == 0x52A0:
        i += width(data[i])
        if i < high and folded(cues, data, i) == 0x5E8A:
            i += width(data[i])
        n = 1
    while i < high and n < 9:
        f = valued(cues, data, i)
        if 48 <= f <= 57:
            digits += 1
            end = i + width(data[i])
        elif not ((65 <= f <= 90 and digits == 0) or ((f == 45 or f == 43) and digits > 0)):
            break
        i += width(data[i])
        n += 1
    if digits == 0 or digits > 6 or (i < high and 65 <= valued(cues, data, i) <= 90):
        return -1
    if end < high and (folded(cues, data, end) == 0x5E8A or folded(cues, data, end) == 0x53F7):
        return end + width(data[end])
    return end


@lean
def bed_start(cues: Any, data: Any, low: Any, i: Any, e: Any, high: Any) -> Any:
    """Start of 12 in 心内科12床 or 12床患者, where 床 begins at byte i and ends at e; or -1: 12床棉被, 编制500床."""
    k, n = _digits_back(cues, data, low, i)
    if n == 0 or n > 3:
        return -1
    if k > low:
        a = before(data, k)
        if folded(cues, data, a) == 45 and a > low:  # 3-12床
            head, m = _digits_back(cues, data, low, a)
            if 0 < m <= 2:
                k = head
        elif folded(cues, data, a) == 0x52A0:
            k = a
    ward = False
    if k > low:
        c = folded(cues, data, before(data, k))
        ward = c == 0x533A or c == 0x79D1 or c == 0x5BA4 or c == 0x623F or c == 0x697C
    c = folded(cues, data, e) if e < high else 0
    person = c == 0x60A3 or c == 0x75C5 or (c == 0x5BB6 and e + 3 < high and folded(cues, data, e + 3) == 0x5C5E)
    return k if ward or person else -1


@lean
def staff_number(cues: Any, data: Any, low: Any, i: Any, high: Any) -> Any:
    """(start, end) of B1234 in 检验员李某（B1234）, where the bracket begins at byte i; start -1 if there is none.

    A role or a colon, a surname and one or two more characters stand in front; the number has four digits or more.
    """
    k, n = i, 0
    while k > low and n < 3:
        k = before(data, k)
        c = folded(cues, data, k)
        if c == 32:
            continue
        if not 0x4E00 <= c <= 0x9FFF:
            return -1, i
        n += 1
        if n > 1 and cues.behind[c] & 2 != 0 and _role_before(cues, data, low, k):
            return _bracketed(cues, data, i, high)
    return -1, i


@lean
def _role_before(cues: Any, data: Any, low: Any, k: Any) -> Any:
    while k > low:
        k = before(data, k)
        c = folded(cues, data, k)
        if c != 32:
            return c < 0xFFFF and cues.behind[c] & 4 != 0
    return False


@lean
def _bracketed(cues: Any, data: Any, i: Any, high: Any) -> Any:
    s = i + width(data[i])
    k, n, digits = s, 0, 0
    while k < high and n < 9:
        f = valued(cues, data, k)
        if not (48 <= f <= 57 or (65 <= f <= 90 and digits == 0 and n < 2)):
            break
        digits += 48 <= f <= 57
        n += 1
        k += width(data[k])
    if digits < 4 or n > 8 or k >= high or folded(cues, data, k) != 41:
        return -1, i
    return s, k
