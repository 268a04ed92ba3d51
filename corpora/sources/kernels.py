"""Compiled tokenisers: where the wanted values of JSON lines (RFC 8259) and CSV records (RFC 4180) begin and end.

Input text is UTF-8 or, for a line that could not be decoded, the byte 0xFF. The tokenisers accept only what they
are sure of; everything else is `odd` and goes to the plain reader, which gives the verdict.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

ABSENT, NULL, PLAIN, ESCAPED, LITERAL, NESTED, QUOTED = 0, 1, 2, 3, 4, 5, 6
_SURROGATES = 7  # ESCAPED, with escaped surrogates whose pairing has not been checked yet
GOOD, ODD, BLANK = 0, 1, 2
_DEPTH = 60  # one bit of a uint64 per level; deeper records go to the plain reader


def _string_classes() -> Any:
    classes = np.zeros(256, np.uint8)
    classes[:32] = 1
    classes[[34, 92, 255]] = 1
    return classes


_STOPS = _string_classes()  # bytes at which the scan of a JSON string stops to think


@njit(nogil=True, cache=True, inline="always")
def _is_blank_byte(c: Any) -> Any:
    return c == 32 or (9 <= c <= 13)


@njit(nogil=True, cache=True, inline="always")
def _spaces(data: Any, i: Any, stop: Any) -> Any:
    while i < stop and (data[i] == 32 or data[i] == 9 or data[i] == 13 or data[i] == 10):
        i += 1
    return i


@njit(nogil=True, cache=True)
def _hex4(data: Any, i: Any, stop: Any) -> Any:
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
def _run_end(data: Any, i: Any, stop: Any) -> Any:
    """The first byte at or after i that ends a run of plain string content, or stop.

    Sixteen bytes at a time: the inner loop has no branch, so that it compiles to vector instructions.
    """
    while i + 16 <= stop:
        found = np.uint8(0)
        for k in range(16):
            c = data[i + k]
            found |= np.uint8((c == 34) | (c == 92) | (c < 32) | (c == 255))
        if found:
            break
        i += 16
    while i < stop and _STOPS[data[i]] == 0:
        i += 1
    return i


@njit(nogil=True, cache=True)
def _string_end(data: Any, i: Any, stop: Any) -> Any:
    """Four times the position of the quote that closes a string whose content begins at i, + 1 if it has escapes,
    + 2 if one of them is a surrogate; or -1."""
    escaped = 0
    while True:
        i = _run_end(data, i, stop)
        if i >= stop:
            return -1
        c = data[i]
        if c == 34:
            return 4 * i + escaped
        elif c == 92 and i + 1 < stop:
            escaped |= 1
            e = data[i + 1]
            if e == 117:  # \u
                unit = _hex4(data, i + 2, stop)
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


@njit(nogil=True, cache=True, inline="always")
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
def _scalar_end(data: Any, i: Any, stop: Any) -> Any:
    """End of the string, number, true, false or null at i, or -1."""
    c = data[i]
    if c == 34:
        end = _string_end(data, i + 1, stop)
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
    end = _string_end(data, i + 1, stop)
    if end < 0:
        return -1
    i = _spaces(data, (end >> 2) + 1, stop)
    if i >= stop or data[i] != 58:
        return -1
    i = _spaces(data, i + 1, stop)
    return i if i < stop else -1


@njit(nogil=True, cache=True)
def _nested_end(data: Any, i: Any, stop: Any) -> Any:
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
            i = _spaces(data, i + 1, stop)
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
            i = _scalar_end(data, i, stop)
            if i < 0:
                return -1
        while True:  # after a value
            if depth == 0:
                return i
            i = _spaces(data, i, stop)
            if i >= stop:
                return -1
            inside = objects & np.uint64(1)
            if data[i] == 44:
                i = _spaces(data, i + 1, stop)
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
            unit = _hex4(data, i + 2, stop)
            i += 6
            if 0xD800 <= unit < 0xE000:
                if unit >= 0xDC00 or i + 1 >= stop or data[i] != 92 or data[i + 1] != 117:
                    return False
                low = _hex4(data, i + 2, stop)
                if low < 0xDC00 or low >= 0xE000:
                    return False
                i += 6
    return True


@njit(nogil=True, cache=True)
def _object(data: Any, i: Any, stop: Any, names: Any, cuts: Any, starts: Any, stops: Any, kinds: Any) -> Any:
    """Reads the object at i into one row of spans; returns its end, or -1."""
    kinds[:] = ABSENT
    if i >= stop or data[i] != 123:
        return -1
    i = _spaces(data, i + 1, stop)
    if i < stop and data[i] == 125:
        return i + 1
    while i < stop:
        key_start = i + 1
        if data[i] != 34:
            return -1
        end = _string_end(data, key_start, stop)
        if end < 0 or end & 1:  # a key with escapes could be any name: the plain reader knows
            return -1
        column = _wanted(data, key_start, end >> 2, names, cuts)
        i = _spaces(data, (end >> 2) + 1, stop)
        if i >= stop or data[i] != 58:
            return -1
        i = _spaces(data, i + 1, stop)
        if i >= stop:
            return -1
        c = data[i]
        start = i
        if c == 34:
            end = _string_end(data, i + 1, stop)
            if end < 0:
                return -1
            i = (end >> 2) + 1
            if column >= 0:
                kinds[column] = _SURROGATES if end & 2 else ESCAPED if end & 1 else PLAIN
                starts[column], stops[column] = start + 1, i - 1
        else:
            nested = c == 123 or c == 91
            i = _nested_end(data, i, stop) if nested else _scalar_end(data, i, stop)
            if i < 0:
                return -1
            if column >= 0:
                kinds[column] = NESTED if nested else NULL if c == 110 else LITERAL
                starts[column], stops[column] = start, i
        i = _spaces(data, i, stop)
        if i >= stop:
            return -1
        if data[i] == 125:
            for k in range(len(kinds)):  # only now: an earlier value of a repeated key does not count
                if kinds[k] == _SURROGATES:
                    if not _paired(data, starts[k], stops[k]):
                        return -1
                    kinds[k] = ESCAPED
            return i + 1
        if data[i] != 44:
            return -1
        i = _spaces(data, i + 1, stop)
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
        while i < stop and _is_blank_byte(data[i]):
            i += 1
        if i == stop:
            status[row] = BLANK
            continue
        i = _spaces(data, lines[row], stop)
        end = _object(data, i, stop, names, cuts, starts[row], stops[row], kinds[row])
        status[row] = GOOD if end >= 0 and _spaces(data, end, stop) == stop else ODD


@njit(nogil=True, cache=True)
def blank_lines(data: Any, starts: Any, stops: Any, out: Any) -> None:
    """out[r] = the line holds only ASCII white space: it is not a record."""
    for row in range(len(starts)):
        i = starts[row]
        while i < stops[row] and _is_blank_byte(data[i]):
            i += 1
        out[row] = i == stops[row]


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
        i = _spaces(data, i + 1, stop)
        while data[i] != 93:
            if data[i] != 123:
                counts[row] = -1
                break
            counts[row] += 1
            i = _spaces(data, _nested_end(data, i, stop), stop)
            if data[i] == 44:
                i = _spaces(data, i + 1, stop)


@njit(nogil=True, cache=True)
def json_objects(
    data: Any, rows: Any, ends: Any, counts: Any, names: Any, cuts: Any, starts: Any, stops: Any, kinds: Any, status: Any
) -> None:
    """Tokenises the objects inside the arrays rows[r] … ends[r], counts[r] of them each, end to end in the outputs."""
    item = 0
    for row in range(len(rows)):
        status[row] = GOOD
        i = rows[row]
        for _ in range(counts[row]):
            i = _spaces(data, i + 1, ends[row])  # past [ or ,
            end = _object(data, i, ends[row], names, cuts, starts[item], stops[item], kinds[item])
            if end < 0:
                status[row] = ODD
                kinds[item, :] = ABSENT
                end = _nested_end(data, i, ends[row])
            i = _spaces(data, end, ends[row])
            item += 1


@njit(nogil=True, cache=True)
def _white(data: Any, i: Any, stop: Any) -> Any:
    """Bytes of the white-space character at i (str.isspace), or 0."""
    c = data[i]
    if _is_blank_byte(c) or 28 <= c <= 31:
        return 1
    if c == 0xC2 and i + 1 < stop:
        return 2 if data[i + 1] == 0x85 or data[i + 1] == 0xA0 else 0
    if i + 2 >= stop or c < 0xE1 or c > 0xE3:
        return 0
    b, a = data[i + 1], data[i + 2]
    if c == 0xE1:
        return 3 if b == 0x9A and a == 0x80 else 0
    if c == 0xE3:
        return 3 if b == 0x80 and a == 0x80 else 0
    if b == 0x80:
        return 3 if 0x80 <= a <= 0x8A or a == 0xA8 or a == 0xA9 or a == 0xAF else 0
    return 3 if b == 0x81 and a == 0x9F else 0


@njit(nogil=True, cache=True)
def has_text(data: Any, starts: Any, stops: Any, kinds: Any, out: Any) -> None:
    """out[r] |= the value holds more than white space. A \\u escape may be either: out[r] = False leaves it to others."""
    for row in range(len(starts)):
        kind = kinds[row]
        if out[row] or kind <= NULL:
            continue
        i, stop = starts[row], stops[row]
        while i < stop:
            if kind == ESCAPED and data[i] == 92:
                e = data[i + 1]
                if e != 110 and e != 114 and e != 116 and e != 102:
                    out[row] = e != 117
                    break
                i += 2
                continue
            width = _white(data, i, stop)
            if width == 0:
                out[row] = True
                break
            i += width


@njit(nogil=True, cache=True, inline="always")
def _put(cp: Any, out: Any, o: Any) -> Any:
    if cp < 0x80:
        out[o] = cp
        return o + 1
    if cp < 0x800:
        out[o] = 0xC0 | (cp >> 6)
        out[o + 1] = 0x80 | (cp & 0x3F)
        return o + 2
    if cp < 0x10000:
        out[o] = 0xE0 | (cp >> 12)
        out[o + 1] = 0x80 | ((cp >> 6) & 0x3F)
        out[o + 2] = 0x80 | (cp & 0x3F)
        return o + 3
    out[o] = 0xF0 | (cp >> 18)
    out[o + 1] = 0x80 | ((cp >> 12) & 0x3F)
    out[o + 2] = 0x80 | ((cp >> 6) & 0x3F)
    out[o + 3] = 0x80 | (cp & 0x3F)
    return o + 4


@njit(nogil=True, cache=True)
def _unescape(data: Any, i: Any, stop: Any, out: Any, o: Any) -> Any:
    """Writes the content of a valid JSON string; returns the new o."""
    while i < stop:
        run = _run_end(data, i, stop)  # valid content: only a backslash ends a run
        out[o : o + run - i] = data[i:run]
        o += run - i
        i = run
        if i == stop:
            break
        e = data[i + 1]
        if e == 117:
            cp = _hex4(data, i + 2, stop)
            i += 6
            if 0xD800 <= cp < 0xDC00:
                cp = 0x10000 + ((cp - 0xD800) << 10) + _hex4(data, i + 2, stop) - 0xDC00
                i += 6
            o = _put(cp, out, o)
            continue
        plain = 8 if e == 98 else 12 if e == 102 else 10 if e == 110 else 13 if e == 114 else 9 if e == 116 else int(e)
        out[o] = plain
        i += 2
        o += 1
    return o


@njit(nogil=True, cache=True)
def copy_values(data: Any, starts: Any, stops: Any, kinds: Any, out: Any, offsets: Any) -> None:
    """Strings end to end: JSON escapes and doubled CSV quotes resolved, absent and null as empty.

    out: uint8, at least sum(stops - starts) long; offsets: int64 (n+1).
    """
    o = 0
    for row in range(len(starts)):
        offsets[row] = o
        kind = kinds[row]
        i, stop = starts[row], stops[row]
        if kind <= NULL:
            continue
        if kind == ESCAPED:
            o = _unescape(data, i, stop, out, o)
        elif kind == QUOTED:
            while i < stop:
                out[o] = data[i]
                o += 1
                i += 2 if data[i] == 34 else 1
        else:
            out[o : o + stop - i] = data[i:stop]
            o += stop - i
    offsets[len(starts)] = o


@njit(nogil=True, cache=True)
def _quoted_run_end(data: Any, i: Any, stop: Any) -> Any:
    """The first quote or undecodable mark at or after i, or stop; see _run_end."""
    while i + 16 <= stop:
        found = np.uint8(0)
        for k in range(16):
            found |= np.uint8((data[i + k] == 34) | (data[i + k] == 255))
        if found:
            break
        i += 16
    while i < stop and data[i] != 34 and data[i] != 255:
        i += 1
    return i


@njit(nogil=True, cache=True)
def _line_end(data: Any, i: Any) -> Any:
    """Position of the line feed at or after i, or the end of data."""
    while i < len(data) and data[i] != 10:
        i += 1
    return i


@njit(nogil=True, cache=True)
def _csv_record(data: Any, i: Any, bound: Any, separator: Any, columns: Any, starts: Any, stops: Any, kinds: Any) -> Any:
    """Reads the record at i into one row of spans: (position of its line feed or end, status); position -1: a value's
    quote does not close before `bound`, -2: a closing quote is followed by something else."""
    kinds[:] = ABSENT
    status, field, p, n = GOOD, 0, i, len(data)
    while True:
        kind = PLAIN
        if p < n and data[p] == 34:
            start = p + 1
            p = start
            while True:
                p = _quoted_run_end(data, p, bound)
                if p >= bound:
                    return -1, ODD
                if data[p] == 255:
                    status = ODD
                    p += 1
                elif p + 1 < n and data[p + 1] == 34:
                    kind = QUOTED
                    p += 2
                else:
                    break
            stop = p
            p += 1
            if p + 1 < n and data[p] == 13 and data[p + 1] == 10:
                p += 1
            if p < n and data[p] != separator and data[p] != 10:
                return -2, ODD
        else:
            start = p
            while p < n and data[p] != separator and data[p] != 10:
                if data[p] == 255:
                    status = ODD
                p += 1
            stop = p - 1 if p < n and p > start and data[p] == 10 and data[p - 1] == 13 else p
        if field < len(columns) and columns[field] >= 0:
            k = columns[field]
            starts[k], stops[k], kinds[k] = start, stop, kind
        field += 1
        if p >= n or data[p] == 10:
            return p, status if field == len(columns) else ODD
        p += 1


@njit(nogil=True, cache=True)
def csv_records(
    data: Any, final: Any, limit: Any, separator: Any, columns: Any,
    record_starts: Any, record_stops: Any, starts: Any, stops: Any, kinds: Any, status: Any,
) -> Any:  # fmt: skip
    """Tokenises the records of data, which begins with one and ends with a line; returns (records, bytes consumed).

    columns: int64, for every column of the header the index of the wanted field, or -1. final: no more data will
    follow; without it a value whose quote is still open at the end is left for the next call, if it began less than
    `limit` bytes ago. A quote that never closes costs its own line only: the record is that line, ODD.
    """
    i, n, size = 0, 0, len(data)
    while i < size:
        j = i
        while j < size and data[j] != 10 and _is_blank_byte(data[j]):
            j += 1
        if j == size or data[j] == 10:
            i = j + 1
            continue
        bound = min(size, i + limit)
        end, verdict = _csv_record(data, i, bound, separator, columns, starts[n], stops[n], kinds[n])
        if end == -1 and bound == size and not final:
            return n, i
        if end < 0:
            end = _line_end(data, i)
        record_starts[n] = i
        record_stops[n] = end - 1 if end < size and end > i and data[end - 1] == 13 else end
        status[n] = verdict
        n += 1
        i = end + 1
    return n, size
