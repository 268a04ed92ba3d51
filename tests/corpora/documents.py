"""Invented documents for the tests of document readers: Word packages, books, zip archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from corpora.sources import Want
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    f'xmlns:w="{W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:o="urn:o" xmlns:v="urn:v" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps" xmlns:pic="urn:pic"'
)


def want(*columns: str) -> Want:
    """One text leaf and these carried columns."""
    return Want((Leaf("text", None),), None, columns, KEY, "来源")


def zipped(parts: Mapping[str, str | bytes], *, stored: bool = False) -> bytes:
    """A zip archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, archive.compression)
    return held.getvalue()


def part(name: str, inner: str) -> str:
    """An XML part of a Word package with this root element."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_NAMES}>{inner}</w:{name}>'


def word(body: str, **parts: str) -> bytes:
    """A .docx with this body; parts: styles, numbering, footnotes, comments, header, footer by the XML inside."""
    roots = {"header": "hdr", "footer": "ftr"}
    relations = "".join(f'<Relationship Id="r{i}" Type="{_R}/{name}" Target="{name}.xml"/>' for i, name in enumerate(parts))
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    main = f'<Relationship Id="r0" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": rels.format(main),
            "word/_rels/document.xml.rels": rels.format(relations),
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            **{f"word/{name}.xml": part(roots.get(name, name), inner) for name, inner in parts.items()},
        }
    )


def p(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def book(chapters: Mapping[str, str], *, more: Mapping[str, str] | None = None) -> bytes:
    """An EPUB whose spine is these files."""
    items = "".join(f'<item id="c{i}" href="{name}" media-type="application/xhtml+xml"/>' for i, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>数控手册</dc:title><dc:creator>编写组</dc:creator></metadata>"
        f'<manifest>{items}<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            "OEBPS/nav.xhtml": "<html><body>目录</body></html>",
            **{f"OEBPS/{name}": text for name, text in chapters.items()},
            **(more or {}),
        }
    )
