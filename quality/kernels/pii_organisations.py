"""Hospitals, departments and organisations: an end word first, then back to where the name begins."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.pii_letters import longest, widen

ENDS, DEPARTMENTS, WARDS, PLACES, GENERIC = range(5)
"""Roots of the tree."""
HOSPITAL, LEGAL, PLAIN, DEPARTMENT, NEGATIVE = 1, 2, 3, 4, 31
NAME, NUMBER, LEAD, END, WARD = 1, 2, 4, 8, 16
"""Bits of a letter's class: may be in a name; a digit or numeral; ends the way back; begins an end word, a department."""

_LONGEST = 24
_OPEN, _CLOSE = 0x28, 0x29
_SCIENCE = 0x5B66  # 学: 内科学 is a book
_AFFILIATED = 0x9644, 0x5C5E  # 附属


@lean
def scan(data: Any, offsets: Any, fold: Any, classes: Any, tree: Any, room: Any, out: Any) -> Any:
    """Fills out int64[m, 7] (text, start, end, start byte, end byte, HOSPITAL … DEPARTMENT, thousandths); returns how many
    there are, which may be more than fit. classes: uint8[65536], bits as named above."""
    text, places = room
    found = 0
    for t in range(len(offsets) - 1):
        n = widen(data, offsets[t], offsets[t + 1], fold, text, places)
        behind, i = 0, 0
        while i < n:
            if not classes[text[i]] & (END | WARD):
                i += 1
                continue
            start, end, code, sure = _candidate(text, n, classes, tree, behind, i)
            if code == 0:
                i = max(end, i + 1)
                continue
            if found < len(out):
                out[found, 0] = t
                out[found, 1], out[found, 2] = places[1, start], places[1, end - 1] + 1
                out[found, 3] = places[0, start]
                out[found, 4] = places[0, end] - 3 * (places[1, end] - places[1, end - 1] - 1)
                out[found, 5], out[found, 6] = code, sure
            found += 1
            i = behind = end
    return found


@lean
def _candidate(text: Any, n: Any, classes: Any, tree: Any, behind: Any, i: Any) -> Any:
    """(start, end, code, thousandths); code 0: nothing, go on at `end`."""
    if classes[text[i]] & END:
        end, code = longest(tree, ENDS, text, i)
        if code == NEGATIVE:
            return i, end, 0, 0
        if code:
            start = _start(text, classes, tree, behind, i)
            if start < i and not _is_generic(text, tree, start, i):
                affiliate = _affiliate(text, classes, tree, end)
                if affiliate > end:
                    return start, affiliate, HOSPITAL, 850
                return start, end, code, 600 if code == PLAIN else 850
            return i, i + 1, 0, 0
    if classes[text[i]] & WARD:
        end, code = longest(tree, DEPARTMENTS, text, i)
        if (
            code
            and text[end] != _SCIENCE
            and not (0x61 <= text[i] <= 0x7A and (i > 0 and 0x61 <= text[i - 1] <= 0x7A or 0x61 <= text[end] <= 0x7A))
        ):
            k = end
            while classes[text[k]] & NUMBER and k < end + 3:
                k += 1
            stop, ward = longest(tree, WARDS, text, k)
            return i, stop if ward and (k > end or stop - k > 1) else end, DEPARTMENT, 800
    return i, i + 1, 0, 0


@lean
def _start(text: Any, classes: Any, tree: Any, behind: Any, i: Any) -> Any:
    """Back from the end word at i: to the first place name on the way, else to where no name goes on."""
    k, closed = i, False
    while k > behind and i - k < _LONGEST:
        c = text[k - 1]
        if c == _CLOSE:
            closed = True
        elif c == _OPEN and closed:
            closed = False
        elif not classes[c] & (NAME | NUMBER) or (classes[c] & LEAD and not closed):
            break
        k -= 1
    if closed:  # a bracket that opens nowhere: the name begins behind it
        k = i
        while k > behind and text[k - 1] != _CLOSE:
            k -= 1
    for s in range(k, i):
        if longest(tree, PLACES, text, s)[0] > s:
            return s
    while k < i and (classes[text[k]] & NUMBER or not classes[text[k]] & NAME):
        k += 1
    return k


@lean
def _affiliate(text: Any, classes: Any, tree: Any, k: Any) -> Any:
    """End of the hospital that goes on at k: 浙江大学|医学院附属第二医院; k if there is none."""
    affiliated = False
    for i in range(k, k + 6):
        affiliated = affiliated or (text[i] == _AFFILIATED[0] and text[i + 1] == _AFFILIATED[1])
        if affiliated or not classes[text[i]] & NAME:
            break
    i = k
    while affiliated and i < k + 16 and classes[text[i]] & (NAME | NUMBER):
        end, code = longest(tree, ENDS, text, i)
        if code == HOSPITAL:
            return end
        i += 1
    return k


@lean
def _is_generic(text: Any, tree: Any, start: Any, end: Any) -> Any:
    """Whether the name says nothing: 三级综合 + 医院, 股份 + 公司."""
    k = start
    while k < end:
        stop, code = longest(tree, GENERIC, text, k)
        if code == 0 or stop > end:
            return end - start < 2
        k = stop
    return True
