"""The running text of pages: rows in reading order, sentences joined over columns and pages."""

from __future__ import annotations

from collections import Counter

from corpora.sources.pdf import contents, order
from corpora.sources.pdf.page import Line, Page
from corpora.sources.pdf.paragraphs import Margins, Row, continues, joined, rows


class Flow:
    """Takes pages and gives their text. pages: of the file; before: whether the page before this flow listed contents."""

    def __init__(self, pages: int, before: bool = False) -> None:
        self.before = before
        self.size = 0
        self._pages = pages
        self._texts: list[str] = []
        self._last: tuple[Row, Margins] | None = None

    @property
    def text(self) -> str:
        """Rows parted by line breaks."""
        return "\n".join(self._texts)

    def add(self, page: Page, not_text: Counter[str]) -> int:
        """Characters that the page added; entries of contents are counted and left out."""
        size = self.size
        listed = contents.entries([line.text for line in _whole_lines(page)], self._pages, self.before)
        self.before = any(listed)
        zones = order.zones(page)
        for zone in zones:
            margins = Margins.of(zone, page.width if len(zones) == 1 else 0.0)
            for row in self._kept(rows(zone, margins), not_text):
                self._put(row, margins)
        return self.size - size

    def _kept(self, found: list[Row], not_text: Counter[str]) -> list[Row]:
        if not self.before:
            return found
        kept = [row for row in found if not contents.is_entry(row.text)]
        if len(found) > len(kept):
            not_text["toc_line"] += len(found) - len(kept)
        return kept

    def _put(self, row: Row, margins: Margins) -> None:
        last = self._last
        self._last = (row, margins)
        self.size += len(row.text) + 1
        # Within a zone `rows` has looked already: what reaches here side by side has moved up, to a column or a page.
        moved = last is not None and row.first.y0 < last[0].last.y0
        if last is not None and moved and last[0].alone and row.alone and continues(last[0].last, row.first, last[1]):
            self._texts[-1] = joined(self._texts[-1], row.text)
        else:
            self._texts.append(row.text)


def _whole_lines(page: Page) -> list[Line]:
    """Lines with what stands beside them: a page number is often a line of its own."""
    found: list[Line] = []
    for line in page.lines:
        last = found[-1] if found else None
        if last is not None and last.beside(line) and line.x0 > last.x1 - 0.3 * line.size:
            found[-1] = Line(f"{last.text}\t{line.text}", last.x0, last.y0, line.x1, last.y1, last.size)
        else:
            found.append(line)
    return found
