"""Files named .xls that are really markup: HTML tables, as hospital systems export them, and XML Spreadsheet 2003."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from xml.parsers import expat

from corpora.sources.cells import Rounded
from corpora.sources.items import BadFile
from corpora.sources.number_formats import is_rounded
from corpora.sources.sheet_xml import is_rounded_text
from corpora.sources.sheets import MOST_COLUMNS, MOST_ROWS, Line, Merge, Sheet

_DEEP = 200  # tables within tables; deeper is no table


def html_sheets(text: str, wanted: Callable[[str], bool], not_text: Counter[str]) -> Iterator[Sheet]:
    """The page's tables, those inside of cells apart: their text is the cell's. Raises BadFile if there is none."""
    parser = _Tables(not_text)
    parser.feed(text)
    parser.close()
    parser.finish()
    if not parser.tables:
        raise BadFile("not_readable")
    for part, grid in enumerate(parser.tables):
        if wanted(""):
            yield grid.sheet(part, "")


class _Grid:
    """Cells as they are laid out: those that span rows push the ones below aside."""

    def __init__(self, not_text: Counter[str]) -> None:
        self.rows: dict[int, dict[int, str]] = {}
        self.merges: list[Merge] = []
        self.row, self.column = -1, 0
        self._taken: dict[int, set[int]] = {}
        self._not_text = not_text

    def next_row(self, number: int | None = None) -> None:
        self.row, self.column = self.row + 1 if number is None else number, 0
        if not 0 <= self.row < MOST_ROWS:
            raise BadFile("not_readable")

    def put(self, text: str, across: int, down: int, column: int | None = None) -> None:
        """A cell at the column, or at the next one that is free; it covers `across` columns and `down` rows."""
        taken = self._taken.get(self.row, set())
        self.column = self.column if column is None else column
        while self.column in taken:
            self.column += 1
        left, right = self.column, self.column + across - 1
        if not 0 <= left <= right < MOST_COLUMNS or not 0 < down <= MOST_ROWS:
            raise BadFile("not_readable")
        if text:
            if type(text) is Rounded or is_rounded_text(text):
                self._not_text["rounded_number"] += 1
                text = Rounded(text)
            self.rows.setdefault(self.row, {})[left] = text
        if across > 1 or down > 1:
            self.merges.append(Merge(self.row, left, self.row + down - 1, right))
            for row in range(self.row + 1, min(self.row + down, self.row + 1000)):
                self._taken.setdefault(row, set()).update(range(left, right + 1))
        self.column = right + 1

    def sheet(self, part: int, name: str) -> Sheet:
        lines = [Line(row, [cells.get(i, "") for i in range(max(cells) + 1)]) for row, cells in sorted(self.rows.items())]
        return Sheet(part, name, lines, self.merges)


class _Tables(HTMLParser):
    """The tables of a page. A Python parser: such files are small, and there is nothing to gain from a faster one."""

    def __init__(self, not_text: Counter[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Grid] = []
        self._not_text = not_text
        self._depth, self._silent = 0, 0
        self._cell: list[str] | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth > _DEEP:
                raise BadFile("not_readable")
            if self._depth == 1:
                self.tables.append(_Grid(self._not_text))
        elif tag in ("script", "style"):
            self._silent += 1
        elif tag == "img":
            self._not_text["figure"] += 1
        elif tag in ("br", "p", "div", "tr", "li") and self._cell is not None and self._cell and self._depth:
            self._cell.append("\n")
        if self._depth == 1 and tag == "tr":
            self._end_cell()
            self.tables[-1].next_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            known = dict(attrs)
            self._cell, self._spans = [], (_span(known.get("colspan")), _span(known.get("rowspan")))
        elif tag in ("td", "th") and self._cell:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        if self._depth == 1 and tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._cell is not None:
            self._cell.append(" ".join(data.split()) if data.strip() else " ")
        elif not self._depth and data.strip():
            self._not_text["text_box"] += 1  # words outside of the tables

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if self.tables[-1].row < 0:
            self.tables[-1].next_row()
        lines = (" ".join(line.split()) for line in "".join(self._cell).split("\n"))
        self.tables[-1].put("\n".join(filter(None, lines)), *self._spans)
        self._cell = None

    def finish(self) -> None:
        """The cell that the end of the file left open."""
        if self.tables:
            self._end_cell()


def _span(said: str | None) -> int:
    return min(max(1, int(said)), 1000) if said and said.isascii() and said.isdigit() and len(said) < 6 else 1


def xml_sheets(data: bytes, wanted: Callable[[str], bool], not_text: Counter[str]) -> Iterator[Sheet]:
    """The worksheets of an XML Spreadsheet 2003 file. Its numbers come as stored, under formats of its own that are not
    read: counted as `unknown_format`. Raises BadFile."""
    reader = _Spreadsheet2003(wanted, not_text)
    try:
        reader.parse(data)
    except (expat.ExpatError, ValueError):
        raise BadFile("not_readable") from None
    yield from (grid.sheet(part, name) for part, name, grid in reader.found)


class _Spreadsheet2003:
    def __init__(self, wanted: Callable[[str], bool], not_text: Counter[str]) -> None:
        self.found: list[tuple[int, str, _Grid]] = []
        self._wanted, self._not_text, self._part = wanted, not_text, -1
        self._grid: _Grid | None = None
        self._data: list[str] | None = None
        self._kind, self._text, self._cell = "", "", dict[str, str]()

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._no_doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._take
        parser.Parse(data, True)

    def _no_doctype(self, *_: object) -> None:
        raise BadFile("not_readable")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        said = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if name == "Worksheet":
            self._part += 1
            self._grid = _Grid(self._not_text) if self._wanted(said.get("Name", "")) else None
            if self._grid is not None:
                self.found.append((self._part, said.get("Name", ""), self._grid))
        elif name == "Row" and self._grid is not None:
            self._grid.next_row(int(said["Index"]) - 1 if "Index" in said else None)
        elif name == "Cell":
            self._cell, self._text, self._kind = said, "", ""
        elif name == "Data":
            self._kind, self._data = said.get("Type", ""), []

    def _take(self, text: str) -> None:
        if self._data is not None:
            self._data.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "Data":
            self._text, self._data = "".join(self._data or ()), None
        elif name == "Cell" and self._grid is not None:
            said = self._cell
            across, down = (int(said.get(key, "0")) + 1 for key in ("MergeAcross", "MergeDown"))
            self._grid.put(self._shown(), across, down, int(said["Index"]) - 1 if "Index" in said else None)

    def _shown(self) -> str:
        if self._kind == "Error":
            self._not_text["error_cell"] += 1
            return ""
        if self._kind in ("Number", "DateTime"):
            self._not_text["unknown_format"] += 1
        if self._kind == "Number" and is_rounded(self._text):
            return Rounded(self._text)
        return self._text.removesuffix("T00:00:00.000") if self._kind == "DateTime" else self._text
