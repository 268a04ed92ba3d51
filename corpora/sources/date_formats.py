"""Dates and times as a spreadsheet shows them: serial numbers under a format code (ECMA-376 part 1, 18.8.31 [M])."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_LETTERS = re.compile(r"[yYmMdDhHsSeEaAgGbB]")
_PIECES = re.compile(
    r"\[(?:h+|m+|s+)\]|\[[^\]]*\]|\"[^\"]*\"|\\.|_.|\*.|上午/下午|AM/PM|A/P"
    r"|y+|m+|d+|h+|s+|e+|a{3,4}|\.0{1,3}(?!\w)|.",
    re.IGNORECASE | re.DOTALL,
)
_WEEKDAYS = "一二三四五六日"
_LAST_DAY = 2_958_465  # 9999-12-31
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)


@dataclass(frozen=True)
class _Moment:
    """A serial number taken apart; days and seconds since the epoch for elapsed times, thousandths of the second."""

    year: int
    month: int
    day: int
    weekday: int
    seconds: int  # of the day
    thousandths: int
    elapsed: int  # whole seconds since the epoch


def is_date(tokens: Sequence[str]) -> bool:
    """Whether the parts of a format section make it one for dates or times."""
    if any(_ELAPSED.fullmatch(token) for token in tokens):
        return True
    bare = "".join(token for token in tokens if token[0] not in '"\\_*[' and token not in ("E+", "E-"))
    return bool(_LETTERS.search(bare)) and "general" not in bare.lower()


def shower(tokens: Sequence[str], since_1904: bool) -> Callable[[Decimal], str | None]:
    """What shows serial numbers under the section; None for a number that is no date (below 0, beyond 9999)."""
    pieces = [piece for piece in _PIECES.findall("".join(tokens)) if piece]
    kinds = _kinds(pieces)
    exact = any(piece.startswith(".0") for piece in pieces)
    half = any(kind in ("AM/PM", "A/P", "上午/下午") for kind in kinds)

    def show(number: Decimal) -> str | None:
        moment = _moment(number, since_1904, exact)
        if moment is None:
            return None
        return "".join(_text(kind, piece, moment, half) for kind, piece in zip(kinds, pieces, strict=True)).strip()

    return show


def _kinds(pieces: Sequence[str]) -> list[str]:
    """The sign that each piece is, "" for text: m is minutes behind hours and before seconds."""
    kinds = []
    for piece in pieces:
        low = piece.lower()
        sign = low[0] in "ymdhsea" and low == low[0] * len(low)
        named = piece.upper() if piece.upper() in ("AM/PM", "A/P", "上午/下午") else ""
        kinds.append(low if sign or _ELAPSED.fullmatch(low) or low.startswith(".0") else named)
    times = [i for i, kind in enumerate(kinds) if kind and kind.strip("[]")[0] in "ymdhse"]
    for before, i, after in zip([None, *times], times, [*times[1:], None], strict=False):
        if kinds[i] in ("m", "mm") and (
            (before is not None and kinds[before].strip("[]")[0] == "h") or (after is not None and kinds[after][0] == "s")
        ):
            kinds[i] = "minute" if kinds[i] == "m" else "minute2"
    return kinds


def _moment(number: Decimal, since_1904: bool, exact: bool) -> _Moment | None:
    if number < 0 or number >= _LAST_DAY + 1:
        return None
    ticks = int((number * 86_400_000).quantize(Decimal(1), ROUND_HALF_UP))
    if not exact:  # seconds are the last thing shown: round to them, and carry into the day
        ticks = (ticks + 500) // 1000 * 1000
    days, rest = divmod(ticks, 86_400_000)
    date = _date(days, since_1904)
    return date and _Moment(*date, rest // 1000, rest % 1000, ticks // 1000)


def _date(days: int, since_1904: bool) -> tuple[int, int, int, int] | None:
    """Year, month, day, weekday. Excel believes in a 29 February 1900, and calls day 0 the 0 January."""
    if days > _LAST_DAY:
        return None
    if not since_1904 and days in (0, 60):
        return (1900, 1, 0, 5) if days == 0 else (1900, 2, 29, 2)
    try:
        found = (_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(days + (not since_1904 and days < 60))
    except OverflowError:
        return None
    return found.year, found.month, found.day, found.weekday()


def _text(kind: str, piece: str, at: _Moment, half: bool) -> str:
    if not kind:
        if piece[0] in "_*[" and len(piece) > 1:
            return ""
        return piece.strip('"') if piece[0] == '"' else piece[1:] if piece[0] == "\\" and len(piece) > 1 else piece
    hour = at.seconds // 3600
    shown = (hour % 12 or 12) if half else hour
    table: dict[str, str] = {
        "yy": f"{at.year % 100:02d}", "d": str(at.day), "dd": f"{at.day:02d}", "m": str(at.month), "mm": f"{at.month:02d}",
        "h": str(shown), "hh": f"{shown:02d}", "s": str(at.seconds % 60), "ss": f"{at.seconds % 60:02d}",
        "minute": str(at.seconds // 60 % 60), "minute2": f"{at.seconds // 60 % 60:02d}", "aaa": _WEEKDAYS[at.weekday],
        "aaaa": "星期" + _WEEKDAYS[at.weekday], "AM/PM": "AM" if hour < 12 else "PM", "A/P": "A" if hour < 12 else "P",
        "上午/下午": "上午" if hour < 12 else "下午",
    }  # fmt: skip
    return table[kind] if kind in table else _rare(kind, at)


def _rare(kind: str, at: _Moment) -> str:
    if kind[0] == "[":
        unit = {"h": 3600, "m": 60, "s": 1}[kind[1]]
        return f"{at.elapsed // unit:0{len(kind) - 2}d}"
    if kind[0] == ".":
        return f".{at.thousandths:03d}"[: len(kind)]
    if kind[0] in "ye":
        return f"{at.year:04d}"
    month = dt.date(2000, at.month, 1)
    names = {"mmm": f"{month:%b}", "mmmm": f"{month:%B}", "mmmmm": f"{month:%b}"[:1]}
    day = dt.date(2001, 1, 1) + dt.timedelta(at.weekday)  # a Monday
    return {**names, "ddd": f"{day:%a}"}.get(kind, f"{day:%A}" if kind[0] == "d" else "")
