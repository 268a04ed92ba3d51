"""Profiles of columns: how full, how long, how Chinese, how distinct, and what they seem to hold. Never a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curation.look.dates import is_date
from curation.look.personal_columns import kind_of

_HAN = re.compile(r"[㐀-鿿]")
_NUMBER = re.compile(r"\s*[-+]?\d[\d,]*(\.\d+)?\s*%?\s*")
_CLOSED = re.compile(r"[。！？；.!?;…”』」）)]\s*$")
_STAMPED = re.compile(r"\s*[\[【(（]?(\d{4}\s*[-/.年]\s*\d{1,2}|\d{1,2}:\d{2})")
_TOKEN = re.compile(r"\s*\S{1,2}[ \t]+\S{1,12}\s*")
_FEW = 3  # plain text files beside each other; more are a collection of documents
_LINES = 5  # fewer lines say nothing about what a line is
MOST = 0.9
_WHOLE = 60  # mean characters: longer values are not one name, number or address as a whole
_ASKED = 500  # values that are searched for personal information


@dataclass(frozen=True)
class Seen:
    """A column: how much of it is filled, how long values are (mean, characters), how many differ, what it seems to hold.

    rows: values looked at; dates, numbers: shares of filled values; by: name or content; role: set by `roles`.
    """

    name: str
    rows: int
    filled: float
    length: float
    han: float
    distinct: float
    dates: float = 0.0
    numbers: float = 0.0
    kind: str = ""  # person_name/patient …
    by: str = ""
    role: str = ""  # text, part, id, subject, identity, column or left out

    @property
    def nested(self) -> bool:
        return "[]." in self.name

    @property
    def leaf(self) -> str:
        """The field's own name: content of messages[].content."""
        return self.name.rpartition("[].")[2]


def column(name: str, values: Sequence[str]) -> Seen:
    """The profile of a column from some of its values ("" where a record has none)."""
    filled = [value for value in values if value.strip()]
    n = max(len(filled), 1)
    total = sum(map(len, filled))
    han = sum(len(_HAN.findall(value)) for value in filled)
    dates = sum(map(is_date, filled)) / n
    numbers = sum(_NUMBER.fullmatch(value) is not None for value in filled) / n
    asked = dates < MOST and total / n <= _WHOLE  # a date is personal by its name only: 出生日期
    kind, by = kind_of(name, filled[:: -(-n // _ASKED)] if asked else ())
    return Seen(
        name, len(values), round(len(filled) / max(len(values), 1), 4), round(total / n, 1), round(han / max(total, 1), 3),
        round(len(set(filled)) / n, 4), round(dates, 3), round(numbers, 3), kind, by,
    )  # fmt: skip


def text_unit(lines: Sequence[str], *, among: int = 1) -> str:
    """What one document of a plain text file is, by its first lines: `file`, `line`, or `token` (one labelled token a line).

    A line is a record where lines bear a time or have the same number of tabs; or where they are whole sentences, unless
    the file is one `among` many: paragraphs of books are sentences too.
    """
    full = [line for line in lines if line.strip()]
    if len(full) < _LINES:
        return "file"
    if _share(_TOKEN.fullmatch(line) is not None for line in full) >= MOST:
        return "token"
    tabs = [line.strip().count("\t") for line in full]
    usual = max(set(tabs), key=tabs.count)
    if usual and tabs.count(usual) >= MOST * len(full):
        return "line"
    if _share(_STAMPED.match(line) is not None for line in full) >= MOST:
        return "line"
    if among > _FEW:
        return "file"
    sentences = _share(len(line) >= 20 and _CLOSED.search(line) is not None for line in full)
    return "line" if len(full) >= 10 * _LINES and sentences >= MOST else "file"


def headless(names: Sequence[str], values: dict[str, list[str]]) -> bool:
    """Whether the header of a table is its first record: a name as long as a sentence, or what most of its column says, or
    of the same make as all of its column (W0001, 2025/3/9); names that count (2023, 2024; 1, 2, 3, 4, 5) are names."""
    if any(len(name) > 40 and _HAN.search(name) for name in names):
        return True
    same = [name for name in names if name.strip() and _share(value == name for value in values.get(name, ())) > 0.5]
    counted = _counts(names)
    numbers = [name for name in names if _NUMBER.fullmatch(name) and name.strip() and name not in counted]
    made = [name for name in names if name not in counted and _is_made_like(name, values.get(name, ()))]
    return bool(same or made) or len(numbers) > len(names) / 2


def _counts(names: Sequence[str]) -> frozenset[str]:
    """Names that are whole numbers in a row, each one more than the last: years, or five at least."""
    digits = [name for name in names if name.isascii() and name.isdigit() and len(name) < 5]
    steps = all(int(b) - int(a) == 1 for a, b in zip(digits, digits[1:], strict=False))
    years = len(digits) > 1 and all(1900 < int(name) < 2100 for name in digits)
    return frozenset(digits) if steps and (years or len(digits) >= _LINES) else frozenset()


def _is_made_like(name: str, column: Sequence[str]) -> bool:
    """Whether a name with a number in it has the letters and digits of its column in the same places."""
    filled = [value for value in column if value.strip()]
    if len(filled) < _LINES or not any(map(str.isdigit, name)):
        return False
    if is_date(name):
        return _share(map(is_date, filled)) >= MOST
    make = _make(name)
    return _share(_make(value) == make for value in filled) >= MOST


def _make(text: str) -> str:
    """Runs of digits as 9, Latin letters as A; everything else as it is."""
    return re.sub(r"[A-Za-z]+", "A", re.sub(r"\d+([.,]\d+)*", "9", text.strip()))


def _share(found: Iterable[bool]) -> float:
    held = list(found)
    return sum(held) / max(len(held), 1)
