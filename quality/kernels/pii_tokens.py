"""Tokens of a region: runs of letters and digits, what stands between them, and what belongs together."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_region import (
    FIRST,
    FORM,
    GAP,
    LAST,
    LENGTH,
    STATE,
    TOKENS,
    WEAK,
    is_alnum,
    is_digit,
    is_free,
    is_label,
)

_NONE = np.int64(0)
_SPACE, _OPEN, _CLOSE, _PLUS, _HYPHEN, _DOT, _SLASH, _EXTENSION = 32, 40, 41, 43, 45, 46, 47, 26


@lean
def tokenise(region: Any, tables: Any) -> Any:
    """Cuts the shadow into runs of letters and digits. With state[WEAK], 一 ① ² count as digits."""
    weak = region.cells[STATE, WEAK] != 0
    fold, n = region.fold, region.cells[STATE, LENGTH]
    first, last, form, gap = region.cells[FIRST], region.cells[LAST], region.cells[FORM], region.cells[GAP]
    count, k = _NONE, _NONE + 1
    while k <= n:
        if not (is_alnum(fold[k]) or (weak and 0x80 <= fold[k] <= 0x89)):
            k += 1
            continue
        s = k
        while k <= n and (is_alnum(fold[k]) or (weak and 0x80 <= fold[k] <= 0x89)):
            k += 1
        s, k = _unglued(fold, tables.glued, s, k)
        first[count], last[count], form[count], gap[count] = s, k, _form(fold, s, k), 0
        if count > 0:
            gap[count - 1] = _gap(fold, last[count - 1], s)
        count += 1
    region.cells[STATE, TOKENS] = count


@lean
def _unglued(fold: Any, glued: Any, s: Any, e: Any) -> Any:
    """Where a number begins and ends if known labels (TEL, WX, Email, …) are glued to it; else s and e."""
    start = s
    while start < e and 65 <= fold[start] <= 90:
        start += 1
    if e - start >= 7 and s < start <= s + 8 and is_label(fold, glued, s, start):
        s = start
    stop = s
    while stop < e and is_digit(fold[stop]):
        stop += 1
    letter = e - stop == 1 and fold[stop] == 69 and (fold[e] == 58 or fold[e] == 45)  # E: and E-mail
    if stop - s >= 11 and stop < e <= stop + 8 and (letter or is_label(fold, glued, stop, e)):
        e = stop
    return s, e


@lean
def _form(fold: Any, s: Any, e: Any) -> Any:
    """0 letters, 1 digits, 2 digits and a final X, 3 mixed."""
    letters = 0
    for k in range(s, e):
        if 65 <= fold[k] <= 90:
            letters += 1
    if letters == 0:
        return 1
    if letters == e - s:
        return 2 if e - s == 1 and fold[s] == 88 else 0
    return 2 if letters == 1 and fold[e - 1] == 88 else 3


@lean
def _gap(fold: Any, s: Any, e: Any) -> Any:
    """What stands between two tokens: the separator, a space, or 0 for anything that parts them."""
    if e - s > 3 or e == s:
        return 0
    found = _SPACE
    for k in range(s, e):
        c = fold[k]
        if c == _SPACE:
            continue
        if not (c in (_HYPHEN, _DOT, _SLASH, _OPEN, _CLOSE, _EXTENSION) or c == 95):
            return 0
        if found in (_SPACE, _CLOSE):
            found = c if found == _SPACE else found
    return found


@lean
def with_country(region: Any, i: Any) -> Any:
    """(shadow start, first token) with +86, 0086 or (86) in front of token i taken in."""
    fold, first, last = region.fold, region.cells[FIRST], region.cells[LAST]
    s, li = first[i], i
    if (
        i > 0
        and region.cells[FORM, i - 1] == 1
        and region.cells[GAP, i - 1] != 0
        and is_free(region, first[i - 1], last[i - 1])
    ):
        a, length = first[i - 1], last[i - 1] - first[i - 1]
        bare = length == 2 and fold[a] == 56 and fold[a + 1] == 54
        long = length == 4 and fold[a] == 48 and fold[a + 1] == 48 and fold[a + 2] == 56 and fold[a + 3] == 54
        gap = region.cells[GAP, i - 1]
        marked = fold[a - 1] == _PLUS or fold[a - 1] == _OPEN or gap == _HYPHEN
        if long or (bare and marked):
            s, li = a, i - 1
    if fold[s - 1] == _PLUS:
        s -= 1
    if fold[s - 1] == _OPEN and li < i and region.cells[GAP, li] == _CLOSE:
        s -= 1
    return s, li


@lean
def is_chained(region: Any, i: Any, j: Any, inner: Any) -> Any:
    """Whether tokens i … j hang to further letters or digits by a separator, like part of a longer code.

    inner: their own separator, 0 for a single token.
    """
    if i > 0 and _hangs(region, i - 1, i - 1, inner) and not _is_list_mark(region, i):
        return True
    return j + 1 < region.cells[STATE, TOKENS] and _hangs(region, j, j + 1, inner)


@lean
def _hangs(region: Any, at: Any, other: Any, inner: Any) -> Any:
    gap = region.cells[GAP, at]
    if gap == 0 or gap in (_OPEN, _CLOSE, _EXTENSION):
        return False
    if gap == _SPACE:
        return inner == _SPACE and region.cells[FORM, other] != 0
    dotted = 0 < other == at and region.cells[GAP, other - 1] == _DOT  # 10.1016/…, a DOI
    return gap != _SLASH or region.cells[FORM, other] == 0 or region.cells[FORM, other] == 3 or dotted


@lean
def _is_list_mark(region: Any, i: Any) -> Any:
    """1.13800138000: the first item of a list, not a decimal (no decimal of interest has 11 places)."""
    s, e = region.cells[FIRST, i - 1], region.cells[LAST, i - 1]
    head = i == 1 or region.cells[GAP, i - 2] == 0
    return (
        head and region.cells[GAP, i - 1] == _DOT and region.cells[FORM, i - 1] == 1 and e - s <= 2 and region.fold[s] != 48
    )
