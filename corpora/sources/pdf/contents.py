"""Lines of a table of contents: words, a leader of dots, a page number. Navigation, not text (STANDARDS 3.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ENTRY = re.compile(r"(?:[.．·•…‥⋯・﹒]\s?){4,}[\s\t(（-]*(?:[A-Z0-9]{1,3}[-–]){0,2}(\d{1,4}|[ivxlcIVXLC]{1,7})[)）\s]*$")
_FEW = 3
_RISING = 0.8  # of neighbours: a list of ratings with leaders (最大转速……8000) goes up and down
_HEADING = re.compile(r"目\s*[录次]|(?i:contents)")


def is_entry(text: str) -> bool:
    """Whether a line looks like one of a table of contents."""
    return _ENTRY.search(text) is not None


def entries(rows: Sequence[str], pages: int, before: bool) -> list[bool]:
    """Which rows of a page belong to a table of contents.

    pages: of the file; before: whether the page before was one. The heading 目录 asks for three rows, no heading for five; the numbers must rise and be page numbers of this file, or leaders lead to something else.
    """
    found = [(_ENTRY.search(row), row) for row in rows]
    numbers = [int(match[1]) for match, _ in found if match is not None and match[1].isdigit()]
    least = 1 if before else _FEW if any(_HEADING.fullmatch(row.strip()) for row in rows) else 5
    if sum(match is not None for match, _ in found) < least or not _are_pages(numbers, pages):
        return [False] * len(rows)
    return [match is not None for match, _ in found]


def _are_pages(numbers: Sequence[int], pages: int) -> bool:
    """Chapters may count from 1 again, and a chapter kept as a file of its own begins late: only rising counts."""
    pairs = list(zip(numbers, numbers[1:], strict=False))
    steps = sum(0 <= b - a <= max(pages, 50) for a, b in pairs)
    return steps >= _RISING * len(pairs)
