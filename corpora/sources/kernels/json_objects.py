"""Where the wanted values of JSON lines are. What the tokeniser is not sure of is ODD: the plain reader decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from corpora.sources.kernels.json_scan import hex4, nested_end, scalar_end, spaces, string_end
from corpora.sources.kernels.kinds import ABSENT, BLANK, ESCAPED, GOOD, LITERAL, NESTED, NULL, ODD, PLAIN, SURROGATES
from corpora.sources.kernels.values import is_blank_byte


@njit(nogil=True, cache=True)
def _wanted(data: Any, start: Any, stop: Any, names: Any, cuts: Any) -> Any:
    """Index of the wanted name that equals data[start:stop], or -1."""
    for k in range(len(cuts) - 1):
        if cuts[k + 1] - cuts[k] != stop - start:
            continue
        same = True
        for j in range(stop - start):
            if data[start + j] != names[cuts[k] + j]:
                same = False
                break
        if same:
            return k
    return -1


@njit(nogil=True, cache=True)
def _paired(data: Any, i: Any, stop: Any) -> Any:
    """Whether every escaped surrogate of the string content i … stop has its partner (RFC 8259, 7)."""
    while i < stop:
        if data[i] != 92:
            i += 1
        elif data[i + 1] != 117:
            i += 2
        else:
            unit = hex4(data, i + 2, stop)
            i += 6
            if 0xD800 <= unit < 0xE000:
                if unit >= 0xDC00 or i + 1 >= stop or data[i] != 92 or data[i + 1] != 117:
                    return False
                low = hex4(data, i + 2, stop)
                if low < 0xDC00 or low >= 0xE000:
                    return False
                i += 6
    return True


@njit(nogil=True, cache=True)
def _object(data: Any, i: Any, stop: Any, names: Any, cuts: Any, starts: Any, stops: Any, kinds: Any, row: Any) -> Any:
    """Reads the object at i into one row of spans; returns its end, or -1."""
    for k in range(kinds.shape[1]):
        kinds[row, k] = ABSENT
    if i >= stop or data[i] != 123:
        return -1
    i = spaces(data, i + 1, stop)
    if i < stop and data[i] == 125:
        return i + 1
    while i < stop:
        key_start = i + 1
        if data[i] != 34:
            return -1
        end = string_end(data, key_start, stop)
        if end < 0 or end & 1:  # a key with escapes could be any name: the plain reader knows
            return -1
        column = _wanted(data, key_start, end >> 2, names, cuts)
        if column >= 0 and kinds[row, column] != ABSENT:  # a key twice
            return -1
        i = spaces(data, (end >> 2) + 1, stop)
        if i >= stop or data[i] != 58:
            return -1
        i = spaces(data, i + 1, stop)
        if i >= stop:
            return -1
        c = data[i]
        start = i
        if c == 34:
            end = string_end(data, i + 1, stop)
            if end < 0:
                return -1
            i = (end >> 2) + 1
            if column >= 0:
                kinds[row, column] = SURROGATES if end & 2 else ESCAPED if end & 1 else PLAIN
                starts[row, column], stops[row, column] = start + 1, i - 1
        else:
            nested = c == 123 or c == 91
            i = nested_end(data, i, stop) if nested else scalar_end(data, i, stop)
            if i < 0:
                return -1
            if column >= 0:
                kinds[row, column] = NESTED if nested else NULL if c == 110 else LITERAL
                starts[row, column], stops[row, column] = start, i
        i = spaces(data, i, stop)
        if i >= stop:
            return -1
        if data[i] == 125:
            for k in range(kinds.shape[1]):
                if kinds[row, k] == SURROGATES:
                    if not _paired(data, starts[row, k], stops[row, k]):
                        return -1
                    kinds[row, k] = ESCAPED
            return i + 1
        if data[i] != 44:
            return -1
        i = spaces(data, i + 1, stop)
    return -1


@njit(nogil=True, cache=True)
def json_lines(
    data: Any, lines: Any, ends: Any, names: Any, cuts: Any, starts: Any, stops: Any, kinds: Any, status: Any
) -> None:
    """Tokenises lines[r] … ends[r] of data. names[cuts[k]:cuts[k+1]] is the k-th wanted key.

    Fills starts, stops int64 (n, k), kinds uint8 (n, k) and status uint8 (n): GOOD, ODD or BLANK.
    """
    for row in range(len(lines)):
        i, stop = lines[row], ends[row]
        while i < stop and is_blank_byte(data[i]):
            i += 1
        if i == stop:
            status[row] = BLANK
            continue
        i = spaces(data, lines[row], stop)
        end = _object(data, i, stop, names, cuts, starts, stops, kinds, row)
        status[row] = GOOD if end >= 0 and spaces(data, end, stop) == stop else ODD


@njit(nogil=True, cache=True)
def json_items(data: Any, starts: Any, stops: Any, kinds: Any, counts: Any) -> None:
    """counts[r] = items of the valid array starts[r] … stops[r]; -1 if it is not an array of objects."""
    for row in range(len(starts)):
        counts[row] = 0
        if kinds[row] != NESTED:
            continue
        i, stop = starts[row], stops[row]
        if data[i] != 91:
            counts[row] = -1
            continue
        i = spaces(data, i + 1, stop)
        while data[i] != 93:
            if data[i] != 123:
                counts[row] = -1
                break
            counts[row] += 1
            i = spaces(data, nested_end(data, i, stop), stop)
            if data[i] == 44:
                i = spaces(data, i + 1, stop)


@njit(nogil=True, cache=True)
def json_objects(
    data: Any, rows: Any, ends: Any, counts: Any, names: Any, cuts: Any, starts: Any, stops: Any, kinds: Any, status: Any
) -> None:
    """Tokenises the objects inside the arrays rows[r] … ends[r], counts[r] of them each, end to end in the outputs."""
    item = np.int64(0)  # typed: a literal would be compiled for by itself
    for row in range(len(rows)):
        status[row] = GOOD
        i = rows[row]
        for _ in range(counts[row]):
            i = spaces(data, i + 1, ends[row])  # past [ or ,
            end = _object(data, i, ends[row], names, cuts, starts, stops, kinds, item)
            if end < 0:
                status[row] = ODD
                for k in range(kinds.shape[1]):
                    kinds[item, k] = ABSENT
                end = nested_end(data, i, ends[row])
            i = spaces(data, end, ends[row])
            item += 1
