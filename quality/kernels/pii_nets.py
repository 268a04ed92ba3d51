"""Addresses of machines and mailboxes, and licence plates: patterns over the shadow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels import pii_checks as checks
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_region import (
    FIRST,
    FORM,
    HIGH,
    LAST,
    LENGTH,
    STATE,
    TOKENS,
    emit,
    end_of,
    is_alnum,
    is_digit,
    is_free,
    is_hex,
    is_label,
    is_low,
    packed,
)
from quality.kernels.utf8 import decode

_EMAIL, _PLATE, _IPV4, _IPV6, _MAC = np.int64(3), np.int64(6), np.int64(7), np.int64(8), np.int64(9)  # index in KINDS
_NONE = np.int64(0)
_PROVINCE = 0x90
_FILES = np.array(
    [
        int.from_bytes(name, "big")
        for name in (b"PNG", b"JPG", b"JPEG", b"GIF", b"SVG", b"WEBP", b"JS", b"CSS", b"HTML", b"JSON", b"YAML", b"PY")
    ],
    np.int64,
)


@njit(nogil=True, cache=True, _nrt=False)
def find_emails(region: Any, tables: Any) -> Any:
    """Mailboxes; returns whether anything new was found."""
    found = False
    for k in range(2, region.cells[STATE, LENGTH]):
        if region.fold[k] != 64:
            continue
        s = _mailbox(region.fold, k)
        e = _domain(region.fold, tables.glued, k + 1)
        if s < k and e > 0 and k - s <= 64 and is_free(region, s, e):
            look(region, tables, s, e)
            said = verdict(region, tables, _EMAIL) > 0
            emit(region, tables, s, e, _NONE, packed(_EMAIL, _NONE + said, 990 if said else 970))
            found = True
    return found


@njit(nogil=True, cache=True, _nrt=False)
def _mailbox(fold: Any, k: Any) -> Any:
    """Start of the local part that ends before k; k if there is none."""
    s = k
    while (
        is_alnum(fold[s - 1])
        or fold[s - 1] == 46
        or fold[s - 1] == 45
        or fold[s - 1] == 95
        or fold[s - 1] == 43
        or fold[s - 1] == 37
    ):
        s -= 1
    while s < k and not is_alnum(fold[s]) and fold[s] != 95:
        s += 1
    return s if fold[k - 1] != 46 else k


@njit(nogil=True, cache=True, _nrt=False)
def _domain(fold: Any, glued: Any, k: Any) -> Any:
    """End of the longest domain name at k whose last label is two or more letters, else 0.

    A number or a label (Tel, QQ) may be glued to it: a@b.com13800138000, a@b.comTel.
    """
    best, start = _NONE, k
    while True:
        letters = _NONE
        while is_alnum(fold[k]) or fold[k] == 45:
            if 65 <= fold[k] <= 90 and k == start + letters:
                letters += 1
            k += 1
        if k == start or fold[k - 1] == 45:
            return best
        if letters >= 2 and fold[start - 1] == 46 and (k - start == letters or 48 <= fold[start + letters] <= 57):
            if not _is_file(fold, start, start + letters):
                best = _top_level(fold, glued, start, start + letters)
        if fold[k] != 46 or (0 < best < k):  # nothing follows a number or label that is glued on
            return best
        k += 1
        start = k


@njit(nogil=True, cache=True, _nrt=False)
def _top_level(fold: Any, glued: Any, s: Any, e: Any) -> Any:
    """End of com, cn, net or tw where a label is glued to it, else e."""
    for length in range(2, 4):
        known = (length == 2 and fold[s] == 67 and fold[s + 1] == 78) or (
            length == 2 and fold[s] == 84 and fold[s + 1] == 87
        )
        known = known or (length == 3 and fold[s] == 67 and fold[s + 1] == 79 and fold[s + 2] == 77)
        known = known or (length == 3 and fold[s] == 78 and fold[s + 1] == 69 and fold[s + 2] == 84)
        if known and s + length < e <= s + length + 8 and is_label(fold, glued, s + length, e):
            return s + length
    return e


@njit(nogil=True, cache=True, _nrt=False)
def _is_file(fold: Any, s: Any, e: Any) -> Any:
    """image@2x.png is not an address."""
    key = _NONE
    for k in range(s, min(e, s + 8)):
        key = key << 8 | int(fold[k])
    for name in _FILES:
        if name == key:
            return True
    return False


@njit(nogil=True, cache=True, _nrt=False)
def find_addresses(region: Any, tables: Any) -> Any:
    """IPv4, MAC and IPv6, over tokens; returns whether anything new was found."""
    found = False
    fold, first, last = region.fold, region.cells[FIRST], region.cells[LAST]
    for i in range(region.cells[STATE, TOKENS] - 1):
        length, mark = last[i] - first[i], fold[last[i]]
        if length > 4 or not is_free(region, first[i], last[i]):
            continue
        if (
            (mark == 46 and _ipv4(region, tables, i))
            or (length == 2 and (mark == 58 or mark == 45) and _mac(region, tables, i))
            or (mark == 58 and _ipv6(region, tables, i))
        ):
            found = True
    return found


@njit(nogil=True, cache=True, _nrt=False)
def _stands_free(fold: Any, s: Any, e: Any) -> Any:
    """Not part of a longer dotted, hyphenated or lettered word."""
    before, after = fold[s - 1], fold[e]
    if is_alnum(before) or is_alnum(after):
        return False
    if (before == 46 or before == 45 or before == 95) and is_alnum(fold[s - 2]):
        return False
    return not ((after == 46 or after == 45 or after == 95) and is_alnum(fold[e + 1]))


@njit(nogil=True, cache=True, _nrt=False)
def _ipv4(region: Any, tables: Any, i: Any) -> Any:
    if i + 3 >= region.cells[STATE, TOKENS]:
        return False
    fold, small, zero = region.fold, True, False
    for t in range(i, i + 4):
        s, e = region.cells[FIRST, t], region.cells[LAST, t]
        if region.cells[FORM, t] != 1 or e - s > 3 or (e - s > 1 and fold[s] == 48) or fold[s] >= 0x80:
            return False
        value = checks.number(fold, s, e - s)
        if value > 255 or (t < i + 3 and not (fold[e] == 46 and region.cells[FIRST, t + 1] == e + 1)):
            return False
        small = small and value < 100
        zero = zero or value == 0
    s, e = region.cells[FIRST, i], region.cells[LAST, i + 3]
    first = checks.number(fold, s, region.cells[LAST, i] - s)
    if first == 0 or first == 127 or first >= 224 or not _stands_free(fold, s, e):
        return False  # unspecified, loopback, multicast, net masks: nobody's
    look(region, tables, s, e)
    said = verdict(region, tables, _IPV4)
    confidence = 980 if said > 0 else (300 if small and (not zero or value == 0) else 850)  # 3.5.11.0 is a version
    if said < 0 or is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(_IPV4, _NONE + (said > 0), confidence))
    return True


@njit(nogil=True, cache=True, _nrt=False)
def _mac(region: Any, tables: Any, i: Any) -> Any:
    """Six pairs of hexadecimal digits joined by : or -."""
    if i + 5 >= region.cells[STATE, TOKENS] or region.cells[LAST, i] - region.cells[FIRST, i] != 2:
        return False
    fold, mark, letters = region.fold, region.fold[region.cells[LAST, i]], False
    if mark != 58 and mark != 45:
        return False
    for t in range(i, i + 6):
        s, e = region.cells[FIRST, t], region.cells[LAST, t]
        if e - s != 2 or not (is_hex(fold[s]) and is_hex(fold[s + 1])):
            return False
        if t < i + 5 and not (fold[e] == mark and region.cells[FIRST, t + 1] == e + 1):
            return False
        letters = letters or region.cells[FORM, t] != 1
    s, e = region.cells[FIRST, i], region.cells[LAST, i + 5]
    if fold[s - 1] == mark or fold[e] == mark or not _stands_free(fold, s, e):
        return False
    look(region, tables, s, e)
    said = verdict(region, tables, _MAC) > 0
    confidence = 980 if said else (900 if letters else 400)
    if is_low(region, confidence):
        return False
    emit(region, tables, s, e, _NONE, packed(_MAC, _NONE + said, confidence))
    return True


@njit(nogil=True, cache=True, _nrt=False)
def _ipv6(region: Any, tables: Any, i: Any) -> Any:
    """Eight groups, or fewer with one :: (RFC 4291); C++ and Rust paths have neither the digits nor the groups."""
    fold, k = region.fold, region.cells[FIRST, i]
    s, groups, double, digits = k, 0, False, False
    if fold[s - 1] == 58 or is_alnum(fold[s - 1]):
        return False
    while True:
        start = k
        while is_hex(fold[k]):
            digits = digits or is_digit(fold[k])
            k += 1
        if k == start or k - start > 4 or is_alnum(fold[k]):
            break
        groups += 1
        e = k
        if fold[k] == 58 and fold[k + 1] == 58 and not double:
            double = True
            k += 2
            if not is_hex(fold[k]):
                e = k
                break
        elif fold[k] == 58:
            k += 1
        else:
            break
    whole = groups == 8 and not double
    short = double and 2 <= groups <= 7 and digits and (groups >= 3 or region.cells[LAST, i] - s >= 3)
    if not (whole or short) or fold[e] == 58 or is_alnum(fold[e]) or not is_free(region, s, e):
        return False
    look(region, tables, s, e)
    said = verdict(region, tables, _IPV6) > 0
    confidence = 980 if said else 850
    emit(region, tables, s, e, _NONE, packed(_IPV6, _NONE + said, confidence))
    return True


@njit(nogil=True, cache=True, _nrt=False)
def find_plates(region: Any, tables: Any) -> Any:
    """Province, letter, five or six more (GA 36); 学警港澳挂领试超 may stand for the last one."""
    fold, found = region.fold, False
    for p in range(1, region.cells[STATE, LENGTH]):
        if fold[p] != _PROVINCE or not 65 <= fold[p + 1] <= 90 or fold[p + 1] == 73 or fold[p + 1] == 79:
            continue
        k = p + 2
        if fold[k] == 46 or fold[k] == 32 or fold[k] == 45:
            k += 1
        e, digits = k, 0
        while is_alnum(fold[e]) and fold[e] != 73 and fold[e] != 79:
            digits += 1 if is_digit(fold[e]) else 0
            e += 1
        length = e - k
        extra = _NONE + (length == 4 and _ends_specially(region, tables, e))
        if (
            is_alnum(fold[e])
            or length + extra < 5
            or length > 6
            or digits < (2 if length == 5 else 3)
            or not is_free(region, p, e)
        ):
            continue
        if length == 6 and not (_is_new_energy(fold, k, e)):
            continue
        look(region, tables, p, e)
        said = verdict(region, tables, _PLATE) > 0
        emit(region, tables, p, e, extra, packed(_PLATE, _NONE + said, 970 if said else 850))
        found = True
    return found


@njit(nogil=True, cache=True, _nrt=False)
def _is_new_energy(fold: Any, s: Any, e: Any) -> Any:
    """Small cars: letter, letter or digit, four digits. Large ones: five digits, letter."""
    middle = is_digit(fold[s + 2]) and is_digit(fold[s + 3]) and is_digit(fold[s + 4])
    small = 65 <= fold[s] <= 75 and is_digit(fold[e - 1])
    large = is_digit(fold[s]) and is_digit(fold[s + 1]) and 65 <= fold[e - 1] <= 75
    return middle and (small or large)


@njit(nogil=True, cache=True, _nrt=False)
def _ends_specially(region: Any, tables: Any, e: Any) -> Any:
    """Whether 学 警 港 澳 挂 领 试 超 follows shadow character e-1 directly."""
    i, _ = end_of(region, tables, e - 1)
    if i + 3 > region.cells[STATE, HIGH] or region.data[i] < 0xE3:
        return False
    cp = decode(region.data, i)
    return (
        cp == 0x5B66
        or cp == 0x8B66
        or cp == 0x6E2F
        or cp == 0x6FB3
        or cp == 0x6302
        or cp == 0x9886
        or cp == 0x8BD5
        or cp == 0x8D85
    )
