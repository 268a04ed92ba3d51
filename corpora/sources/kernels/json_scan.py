"""Where JSON values end (RFC 8259), in text that is valid UTF-8 or holds the mark 0xFF."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from corpora.kernels import json_run

_DEPTH = 60  # one bit of a uint64 per level; deeper records go to the plain reader


def _string_classes() -> Any:
    classes = np.zeros(256, np.uint8)
    classes[:32] = 1
    classes[[34, 92, 255]] = 1
    return classes


_STOPS = _string_classes()  # bytes at which the scan of a JSON string stops to think


@njit(nogil=True, cache=True)
def spaces(data: Any, i: Any, stop: Any) -> Any:
    """The first byte at or after i that is not JSON white space, or stop."""
    while i < stop and data[i] <= 32 and (data[i] == 32 or data[i] == 9 or data[i] == 13 or data[i] == 10):
        i += 1
    return i


@njit(nogil=True, cache=True)
def hex4(data: Any, i: Any, stop: Any) -> Any:
    """The number that four hexadecimal digits at i make, or -1."""
    if i + 4 > stop:
        return -1
    number = 0
    for k in range(i, i + 4):
        c = int(data[k])
        if 48 <= c <= 57:
            number = number * 16 + c - 48
        elif 97 <= (c | 32) <= 102:
            number = number * 16 + (c | 32) - 87
        else:
            return -1
    return number


@njit(nogil=True, cache=True)
def run_end(data: Any, i: Any, stop: Any) -> Any:
    """The first byte at or after i that ends a run of plain string content, or stop."""
    while i + 32 <= len(data):  # a line feed, at stop at the latest, ends every run
        run = json_run(data, i)
        i += run
        if run < 32:
            return min(i, stop)
    while i < stop and _STOPS[data[i]] == 0:
        i += 1
    return i


@njit(nogil=True, cache=True)
def string_end(data: Any, i: Any, stop: Any) -> Any:
    """Four times the position of the quote that closes a string whose content begins at i, + 1 if it has escapes,
    + 2 if one of them is a surrogate; or -1."""
    escaped = 0
    while True:
        i = run_end(data, i, stop)
        if i >= stop:
            return -1
        c = data[i]
        if c == 34:
            return 4 * i + escaped
        elif c == 92 and i + 1 < stop:
            escaped |= 1
            e = data[i + 1]
            if e == 117:  # \u
                unit = hex4(data, i + 2, stop)
                if unit < 0:
                    return -1
                if 0xD800 <= unit < 0xE000:
                    escaped |= 2
                i += 6
            elif e == 34 or e == 92 or e == 47 or e == 98 or e == 102 or e == 110 or e == 114 or e == 116:
                i += 2
            else:
                return -1
        else:
            return -1


@njit(nogil=True, cache=True)
def _digits(data: Any, i: Any, stop: Any) -> Any:
    while i < stop and 48 <= data[i] <= 57:
        i += 1
    return i


@njit(nogil=True, cache=True)
def _number_end(data: Any, i: Any, stop: Any) -> Any:
    """End of the number at i, or -1."""
    if i < stop and data[i] == 45:
        i += 1
    if i >= stop:
        return -1
    j = i + 1 if data[i] == 48 else _digits(data, i, stop)
    if j == i:
        return -1
    i = j
    if i < stop and data[i] == 46:
        j = _digits(data, i + 1, stop)
        if j == i + 1:
            return -1
        i = j
    if i < stop and (data[i] | 32) == 101:
        i += 1
        if i < stop and (data[i] == 43 or data[i] == 45):
            i += 1
        j = _digits(data, i, stop)
        if j == i:
            return -1
        i = j
    return i


@njit(nogil=True, cache=True)
def scalar_end(data: Any, i: Any, stop: Any) -> Any:
    """End of the string, number, true, false or null at i, or -1."""
    c = data[i]
    if c == 34:
        end = string_end(data, i + 1, stop)
        return -1 if end < 0 else (end >> 2) + 1
    if c == 116 and i + 4 <= stop and data[i + 1] == 114 and data[i + 2] == 117 and data[i + 3] == 101:
        return i + 4
    if c == 110 and i + 4 <= stop and data[i + 1] == 117 and data[i + 2] == 108 and data[i + 3] == 108:
        return i + 4
    if c == 102 and i + 5 <= stop and data[i + 1] == 97 and data[i + 2] == 108 and data[i + 3] == 115 and data[i + 4] == 101:
        return i + 5
    return _number_end(data, i, stop)


@njit(nogil=True, cache=True)
def _after_key(data: Any, i: Any, stop: Any) -> Any:
    """Start of the value that belongs to the key at i, or -1."""
    if i >= stop or data[i] != 34:
        return -1
    end = string_end(data, i + 1, stop)
    if end < 0:
        return -1
    i = spaces(data, (end >> 2) + 1, stop)
    if i >= stop or data[i] != 58:
        return -1
    i = spaces(data, i + 1, stop)
    return i if i < stop else -1


@njit(nogil=True, cache=True)
def nested_end(data: Any, i: Any, stop: Any) -> Any:
    """End of the object or array at i, or -1; `objects` has one bit per open level."""
    depth = 0
    objects = np.uint64(0)
    while True:
        c = data[i]
        if c == 123 or c == 91:
            depth += 1
            if depth > _DEPTH:
                return -1
            objects = (objects << np.uint64(1)) | np.uint64(c == 123)
            i = spaces(data, i + 1, stop)
            if i >= stop:
                return -1
            if data[i] != c + 2:  # not empty: on to the first value
                if c == 123:
                    i = _after_key(data, i, stop)
                    if i < 0:
                        return -1
                continue
            depth -= 1
            objects >>= np.uint64(1)
            i += 1
        else:
            i = scalar_end(data, i, stop)
            if i < 0:
                return -1
        while True:  # after a value
            if depth == 0:
                return i
            i = spaces(data, i, stop)
            if i >= stop:
                return -1
            inside = objects & np.uint64(1)
            if data[i] == 44:
                i = spaces(data, i + 1, stop)
                if i >= stop:
                    return -1
                if inside:
                    i = _after_key(data, i, stop)
                    if i < 0:
                        return -1
                break
            if data[i] != (125 if inside else 93):
                return -1
            depth -= 1
            objects >>= np.uint64(1)
            i += 1
