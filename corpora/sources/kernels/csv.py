"""Where the wanted values of CSV records are (RFC 4180)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from corpora.kernels import run_without
from corpora.sources.kernels.kinds import ABSENT, GOOD, ODD, PLAIN, QUOTED
from corpora.sources.kernels.values import is_blank_byte, line_end


@njit(nogil=True, cache=True)
def _quoted_run_end(data: Any, i: Any, stop: Any) -> Any:
    """The first quote or undecodable mark at or after i, or stop; see run_end."""
    while i + 32 <= stop:
        run = run_without(data, i, 34, 34, 255)
        i += run
        if run < 32:
            return i
    while i < stop and data[i] != 34 and data[i] != 255:
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
    i, n, size = np.int64(0), 0, len(data)  # typed: a literal would be compiled for by itself
    while i < size:
        j = i
        while j < size and data[j] != 10 and is_blank_byte(data[j]):
            j += 1
        if j == size or data[j] == 10:
            i = j + 1
            continue
        bound = min(size, i + limit)
        end, verdict = _csv_record(data, i, bound, separator, columns, starts[n], stops[n], kinds[n])
        if end == -1 and bound == size and not final:
            return n, i
        if end < 0:
            end = line_end(data, i)
        record_starts[n] = i
        record_stops[n] = end - 1 if end < size and end > i and data[end - 1] == 13 else end
        status[n] = verdict
        n += 1
        i = end + 1
    return n, size
