"""The blocks of a Word document in their order: paragraphs as lines, tables as lines of cells.

Cells are kept apart by tabs, as in all readers and in `strip_markup`: a bar can be part of a cell, a tab can't be.
Merged cells leave their places empty, so that columns stay in line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from corpora.sources.docx_inline import DELETED, Inline
from corpora.sources.docx_numbering import Numbering
from corpora.sources.docx_styles import Styles
from corpora.sources.xml_tree import attribute, child, local

_THROUGH = frozenset({"ins", "moveTo", "customXml", "smartTag", "sdtContent", "body", "txbxContent", "hdr", "ftr"})
_WIDEST = 1000  # grid columns that an empty stretch of a row can take
_SPACES = re.compile(r"\s+")


class Body:
    """Reads blocks into lines; remembers headings and what its paragraphs held beside text."""

    def __init__(
        self, styles: Styles, numbering: Numbering, notes: Mapping[tuple[str, str], str], not_text: Counter[str]
    ) -> None:
        self.styles, self.numbering, self.not_text = styles, numbering, not_text
        self.inline = Inline(notes, not_text, self.lines)
        self.headings: list[str] = []

    def lines(self, container: Element) -> list[str]:
        """The lines of a body, a cell, a header, a note or a text box. Empty paragraphs are none."""
        joined, held = [], ""
        for text, goes_on in self._blocks(container):
            held += text
            if not goes_on:
                joined.append(held)
                held = ""
        return [line for line in [*joined, held] if line.strip()]

    def _blocks(self, container: Element) -> Iterator[tuple[str, bool]]:
        """(line, whether the break after it was deleted)."""
        for each in container:
            name = local(each)
            if name == "p":
                yield self._paragraph(each), child(each, "pPr", "rPr", "del") is not None
            elif name == "tbl":
                yield from ((row, False) for row in self._rows(each))
            elif name == "sdt":
                content = child(each, "sdtContent")
                if content is not None and _is_contents(each):
                    self.not_text["toc_line"] += len(Inline({}, Counter(), lambda _: []).text(content).splitlines() or "1")
                elif content is not None:
                    yield from self._blocks(content)
            elif name in DELETED:
                self.not_text["tracked_deletion"] += 1
            elif name == "altChunk":
                self.not_text["embedded_object"] += 1
            elif name == "AlternateContent" and len(each):
                yield from self._blocks(each[0])
            elif name in _THROUGH:
                yield from self._blocks(each)

    def _paragraph(self, paragraph: Element) -> str:
        properties = child(paragraph, "pPr")
        style = self.styles.of(properties)
        text = self.inline.text(paragraph)
        if style.is_contents:
            self.not_text["toc_line"] += bool(text.strip())
            return ""
        number, level = self.styles.list_of(properties)
        label = self.numbering.label(number, level) if number and text.strip() else ""
        if text.strip() and self.styles.is_heading(properties):
            self.headings.append(f"{label}{text.strip()}")
        return f"{label}{text}".rstrip()

    def _rows(self, table: Element) -> Iterator[str]:
        for row in _inside(table, "tr"):
            if child(row, "trPr", "del") is not None:
                self.not_text["tracked_deletion"] += 1
                continue
            cells = [""] * _span(child(row, "trPr", "gridBefore"), 0)
            for cell in _inside(row, "tc"):
                properties = child(cell, "tcPr")
                text = self._cell(cell, properties)
                cells += [text, *[""] * (_span(child(properties, "gridSpan"), 1) - 1)]
            yield "\t".join(cells).rstrip()

    def _cell(self, cell: Element, properties: Element | None) -> str:
        merged = child(properties, "vMerge")
        if merged is not None and attribute(merged, "val") != "restart":
            return ""
        if child(properties, "cellDel") is not None:
            self.not_text["tracked_deletion"] += 1
            return ""
        return " ".join(_SPACES.sub(" ", line).strip() for line in self.lines(cell))


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Rows or cells, those in content controls and insertions too."""
    for each in element:
        if local(each) == name:
            yield each
        elif local(each) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _inside(each, name)


def _span(element: Element | None, otherwise: int) -> int:
    value = attribute(element, "val") if element is not None else None
    return min(int(value), _WIDEST) if value and value.isascii() and value.isdigit() and len(value) < 6 else otherwise


def _is_contents(element: Element) -> bool:
    """Whether a content control is a table of contents."""
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return gallery is not None and attribute(gallery, "val") == "Table of Contents"
