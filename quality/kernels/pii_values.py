"""Values behind labels: how far they reach, and whether they are what the label says."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.pii_cues import folded, valued
from quality.kernels.utf8 import width

_HYPHEN, _DOT, _SLASH, _UNDERSCORE, _OPEN, _CLOSE = 45, 46, 47, 95, 40, 41
_ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)
_UNALLOCATED = np.zeros(1000, np.bool_)  # prefixes of our stand-ins: quality.identities.surrogate_numbers
_UNALLOCATED[[142, 143, 154, 160, 161, 163, 164, 168, 169, 179, 194]] = True


@inlined
def _alnum(f: Any) -> Any:
    return 48 <= f <= 57 or 65 <= f <= 90


@inlined
def _inner(f: Any, form: Any) -> Any:
    """Whether a value of this form may go on with the character, if more follows."""
    if f == _HYPHEN or f == _UNDERSCORE:
        return form != 2 and form != 0
    return (f == _DOT and (form == 2 or form == 5)) or ((f == _SLASH or f == _OPEN or f == _CLOSE) and form == 5)


@lean
def value_at(cues: Any, data: Any, i: Any, high: Any, shape: Any, word: Any) -> Any:
    """(end byte, characters, digits) of the value at byte i, its characters in word (up to 64); end -1 if there is none."""
    form, n, digits, end, kept = shape[0], 0, 0, -1, 0
    while i < high and n < 64:
        f = valued(cues, data, i)
        step = width(data[i])
        if f == 1 or f == 2:
            i += step
            continue
        if _alnum(f):
            word[n] = f
            n += 1
            digits += 48 <= f <= 57
            kept, end = n, i + step
        elif n > 0 and _inner(f, form):
            word[n] = f
            n += 1
        else:
            break
        i += step
    if kept < shape[1] or kept > shape[2] or digits < shape[3]:
        return -1, kept, digits
    return end, kept, digits


@lean
def goes_on(cues: Any, data: Any, e: Any, high: Any) -> Any:
    """Whether what ends at byte e is a quantity, a decimal or part of a mailbox."""
    if e >= high:
        return False
    c = folded(cues, data, e)
    if c == _DOT or c == 44:
        return e + 1 < high and 48 <= valued(cues, data, e + 1) <= 57
    return c < 0xFFFF and cues.behind[c] & 1 != 0


@lean
def is_day(word: Any, n: Any) -> Any:
    """2024-1-2, 2024-01-02 or 2024-01."""
    if n < 7 or n > 10 or word[4] != _HYPHEN or not (word[0] == 49 or word[0] == 50):
        return False
    hyphens = 0
    for k in range(n):
        if word[k] == _HYPHEN:
            hyphens += 1
        elif not 48 <= word[k] <= 57:
            return False
    return hyphens == 2 or (hyphens == 1 and n == 7)


@inlined
def _digits(word: Any, a: Any, b: Any) -> Any:
    for k in range(a, b):  # noqa: SIM110  numba
        if not 48 <= word[k] <= 57:
            return False
    return True


@lean
def fits(word: Any, n: Any, form: Any, check: Any, allocated: Any) -> Any:
    """Whether the n characters pass check number `check` (quality.pii.labels.Check)."""
    if form == 0 and not _digits(word, 0, n):
        return False
    if form == 3 and not 65 <= word[0] <= 90:
        return False
    if check == 0:
        return True
    if check == 1:
        mobile = n == 11 and word[0] == 49 and allocated[1, (word[0] - 48) * 100 + (word[1] - 48) * 10 + word[2] - 48] != 0
        return word[0] != 48 and not mobile
    if check == 2:
        return 1 <= (word[0] - 48) * 10 + word[1] - 48 <= 86
    if check == 3:
        return _organisation(word, n)
    if check == 4:
        return _passport(word, n)
    if check == 5:
        return _permit(word, n)
    if check == 6:
        return mod_11_10(word, n)
    if check == 7:
        return word[0] == 52 and word[1] == 54 and word[2] == 48
    if check == 8:
        return word[0] == 56 and word[1] == 57 and word[2] == 56 and word[3] == 54
    if check == 9:
        return (word[0] == 71 or word[0] == 76) and _digits(word, 1, n - 1)
    if check == 10:
        return not (n == 13 and word[0] == 54 and word[1] == 57)
    return not _stand_in(word, n, check)


@lean
def _stand_in(word: Any, n: Any, check: Any) -> Any:
    """Whether a number that fails its check carries the mark of our stand-ins (surrogate_numbers), or is no mobile at all."""
    if check == 13:
        a = max(n - 11, 0)  # a stand-in is written over the last characters of the old number
        first = (word[a] - 48) * 100 + (word[a + 1] - 48) * 10 + word[a + 2] - 48
        return word[0] != 49 or word[1] < 51 or (n >= 11 and _UNALLOCATED[first])  # mobiles begin with 13 to 19
    m = 0  # hyphens go: no day is as long as these numbers, so nobody reads the word once more
    for k in range(n):
        if _alnum(word[k]):
            word[m] = word[k]
            m += 1
    if check == 12:
        return word[0] == 54 and word[1] == 50 and word[2] == 57 and word[3] == 57  # 6299
    a = m - 14 if check == 11 else m - 12
    if m >= 18:
        return word[a] == 57 and word[a + 1] == 56  # county 98
    return check == 11 and m == 15 and word[8] == 49 and 51 <= word[9] <= 57  # a 13th to 19th month


@lean
def _organisation(word: Any, n: Any) -> Any:
    """GB 11714, with or without the hyphen."""
    if n == 10 and word[8] != _HYPHEN:
        return False
    total = 0
    for k in range(8):
        if not _alnum(word[k]):
            return False
        total += _ORGANISATION[k] * (word[k] - 48 if word[k] < 65 else word[k] - 55)
    rest = 11 - total % 11
    return word[n - 1] == (88 if rest == 10 else (48 if rest == 11 else 48 + rest))


@lean
def _passport(word: Any, n: Any) -> Any:
    """A letter and eight digits, two letters and seven, 14 or 15 and seven, K or H and eight; MRZ documents have nine."""
    if n == 9:
        return 65 <= word[0] <= 90 and _alnum(word[1]) and _digits(word, 2, 9)
    return _digits(word, 2, 8) and 65 <= word[0] <= 90 and _alnum(word[1])


@lean
def _permit(word: Any, n: Any) -> Any:
    """H M C W L T and eight digits (H, M: two more), C, a letter and seven; eight or ten digits for Taiwan residents."""
    if _digits(word, 0, n):
        return n == 8 or n == 10
    head = word[0]
    known = head == 72 or head == 77 or head == 67 or head == 87 or head == 76 or head == 84
    if not known or n < 9 or n == 10:
        return False
    letter = head == 67 and 65 <= word[1] <= 90
    return _digits(word, 2 if letter else 1, n)


@lean
def mod_11_10(word: Any, n: Any) -> Any:
    """ISO 7064 MOD 11,10 over n digits."""
    product = 10
    for k in range(n - 1):
        product = (product + word[k] - 48) % 10
        if product == 0:
            product = 10
        product = product * 2 % 11
    return (product + word[n - 1] - 48) % 10 == 1
