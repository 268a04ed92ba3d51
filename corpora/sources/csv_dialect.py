"""How a CSV file is written: its separator, where its header is, what its columns are called. Only its first records tell.

A full-width comma is never taken for a separator: in Chinese text it is punctuation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpora.sources import headers
from corpora.sources.csv_record import SEPARATORS, separator_of, split
from corpora.sources.records import BadRecord

_SAYS = re.compile(r'"?sep=(.)"?')
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Dialect:
    """header: distinct names; record: index of the header among the records given; above: records over it; renamed:
    names that had to be made up; cells: the header as it is written, () without one (then record is -1, or that of `sep=`)."""

    separator: str
    header: tuple[str, ...]
    record: int
    above: int = 0
    renamed: int = 0
    cells: tuple[str, ...] = ()


def find(records: Sequence[str], separator: str | None, forced: int | None) -> Dialect:
    """The dialect of a file that begins with these records. separator: if it is known; forced: index of the header.

    Raises BadRecord if the header can't be read.
    """
    said = _SAYS.fullmatch(records[0]) if len(records) > 1 else None  # a line that Excel reads, and no record
    skip = int(said is not None)
    rest = records[skip:]
    separator = separator or (said[1] if said and said[1].isascii() else None) or _separator(rest)
    at = (_header_row(rest, separator) if forced is None else forced - skip) if rest else 0
    names = split(rest[at], separator)
    if _one_more(names, [row for row in _rows(rest[at + 1 :], separator) if row]):
        names.append("")
    header, renamed = headers.named(names)
    trailing = len(names) - next((i + 1 for i in range(len(names) - 1, -1, -1) if names[i].strip()), 0)
    return Dialect(separator, header, at + skip, at, renamed - trailing, tuple(split(rest[at], separator)))


def without_header(records: Sequence[str], separator: str | None) -> Dialect:
    """The dialect of a file whose first record is a row: as many columns as most rows have."""
    said = _SAYS.fullmatch(records[0]) if len(records) > 1 else None
    rest = records[int(said is not None) :]
    separator = separator or (said[1] if said and said[1].isascii() else None)
    separator = separator or max(SEPARATORS, key=lambda one: (_evenness(rest, one), one == separator_of(rest[0])))
    width = _usual([row for row in _rows(rest, separator) if row])[0]
    return Dialect(separator, headers.numbered(width), int(said is not None) - 1)


def _separator(records: Sequence[str]) -> str:
    """That of the first record, if it is a header; else the one that cuts most records into equally many values."""
    first = separator_of(records[0])
    if first in "".join(records[0].split('"')[::2]) and _header_row(records, first) == 0:
        return first
    return max(SEPARATORS, key=lambda separator: (_evenness(records, separator), separator == first))


def _evenness(records: Sequence[str], separator: str) -> float:
    usual, rows = _usual([row for row in _rows(records, separator) if row])
    return rows / len(records) if usual > 1 else 0.0


def _usual(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many values most rows have, the larger number in a tie, and how many rows those are."""
    return max(Counter(map(len, rows)).items(), key=lambda item: (item[1], item[0]), default=(1, 0))


def _rows(records: Sequence[str], separator: str) -> list[list[str]]:
    """The values of every record; none for a broken one."""
    rows = []
    for record in records:
        try:
            rows.append(split(record, separator))
        except BadRecord:
            rows.append([])
    return rows


def _header_row(records: Sequence[str], separator: str) -> int:
    """Index of the header: the first record, unless titles stand above a table that goes on evenly to the end."""
    rows = _rows(records, separator)
    if not _is_title(rows[0]):
        return 0
    whole = [i for i, row in enumerate(rows) if any(row)]
    usual = _usual([rows[i] for i in whole])[0]
    at = whole[headers.first_row([rows[i] for i in whole], usual)] if whole else 0
    below = rows[at + 1 :]
    even = sum(len(row) == len(rows[at]) for row in below)
    return at if at and below and len(rows[at]) > 1 and 5 * even >= 4 * len(below) else 0


def _is_title(row: Sequence[str]) -> bool:
    """Whether the row can't be the header of a table with several columns."""
    cells = [cell for cell in row if cell.strip()]
    if len(cells) == 1:
        return not _IDENTIFIER.fullmatch(cells[0].strip())
    return any(headers.is_fact(cell) for cell in cells)


def _one_more(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether nearly all rows end with a separator that the header lacks."""
    ends = sum(len(row) == len(names) + 1 and not row[-1] for row in rows)
    return bool(rows) and names[-1] != "" and 5 * ends >= 4 * len(rows)
