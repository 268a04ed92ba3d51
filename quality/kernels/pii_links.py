"""Links whose query or path names somebody: a token, a session, an id, a telephone number, a mailbox."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean


@inlined
def _belongs(c: Any) -> Any:
    """Characters of a link (RFC 3986), without brackets, quotes and anything beyond ASCII."""
    return 33 <= c <= 126 and not (
        c == 34 or c == 39 or c == 60 or c == 62 or c == 91 or c == 93 or c == 92 or c == 94 or c == 96 or 123 <= c <= 125
    )


@inlined
def _letter(c: Any) -> Any:
    return 65 <= c <= 90 or 97 <= c <= 122


@lean
def link_bounds(data: Any, low: Any, i: Any, high: Any) -> Any:
    """(start, end) of the link whose :// has its colon at byte i; start -1 if there is no scheme."""
    s = i
    while s > low and _letter(data[s - 1]) and i - s < 8:
        s -= 1
    if i - s < 3:
        return -1, i
    e = i + 3
    while e < high and _belongs(data[e]):
        e += 1
    while e > i + 3 and (data[e - 1] in (44, 46, 59, 58, 33, 63, 41)):
        e -= 1
    return s, e


@lean
def is_personal(keys: Any, data: Any, s: Any, e: Any) -> Any:
    """Whether a parameter or a path segment with a personal key has a value."""
    k, key, count = s, 0, 0
    while k < e:
        c = int(data[k])
        small = c + 32 if 65 <= c <= 90 else c
        if 97 <= small <= 122:
            key = (key & 0xFFFFFFFFFFFF) << 8 | small
            count += 1
        elif c == 95 or c == 45:
            pass  # open_id and openId are one
        else:
            if (c == 61 or c == 47) and count >= 2 and _known(keys, key) and _has_value(data, k + 1, e, c == 47):
                return True
            key, count = 0, 0
        k += 1
    return False


@lean
def _known(keys: Any, key: Any) -> Any:
    for known in keys:  # noqa: SIM110  numba
        if known == key:
            return True
    return False


@lean
def _has_value(data: Any, k: Any, e: Any, path: Any) -> Any:
    """A parameter needs one letter or digit; a path segment four digits, or it may be a page about tokens."""
    digits, n = 0, 0
    while k < e and data[k] not in (38, 59, 35, 47, 63):
        digits += 48 <= data[k] <= 57
        n += 1
        k += 1
    return digits >= 4 if path else n >= 1
