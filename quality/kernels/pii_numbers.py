"""Numbers in one piece or in groups: resident IDs, cards, mobile numbers, credit codes, landlines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels import pii_checks as checks
from quality.kernels.pii_context import directly_before, look, verdict
from quality.kernels.pii_region import FLOOR, LENGTH, TOKENS, WEAK, emit, is_alnum, is_digit, is_free, packed

_LONGEST = 19
_MOBILE, _LANDLINE = np.int64(1), np.int64(2)  # index in quality.pii.kinds.KINDS
_NONE = np.int64(0)  # numba compiles a function anew for every Python literal it is called with, but not for these
_SPACE, _OPEN, _CLOSE, _PLUS, _HYPHEN, _DOT, _SLASH, _EXTENSION = 32, 40, 41, 43, 45, 46, 47, 26


@njit(nogil=True, cache=True)
def tokenise(region: Any, tables: Any) -> Any:
    """Cuts the shadow into runs of letters and digits. With state[WEAK], 一 ① ² count as digits."""
    weak = region.state[WEAK] != 0
    fold, n, count, k = region.fold, region.state[LENGTH], _NONE, _NONE + 1
    while k <= n:
        if not (is_alnum(fold[k]) or (weak and 0x80 <= fold[k] <= 0x89)):
            k += 1
            continue
        s = k
        while k <= n and (is_alnum(fold[k]) or (weak and 0x80 <= fold[k] <= 0x89)):
            k += 1
        s = _unglued(region, tables, s, k)
        region.first[count], region.last[count] = s, k
        region.form[count] = _form(fold, s, k)
        if count > 0:
            region.gap[count - 1] = _gap(fold, region.last[count - 1], s)
        count += 1
    region.state[TOKENS] = count


@njit(nogil=True, cache=True)
def _unglued(region: Any, tables: Any, s: Any, e: Any) -> Any:
    """Where the number begins if a known label (TEL, WX, …) is glued to it."""
    key, k = _NONE, s
    while k < e and k < s + 8 and 65 <= region.fold[k] <= 90:
        key = key << 8 | int(region.fold[k])
        k += 1
    if k == s or e - k < 7:
        return s
    for label in tables.glued:
        if int(label) == key:
            return k
    return s


@njit(nogil=True, cache=True)
def _form(fold: Any, s: Any, e: Any) -> Any:
    """0 letters, 1 digits, 2 digits and a final X, 3 mixed."""
    letters = 0
    for k in range(s, e):
        if 65 <= fold[k] <= 90:
            letters += 1
    if letters == 0:
        return 1
    if letters == e - s:
        return 0
    return 2 if letters == 1 and fold[e - 1] == 88 else 3


@njit(nogil=True, cache=True)
def _gap(fold: Any, s: Any, e: Any) -> Any:
    """What stands between two tokens: the separator, a space, or 0 for anything that parts them."""
    if e - s > 3 or e == s:
        return 0
    found = _SPACE
    for k in range(s, e):
        c = fold[k]
        if c == _SPACE:
            continue
        if not (c == _HYPHEN or c == _DOT or c == 95 or c == _SLASH or c == _OPEN or c == _CLOSE or c == _EXTENSION):
            return 0
        if found == _SPACE or found == _CLOSE:
            found = c if found == _SPACE else found
    return found


@njit(nogil=True, cache=True)
def find_numbers(region: Any, tables: Any) -> Any:
    """One round over all tokens; returns whether anything new was found."""
    found, weak = False, region.state[WEAK] != 0
    for i in range(region.state[TOKENS]):
        if region.form[i] == 0 or not is_free(region, region.first[i], region.last[i]):
            continue
        if _windows(region, tables, i) or (not weak and region.form[i] == 1 and _landline(region, tables, i)):
            found = True
    return found


@njit(nogil=True, cache=True)
def _windows(region: Any, tables: Any, i: Any) -> Any:
    """Tries the tokens from i on, joined, longest first."""
    if region.last[i] - region.first[i] > _LONGEST:
        return False
    weak = region.state[WEAK] != 0
    j, n = i, _append(region, i, _NONE)
    while j + 1 < region.state[TOKENS] and _joins(region, i, j, n):
        j += 1
        n = _append(region, j, n)
    while j >= i:
        if n >= 10 and is_free(region, region.first[i], region.last[j]) and (not weak or _has_weak(region, i, j)):
            if _shapes(region, tables, i, j, n):
                return True
        n -= region.last[j] - region.first[j]
        j -= 1
    return False


@njit(nogil=True, cache=True)
def _joins(region: Any, i: Any, j: Any, n: Any) -> Any:
    """Whether token j+1 may continue the number that tokens i … j write."""
    gap = region.gap[j]
    plain = gap == _SPACE or gap == _HYPHEN or gap == _DOT or gap == 95
    same = gap == region.gap[i]
    form = region.form[j + 1]
    fits = n + region.last[j + 1] - region.first[j + 1] <= _LONGEST
    return plain and same and region.form[j] == 1 and (form == 1 or form == 2) and fits


@njit(nogil=True, cache=True)
def _append(region: Any, j: Any, n: Any) -> Any:
    for k in range(region.first[j], region.last[j]):
        c = region.fold[k]
        region.digits[n] = 48 + (c & 0x0F) if c >= 0x80 else c
        n += 1
    return n


@njit(nogil=True, cache=True)
def _has_weak(region: Any, i: Any, j: Any) -> Any:
    for k in range(region.first[i], region.last[j]):
        if 0x80 <= region.fold[k] <= 0x89:
            return True
    return False


@njit(nogil=True, cache=True)
def _shapes(region: Any, tables: Any, i: Any, j: Any, n: Any) -> Any:
    """Takes the first shape that fits with enough confidence."""
    for row in range(len(tables.shapes)):
        shape = tables.shapes[row]
        if n < shape[1] or n > shape[2] or not _written_like(region, shape, i, j):
            continue
        if checks.passes(shape[4], region.digits, n, tables.provinces, tables.mobiles, tables.areas):
            if _judge(region, tables, shape, i, j):
                return True
    return False


@njit(nogil=True, cache=True)
def _written_like(region: Any, shape: Any, i: Any, j: Any) -> Any:
    form = region.form[j]
    if not (form == 1 or (form == 2 and shape[3] >= 2) or (form == 3 and shape[3] == 3)):
        return False
    if i == j:
        return True
    if shape[5] == 0:
        return False
    return (shape[6] == 1 and _is_split(region, i, j)) or _is_grouped(region, i, j, shape[5])


@njit(nogil=True, cache=True)
def _is_split(region: Any, i: Any, j: Any) -> Any:
    """Every character stands alone."""
    for k in range(i, j + 1):
        if region.last[k] - region.first[k] > 1:
            return False
    return True


@njit(nogil=True, cache=True)
def _is_grouped(region: Any, i: Any, j: Any, least: Any) -> Any:
    """Groups of at least `least`; cards and IDs may end in a shorter one."""
    for k in range(i, j):
        if region.last[k] - region.first[k] < least:
            return False
    return True


@njit(nogil=True, cache=True)
def _judge(region: Any, tables: Any, shape: Any, i: Any, j: Any) -> Any:
    """Confidence from context, grouping and neighbours; emits if it reaches the floor."""
    kind = shape[0]
    s, e = region.first[i], region.last[j]
    li = i
    if kind == _MOBILE or kind == _LANDLINE:
        s, li = _with_country(region, i)
    look(region, tables, s, e)
    said = verdict(region, tables, kind)
    if said < 0 and shape[10] == 0:
        return False
    chained = is_chained(region, li, j, region.gap[i] if i < j else _NONE)
    confidence = shape[8] if said > 0 else (shape[9] if chained else shape[7])
    if i < j and kind == _MOBILE:
        confidence = _grouped_mobile(region, i, j, chained, said > 0, confidence)
    elif i < j and chained and _is_split(region, i, j):
        confidence = 0
    if confidence == 0 or confidence < region.state[FLOOR]:
        return False
    emit(region, tables, s, e, _NONE, packed(kind, shape[10] + (1 if said > 0 else 0), confidence))
    return True


@njit(nogil=True, cache=True)
def _grouped_mobile(region: Any, i: Any, j: Any, chained: Any, labelled: Any, confidence: Any) -> Any:
    """3-4-4 is how people write it; other groupings need a label to be believed, and none may be cut from a chain."""
    if region.last[j] - region.first[j] < 3 and not _is_split(region, i, j):
        return 0
    usual = j == i + 2 and region.last[i] - region.first[i] == 3 and region.last[j] - region.first[j] == 4
    if chained:
        return 600 if usual and (labelled or region.gap[i] == _SPACE) else 0
    return confidence if labelled else (850 if usual else 600)


@njit(nogil=True, cache=True)
def _with_country(region: Any, i: Any) -> Any:
    """(shadow start, first token) with +86, 0086 or (86) in front of token i taken in."""
    fold, first, last = region.fold, region.first, region.last
    s, li = first[i], i
    if i > 0 and region.form[i - 1] == 1 and region.gap[i - 1] != 0 and is_free(region, first[i - 1], last[i - 1]):
        a, length = first[i - 1], last[i - 1] - first[i - 1]
        bare = length == 2 and fold[a] == 56 and fold[a + 1] == 54
        long = length == 4 and fold[a] == 48 and fold[a + 1] == 48 and fold[a + 2] == 56 and fold[a + 3] == 54
        gap = region.gap[i - 1]
        marked = fold[a - 1] == _PLUS or fold[a - 1] == _OPEN or gap == _HYPHEN
        if long or (bare and marked):
            s, li = a, i - 1
    if fold[s - 1] == _PLUS:
        s -= 1
    if fold[s - 1] == _OPEN and li < i and region.gap[li] == _CLOSE:
        s -= 1
    return s, li


@njit(nogil=True, cache=True)
def is_chained(region: Any, i: Any, j: Any, inner: Any) -> Any:
    """Whether tokens i … j hang to further letters or digits by a separator, like part of a longer code. `inner`: their own separator, 0 for a single token."""
    if i > 0 and _hangs(region, i - 1, i - 1, inner) and not _is_list_mark(region, i):
        return True
    return j + 1 < region.state[TOKENS] and _hangs(region, j, j + 1, inner)


@njit(nogil=True, cache=True)
def _hangs(region: Any, at: Any, other: Any, inner: Any) -> Any:
    gap = region.gap[at]
    if gap == 0 or gap == _OPEN or gap == _CLOSE or gap == _EXTENSION or region.busy[region.first[other]] != 0:
        return False
    if gap == _SPACE:
        return inner == _SPACE and region.form[other] != 0
    return gap != _SLASH or region.form[other] == 0 or region.form[other] == 3


@njit(nogil=True, cache=True)
def _is_list_mark(region: Any, i: Any) -> Any:
    """1.13800138000: the first item of a list, not a decimal (no decimal of interest has 11 places)."""
    s, e = region.first[i - 1], region.last[i - 1]
    head = i == 1 or region.gap[i - 2] == 0
    return head and region.gap[i - 1] == _DOT and region.form[i - 1] == 1 and e - s <= 2 and region.fold[s] != 48


@njit(nogil=True, cache=True)
def _landline(region: Any, tables: Any, i: Any) -> Any:
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
    firm = region.gap[i] == _HYPHEN or region.gap[i] == _CLOSE
    confidence = 970 if said > 0 else (400 if is_chained(region, li, j, _NONE) else (900 if firm else 600))
    if confidence < region.state[FLOOR]:
        return False
    emit(region, tables, s, e, _NONE, packed(_LANDLINE, _NONE + (said > 0), confidence))
    return True


@njit(nogil=True, cache=True)
def _area(region: Any, tables: Any, i: Any) -> Any:
    """(shadow start, first token, length of the area code without 0) if token i is an area code, else area -1."""
    a, length = region.first[i], region.last[i] - region.first[i]
    if length < 2 or length > 4 or i + 1 >= region.state[TOKENS] or region.gap[i] == 0 or region.gap[i] == _SLASH:
        return a, i, -1
    s, li = _with_country(region, i)
    trunk = 1 if region.fold[a] == 48 else 0
    if trunk == 0 and li == i:
        return a, i, -1
    bare = length - trunk
    code = checks.number(region.fold, a + trunk, bare)
    known = (bare == 2 and (code == 10 or 20 <= code <= 29)) or (bare == 3 and code >= 300)
    if not known or tables.areas[code] == 0:
        return a, i, -1
    if region.fold[s - 1] == _OPEN and region.gap[i] == _CLOSE:
        s -= 1
    return s, li, bare


@njit(nogil=True, cache=True)
def _local(region: Any, i: Any, least: Any) -> Any:
    """Last token of the local number that begins at token i, or -1."""
    if region.form[i] != 1 or not 50 <= region.fold[region.first[i]] <= 56:
        return -1
    length = region.last[i] - region.first[i]
    if least <= length <= 8:
        return i
    if (length != 4 and length != 3) or i + 1 >= region.state[TOKENS] or region.form[i + 1] != 1:
        return -1
    gap, length = region.gap[i], length + region.last[i + 1] - region.first[i + 1]
    fits = least <= length <= 8
    return i + 1 if fits and (gap == _SPACE or gap == _HYPHEN) else -1


@njit(nogil=True, cache=True)
def _with_extension(region: Any, j: Any) -> Any:
    """(shadow end, last token) with 转8001 or -8001 taken in."""
    if j + 1 < region.state[TOKENS] and region.form[j + 1] == 1:
        length = region.last[j + 1] - region.first[j + 1]
        gap = region.gap[j]
        if (gap == _EXTENSION and length <= 6) or (gap == _HYPHEN and 2 <= length <= 5):
            return region.last[j + 1], j + 1
    return region.last[j], j


@njit(nogil=True, cache=True)
def _local_only(region: Any, tables: Any, i: Any) -> Any:
    """电话：87654321. Only right behind a label, and not if it reads as a date."""
    j = _local(region, i, _NONE + 7)
    if j < 0 or region.state[FLOOR] > 600:
        return False
    a = region.first[i]
    year = checks.number(region.fold, a, 4) if region.last[i] - a == 8 else 0
    if 1900 <= year <= 2099 and checks.is_date(year, checks.number(region.fold, a + 4, 2), checks.number(region.fold, a + 6, 2)):
        return False
    e, j = _with_extension(region, j)
    if not is_free(region, a, e) or is_chained(region, i, j, region.gap[i] if i < j else _NONE):
        return False
    look(region, tables, a, e)
    if not directly_before(region, tables, 3 * _LANDLINE) or is_digit(region.fold[a - 1]):
        return False
    emit(region, tables, a, e, _NONE, packed(_LANDLINE, _NONE + 1, _NONE + 600))
    return True
