"""The order in which a page is read: columns, blocks drawn out of turn, pages of vertical lines.

The content stream of most producers is in reading order, cell by cell in tables, which no rule of geometry does
better. It is left as it is but for three cases that the places show:
- a gutter with running text on both sides: the left column is read before the right one, and a ruled table that lies
  across stays whole. Text in such tables and in narrow strips does not count: those are cells, not columns;
- a run of lines that was drawn after lines that stand wholly below it: it is put before them;
- lines all over the page (more than a quarter go back up): they are read row by row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpora.sources.pdf.grids import holding
from corpora.sources.pdf.page import Box, Line, Page

_LINES = 6  # of a column at least
_FILLED = 0.7  # of a column's width, by the median line: cells of tables are shorter
_SCATTERED = 0.25
_STRIP = 0.2  # of the page's width: a column of text is wider
_CELL = 6.0  # heights: a cell whose text is centred begins at most so far above its row's first cell


def zones(page: Page) -> list[list[Line]]:
    """The page's lines in reading order, in zones that no row and no table cell crosses."""
    lines = page.lines
    vertical = [line for line in lines if line.vertical]
    if 2 * sum(len(line.text) for line in vertical) > sum(len(line.text) for line in lines):
        return [sorted(lines, key=lambda line: (-line.x1, line.y0))]
    gutter = _gutter(page)
    if gutter is not None:
        return _columns(page, gutter)
    return [_in_turn(lines)] if lines else []


def _gutter(page: Page) -> float | None:
    """x of the gap between two columns of running text, or None."""
    lines = [line for line in page.lines if holding(line.x0, line.middle, page.grids) is None]
    if len(lines) < 2 * _LINES:
        return None
    edges = np.linspace(0.35, 0.65, 61) * page.width
    sides = np.array([(line.x0, line.x1) for line in lines])
    crossing = ((sides[:, :1] < edges) & (sides[:, 1:] > edges)).sum(axis=0)
    lowest = np.flatnonzero(crossing == crossing.min())
    gutter = float(edges[lowest[len(lowest) // 2]])
    left, right = [one for one in lines if one.x1 <= gutter], [one for one in lines if one.x0 >= gutter]
    few = len(lines) - len(left) - len(right) <= 0.3 * len(lines)
    return gutter if few and _is_column(left, page.width) and _is_column(right, page.width) else None


def _is_column(lines: Sequence[Line], page: float) -> bool:
    """page: its width."""
    if len(lines) < _LINES:
        return False
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    if width < _STRIP * page:
        return False
    filled = float(np.median([line.x1 - line.x0 for line in lines])) >= _FILLED * width
    return filled and float(np.median([len(line.text) for line in lines])) >= 10


def _columns(page: Page, gutter: float) -> list[list[Line]]:
    """Left before right, between any two lines or tables that go across."""
    found: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    table: Box | None = None
    for line in sorted(page.lines, key=lambda line: (line.middle, line.x0)):
        grid = holding(line.x0, line.middle, page.grids)
        across = grid is not None and grid[0] < gutter < grid[2]
        if across and grid == table:
            found[-1].append(line)
        elif across or line.x0 < gutter < line.x1:
            found += [left, right, [line]]
            left, right, table = [], [], grid if across else None
        else:
            (left if line.x1 <= gutter else right).append(line)
    return [zone for zone in [*found, left, right] if zone]


def _in_turn(lines: Sequence[Line]) -> list[Line]:
    """The stream's order, with blocks that stand above what came before them moved there."""
    blocks = _blocks(lines)
    if len(blocks) - 1 > _SCATTERED * len(lines) and len(blocks) > 4:
        return _by_rows(lines)
    placed: list[list[Line]] = []
    for block in blocks:
        low = max(line.y1 for line in block)
        at = len(placed)
        while at and min(line.y0 for line in placed[at - 1]) >= low - 0.2 * block[0].size:
            at -= 1
        placed.insert(at, block)
    return [line for block in placed for line in block]


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut where the stream goes back up, other than to the next cell of a row."""
    found: list[list[Line]] = []
    for line in lines:
        last = found[-1][-1] if found else None
        up = last is not None and line.y1 < last.y0 + 0.5 * min(line.size, last.size)
        if last is None or (up and not is_next_cell(last, line)):
            found.append([])
        found[-1].append(line)
    return found


def is_next_cell(last: Line, line: Line) -> bool:
    """Whether a line right of the last one may begin the next cell of its row."""
    right = line.x0 >= last.x1 - 0.3 * line.size
    return right and line.y0 > last.y0 - _CELL * line.size and line.y0 < last.y1


def _by_rows(lines: Sequence[Line]) -> list[Line]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and rows[-1][0].beside(line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]
