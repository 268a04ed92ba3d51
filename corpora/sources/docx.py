"""Word documents (.docx): the page's text in its order; what else the package holds as fields, or counted.

The package is read part by part with the standard library. python-docx leaves out insertions, text boxes, notes
and content controls, loads every picture, and stops at a relation that points nowhere, as WPS writes them.
Source: ECMA-376 parts 1 and 2 (Office Open XML).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from corpora.sources import zip_guard
from corpora.sources.docx_body import Body
from corpora.sources.docx_numbering import Numbering
from corpora.sources.docx_styles import Styles
from corpora.sources.items import BadFile, Item, text_fields
from corpora.sources.magic import kind_of
from corpora.sources.spec import Shard
from corpora.sources.xml_tree import attribute, local, named, parsed

_PARTS = zip_guard.Limits(member=64 << 20)
_OLD = ("rtf", "ole", "html", "mhtml")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD_2003 = b"schemas.microsoft.com/office/word/2003/wordml"


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """One document. Fields: title, author, date, header, footer, headings, comments, text_boxes, AIGC."""
    if kind_of(data[:4096]) != "zip":
        raise BadFile(_cause(data))
    package = _Package(zip_guard.opened(data, _PARTS))
    root = package.part(package.main)
    if root is None or local(root) != "document":
        raise BadFile("save_as_docx" if package.is_open_document else "not_readable")
    found = Counter[str]()
    reader = Body(package.styles, package.numbering, package.notes(), found)
    lines = [line for body in root for line in reader.lines(body)]
    fields = {**package.properties(), **package.aside(), "headings": "\n".join(reader.headings)}
    fields["text_boxes"] = "\n".join(reader.inline.boxes)
    found["comment"] += package.comments
    not_text.update({name: count for name, count in found.items() if count})
    yield Item(data, text_fields("\n".join(lines), {name: value for name, value in fields.items() if value}))


def _cause(data: bytes) -> str:
    """Why a file that is no zip is not read: [MS-OFFCRYPTO] keeps a protected .docx in an OLE container."""
    kind = kind_of(data[:4096])
    if kind == "ole" and _ENCRYPTED in data:
        return "password"
    return "save_as_docx" if kind in _OLD or _WORD_2003 in data[:4096] else "not_readable"


class _Package:
    """The parts of a document. A part that is absent or broken beside the main one is as if it were empty."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = frozenset(archive.namelist())
        self.main = next((path for kind, path in self._relations("") if kind == "officeDocument"), "word/document.xml")
        self.related: dict[str, list[str]] = {}
        for kind, path in self._relations(self.main):
            self.related.setdefault(kind, []).append(path)
        self.styles = Styles.of_part(self._first("styles"))
        self.numbering = Numbering.of(self._first("numbering"))
        self.comments = 0

    @property
    def is_open_document(self) -> bool:
        return "content.xml" in self.names and "mimetype" in self.names

    def part(self, path: str) -> Element | None:
        """The root of a part, None if there is no such part."""
        return parsed(zip_guard.member(self.archive, path, _PARTS)) if path in self.names else None

    def _relations(self, path: str) -> list[tuple[str, str]]:
        """(kind, path) of what a part points to inside the package."""
        folder, name = posixpath.split(path)
        root = self._soft(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = []
        for each in root if root is not None else ():
            target, kind = each.get("Target") or "", each.get("Type") or ""
            if each.get("TargetMode") != "External":
                inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.append((kind.rpartition("/")[2], inside))
        return found

    def _soft(self, path: str) -> Element | None:
        try:
            return self.part(path)
        except BadFile as bad:
            if bad.cause in ("archive_bomb", "password", "xml_entities"):
                raise
            return None

    def _first(self, kind: str) -> Element | None:
        return self._soft(next(iter(self.related.get(kind, ())), ""))

    def _reader(self) -> Body:
        """Reads what is beside the body; its figures are not the document's."""
        return Body(self.styles, Numbering(), {}, Counter())

    def notes(self) -> dict[tuple[str, str], str]:
        """(footnote or endnote, id) → text."""
        found = {}
        for kind in ("footnote", "endnote"):
            root = self._first(f"{kind}s")
            for note in root if root is not None else ():
                text = " ".join(line.strip() for line in self._reader().lines(note))
                found[kind, attribute(note, "id") or ""] = text
        return found

    def aside(self) -> dict[str, str]:
        """Headers, footers and comments: each line once, whatever the sections."""
        found: dict[str, str] = {}
        for kind in ("header", "footer"):
            roots = [self._soft(path) for path in self.related.get(kind, ())]
            lines = [line.strip() for root in roots if root is not None for line in self._reader().lines(root)]
            found[kind] = "\n".join(dict.fromkeys(lines))
        root = self._first("comments")
        comments = ["\n".join(self._reader().lines(each)) for each in (root if root is not None else ())]
        self.comments = len(comments)
        return {**found, "comments": "\n".join(filter(None, comments))}

    def properties(self) -> dict[str, str]:
        """Title, author and date of the core properties, and the AIGC label (GB 45438-2025) of the custom ones."""
        found = {}
        core = self._soft("docProps/core.xml")
        wanted = {"title": "title", "creator": "author", "created": "date"}
        for each in core if core is not None else ():
            if local(each) in wanted:
                found[wanted[local(each)]] = (each.text or "").strip()
        custom = self._soft("docProps/custom.xml")
        for each in named(custom, "property") if custom is not None else ():
            if each.get("name") == "AIGC":
                found["AIGC"] = "".join(each.itertext()).strip()
        return found
