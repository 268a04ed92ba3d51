"""What cells show of their numbers: the number format of each cell style of a workbook."""

from __future__ import annotations

from collections.abc import Callable

from corpora.sources import number_formats
from corpora.sources.cells import Rounded
from corpora.sources.number_formats import UnknownFormat

_REMEMBERED = 1 << 16  # shown numbers: dates and counts come again and again


class Styles:
    """Number formats by cell style. codes: one a style; since_1904: the workbook's days count from 1904."""

    def __init__(self, codes: list[str], since_1904: bool) -> None:
        self._codes, self._since_1904 = codes, since_1904
        self._shows: dict[str, Callable[[str], str] | None] = {}
        self._texts: dict[tuple[str, str], tuple[str, bool]] = {}

    def shown(self, style: str, literal: str) -> tuple[str, bool]:
        """The number as the cell shows it, and whether its format is known. Raises ValueError for what is no number."""
        key = (style, literal)
        found = self._texts.get(key)
        if found is None:
            found = self._find(style, literal)
            if len(self._texts) < _REMEMBERED:
                self._texts[key] = found
        return found

    def _find(self, style: str, literal: str) -> tuple[str, bool]:
        at = int(style) if style else 0
        code = self._codes[at] if at < len(self._codes) else "General"
        show = self._shows[code] if code in self._shows else self._shows.setdefault(code, self._shower(code))
        known = show is not None
        try:
            text = number_formats.general(literal) if show is None else show(literal)
        except UnknownFormat:
            text, known = number_formats.general(literal), False
        return Rounded(text) if number_formats.is_rounded(literal) else text, known

    def _shower(self, code: str) -> Callable[[str], str] | None:
        try:
            return number_formats.shower(code, since_1904=self._since_1904)
        except UnknownFormat:
            return None
