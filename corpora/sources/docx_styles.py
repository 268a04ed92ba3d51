"""Styles of a Word document, as far as they tell headings, lists and tables of contents.

Source: ECMA-376 part 1, 17.7 (styles), 17.3.1.20 (outline level).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from corpora.sources.xml_tree import attribute, child, local

_HEADING = re.compile(r"(?:heading|标题)\s*[1-9]", re.I)
_CONTENTS = re.compile(r"(?:toc|目录)\s*[1-9]", re.I)
_CHAIN = 20  # styles that are based on each other; a loop ends here


@dataclass(frozen=True)
class Style:
    """name, and its list number, list level and outline level where it has them."""

    name: str = ""
    parent: str = ""
    list: str | None = None
    level: int | None = None
    outline: int | None = None

    @property
    def is_contents(self) -> bool:
        return _CONTENTS.fullmatch(self.name) is not None


@dataclass
class Styles:
    """Style id → style."""

    known: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def of_part(cls, root: Element | None) -> Styles:
        """From word/styles.xml."""
        made = cls()
        for element in root if root is not None else ():
            if local(element) == "style":
                properties = child(element, "pPr")
                made.known[attribute(element, "styleId") or ""] = Style(
                    _value(child(element, "name")) or "", _value(child(element, "basedOn")) or "",
                    _value(child(properties, "numPr", "numId")), _digit(child(properties, "numPr", "ilvl")),
                    _digit(child(properties, "outlineLvl")),
                )  # fmt: skip
        return made

    def of(self, properties: Element | None) -> Style:
        """The style of a paragraph with these properties."""
        return self.known.get(_value(child(properties, "pStyle")) or "", Style())

    def _chain(self, properties: Element | None) -> list[Style]:
        chain = [self.of(properties)]
        while chain[-1].parent in self.known and len(chain) < _CHAIN:
            chain.append(self.known[chain[-1].parent])
        return chain

    def is_heading(self, properties: Element | None) -> bool:
        """Whether the paragraph is one of the outline, by itself or by its style."""
        own = _digit(child(properties, "outlineLvl"))
        if own is not None:
            return own < 9
        chain = self._chain(properties)
        level = next((style.outline for style in chain if style.outline is not None), 9)
        return level < 9 or any(_HEADING.fullmatch(style.name) for style in chain)

    def list_of(self, properties: Element | None) -> tuple[str, int]:
        """(number of its list, level), or ("", 0)."""
        chain = self._chain(properties)
        number = _value(child(properties, "numPr", "numId"))
        if number is None:
            number = next((style.list for style in chain if style.list is not None), None)
        level = _digit(child(properties, "numPr", "ilvl"))
        if level is None:
            level = next((style.level for style in chain if style.level is not None), 0)
        return (number, level) if number not in (None, "0") else ("", 0)


def _value(element: Element | None) -> str | None:
    return None if element is None else attribute(element, "val")


def _digit(element: Element | None) -> int | None:
    value = _value(element)
    return int(value) if value and len(value) == 1 and value in "0123456789" else None
