"""Where the header of a table is, and what its columns are called: the same for spreadsheets and CSV files.

Exports begin with titles, dates and departments; the header is the first row that looks like names for the rows below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpora.sources.sheets import Line, Merge

PEEK = 50
"""Rows looked at."""

_NAME = 40  # characters of a column's name at most
_VALUE = re.compile(  # numbers, amounts, dates and times: values, not names
    r"[-+]?[¥$]?[\d,]*\.?\d+(?:E[-+]?\d+)?%?|\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]*\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{1,2}:\d{2}(?::\d{2})?|TRUE|FALSE",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[^：:\d]{1,12}[：:]\s*\S.*", re.DOTALL)  # 导出日期：2024-03-05


@dataclass(frozen=True)
class Header:
    """first: index of its first row among those looked at; height: rows; names: one a column, none empty, all distinct;
    renamed: how many names were made up because they were missing or taken."""

    first: int
    height: int
    names: tuple[str, ...]
    renamed: int


def first_row(rows: Sequence[Sequence[str]], usual: int | None = None) -> int:
    """Index of the header among the first rows, none of them blank; 0 unless rows above it are clearly no header.

    usual: columns of the table, if they are known; else three quarters of the rows fill no more than that many cells.
    """
    counts = [sum(map(bool, row)) for row in rows]
    if usual is None:
        usual = sorted(counts)[-(-3 * len(counts) // 4) - 1] if counts else 0
    first = next((i for i, row in enumerate(rows) if not _is_above(row, counts[i], usual)), 0)
    below = first + 1
    if below < len(rows) and counts[below] > counts[first]:  # facts about the export, nearly as many as columns
        facts = not _could_be(rows[first], counts[first], usual) and _could_be(rows[below], counts[below], usual)
        return below if facts else first
    return first


def _could_be(row: Sequence[str], count: int, usual: int) -> bool:
    """Whether the row may be a header: wide enough, of short distinct names."""
    cells = [cell.strip() for cell in row if cell]
    names = [cell for cell in cells if len(cell) <= _NAME and not _VALUE.fullmatch(cell)]
    return 5 * count >= 3 * usual and 5 * len(names) >= 4 * count and 2 * len(set(names)) > count


def _is_above(row: Sequence[str], count: int, usual: int) -> bool:
    """Whether the row is a title or a line of facts about the export, in a table with `usual` columns filled."""
    cells = [cell.strip() for cell in row if cell]
    if count == 1:
        return usual > 1
    pairs = sum(_PAIR.fullmatch(cell) is not None for cell in cells)
    return (5 * count <= 3 * usual and any(map(is_fact, cells))) or 2 * count < usual or 2 * pairs >= count > 0


def is_fact(cell: str) -> bool:
    """Whether a cell is a value, or a label with its value, and so no name."""
    return bool(_PAIR.fullmatch(cell.strip()) or _VALUE.fullmatch(cell.strip()))


def numbered(width: int) -> tuple[str, ...]:
    """Names for the columns of a table without a header."""
    return tuple(f"第{number}列" for number in range(1, width + 1))


def named(names: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Distinct names for the columns, and how many had to be made up: 列3 for a missing one, 诊断_2 for a second one."""
    taken = {" ".join(name.split()) for name in names}
    seen: set[str] = set()
    out, renamed = [], 0
    for number, name in enumerate(names, 1):
        name = " ".join(name.split())
        if not name or name in seen:
            name, renamed = _free(name + "_" if name else "列", 2 if name else number, taken | seen), renamed + 1
        seen.add(name)
        out.append(name)
    return tuple(out), renamed


def bare(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells of a header's row without padding and without empty cells behind them: what makes two of them the same."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _free(stem: str, number: int, taken: set[str]) -> str:
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def of_sheet(lines: Sequence[Line], merges: Sequence[Merge], forced: int | None) -> Header | None:
    """The header among the sheet's first lines. forced: 0-based row of the sheet; None is returned if that is blank."""
    merges = [merge for merge in merges if merge.top <= lines[-1].number]
    rows = [_spread(line, merges) for line in lines]
    if forced is None:
        first = first_row(rows)
    elif (found := next((i for i, line in enumerate(lines) if line.number == forced), None)) is not None:
        first = found
    else:
        return None
    height = _height(lines, first, merges)
    names, renamed = named(_joined(rows[first : first + height]))
    return Header(first, height, names, renamed)


def _spread(line: Line, merges: Sequence[Merge]) -> list[str]:
    """The row's texts, those of merged cells in each of their columns, unless one spans all there is."""
    cells = list(line.cells)
    if sum(map(bool, cells)) < 2:
        return cells
    for merge in merges:
        if merge.top <= line.number <= merge.bottom and merge.right > merge.left < len(cells) and cells[merge.left]:
            right = min(merge.right + 1, 1000)
            cells.extend([""] * (right - len(cells)))
            cells[merge.left : right] = [cells[merge.left]] * (right - merge.left)
    return cells


def _height(lines: Sequence[Line], first: int, merges: Sequence[Merge]) -> int:
    """Rows of the header: as far as its merged cells reach down; one more below a name over several columns."""
    top = bottom = lines[first].number
    if sum(map(bool, lines[first].cells)) < 2:
        return 1
    for merge in merges:
        if merge.top == top and merge.left < len(lines[first].cells) and lines[first].cells[merge.left]:
            bottom = max(bottom, merge.bottom, top + 1 if merge.right > merge.left else top)
    bottom = min(bottom, top + 5)
    return sum(top <= line.number <= bottom for line in lines[first:])


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Names of columns from several rows: 血压/收缩压."""
    width = max(map(len, rows))
    columns = [[row[i].strip() if i < len(row) else "" for row in rows] for i in range(width)]
    return ["/".join(dict.fromkeys(filter(None, column))) for column in columns]
