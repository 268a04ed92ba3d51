"""A web page as blocks: paragraphs and table rows as a browser would show them, each with its place in the page.

The walk is a loop, not a recursion, and does not change the page. Cells of a table are kept apart by tabs; a table
that only lays out the page (it holds tables, or whole paragraphs) is read as blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from corpora.sources.items import BadFile
from corpora.sources.superscript import raised


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _words(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main menu ol p pre section summary table tbody tfoot thead tr td "
    "th ul br frameset"
)
_SKIPPED = _words(
    "head script style noscript template nav select datalist button input textarea svg map rt rp dialog -comment -doctype"
)
_MEDIA = _words("video audio iframe embed object applet")
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_CONTENTS = re.compile(r"^MsoToc\d|^MsoTof", re.I)
_SPACES = re.compile(r"[ \t\r\n\f\v\u3000]+")
_CELL = 300  # characters: a longer cell is a page's column,
_LONG_CELL = 2_000  # unless the table shows in other ways that it holds values
_CELLS = 8
_DOT = 16  # pixels
_WIDEST = 50  # columns that one cell may span
_DEEPEST = 2_000  # the parser's time grows with the square of the depth
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,20})[^<>]*?(/?)>", re.I)
_UNCLOSED = _words(
    "p li td th tr dd dt option tbody thead tfoot colgroup br img input hr meta link area base col embed source track wbr "
    "param rt rp html head body"
)


@dataclass(frozen=True)
class Block:
    """A paragraph or table row. element: the innermost block element around it; link: characters inside links."""

    text: str
    element: int
    link: int


@dataclass
class Page:
    """parents: of every block element, the element around it, always an earlier one; marks: its name, class and id.

    figures, media: the elements around them; contents: lines of a table of contents that were left out.
    """

    parents: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    figures: list[int] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    contents: int = 0


def parse(text: str) -> Any:
    """The page's tree. Raises BadFile: too_deep."""
    from selectolax.lexbor import LexborHTMLParser

    depth = 0
    for match in _TAG.finditer(text) if text.count("<") > _DEEPEST else ():
        if match[2].lower() not in _UNCLOSED and not match[3]:
            depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _DEEPEST:
            raise BadFile("too_deep")
    return LexborHTMLParser(text)


def blocks(tree: Any) -> Page:
    """The blocks of the page's body, in order."""
    walk = _Walk()
    if tree.body is not None:
        walk.page_of(tree.body)
    return walk.page


class _Walk:
    def __init__(self) -> None:
        self.page = Page()
        self.held: list[str] = []
        self.link = 0
        self.element = -1
        self.links = self.pres = self.sups = 0

    def page_of(self, top: Any) -> None:
        """Depth first. The stack holds (node, its state when it closes, or None if it is still to be opened)."""
        stack: list[tuple[Any, Any]] = [(top, None)]
        while stack:
            node, state = stack.pop()
            if state is not None:
                self._close(node.tag, state)
                continue
            state = self._open(node)
            if state is not None:
                stack.append((node, state))
                stack += [(child, None) for child in reversed(_children(node))]
        self._flush()

    def _open(self, node: Any) -> tuple[int, ...] | None:
        """What is to be restored when the node closes; None if there is nothing inside to be read."""
        name = node.tag
        if name == "-text":
            self._text(node.text_content or "")
            return None
        if name in _SKIPPED or self._is_media(node, name):
            return None
        state = (self.element, self.links, self.pres, self.sups)
        if name in _BLOCKS:
            return state if self._block(node, name) else None
        if name == "a":
            self.links += _leads_away(node.attributes)
        self.sups += name == "sup"
        return state

    def _is_media(self, node: Any, name: str) -> bool:
        if name in _MEDIA:
            self.page.media.append(self.element)
        elif name == "canvas" or (name == "img" and _is_figure(node.attributes)):
            self.page.figures.append(self.element)
        return name in _MEDIA or name in ("canvas", "img")

    def _block(self, node: Any, name: str) -> bool:
        """Begins a block; whether there is something inside to be read."""
        self._flush()
        attributes = node.attributes
        if name in ("br", "hr") or "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
            return False
        kind = attributes.get("class") or ""
        if _CONTENTS.search(kind):
            self.page.contents += 1
            return False
        self.page.parents.append(self.element)
        self.page.names.append(name)
        self.page.marks.append(f"{kind} {attributes.get('id') or ''}")
        outer, self.element = self.element, len(self.page.parents) - 1
        if name == "table" and _is_data(node):
            self._table(node)
            self.element = outer
            return False
        self.pres += name == "pre"
        return True

    def _close(self, name: str, state: tuple[int, ...]) -> None:
        if name in _BLOCKS:
            self._flush()
        self.element, self.links, self.pres, self.sups = state

    def _table(self, table: Any) -> None:
        """Rows of cells, a tab between them; places that a merged cell covers are empty."""
        covered: dict[int, int] = {}
        for caption in table.css("caption"):
            text, link = self._cell(caption)
            self._add(text, link)
        for row in table.css("tr"):
            cells: list[str] = []
            links = 0
            for cell in (node for node in _children(row) if node.tag in ("td", "th")):
                _pass_covered(cells, covered)
                text, link = self._cell(cell)
                width, height = (_span(cell.attributes.get(name)) for name in ("colspan", "rowspan"))
                covered.update({len(cells) + column: height - 1 for column in range(width)})
                cells += [text, *[""] * (width - 1)]
                links += link
            _pass_covered(cells, covered)
            self._add("\t".join(cells).rstrip(), links)

    def _cell(self, node: Any) -> tuple[str, int]:
        """(text, characters in links) of a cell, on one line."""
        walk = _Walk()
        walk.page_of(node)
        self.page.figures += [self.element] * len(walk.page.figures)
        self.page.media += [self.element] * len(walk.page.media)
        inner = walk.page.blocks
        return " ".join(block.text for block in inner), sum(block.link for block in inner)

    def _text(self, text: str) -> None:
        if not self.pres:
            text = _SPACES.sub(" ", text)
        if self.sups and text.strip():
            text = raised("".join(self.held[-2:]), text)
        self.held.append(text)
        if self.links:
            self.link += count(text)

    def _flush(self) -> None:
        text = "".join(self.held)
        for line in text.split("\n") if self.pres else [_SPACES.sub(" ", text).strip()]:
            self._add(line.rstrip(), min(self.link, count(line)))
        self.held, self.link = [], 0

    def _add(self, text: str, link: int) -> None:
        if text.strip():
            self.page.blocks.append(Block(text, self.element, link))


def count(text: str) -> int:
    """Characters that are no space."""
    return len(text) - sum(map(text.count, " \t\n\r\u3000"))


def _children(node: Any) -> list[Any]:
    children, child = [], node.first_child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _pass_covered(cells: list[str], covered: dict[int, int]) -> None:
    """Empty cells where one from a row above reaches down."""
    while covered.get(len(cells), 0) > 0:
        covered[len(cells)] -= 1
        cells.append("")


def _span(value: str | None) -> int:
    return max(1, min(int(value), _WIDEST)) if value and value.isascii() and value.isdigit() and len(value) < 6 else 1


def _leads_away(attributes: dict[str, str | None]) -> bool:
    """Whether an anchor is a link, and neither a mark in the text nor a way to one."""
    href = attributes.get("href")
    return not ("name" in attributes or "id" in attributes) if href is None else href == "#" or not href.startswith("#")


def _is_figure(attributes: dict[str, str | None]) -> bool:
    """Not a spacer, counter or bullet."""
    sizes = [attributes.get(name) or "" for name in ("width", "height")]
    return not any(size.isascii() and size.isdigit() and int(size[:6]) <= _DOT for size in sizes)


def _is_data(table: Any) -> bool:
    """Whether the table holds values and does not lay out the page: no table inside, rows of cells, no long cell (but
    in a table with a frame, head cells or many cells)."""
    cells = table.css("td, th")
    if len(cells) < 2 or any(found.mem_id != table.mem_id for found in table.css("table")):
        return False
    longest = max(len((cell.text() or "").strip()) for cell in cells)
    framed = (table.attributes.get("border") or "0") != "0" or any(cell.tag == "th" for cell in cells)
    return longest <= (_LONG_CELL if framed or len(cells) >= _CELLS else _CELL)
