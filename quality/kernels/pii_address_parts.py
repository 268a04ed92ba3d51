"""The parts of an address, one after another: province … room. Tables: quality.pii.addresses."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.pii_letters import longest

PLACE, PROVINCE, CITY, DISTRICT, TOWN, ROAD, NUMBER, BUILDING, ROOM, VILLAGE, ESTATE, POI, TAIL, GROUP, BARE, ZONE = range(
    1, 17
)
"""What a part is. BARE: a number without a unit, as in `B座1728`."""
NEGATIVE = 31
PLACES, SUFFIXES, UNITS, LABELS, ORGANISATIONS = range(5)
"""Roots of the tree."""
NAME, STOP, DIGIT, LATIN, NUMERAL, SUFFIX, LABEL, LAST, PLACED, NO_ROAD, NO_VILLAGE, LEAD, OWNER = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
    256,
    512,
    1024,
    2048,
    4096,
)
"""Bits of a letter's class: Chinese character; one that no name holds; 0-9; a-z; 一二三…; begins a suffix or a label; ends
a suffix; begins a place; in front of 路 or 村 makes an ordinary word (线路, 农村); stands in front of a name
(在, 到); begins what ends an organisation's name (公司)."""

_ADMIN = 1 << PLACE | 1 << PROVINCE | 1 << CITY | 1 << DISTRICT
_LINE = 1 << ROAD | 1 << VILLAGE | 1 << ESTATE | 1 << ZONE
_SPOT = _LINE | 1 << TOWN | 1 << NUMBER | 1 << BUILDING | 1 << GROUP
_LONGEST = 14  # letters of a name
_FIRST = 0x7B2C  # 第


@lean
def numbered(text: Any, n: Any, tables: Any, k: Any) -> Any:
    """(end, part) of a number and its unit at k: 66号, 甲5号, B座, 十二层, 3-2-501; (k, 0) if none."""
    classes, tree = tables
    i = k
    ordinal = text[i] == _FIRST
    i += ordinal
    if text[i] in (0x7532, 0x4E59, 0x4E19, 0x4E01, 0x9644, 0x4E1C, 0x897F, 0x5357, 0x5317) and classes[text[i + 1]] & (
        DIGIT | NUMERAL
    ):
        i += 1  # 甲 乙 丙 丁 附 东 西 南 北
    start, digits, latin, numerals, groups = i, 0, 0, 0, 0
    while i < n and i - start < 16:
        kind = classes[text[i]]
        if kind & DIGIT:
            digits += 1
        elif kind & LATIN:
            latin += 1
        elif kind & NUMERAL:
            numerals += 1
        elif (
            (text[i] == 0x2D or text[i] == 0x2F or text[i] == 0x23 or text[i] == 0x3001)
            and i > start
            and classes[text[i + 1]] & (DIGIT | LATIN | NUMERAL)
        ):
            groups += 1
        else:
            break
        i += 1
    if i == start or latin > 3 or (latin and numerals):
        return k, 0
    end, code = longest(tree, UNITS, text, i)
    if code == 0 and latin and text[i - 1] == 0x66 and digits:  # 12F
        return i, ROOM
    if code == NEGATIVE or (numerals and not digits and code == 0):
        return k, 0
    if ordinal and code not in (GROUP, BUILDING, ROOM):
        return k, 0
    if code != 0:
        return (k, 0) if numerals and code == BUILDING and text[i] in (0x533A, 0x671F) else (end, code)
    free = not (classes[text[i]] & (NAME | STOP)) and text[i] not in (0x25, 0x2E, 0x3A, 0x40)
    if digits and free and not ordinal and (groups or digits <= 6):
        return i, BARE
    return k, 0


@lean
def named(text: Any, n: Any, tables: Any, k: Any, attached: Any, admin: Any, spot: Any, detail: Any) -> Any:
    """(end, part) of a name with its suffix at k: 中山东路, 上王村, 阳光小区; (k, 0) if none.

    attached: another part stands directly in front, which a bare suffix may extend. admin: the finest division so far.
    spot: something below the district is known; detail: even a number is.
    """
    classes, tree = tables
    for i in range(k, min(n, k + _LONGEST)):
        length = i - k
        kind = classes[text[i]]
        if spot and 2 <= length <= 8 and kind & (DIGIT | LATIN | NUMERAL):
            end, code = numbered(text, n, tables, i)
            if code == BUILDING or (code == NUMBER and detail == 0) or (code == BARE and detail):
                return i, ESTATE  # 金色水岸13幢: what stands between a road and a building is an estate
        if kind & SUFFIX:
            end, code = longest(tree, SUFFIXES, text, i)
            before = classes[text[i - 1]] if i > 0 else 0
            if code == NEGATIVE or (code == ROAD and before & NO_ROAD and length == 1):
                return k, 0
            if code == VILLAGE and before & NO_VILLAGE and length <= 2 or (length == 0 and not attached):
                code = 0
            if (code == ROAD or code == VILLAGE or code == TOWN) and length <= 8 and not (code == TOWN and spot):
                return end, code
            if (code == ESTATE or code == ZONE) and (length > 0 or spot):
                return end, code
            if (code == POI or code == TAIL) and spot and (length > 0 or code == TAIL) and (code == POI or length <= 4):
                return end, code
            if (
                (code == CITY or code == DISTRICT)
                and 0 < admin < code
                and not spot
                and (2 <= length <= 4 or (length == 1 and text[i] == 0x53BF))
            ):
                return end, code
        if text[i] == 0x548C and tree[0][PLACES, text[i + 1]] >= 0 and longest(tree, PLACES, text, i + 1)[1]:
            return k, 0  # 和
        if kind & STOP or not kind & (NAME | DIGIT | LATIN | NUMERAL):
            return k, 0
        if kind & DIGIT and not spot and admin == 0:
            return k, 0
    return k, 0


@lean
def chain(text: Any, n: Any, tables: Any, k: Any, labelled: Any, parts: Any) -> Any:
    """(end, parts seen as bits, how many): the longest address that begins at k. Fills parts int64[32, 3]: (part,
    start, end). labelled: a label says that it is one."""
    classes, tree = tables
    end, seen, count, admin, last = k, 0, 0, 0, 0
    while count < len(parts):
        start = end
        if count > 0 and text[start] in (0x20, 0x2C, 0xFF0C) and (text[start] == 0x20 or labelled):
            start += 1
        if count > 0 and text[start] == 0x28:
            closing = _bracket(text, n, classes, start)
            if closing > start and seen & _SPOT:
                parts[count, 0], parts[count, 1], parts[count, 2] = TAIL, start, closing
                end, count = closing, count + 1
                continue
        stop, part = _next(text, n, tables, start, labelled, seen, admin, last, start == end and count > 0)
        if part == 0:
            break
        if start > end and part in (BARE, POI, TAIL):
            break
        parts[count, 0], parts[count, 1], parts[count, 2] = part, start, stop
        if PLACE <= part <= DISTRICT:
            admin = part
        seen |= 1 << part
        end, last, count = stop, part, count + 1
    return end, seen, count


@lean
def _next(text: Any, n: Any, tables: Any, k: Any, labelled: Any, seen: Any, admin: Any, last: Any, attached: Any) -> Any:
    _, tree = tables
    if seen or labelled:
        end, part = numbered(text, n, tables, k)
        if part == NUMBER and (seen & (_SPOT | 1 << POI) or (labelled and seen)):
            return end, part
        if (part == BUILDING or part == ROOM) and (seen & (_SPOT | 1 << POI) or labelled):
            return end, part
        if part == GROUP and (seen & (1 << VILLAGE | 1 << TOWN) or (labelled and seen)):
            return end, part
        if part == ROAD and last in (ROAD, TOWN, VILLAGE, ZONE, ESTATE):
            return end, part
        if part == BARE and (last in (NUMBER, BUILDING, ESTATE, POI, ZONE) or (last == ROOM)):
            return end, part
    if not seen & (_SPOT | 1 << POI):
        end, level = longest(tree, PLACES, text, k)
        if end > k and level != NEGATIVE:
            road = _road_behind(text, tables, end)
            if road > end:
                return road, ROAD
            if level > admin or (level == PLACE and admin == 0):
                return end, level
            if level == CITY and admin == CITY and text[end - 1] == 0x5E02:
                return end, DISTRICT
    spot = seen & (_SPOT | 1 << POI)
    return named(text, n, tables, k, attached and admin != last, admin, spot, seen & (1 << NUMBER | 1 << BUILDING))


@lean
def _road_behind(text: Any, tables: Any, k: Any) -> Any:
    """End of 路, 东路, 大街 … directly behind a place's short name: 北京路, 南京东路."""
    if text[k - 1] in (0x7701, 0x5E02, 0x533A, 0x53BF):
        return k
    end, code = longest(tables[1], SUFFIXES, text, k)
    return end if code == ROAD and text[k] != 0x5927 else k


@lean
def _bracket(text: Any, n: Any, classes: Any, k: Any) -> Any:
    """Behind the bracket that closes one of at most 20 letters, if it ends like （腾讯大厦旁）; else k."""
    for i in range(k + 1, min(n, k + 20)):
        if text[i] == 0x29:
            return i + 1 if text[i - 1] in (0x65C1, 0x9762, 0x8FD1, 0x4FA7, 0x53E3, 0x5904, 0x5185) else k
        if text[i] == 0x0A or text[i] == 1:
            return k
    return k
