"""Runs of characters that dates are made of, long enough and with the signs of one."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.utf8 import decode, width

DIGIT, NUMERAL, YEAR, MONTH, DAY, SEPARATOR = 1, 2, 3, 4, 5, 6


@lean
def _word(byte: Any) -> Any:
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


@lean
def runs(data: Any, offsets: Any, classes: Any, out: Any) -> Any:
    """Fills out int64 (m, 5) with (text, start, end, start byte, end byte); returns how many there are, also beyond m."""
    count = 0
    for i in range(len(offsets) - 1):
        first, stop = offsets[i], offsets[i + 1]
        at, point = first, 0
        begin, begin_point = -1, 0
        digits, months, days, separators, others = 0, 0, 0, 0, 0
        while at <= stop:
            kind, step = 0, 1
            if at < stop:
                step = width(data[at])
                kind = classes[min(decode(data, at), 65535)]  # above the basic plane: no sign of a date
            if kind:
                if begin < 0:
                    begin, begin_point = at, point
                    digits, months, days, separators, others = 0, 0, 0, 0, 0
                digits += kind == DIGIT
                months += kind == MONTH
                days += kind == DAY
                separators += kind == SEPARATOR
                others += kind != DIGIT
            elif begin >= 0:
                solid = digits == 8 and others == 0
                if solid:
                    solid = not (begin > first and _word(data[begin - 1])) and not (
                        at < stop and _word(data[at]) and data[at] != 84
                    )
                if (months and days) or separators >= 2 or solid:
                    if count < len(out):
                        out[count, 0] = i
                        out[count, 1] = begin_point
                        out[count, 2] = point
                        out[count, 3] = begin - first
                        out[count, 4] = at - first
                    count += 1
                begin = -1
            at += step
            point += 1
    return count
