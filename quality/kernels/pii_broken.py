"""Identifiers with something in the middle: mailboxes with (at) or spaces around @, numbers that a line end parts."""

from __future__ import annotations

from typing import Any

from quality.kernels import pii_checks as checks
from quality.kernels.lean import inlined, lean
from quality.kernels.pii_cues import before, folded, valued
from quality.kernels.utf8 import width


@inlined
def _alnum(f: Any) -> Any:
    return 48 <= f <= 57 or 65 <= f <= 90


@lean
def mailbox(cues: Any, data: Any, low: Any, i: Any, high: Any) -> Any:
    """(start, end) of a mailbox whose at sign begins at byte i: a @ b.com, a(at)b.com, a[at]b.com, a#qq.com; else -1."""
    s, e = i, i + width(data[i])
    mark = folded(cues, data, i)
    if mark == 40 or mark == 91:
        if not (e + 2 < high and folded(cues, data, e) == 97 and folded(cues, data, e + 1) == 116):
            return -1, e
        if folded(cues, data, e + 2) != (41 if mark == 40 else 93):
            return -1, e
        e += 2 + width(data[e + 2])
    spaced = False
    if s > low and data[s - 1] == 32:
        s -= 1
        spaced = True
    if e < high and data[e] == 32:
        e += 1
        spaced = True
    if mark == 64 and not spaced:
        return -1, e
    end, known = _domain(cues, data, e, high)
    start = _local(cues, data, low, s)
    if end < 0 or start < 0 or ((mark == 35 or spaced) and not known):
        return -1, e
    return start, end


@lean
def _local(cues: Any, data: Any, low: Any, i: Any) -> Any:
    n = 0
    while i > low and n < 64:
        k = before(data, i)
        f = valued(cues, data, k)
        if not (_alnum(f) or f == 46 or f == 45 or f == 95 or f == 43):
            break
        i = k
        n += 1
    return i if n >= 1 else -1


@lean
def _domain(cues: Any, data: Any, i: Any, high: Any) -> Any:
    """(end of the domain name at byte i, or -1; whether its last label is com, cn, net, org or edu)."""
    label, end, key, dots = 0, -1, 0, 0
    best_known = False
    while True:
        f = valued(cues, data, i) if i < high else 0
        if _alnum(f) or (f == 45 and label > 0):
            label += 1
            key = (key << 8 | f) & 0xFFFFFFFF
            i += width(data[i])
            continue
        if label < 2 and not (label == 1 and f == 46):
            break
        if dots > 0 and label >= 2:
            end = i
            best_known = (
                key == 0x434F4D or key == 0x434E or key == 0x4E4554 or key == 0x4F5247 or key == 0x454455
            )  # COM CN NET ORG EDU
        if f != 46:
            break
        dots += 1
        label, key = 0, 0
        i += width(data[i])
    return end, best_known


@lean
def across(cues: Any, data: Any, low: Any, i: Any, high: Any, word: Any) -> Any:
    """(start, end, what) of the number that the line end at byte i parts: 1 resident ID, 2 UnionPay card, 3 mobile; else 0.

    A card or a mobile number needs its label in front, checked by the caller.
    """
    s, n = i, 0
    if s > low and data[s - 1] == 13:
        s -= 1
    stop = s
    while s > low and 48 <= data[s - 1] <= 57 and n < 20:
        s -= 1
        n += 1
    if n == 0 or n > 18 or (s > low and _bound(data[s - 1])):
        return s, i, 0
    for k in range(n):
        word[k] = data[s + k]
    e, m = i + 1, 0
    while e < high and n + m < 20 and (48 <= data[e] <= 57 or (n + m == 17 and (data[e] | 32) == 120)):
        word[n + m] = 88 if data[e] > 57 else data[e]
        e += 1
        m += 1
    if m == 0 or stop - s != n or (e < high and _bound(data[e])):
        return s, e, 0
    size = n + m
    if size == 18 and word[16] != 88 and checks.passes(0, word, size, cues.allocated):
        return s, e, 1
    if 16 <= size <= 19 and checks.passes(5, word, size, cues.allocated):
        return s, e, 2
    return s, e, 3 if size == 11 and checks.passes(7, word, size, cues.allocated) else 0


@inlined
def _bound(c: Any) -> Any:
    """ASCII that a longer number or word would go on with."""
    return 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122 or c == 46 or c == 45 or c == 95 or c == 44


@lean
def said_before(cues: Any, data: Any, low: Any, s: Any) -> Any:
    """Whether 电话 手机 联系 卡号 号码 tel stands within fifteen characters in front."""
    last, i, steps = 0, s, 0
    while i > low and steps < 15:
        i = before(data, i)
        c = folded(cues, data, i)
        if c == 10 or c == 91 or c == 93:
            return False
        if (c == 0x7535 and last == 0x8BDD) or (c == 0x624B and last == 0x673A) or (c == 0x8054 and last == 0x7CFB):
            return True
        if (c == 0x5361 and last == 0x53F7) or (c == 0x53F7 and last == 0x7801) or (c == 116 and last == 101):
            return True
        if c != 0:
            last = c
        steps += 1
    return False
