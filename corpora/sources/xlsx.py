"""Workbooks in Office Open XML (.xlsx, .xlsm; ECMA-376 part 1 [M]): values with their number formats, as people see them.

calamine gives bare values: 1.1 for a cell that shows 1.10, nothing for #REF!, nothing of hidden rows. So the parts are
read here, by expat, one sheet in a pass and its rows as they come.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

from corpora.sources import number_formats
from corpora.sources.cell_styles import Styles
from corpora.sources.items import BadFile
from corpora.sources.shared_strings import shared_strings
from corpora.sources.sheet_rows import rows
from corpora.sources.sheets import Line, Merge, Sheet, merge_of

_PIECE = 1 << 20
_MOST = 4 << 30  # bytes of all parts together when unpacked
_PART = 256 << 20  # of a part that is held whole
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z0-9:$]{2,30})[\"']")
_TAIL = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_BESIDE = (  # key of NOT_TEXT, parts, and the element to count in them (None: each part is one)
    ("figure", re.compile(r"(?:.*/)?media/[^/]+|(?:.*/)?charts/chart[^/]*\.xml"), None),
    ("embedded_object", re.compile(r"(?:.*/)?embeddings/[^/]+"), None),
    ("comment", re.compile(r"(?:.*/)?comments(?:/comment)?[^/]*\.xml"), re.compile(rb"<(?:\w+:)?comment[\s/>]")),
    ("text_box", re.compile(r"(?:.*/)?drawings/[^/]+\.xml"), re.compile(rb"<(?:\w+:)?txBody[\s/>]")),
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, expat.ExpatError, ElementTree.ParseError,
           ArithmeticError, ValueError, LookupError, OSError, RecursionError)  # fmt: skip
_BROKEN_CAUSE = "not_readable"


@dataclass
class Parts:
    """The parts of a workbook's zip; what is unpacked is counted, whatever the directory claims."""

    archive: zipfile.ZipFile
    unpacked: int = 0
    names: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, data: bytes) -> Parts:
        """Raises BadFile for what is no zip, and for one under a password."""
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise BadFile(_BROKEN_CAUSE) from None
        if any(info.flag_bits & 1 for info in archive.infolist()):
            raise BadFile("password")
        if sum(info.file_size for info in archive.infolist()) > _MOST:
            raise BadFile("too_long")
        return cls(archive, names=frozenset(archive.namelist()))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part, a megabyte at a time. Raises BadFile once the parts are larger than any workbook's."""
        with self.archive.open(name) as part:
            while piece := part.read(_PIECE):
                self.unpacked += len(piece)
                if self.unpacked > _MOST:
                    raise BadFile("too_long")
                yield piece

    def whole(self, name: str) -> bytes:
        """The part at once; b"" if there is none."""
        held = bytearray()
        for piece in self.pieces(name) if name in self.names else ():
            held += piece
            if len(held) > _PART:
                raise BadFile("too_long")
        return bytes(held)

    def tree(self, name: str) -> ElementTree.Element:
        """The part's elements, without namespaces; an empty one if there is no such part."""
        data = self.whole(name)
        if b"<!DOCTYPE" in data:  # no workbook has one: entities are only good for bombs
            raise BadFile(_BROKEN_CAUSE)
        root = ElementTree.fromstring(data) if data else ElementTree.Element("none")
        for element in root.iter():
            element.tag = _bare(element.tag)
            element.attrib = {_bare(name): value for name, value in element.attrib.items()}
        return root

    def targets(self, name: str) -> dict[str, tuple[str, str]]:
        """The part's relationships: id → (last word of the type, name of the target)."""
        folder, file = posixpath.split(name)
        found = self.tree(posixpath.join(folder, "_rels", file + ".rels")).iter("Relationship")
        return {
            one.get("Id", ""): (
                one.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
            )
            for one in found
        }


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def sheets(data: bytes, wanted: Callable[[str], bool], not_text: Counter[str]) -> Iterator[Sheet]:
    """The sheets in their order. A sheet's lines are read while it is the current one. Raises BadFile."""
    parts = Parts.of(data)
    try:
        yield from _sheets(parts, wanted, not_text)
    except _BROKEN:
        raise BadFile(_BROKEN_CAUSE) from None


def _sheets(parts: Parts, wanted: Callable[[str], bool], not_text: Counter[str]) -> Iterator[Sheet]:
    start = next((target for kind, target in parts.targets("").values() if kind == "officeDocument"), "xl/workbook.xml")
    book, targets = parts.tree(start), parts.targets(start)
    if book.tag != "workbook":
        raise BadFile(_BROKEN_CAUSE)
    by_kind = dict(targets.values())
    since_1904 = any(one.get("date1904") in ("1", "true", "on") for one in book.iter("workbookPr"))
    styles = _styles(parts.tree(by_kind.get("styles", "")), since_1904)
    strings = shared_strings(parts.pieces(by_kind["sharedStrings"])) if by_kind.get("sharedStrings") in parts.names else []
    _count_beside(parts, not_text)
    for part, one in enumerate(book.iter("sheet")):
        kind, target = targets[one.attrib["id"]]
        name = one.get("name", "")
        if kind != "worksheet" or not wanted(name):
            continue
        if one.get("state", "visible") != "visible":
            not_text["hidden_sheet"] += 1
        try:
            merges = _merges(parts, target)
        except _BROKEN:  # its bytes can't be had: this sheet's fault alone
            yield Sheet(part, name, _guarded(_unpacked(parts, target)))
            continue
        yield Sheet(part, name, _guarded(rows(parts.pieces(target), strings, styles, not_text)), merges)


def _unpacked(parts: Parts, target: str) -> Iterator[Line]:
    """No line of a sheet that can't be unpacked: what broke, breaks again."""
    for _ in parts.pieces(target):
        pass
    yield from ()


def _guarded(lines: Iterator[Line]) -> Iterator[Line]:
    try:
        yield from lines
    except _BROKEN:
        raise BadFile(_BROKEN_CAUSE) from None


def _merges(parts: Parts, target: str) -> list[Merge]:
    """Merged cells stand behind the rows, but are needed before them: a pass over the bytes, without parsing."""
    tail, behind = b"", False
    for piece in parts.pieces(target):
        tail += piece
        if not behind and b"sheetData" in tail and (found := _TAIL.search(tail)):
            behind, tail = True, tail[found.end() :]
        if not behind:
            tail = tail[-64:]
        elif len(tail) > _PART:
            raise BadFile("too_long")
    merges = (merge_of(found.decode()) for found in _MERGE.findall(tail if behind else b""))
    return [merge for merge in merges if merge is not None]


def _styles(root: ElementTree.Element, since_1904: bool) -> Styles:
    """What shows the numbers of each cell style: xf index → its number format."""
    codes = {
        int(one.attrib["numFmtId"]): one.get("formatCode", "") for one in root.iter("numFmt") if "numFmtId" in one.attrib
    }
    formats = root.find("cellXfs")
    numbers = [int(one.get("numFmtId", "0")) for one in ([] if formats is None else formats)]
    return Styles([codes.get(number, number_formats.BUILT_IN.get(number, "General")) for number in numbers], since_1904)


def _count_beside(parts: Parts, not_text: Counter[str]) -> None:
    """What the workbook holds beside its cells."""
    for name in sorted(parts.names):
        for kind, pattern, element in _BESIDE:
            if pattern.fullmatch(name) and (count := len(element.findall(parts.whole(name))) if element else 1):
                not_text[kind] += count
