"""Addresses in a batch of strings: where one may begin, how sure it is, where it ends."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.pii_address_parts import (
    BARE, BUILDING, CITY, DIGIT, DISTRICT, ESTATE, GROUP, LABEL, LABELS, LATIN, NAME, NEGATIVE, NUMBER, NUMERAL,
    ORGANISATIONS, PLACE, PLACES, POI, PROVINCE, ROAD, ROOM, STOP, SUFFIX, SUFFIXES, TAIL, TOWN, UNIT, VILLAGE,
    chain, numbered,
)  # fmt: skip
from quality.kernels.pii_letters import longest, widen

_PATTERN, _CONTEXT, _LIST = 0, 1, 8  # indices of findings.EVIDENCE
_LOOSE = 2  # a label that is an ordinary word, too
_REACH = 6  # letters of a road's name, where nothing says where it begins
_BLOCK = 0x5E62, 0x680B, 0x5355  # 幢 栋 单(元)


@njit(nogil=True, cache=True)
def scan(data: Any, offsets: Any, fold: Any, tables: Any, lead: Any, out: Any) -> Any:
    """Fills out int64[m, 7] (text, start, end, start byte, end byte, thousandths, evidence); returns how many there are,
    which may be more than fit. lead: uint8[65536], 1 where a name may begin behind, 2 where the letter makes no road."""
    size = 0
    for t in range(len(offsets) - 1):
        size = max(size, offsets[t + 1] - offsets[t])
    text, places, parts = np.empty(size + 8, np.uint16), np.empty((2, size + 8), np.int64), np.empty((32, 3), np.int64)
    found = 0
    for t in range(len(offsets) - 1):
        n = widen(data, offsets[t], offsets[t + 1], fold, text, places)
        found = _string(text, n, places, tables, lead, parts, t, out, found)
    return found


@njit(nogil=True, cache=True)
def _string(text: Any, n: Any, places: Any, tables: Any, lead: Any, parts: Any, t: Any, out: Any, found: Any) -> Any:
    classes, tree = tables
    places_of, behind, i = tree[0][PLACES], 0, 0
    while i < n:
        c = text[i]
        kind = classes[c]
        start, end, seen, count, sure, evidence = i, i, 0, 0, 0, _PATTERN
        if kind & LABEL:
            start, loose = _label(text, n, tables, i)
            if start > i:
                end, seen, count = chain(text, n, tables, start, not loose, parts)
                sure, evidence = _labelled(seen, count, loose), _CONTEXT
        if sure == 0 and places_of[c] >= 0:
            stop, level = longest(tree, PLACES, text, i)
            if level == NEGATIVE:
                i = stop
                continue
            if level:
                start = i
                end, seen, count = chain(text, n, tables, i, False, parts)
                sure, evidence = _plain(seen, count), _PATTERN
                if sure < 500:
                    evidence = _LIST
        if sure == 0 and kind & (SUFFIX | UNIT):
            start = _unanchored(text, n, tables, lead, behind, i)
            if start < i:
                end, seen, count = chain(text, n, tables, start, False, parts)
                if end <= i:
                    end, seen, count = _blocks(text, n, tables, start, parts)
                sure, evidence = _plain(seen, count), _PATTERN
        if sure == 0 or end <= start:
            i += 1
            continue
        if evidence != _CONTEXT and not seen & (1 << NUMBER | 1 << ROOM | 1 << BUILDING):
            owner = _organisation(text, n, tables, end)
            if owner > end:
                i = behind = owner
                continue
        if found < len(out):
            out[found, 0] = t
            out[found, 1], out[found, 2] = places[1, start], places[1, end - 1] + 1
            out[found, 3], out[found, 4] = places[0, start], _byte_end(places, end)
            out[found, 5], out[found, 6] = sure, evidence
        found += 1
        i = behind = end
    return found


@njit(nogil=True, cache=True)
def _byte_end(places: Any, end: Any) -> Any:
    """Byte behind letter end-1: that of the next letter, less what vanishes between them (3 bytes a character)."""
    gap = places[1, end] - places[1, end - 1] - 1
    return places[0, end] if gap == 0 else places[2 - 2, end] - gap * 3


@njit(nogil=True, cache=True)
def _label(text: Any, n: Any, tables: Any, i: Any) -> Any:
    """(where the address begins behind the label at i, whether the label is an ordinary word); (i, 0) if there is none."""
    end, code = longest(tables[1], LABELS, text, i)
    if code == 0 or code == NEGATIVE:
        return (i, 0)
    k = end
    marked = False
    while k < n and k < end + 6 and text[k] in (0x20, 0x3A, 0x3D, 0x09, 0x22, 0x4E3A, 0x662F, 0x5728, 0x4E8E, 0x3010, 0x3011, 0x29, 0x7C):
        marked = marked or text[k] != 0x20
        k += 1
    if code == _LOOSE:
        return k, 1
    return (k, 0) if marked else (k, 1)


@njit(nogil=True, cache=True)
def _labelled(seen: Any, count: Any, loose: Any) -> Any:
    if count == 0:
        return 0
    if loose:
        plain = _plain(seen, count)
        return plain if plain >= 500 or not seen & ~(1 << PLACE) else max(plain, 600 if seen & (1 << DISTRICT) else 300)
    fine = 1 << NUMBER | 1 << BUILDING | 1 << ROOM | 1 << GROUP | 1 << ROAD | 1 << VILLAGE | 1 << TOWN | 1 << ESTATE
    if seen & fine:
        return 950
    return 800 if seen & (1 << PROVINCE | 1 << CITY | 1 << DISTRICT) else 300


@njit(nogil=True, cache=True)
def _plain(seen: Any, count: Any) -> Any:
    """Thousandths by what the address is made of, where no label says that it is one."""
    line = seen & (1 << ROAD | 1 << VILLAGE | 1 << ESTATE | 1 << TOWN)
    admin = seen & (1 << PROVINCE | 1 << CITY | 1 << DISTRICT)
    house = seen & (1 << NUMBER | 1 << GROUP)
    inside = seen & (1 << BUILDING | 1 << ROOM)
    if line and (house or inside):
        return 900 if admin or (house and inside) else 800
    if seen & 1 << BUILDING and seen & 1 << ROOM:
        return 700
    if line and seen & (1 << DISTRICT | 1 << CITY):
        return 600
    if line or admin:
        return 300
    return 200 if seen & 1 << PLACE else 0


@njit(nogil=True, cache=True)
def _unanchored(text: Any, n: Any, tables: Any, lead: Any, behind: Any, i: Any) -> Any:
    """Where 中山路5号 or 3幢2单元 begins, its suffix or unit standing at i; i if it is none."""
    classes, tree = tables
    block = text[i] in _BLOCK or (text[i] == 0x53F7 and (text[i + 1] == 0x697C or text[i + 1] in _BLOCK))
    if block and i > 0 and classes[text[i - 1]] & (DIGIT | NUMERAL | LATIN):
        k = i - 1
        while k > behind and i - k < 5 and classes[text[k - 1]] & (DIGIT | NUMERAL | LATIN):
            k -= 1
        return k
    if not classes[text[i]] & SUFFIX or lead[text[i - 1]] & 2:
        return i
    end, code = longest(tree, SUFFIXES, text, i)
    if code not in (ROAD, VILLAGE, ESTATE) or not classes[text[end]] & (DIGIT | NUMERAL | LATIN):
        return i
    stop, part = numbered(text, n, tables, end)
    if part not in (NUMBER, BUILDING, GROUP) and not (part == BARE and code == ESTATE and stop - end >= 5):
        return i
    if part == BUILDING and code == ROAD:
        return i
    k = i
    while k > behind and i - k < _REACH and classes[text[k - 1]] & NAME and not lead[text[k - 1]] & 1:
        k -= 1
    return k if i - k >= (2 if code != ESTATE else 2) else i


@njit(nogil=True, cache=True)
def _blocks(text: Any, n: Any, tables: Any, k: Any, parts: Any) -> Any:
    """3幢2单元501室, without anything in front: needs a room behind the building."""
    seen, count, end = 0, 0, k
    while count < 4:
        stop, part = numbered(text, n, tables, end)
        if part not in (BUILDING, ROOM, BARE) or (part == BARE and count == 0):
            break
        seen |= 1 << (ROOM if part == BARE else part)
        end, count = stop, count + 1
    return end, seen, count


@njit(nogil=True, cache=True)
def _organisation(text: Any, n: Any, tables: Any, k: Any) -> Any:
    """End of the organisation whose name goes on at k (市 + 人民法院); k if it is none."""
    classes, tree = tables
    last = k
    for i in range(k, min(n, k + 16)):
        end, code = longest(tree, ORGANISATIONS, text, i)
        if code:
            last = end
            continue
        if i >= last and (classes[text[i]] & STOP or not classes[text[i]] & (NAME | NUMERAL | DIGIT | LATIN)):
            break
    return last


@njit(nogil=True, cache=True)
def parts_of(text: Any, n: Any, tables: Any, parts: Any) -> Any:
    """How many parts of one address stand in `parts`, see chain; what is between them is passed over."""
    rest = np.empty((32, 3), np.int64)
    count, k = 0, 0
    while k < n and count < len(parts):
        end, _, more = chain(text, n, tables, k, True, rest)
        for r in range(min(more, len(parts) - count)):
            parts[count] = rest[r]
            count += 1
        k = end if end > k else k + 1
    return count
