"""A sheet as every spreadsheet reader gives it: rows of shown texts, and which cells are merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_COLUMNS = 16_384  # Excel's limits; a file beyond them is broken or made to fill memory
MOST_ROWS = 1_048_576


class Line(NamedTuple):
    """A row that holds something. number: 0-based row of the sheet; cells: texts from column A on, "" where empty."""

    number: int
    cells: list[str]


class Merge(NamedTuple):
    """Merged cells: rows and columns from first to last, 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """part: place in the workbook; lines: rows from top to bottom, blank ones left out, read once."""

    part: int
    name: str
    lines: Iterable[Line]
    merges: Sequence[Merge] = field(default_factory=tuple)


def filled_down(lines: Iterable[Line], merges: Sequence[Merge]) -> Iterator[Line]:
    """The lines; a cell merged over several rows says its text in each of them that holds something else besides."""
    tall = sorted(merge for merge in merges if merge.bottom > merge.top)
    if not tall:
        yield from lines
        return
    at = 0
    open_: list[tuple[Merge, str]] = []
    for line in lines:
        open_ = [(merge, text) for merge, text in open_ if merge.bottom >= line.number]
        for merge, text in open_:
            _put(line.cells, merge.left, text)
        while at < len(tall) and tall[at].top <= line.number:
            merge, at = tall[at], at + 1
            if merge.top == line.number and merge.left < len(line.cells):
                open_.append((merge, line.cells[merge.left]))
        yield line


def _put(cells: list[str], column: int, text: str) -> None:
    if text and column < MOST_COLUMNS:
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cells[column] or text


def merge_of(reference: str) -> Merge | None:
    """The merge that a reference such as A1:C2 names, or None."""
    first, _, last = reference.replace("$", "").partition(":")
    top, bottom = position(first), position(last or first)
    return top and bottom and Merge(*top, *bottom)


def position(reference: str) -> tuple[int, int] | None:
    """0-based row and column of a cell such as AB12, or None if it is none of a sheet."""
    letters = reference.rstrip("0123456789")
    column = column_of(letters)
    row = reference[len(letters) :]
    if column is None or not row or len(row) > 7 or not 0 < int(row) <= MOST_ROWS:
        return None
    return int(row) - 1, column


def column_of(letters: str) -> int | None:
    """0-based column of its letters, or None beyond XFD."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > MOST_COLUMNS:
            return None
        number = 26 * number + ord(letter) - 64
    return number - 1 if 0 < number <= MOST_COLUMNS else None
