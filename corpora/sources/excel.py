"""Spreadsheets: every row of every sheet is a record, under the names of the sheet's header; a form sheet is one record.

Its origin is (sheet, row), both 0-based. Hidden sheets, rows and columns are read like any other, and counted.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from corpora.sources import calamine_book, form_sheet, headers, markup_book, xlsx
from corpora.sources.cells import Cells, Rounded
from corpora.sources.decoding import decode
from corpora.sources.detect import is_markup
from corpora.sources.items import BadFile, Item
from corpora.sources.records import Value
from corpora.sources.sheets import Line, Merge, Sheet, filled_down
from corpora.sources.spec import Layout, Shard

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1 << 12


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The records of the workbook, sheet after sheet; one that breaks off takes no other along. Raises BadFile."""
    layout, found = shard.layout, False
    for sheet in sheets(data, shard, lambda name: layout.sheet in (None, name), not_text):
        found = True
        try:
            yield from records(sheet, layout, not_text)
        except BadFile as bad:
            if bad.cause == "archive_bomb":
                raise
            yield Item(f"{bad.cause}\t{sheet.name}".encode("utf-8", "surrogatepass"), cause=bad.cause, part=sheet.part)
    if not found:
        raise BadFile("no_sheet")


def sheets(data: bytes, shard: Shard, wanted: Callable[[str], bool], not_text: Counter[str]) -> Iterator[Sheet]:
    """The sheets by what the file is, whatever its name says. Raises BadFile."""
    if not data:
        raise BadFile("empty_file")
    if data.startswith(ZIP):
        names = xlsx.Parts.of(data).names
        read = xlsx.sheets if any(name.endswith(".xml") and name.startswith("xl/") for name in names) else None
        return (read if read and "xl/workbook.bin" not in names else calamine_book.sheets)(data, wanted, not_text)
    if is_markup(data[:_HEAD]):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:_HEAD]:
            return markup_book.xml_sheets(data, wanted, not_text)
        text = decode(data, shard.encoding)
        if text is None:
            raise BadFile("undecodable")
        return markup_book.html_sheets(text, wanted, not_text)
    if data.startswith(OLE) or data[:1] == b"\x09":  # BIFF before OLE files begins with 09
        return calamine_book.sheets(data, wanted, not_text)
    raise BadFile("not_readable")


def records(sheet: Sheet, layout: Layout, not_text: Counter[str]) -> Iterator[Item]:
    """The sheet's records. Raises BadFile where it breaks off."""
    lines = iter(sheet.lines)
    peeked, broken = _peeked(lines, max(headers.PEEK, form_sheet.MOST_LINES + 1, layout.header_row or 0))
    if layout.header_row is None and layout.header and not broken and (form := _form(peeked, sheet.merges)) is not None:
        yield _one(sheet, form, not_text)
    elif peeked:
        yield from _table(sheet, peeked, lines, layout, not_text)
    elif not broken:
        not_text["empty_sheet"] += 1
    if broken:
        raise broken


def _peeked(lines: Iterator[Line], most: int) -> tuple[list[Line], BadFile | None]:
    """The first lines, and why there are no more, if the sheet breaks off among them."""
    peeked: list[Line] = []
    try:
        peeked.extend(itertools.islice(lines, most))
    except BadFile as broken:
        return peeked, broken
    return peeked, None


def _table(
    sheet: Sheet, peeked: list[Line], lines: Iterator[Line], layout: Layout, not_text: Counter[str]
) -> Iterator[Item]:
    if not layout.header:
        names = headers.numbered(max(len(line.cells) for line in peeked))
        yield from _rows(sheet, names, itertools.chain(peeked, lines), numbered=True)
        return
    forced = None if layout.header_row is None else layout.header_row - 1
    header = headers.of_sheet(peeked if forced is not None else peeked[: headers.PEEK], sheet.merges, forced)
    if header is None:  # this sheet's fault alone: others may have that row
        raw = "\n".join("\t".join(line.cells) for line in itertools.chain(peeked, lines))
        yield Item(raw.encode("utf-8", "surrogatepass"), cause="no_header", part=sheet.part)
        return
    _count(header, len(peeked), not_text)
    end = header.first + header.height
    heads = _heads(peeked[header.first : end], sheet.merges)
    yield from _rows(sheet, header.names, itertools.chain(peeked[end:], lines), heads)


def _heads(lines: Sequence[Line], merges: Sequence[Merge]) -> frozenset[tuple[str, ...]]:
    """The rows of the header as they may come again further down, where tables were pasted below each other."""
    plain = [headers.bare(line.cells) for line in lines]
    filled = [headers.bare(cells) for _, cells in filled_down(lines, merges)]
    return frozenset(row for row in plain + filled if any(row))


def _count(header: headers.Header, lines: int, not_text: Counter[str]) -> None:
    for key, count in (
        ("title_row", header.first),
        ("renamed_column", header.renamed),
        ("empty_sheet", int(lines == header.first + header.height)),
    ):
        if count:
            not_text[key] += count


def _form(lines: Sequence[Line], merges: Sequence[Merge]) -> list[Line] | None:
    form = form_sheet.unfolded(lines, merges)
    return form if form_sheet.is_form(form) else None


def _one(sheet: Sheet, lines: Sequence[Line], not_text: Counter[str]) -> Item:
    values, renamed = form_sheet.fields(lines)
    if renamed:
        not_text["renamed_column"] += renamed
    raw = "\n".join("\t".join(line.cells) for line in lines).encode("utf-8", "surrogatepass")
    return Item(raw, {name: _value(text) for name, text in values.items()}, part=sheet.part, record=lines[0].number)


def _rows(
    sheet: Sheet,
    names: tuple[str, ...],
    lines: Iterator[Line],
    heads: frozenset[tuple[str, ...]] = frozenset(),
    *,
    numbered: bool = False,
) -> Iterator[Item]:
    """A Python loop over all rows: the readers give one cell at a time."""
    width, columns = len(names), _columns(names)
    for number, cells in filled_down(lines, sheet.merges):
        if len(cells) > width:  # a value under no header: its column gets a name, it is not lost
            names = headers.numbered(len(cells)) if numbered else headers.named([*names, *[""] * (len(cells) - width)])[0]
            width, columns = len(names), _columns(names)
        raw = "\t".join(cells).encode("utf-8", "surrogatepass")
        if heads and headers.bare(cells) in heads:
            yield Item(raw, cause="repeated_header", part=sheet.part, record=number)
            continue
        yield Item(raw, Cells(columns, cells), part=sheet.part, record=number)


def _columns(names: Sequence[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(names)}


def _value(text: str) -> Value:
    return Value("rounded" if type(text) is Rounded else "string", text)
