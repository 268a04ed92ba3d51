"""The rows of a worksheet, quickly: a row in the plain form that nearly all programs write is taken apart by one regular
expression; everything else goes to expat (sheet_xml), byte by byte in its order. What is read is the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from corpora.sources.cell_styles import Styles
from corpora.sources.cells import Rounded
from corpora.sources.items import BadFile
from corpora.sources.sheet_xml import SheetReader, column_at, is_odd, plain_text, string, unescaped
from corpora.sources.sheets import MOST_ROWS, Line

_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"((?: [\w:]+="[^"<&]*")*)>')
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,6})")?(?: t="(\w+)")?(?:/>|></c>|>'
    rb"(?:<f>[^<]*</f>)?<v>([^<&\r]+)</v></c>"
    rb'|><is><t(?: xml:space="preserve")?>([^<\r]+)</t></is></c>)|(.)',
    re.DOTALL,
)
"""Column, style, type, value, inline string; or a byte that does not belong to any such cell."""

_MOST = 16 << 20  # bytes without the end of a row: not that kind of file


def rows(pieces: Iterable[bytes], strings: list[str], styles: Styles, not_text: Counter[str]) -> Iterator[Line]:
    """The rows of the sheet whose XML comes in pieces. Raises BadFile, ExpatError, ValueError, LookupError; the rows
    before the broken place come first."""
    reader = SheetReader(strings, styles, not_text)
    quick = _Quick(reader, strings, styles, not_text)
    held, plain = b"", False
    for piece in pieces:
        held += piece
        plain = plain or is_odd(held) or len(held) > _MOST
        if plain:
            yield from _fed(reader, held)
            held = b""
            continue
        *whole, held = held.split(b"</row>")
        for chunk in whole:
            yield from quick.row(chunk)
    yield from _fed(reader, held)
    reader.close()


def _fed(reader: SheetReader, data: bytes) -> Iterator[Line]:
    try:
        reader.feed(data)
    finally:
        yield from reader.taken()


class _Quick:
    """Rows in the plain form. What is not, the reader gets; it also keeps count of rows."""

    def __init__(self, reader: SheetReader, strings: list[str], styles: Styles, not_text: Counter[str]) -> None:
        self._reader, self._strings, self._styles, self._not_text = reader, strings, styles, not_text
        self._columns: dict[bytes, int] = {}
        self._numbers: dict[tuple[bytes, bytes], str] = {}

    def row(self, chunk: bytes) -> Iterable[Line]:
        """What stands before the end of a row, and the row."""
        at = max(0, chunk.rfind(b"<row "))
        if at:
            self._reader.feed(chunk[:at])  # never a whole row: those end where chunks end
        start = _ROW.match(chunk, at)
        cells = None if start is None or b"hidden=" in start[2] else _CELL.findall(chunk, start.end())
        if start is None or cells is None or len(cells) != chunk.count(b"<c ", start.end()):
            return _fed(self._reader, chunk[at:] + b"</row>")
        number = int(start[1]) - 1
        if number >= MOST_ROWS:
            raise BadFile("not_readable")
        self._reader.row = number
        texts = self._texts(cells)
        return (Line(number, texts),) if any(texts) else ()

    def _texts(self, cells: list[tuple[bytes, ...]]) -> list[str]:
        """A Python loop over the cells: their texts become strings one by one in any case."""
        texts: list[str] = []
        columns, strings, numbers = self._columns, self._strings, self._numbers
        for letters, style, kind, literal, inline, _ in cells:
            if kind == b"s" and literal:
                text = strings[int(literal)]
            elif literal and not kind and (known := numbers.get((style, literal))):
                text = known
            elif literal or inline:
                text = self._rare(style, kind, literal, inline)
            else:
                continue
            column = columns[letters] if letters in columns else self._column(letters)
            if column == len(texts):
                texts.append(text)
            elif column > len(texts):
                texts += [*[""] * (column - len(texts)), text]
            else:
                texts[column] = text
            if type(text) is Rounded:
                self._not_text["rounded_number"] += 1
        return texts

    def _column(self, letters: bytes) -> int:
        return self._columns.setdefault(letters, column_at(letters.decode()))

    def _rare(self, style: bytes, kind: bytes, literal: bytes, inline: bytes) -> str:
        """The cell's text where it takes more than a look; only numbers in a known format are remembered."""
        if inline:
            return string(unescaped(plain_text(inline.decode())))
        if kind not in (b"", b"n"):
            return self._reader.value(kind.decode(), literal.decode())
        text, known = self._styles.shown(style.decode(), literal.decode())
        if not known:
            self._not_text["unknown_format"] += 1
        elif len(self._numbers) < 1 << 16:
            self._numbers[style, literal] = text
        return text
