"""Ruled tables: where upright rules part cells, and which part of the page such a table covers.

Cells of a narrow table may be nearer to each other than the words of a sentence; only the rule between them tells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.sources.pdf.page import Box, Floats

_THICK = 3.0  # points
_COLUMNS = 3  # upright rules of a table of two columns: one or two are a divider or a box
_LEVEL, _LONGER = 0.8, 0.9  # heights of a character: the rule stands beside so much of it, and is so long
_GAP = 0.1  # heights between them: a rule closer to both crosses a word


def upright(rules: Floats) -> Floats:
    """The upright ones of tables, from left to right: roots and drawings part no cells. rules: x0, y0, x1, y1 (n, 4)."""
    kept = _upright(rules)
    tables = grids(rules)
    return kept[[holding(x, y, tables) is not None for x, y in ((kept[:, :2] + kept[:, 2:]) / 2).tolist()]]


def _upright(rules: Floats) -> Floats:
    kept = rules[(rules[:, 2] - rules[:, 0] <= _THICK) & (rules[:, 3] - rules[:, 1] > _THICK)]
    return kept[np.argsort(kept[:, 0] + kept[:, 2], kind="stable")]


def parted(before: Floats, here: Floats, rules: Floats) -> NDArray[np.bool_]:
    """Whether a rule stands between each two characters (n, 4). rules: as `upright` gives them."""
    found = np.zeros(len(before), bool)
    gap = here[:, 0] - before[:, 2]
    at = np.flatnonzero(gap > _GAP * (here[:, 3] - here[:, 1]))
    if not len(rules) or not len(at):
        return found
    middle = (rules[:, 0] + rules[:, 2]) / 2
    first = np.searchsorted(middle, before[at, 2] - 0.5, "left")
    last = np.searchsorted(middle, here[at, 0] + 0.5, "right")
    # A Python loop over the few characters that have a rule somewhere above, beside or below the gap before them.
    for i in np.flatnonzero(last > first):
        top, bottom = here[at[i], 1], here[at[i], 3]
        near = rules[first[i] : last[i]]
        near = near[near[:, 3] - near[:, 1] > _LONGER * (bottom - top)]
        found[at[i]] = bool((np.minimum(near[:, 3], bottom) - np.maximum(near[:, 1], top) > _LEVEL * (bottom - top)).any())
    return found


def grids(rules: Floats) -> tuple[Box, ...]:
    """Boxes of the tables: groups of three or more upright rules at different places beside each other."""
    groups: list[tuple[float, float, set[int]]] = []
    for x, top, _, bottom in sorted(_upright(rules).tolist(), key=lambda rule: rule[1]):
        if groups and top <= groups[-1][1] + _THICK:
            first, low, places = groups[-1]
            groups[-1] = (first, max(low, bottom), places | {round(x / _THICK)})
        else:
            groups.append((top, bottom, {round(x / _THICK)}))
    tables = [group for group in groups if len(group[2]) >= _COLUMNS]
    return tuple(((min(places) - 1) * _THICK, top, (max(places) + 1) * _THICK, low) for top, low, places in tables)


def holding(x: float, y: float, boxes: tuple[Box, ...]) -> Box | None:
    """The box that a point lies in."""
    return next((box for box in boxes if box[0] <= x <= box[2] and box[1] <= y <= box[3]), None)
