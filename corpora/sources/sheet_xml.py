"""The XML of a worksheet, taken apart by expat as it comes (ECMA-376 part 1, 18.3 [M])."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from xml.parsers import expat

from corpora.sources.cell_styles import Styles
from corpora.sources.cells import Rounded
from corpora.sources.columnar import ROUNDED
from corpora.sources.items import BadFile
from corpora.sources.sheets import MOST_COLUMNS, MOST_ROWS, Line, column_of

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SCIENTIFIC = re.compile(ROUNDED)
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NEVER = bytes(set(range(32)) - {9, 10, 13})  # in no XML
_TRUE = ("1", "true", "on")


def is_rounded_text(text: str) -> bool:
    """Whether a text is a long number as Excel leaves it in a CSV: 3.30E+17."""
    return "E+" in text and _SCIENTIFIC.fullmatch(text) is not None


def new_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def _no_doctype(*_: object) -> None:
    raise BadFile("not_readable")  # no workbook has one: entities are only good for bombs


def unescaped(text: str) -> str:
    """Characters that XML can't hold are written _x000D_ (ST_Xstring)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text.replace("_x000D_\n", "\n"))


def string(text: str) -> str:
    """A cell's string, marked if it is a number that Excel has rounded."""
    return Rounded(text) if is_rounded_text(text) else text


def column_at(letters: str) -> int:
    """0-based column. Raises BadFile beyond the last one."""
    column = column_of(letters)
    if column is None:
        raise BadFile("not_readable")
    return column


def is_odd(data: bytes) -> bool:
    """Whether comments, CDATA, control characters or another encoding make the bytes mean something else."""
    return (
        b"<!" in data
        or len(data.translate(None, _NEVER)) < len(data)
        or b"encoding=" in data[:200].lower().replace(b'encoding="utf-8"', b"")
    )


def plain_text(text: str) -> str:
    """The text without entities. Raises ValueError for one that XML does not know."""
    if "&" not in text:
        return text
    if text.count("&") != len(_ENTITY.findall(text)):
        raise ValueError("unknown entity")
    return _ENTITY.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    if code in (0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or (code < 32 and code not in (9, 10, 13)):
        raise ValueError("no character of XML")
    return chr(code)


class SheetReader:
    """Rows of a worksheet, fed piece by piece.

    Counts what people would not see, or would see otherwise: error cells, formulas that were never computed, formats
    that are not known, numbers that Excel has rounded, hidden rows and columns.
    """

    def __init__(self, strings: list[str], styles: Styles, not_text: Counter[str]) -> None:
        self._strings, self._styles, self._not_text = strings, styles, not_text
        self._ready: list[Line] = []
        self.row, self._column, self._cells = -1, -1, list[str]()
        self._kind, self._style, self._formula, self._valued = "", "", False, False
        self._text: list[str] | None = None
        self._inline: list[str] = []
        self._letters: dict[str, int] = {}
        self._phonetic = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {"c": self._start_cell, "row": self._start_row, "v": self._start_text, "t": self._start_text,
                        "f": self._start_formula, "col": self._count_columns, "rPh": self._start_phonetic}  # fmt: skip
        self._ends: dict[str, Callable[[], None]] = {"c": self._end_cell, "row": self._end_row, "v": self._end_value, "t": self._end_inline,
                      "rPh": self._end_phonetic}  # fmt: skip
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start_root

    def feed(self, piece: bytes) -> None:
        """Reads the next piece. Raises BadFile, ExpatError, ValueError."""
        self._parser.Parse(piece, False)

    def taken(self) -> list[Line]:
        """The rows that are complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """Raises ExpatError if the sheet broke off."""
        self._parser.Parse(b"", True)

    def _start_root(self, name: str, _: dict[str, str]) -> None:
        """The root's prefix is that of all elements: some programs write <x:row>."""
        prefix = name[: name.find(":") + 1]
        start_of = {prefix + key: call for key, call in self._starts.items()}.get
        end_of = {prefix + key: call for key, call in self._ends.items()}.get

        def start(name: str, attributes: dict[str, str]) -> None:
            if call := start_of(name):
                call(attributes)

        def end(name: str) -> None:
            if call := end_of(name):
                call()

        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        self._parser.CharacterDataHandler = self._take

    def _take(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        if not 0 <= self.row < MOST_ROWS:
            raise BadFile("not_readable")
        self._column, self._cells = -1, []
        if attributes.get("hidden") in _TRUE:
            self._not_text["hidden_row"] += 1

    def _end_row(self) -> None:
        if any(self._cells):
            self._ready.append(Line(self.row, self._cells))

    def _count_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._not_text["hidden_column"] += max(0, last - first + 1) if last < MOST_COLUMNS else 1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._place(attributes["r"]) if "r" in attributes else self._column + 1
        if self._column >= MOST_COLUMNS:
            raise BadFile("not_readable")
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._formula = self._valued = False
        self._inline = []

    def _place(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        found = self._letters.get(letters)
        if found is None:
            found = self._letters[letters] = column_at(letters)
        return found

    def _start_text(self, _: dict[str, str]) -> None:
        self._text = []

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _start_phonetic(self, _: dict[str, str]) -> None:
        self._phonetic = True  # how a word is read aloud, beside the word itself

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_value(self) -> None:
        literal = "".join(self._text or ())
        self._text = None
        self._valued = bool(literal) or self._kind == "str"  # an empty string is a result, an empty number is none
        if literal:
            self._put(self._number(literal) if self._kind == "n" else self.value(self._kind, literal))

    def _end_inline(self) -> None:
        if not self._phonetic:
            self._inline += self._text or ()
        self._text = None

    def _end_cell(self) -> None:
        if self._inline:
            self._put(string(unescaped("".join(self._inline))))
        elif self._formula and not self._valued:
            self._not_text["formula_without_value"] += 1

    def value(self, kind: str, literal: str) -> str:
        """What a cell of this type shows, the type of numbers apart."""
        if kind == "s":
            return self._strings[int(literal)]
        if kind == "b":
            return "TRUE" if literal in ("1", "true") else "FALSE"
        if kind == "e":
            self._not_text["error_cell"] += 1
            return ""
        return string(unescaped(literal))

    def _number(self, literal: str) -> str:
        text, known = self._styles.shown(self._style, literal)
        if not known:
            self._not_text["unknown_format"] += 1
        return text

    def _put(self, text: str) -> None:
        if type(text) is Rounded:
            self._not_text["rounded_number"] += 1
        cells, column = self._cells, self._column
        missing = column - len(cells)
        if missing == 0:
            cells.append(text)
        elif missing > 0:
            cells.extend([""] * missing)
            cells.append(text)
        else:
            cells[column] = text
