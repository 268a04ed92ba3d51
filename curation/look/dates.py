"""Whether a value is a date, as exports, spreadsheets and people write them: columns of dates are not published."""

from __future__ import annotations

import re

_MONTH, _DAY, _YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
_NAMES = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DIGIT = "[〇○零一二三四五六七八九]"
_FORMS = [
    rf"{_YEAR}\s*[-/.年]\s*{_MONTH}\s*[-/.月]\s*{_DAY}\s*[日号]?",
    rf"{_YEAR}{_MONTH}{_DAY}", rf"{_YEAR}年{_MONTH}月份?", rf"{_YEAR}[-/]{_MONTH}",
    rf"(?:\d\d年)?{_MONTH}月{_DAY}\s*[日号]?",
    rf"(?:{_DIGIT}{{4}}年)?[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十廿]{{1,3}}[日号]",
    *(  # 25-3-9, 3/9/25, 9.3.2025: which of them is the month is not ours to tell
        rf"{first}{mark}{second}{mark}{third}"
        for mark in ("-", "/", r"\.")
        for first, second, third in (
            (r"\d\d", _MONTH, _DAY), (_MONTH, _DAY, r"(?:\d\d){1,2}"), (_DAY, _MONTH, r"(?:\d\d){1,2}"),
        )
    ),
    rf"{_DAY}[- ]{_NAMES}[-, ]+(?:\d\d){{1,2}}", rf"{_NAMES} {_DAY},? \d{{4}}",
]  # fmt: skip
_TIME = r"(?:[T,，]?\s*(?:\d{1,2}\s*[:：时点]|[上下中]午|星期|周|[(（]).*)?"
_DATE = re.compile(rf"\s*(?:{'|'.join(_FORMS)})\s*{_TIME}\s*", re.IGNORECASE)


def is_date(value: str) -> bool:
    """A date as a whole, with or without a time or a day of the week."""
    return _DATE.fullmatch(value) is not None
