"""Full dates in text: where they stand, which day they mean, and the same way of writing for another day.

Ways of writing: 2024年3月5日, 2024-03-05 (also / and .), 20240305 where it stands free and no label calls it a number,
二〇二四年三月五日, full-width digits, and 3月8日, whose year is that of the full date before it.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import calendar as kernel

_NUMERAL = "〇一二三四五六七八九"
_VALUE = {**{c: i for i, c in enumerate(_NUMERAL)}, "零": 0, "○": 0}
_HAN = r"[〇零○一二三四五六七八九]"
_SMALL = r"[一二三四五六七八九十廿卅]{1,3}"
_WRITTEN = re.compile(rf"(?<!\d)(\d{{4}}|{_HAN}{{4}})年(\d{{1,2}}|{_SMALL})月(\d{{1,2}}|{_SMALL})(?=[日号])")
_DASHED = re.compile(r"(?<!\d)(\d{4})([-/.．－／])(\d{1,2})\2(\d{1,2})(?!\d)(?!\2\d)")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTIAL = re.compile(rf"(?<![\d年一二三四五六七八九十])(\d{{1,2}}|{_SMALL})月(\d{{1,2}}|{_SMALL})(?=[日号])")
_LABEL = re.compile(r"(?:[号码单批#]|no|sn|id|lot)[为是.．:：\s]*$", re.I)
FIRST, LAST = 1900, 2100
NO_YEAR = 2023  # for a month and day without a year anywhere before: a common year


class Places(NamedTuple):
    """Runs of characters that may hold dates: string, code points (half-open), bytes of the string."""

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    start_byte: NDArray[np.int64]
    end_byte: NDArray[np.int64]


class Written(NamedTuple):
    """A date as it is written. year, month, day: (start, end) in the string; year is empty where there is none."""

    day: dt.date
    start: int
    end: int
    parts: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


@cache
def _classes() -> NDArray[np.uint8]:
    table = np.zeros(65536, np.uint8)
    table[0x30:0x3A] = table[0xFF10:0xFF1A] = kernel.DIGIT
    table[[ord(c) for c in "〇零○一二三四五六七八九十廿卅"]] = kernel.NUMERAL
    for c, value in (("年", kernel.YEAR), ("月", kernel.MONTH), ("日", kernel.DAY), ("号", kernel.DAY)):
        table[ord(c)] = value
    table[[ord(c) for c in "-/.．－／"]] = kernel.SEPARATOR
    return table


def candidates(texts: Texts) -> Places:
    """The runs that are worth a closer look, in order."""
    room = np.empty((1024, 5), np.int64)
    count = kernel.runs(texts.data, texts.offsets, _classes(), room)
    if count > len(room):
        room = np.empty((count, 5), np.int64)
        kernel.runs(texts.data, texts.offsets, _classes(), room)
    return Places(*room[:count].T)


@lru_cache(1 << 15)
def read(run: str, before: str = "", year: int = NO_YEAR) -> tuple[Written, ...]:
    """The dates in one run, in order. before: the characters in front of it; year: of the full date before it."""
    found = [_written(m, (m.span(1), m.span(2), m.span(3)), m.start()) for m in _WRITTEN.finditer(run)]
    for m in _DASHED.finditer(run):
        if not (m.start() > 1 and run[m.start() - 1] == m[2] and run[m.start() - 2].isdigit()):
            found.append(_written(m, (m.span(1), m.span(3), m.span(4)), m.start()))
    solid = _SOLID.fullmatch(run)
    if solid and not _LABEL.search(before):
        found.append(_written(solid, (solid.span(1), solid.span(2), solid.span(3)), 0))
    full = [one for one in found if one]
    for m in _PARTIAL.finditer(run):
        if not any(one.start <= m.start() < one.end for one in full):
            earlier = [one.day.year for one in full if one.end <= m.start()]
            found.append(_written(m, ((0, 0), m.span(1), m.span(2)), m.start(), earlier[-1] if earlier else year))
    return tuple(sorted(one for one in found if one))


def _written(found: re.Match[str], parts: tuple[tuple[int, int], ...], start: int, year: int = 0) -> Written | None:
    numbers = [_number(found.string[a:b]) for a, b in parts]
    try:
        day = dt.date(year or numbers[0], numbers[1], numbers[2])
    except ValueError:
        return None
    return Written(day, start, parts[2][1], (parts[0], parts[1], parts[2])) if FIRST <= day.year <= LAST else None


def _number(text: str) -> int:
    if not text:
        return 0
    if text.isdecimal():
        return int(text)
    if len(text) == 4 and "十" not in text:
        return int("".join(str(_VALUE[c]) for c in text))
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.rpartition("十")
    return (_VALUE.get(tens, 1) if tens else 1) * 10 * bool(ten) + _VALUE.get(ones, 0)


def moved(run: str, date: Written, days: int) -> str:
    """The date's own characters for the day that is `days` later, written the same way."""
    try:
        day = date.day + dt.timedelta(days)
    except OverflowError:
        day = date.day
    out, at = "", date.start
    padded = _padded(run, date)
    for (a, b), value, width in zip(date.parts, (day.year, day.month, day.day), (4, 2, 2), strict=True):
        if b > a:
            out += run[at:a] + _like(run[a:b], value, width if padded else 1)
            at = b
    return out


def _padded(run: str, date: Written) -> bool:
    """Whether months and days have two digits: some zero stands in front, or no sign tells and both have two."""
    small = [run[a:b] for a, b in date.parts[1:]]
    if any(part[0] in "0０" for part in small):
        return True
    return "月" not in run[date.start : date.end] and all(len(part) == 2 for part in small)


def _like(old: str, value: int, width: int) -> str:
    if old.isdecimal():
        digits = str(value).zfill(width)
        return "".join(chr(ord(c) + 0xFEE0) for c in digits) if ord(old[0]) > 0xFF00 else digits
    if len(old) == 4 and "十" not in old:
        zero = next((c for c in old if _VALUE[c] == 0), "〇")
        return "".join(zero if c == "0" else _NUMERAL[int(c)] for c in str(value))
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _NUMERAL[tens] + "十") + (_NUMERAL[ones] if ones else "")


def cut(text: str, to: str) -> str | None:
    """A date reduced to its year or month (to: year or month), written the same way; None when `text` holds no full date."""
    dates = [one for one in read(text) if one.parts[0][1]]
    if not dates:
        return None
    end = dates[0].parts[0 if to == "year" else 1][1]
    sign = {"year": "年", "month": "月"}[to]
    return text[dates[0].start : end + (text[end : end + 1] == sign)]
