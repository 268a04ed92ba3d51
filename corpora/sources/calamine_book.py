"""Workbooks in the formats that calamine takes apart: .xls, .xlsb, .ods. It gives bare values, so that what a cell shows
is not known: numbers come with all their digits, dates as 2024-03-05. Both are counted as `unknown_format`.
Error cells come as empty ones, hidden rows and columns like any other; neither can be counted."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from corpora.sources import number_formats
from corpora.sources.cells import Rounded
from corpora.sources.items import BadFile
from corpora.sources.sheet_xml import is_rounded_text
from corpora.sources.sheets import Line, Merge, Sheet

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream of an Office file under a password (MS-OFFCRYPTO [M])


def sheets(data: bytes, wanted: Callable[[str], bool], not_text: Counter[str]) -> Iterator[Sheet]:
    """The sheets in their order. Raises BadFile."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    if _ENCRYPTED in data:
        raise BadFile("password")
    try:
        book = _guarded(partial(CalamineWorkbook.from_filelike, io.BytesIO(data)))
    except PasswordError:
        raise BadFile("password") from None
    for part, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet or not wanted(about.name):
            if about.typ == SheetTypeEnum.ChartSheet:
                not_text["figure"] += 1
            continue
        if about.visible != SheetVisibleEnum.Visible:
            not_text["hidden_sheet"] += 1
        sheet = _guarded(partial(book.get_sheet_by_index, part))
        merges = [Merge(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        yield Sheet(part, about.name, _lines(sheet, not_text), merges)


def _guarded(call: Callable[[], Any]) -> Any:
    """What the call gives. Raises BadFile where the library gives up, and where it panics."""
    from python_calamine import CalamineError, PasswordError

    try:
        return call()
    except PasswordError:
        raise
    except (CalamineError, OSError, ValueError, IndexError):
        raise BadFile("not_readable") from None
    except BaseException as error:  # a panic of the compiled library is no Exception; anything else goes its way
        if type(error).__name__ != "PanicException":
            raise
        raise BadFile("not_readable") from None


def _lines(sheet: Any, not_text: Counter[str]) -> Iterator[Line]:
    for number, row in enumerate(sheet.iter_rows()):
        cells = [value if type(value) is str else _shown(value, not_text) for value in row]
        if any(cells):
            for column in [i for i, text in enumerate(cells) if is_rounded_text(text)]:
                not_text["rounded_number"] += 1
                cells[column] = Rounded(cells[column])
            yield Line(number, cells)


def _shown(value: object, not_text: Counter[str]) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    not_text["unknown_format"] += 1
    if isinstance(value, (int, float)):
        return _number(value, not_text)
    if isinstance(value, dt.datetime):
        return f"{value:%H:%M:%S}" if value.year < 1900 else value.isoformat(" ", "seconds")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _number(value: int | float, not_text: Counter[str]) -> str:
    literal = repr(value)
    if abs(value) >= 1e15:
        not_text["rounded_number"] += 1
        return Rounded(_general(literal))
    return _general(literal.removesuffix(".0"))


def _general(literal: str) -> str:
    try:
        return number_formats.general(literal)
    except ValueError:  # inf and nan, which some programs write
        return literal
