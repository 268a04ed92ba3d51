"""Addresses in a batch of strings: where one may begin, how sure it is, where it ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_address_parts import (
    BARE,
    BUILDING,
    CITY,
    DIGIT,
    DISTRICT,
    ESTATE,
    GROUP,
    LABEL,
    LABELS,
    LAST,
    LATIN,
    LEAD,
    NAME,
    NEGATIVE,
    NO_ROAD,
    NO_VILLAGE,
    NUMBER,
    NUMERAL,
    ORGANISATIONS,
    OWNER,
    PLACE,
    PLACED,
    PLACES,
    PROVINCE,
    ROAD,
    ROOM,
    STOP,
    SUFFIXES,
    TOWN,
    VILLAGE,
    ZONE,
    chain,
    numbered,
)  # fmt: skip
from quality.kernels.pii_letters import longest, widen

_ONE = np.uint64(1)
_NONE: Any = np.int64(0)  # as a Python literal it would be compiled for the literal, and once more for any number
_PATTERN, _CONTEXT = 0, 1  # indices of findings.EVIDENCE
_LOOSE = 2  # a label that is an ordinary word, too
_REACH = 6  # letters of a road's name, where nothing says where it begins
BLOCK = 0x5E62, 0x680B, 0x5355, 0x697C  # 幢 栋 单(元) 楼
_MARKS = (
    0x20,
    0x3A,
    0x3D,
    0x09,
    0x22,
    0x4E3A,
    0x662F,
    0x5728,
    0x4E8E,
    0x3010,
    0x3011,
    0x29,
    0x7C,
)  # blanks : = " 为是在于【】)|


@lean
def scan(data: Any, offsets: Any, fold: Any, tables: Any, seconds: Any, room: Any, parts: Any, out: Any) -> Any:
    """Fills out int64[m, 7] (text, start, end, start byte, end byte, thousandths, evidence); returns how many there are,
    which may be more than fit. seconds: uint64[65536], bit b where a place, label or number
    may begin with a letter and one that is b modulo 64: most text is passed over by this one look."""
    text, places = room
    found = _NONE
    for t in range(len(offsets) - 1):
        n = widen(data, offsets[t], offsets[t + 1], fold, text, places)
        found = _string(text, n, places, tables, seconds, parts, t, out, found)
    return found


@lean
def _string(text: Any, n: Any, places: Any, tables: Any, seconds: Any, parts: Any, t: Any, out: Any, found: Any) -> Any:
    classes, tree = tables
    behind, i = _NONE, _NONE
    while i < n:
        if seconds[text[i]] >> np.uint64(text[i + 1] & 63) & _ONE == 0:
            i += 1
            continue
        kind = classes[text[i]]
        if kind & (DIGIT | NUMERAL | LATIN) and not (i > 0 and classes[text[i - 1]] & LAST) and not kind & PLACED:
            i += 1
            continue
        start, end, sure, evidence = _candidate(text, n, tables, parts, behind, i)
        if sure <= 0 or end <= i:
            i = max(i + 1, end if sure < 0 else 0)
            behind = max(behind, i if sure < 0 else 0)
            continue
        if found < len(out):
            out[found, 0] = t
            out[found, 1], out[found, 2] = places[1, start], places[1, end - 1] + 1
            out[found, 3], out[found, 4] = places[0, start], places[0, end] - 3 * (places[1, end] - places[1, end - 1] - 1)
            out[found, 5], out[found, 6] = sure, evidence
        found += 1
        i = behind = end
    return found


@lean
def _candidate(text: Any, n: Any, tables: Any, parts: Any, behind: Any, i: Any) -> Any:
    """(start, end, thousandths, evidence) of the address whose label, place, number or block stands at i; thousandths 0:
    none, -1: none, and nothing before `end` is."""
    classes, tree = tables
    if classes[text[i]] & LABEL:
        start, loose = _label(text, n, tables, i)
        if start > i:
            end, seen, count = chain(text, n, tables, start, not loose, parts)
            sure = _labelled(seen, count, loose)
            if sure:
                return start, end, sure, _CONTEXT
    start = i
    if classes[text[i]] & PLACED and text[i] not in BLOCK:
        stop, level = longest(tree, PLACES, text, i)
        if level == NEGATIVE:
            return i, stop, -1, 0
        if level == 0:
            return i, i, 0, 0
    else:
        start = _unanchored(text, n, tables, behind, i)
        if start == i:
            return i, i, 0, 0
    end, seen, count = chain(text, n, tables, start, False, parts)
    if end <= i:
        end, seen, count = _blocks(text, n, tables, start)
    sure = _plain(seen)
    if not seen & (1 << NUMBER | 1 << ROOM | 1 << BUILDING):
        owner = _organisation(text, n, tables, end)
        if owner > end:
            return i, owner, -1, 0
    return start, end, sure, _PATTERN


@lean
def _label(text: Any, n: Any, tables: Any, i: Any) -> Any:
    """(where the address begins behind the label at i, whether the label is an ordinary word); (i, 0) if there is none."""
    end, code = longest(tables[1], LABELS, text, i)
    if code == 0 or code == NEGATIVE:
        return i, False
    k, marked = end, False
    while k < n and k < end + 6 and text[k] in _MARKS:
        marked = marked or text[k] != 0x20
        k += 1
    return k, code == _LOOSE or not marked


@lean
def _labelled(seen: Any, count: Any, loose: Any) -> Any:
    if count == 0:
        return 0
    fine = 1 << NUMBER | 1 << BUILDING | 1 << ROOM | 1 << GROUP | 1 << ROAD | 1 << VILLAGE | 1 << TOWN | 1 << ESTATE
    admin = seen & (1 << PROVINCE | 1 << CITY | 1 << DISTRICT)
    if loose and not admin:
        return _plain(seen)
    if seen & fine:
        return 900 if loose else 950
    return (300 if loose else 800) if admin else 300


@lean
def _plain(seen: Any) -> Any:
    """Thousandths by what the address is made of, where no label says that it is one."""
    line = seen & (1 << ROAD | 1 << VILLAGE | 1 << ESTATE | 1 << TOWN | 1 << ZONE)
    admin = seen & (1 << PROVINCE | 1 << CITY | 1 << DISTRICT)
    house = seen & (1 << NUMBER | 1 << GROUP)
    inside = seen & (1 << BUILDING | 1 << ROOM)
    if line and (house or inside):
        return 900 if admin or (house and inside) else 800
    if seen & 1 << BUILDING and seen & 1 << ROOM:
        return 700
    if seen & 1 << ESTATE and seen & (1 << DISTRICT | 1 << CITY):
        return 600
    if line or admin:
        return 400 if line else 300
    return 200 if seen & 1 << PLACE else 0


@lean
def _unanchored(text: Any, n: Any, tables: Any, behind: Any, i: Any) -> Any:
    """Where 中山路|5号 or 3|幢2单元 begins, its number or unit standing at i; i if it is none."""
    classes, tree = tables
    if text[i] in BLOCK:
        k = i - (i > 0 and text[i - 1] == 0x53F7 and text[i] != 0x5355)
        first = k
        while k > behind and first - k < 5 and classes[text[k - 1]] & (DIGIT | NUMERAL | LATIN):
            k -= 1
        return k if k < first else i
    start, code = i, 0
    for s in range(i - 1, max(behind, i - 4) - 1, -1):
        end, c = longest(tree, SUFFIXES, text, s)
        if end == i and c in (ROAD, VILLAGE, ESTATE, ZONE):
            start, code = s, c
    before = classes[text[start - 1]] if start > 0 else 0
    if code == 0 or (code == ROAD and before & NO_ROAD) or (code == VILLAGE and before & NO_VILLAGE):
        return i
    stop, part = numbered(text, n, tables, i)
    if part not in (NUMBER, BUILDING, GROUP) and not (part == BARE and code == ESTATE and stop - i >= 5):
        return i
    if part == BUILDING and code == ROAD or (code == ROAD and part == GROUP):
        return i
    k = start
    while k > behind and start - k < _REACH and _is_name(classes[text[k - 1]], start - k):
        k -= 1
    return k if start - k >= (1 if code == VILLAGE else 2) else i


@lean
def _is_name(kind: Any, length: Any) -> Any:
    return kind & NAME and not kind & STOP and not (kind & LEAD and length >= 1)


@lean
def _blocks(text: Any, n: Any, tables: Any, k: Any) -> Any:
    """3幢2单元501室, without anything in front: needs a room behind the building."""
    seen, count, end = 0, 0, k
    while count < 4:
        stop, part = numbered(text, n, tables, end)
        if part not in (BUILDING, ROOM, BARE) or (part == BARE and count == 0):
            break
        seen |= 1 << (ROOM if part == BARE else part)
        end, count = stop, count + 1
    return end, seen, count


@lean
def _organisation(text: Any, n: Any, tables: Any, k: Any) -> Any:
    """End of the organisation whose name goes on at k (市 + 人民法院); k if it is none."""
    classes, tree = tables
    last = k
    for i in range(k, min(n, k + 16)):
        if classes[text[i]] & OWNER:
            end, code = longest(tree, ORGANISATIONS, text, i)
            if code:
                last = end
                continue
        if i >= last and (classes[text[i]] & STOP or not classes[text[i]] & (NAME | NUMERAL | DIGIT | LATIN)):
            break
    return last


@lean
def parts_of(text: Any, n: Any, tables: Any, rest: Any, parts: Any) -> Any:
    """How many parts of one address stand in `parts`, see chain; what is between them is passed over."""
    count, k = 0, 0
    while k < n and count < len(parts):
        end, _, more = chain(text, n, tables, k, True, rest)
        for r in range(min(more, len(parts) - count)):
            for column in range(3):
                parts[count, column] = rest[r, column]
            count += 1
        k = end if end > k else k + 1
    return count
