"""E-books (EPUB 2 and 3): one document for each part of the spine, in reading order.

Source: EPUB 3.3 (W3C), Open Packaging Format 2.0.1. Fonts may be obfuscated; anything else that is encrypted is not read.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from corpora.sources import html_blocks, html_meta, zip_guard
from corpora.sources.items import BadFile, Item, text_fields
from corpora.sources.magic import kind_of
from corpora.sources.spec import PREFIX, Shard
from corpora.sources.xml_tree import local, named, parsed

_LIMITS = zip_guard.Limits(member=64 << 20)
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_LOCKS = ("META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl")
_PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")
_META = {"title": "title", "creator": "author", "date": "date", "publisher": "publisher", "language": "language"}


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The parts of the book; `part` is the place in the spine. Fields: title, author, date, publisher, language, chapter."""
    if kind_of(data[:4096]) not in ("zip", "epub"):
        raise BadFile("not_readable")
    archive = zip_guard.opened(data, _LIMITS)
    _check_locks(archive)
    book = _book(archive)
    for place, path in enumerate(book.spine):
        yield _chapter(archive, path, place, book.fields, shard, not_text)


def _chapter(
    archive: zipfile.ZipFile, path: str, place: int, fields: dict[str, str], shard: Shard, not_text: Counter[str]
) -> Item:
    """One part of the book; a broken one does not take the others along."""
    raw = path.encode("utf-8", "surrogatepass")
    try:
        raw = zip_guard.member(archive, path, _LIMITS)
        text = html_meta.decoded(raw, shard.encoding)
        if text is None:
            raise BadFile("undecodable")
        tree = html_blocks.parse(text)
    except BadFile as bad:
        return Item(raw[:PREFIX], cause=bad.cause, part=place)
    page = html_blocks.blocks(tree)
    counts = {"figure": len(page.figures) + len(tree.css("svg")), "media": len(page.media)}
    not_text.update({name: count for name, count in counts.items() if count})
    chapter = html_meta.heading(tree)
    more = {"chapter": chapter} if chapter else {}
    text = "\n".join(block.text for block in page.blocks)
    return Item(raw, text_fields(text, {**fields, **more}), part=place)


@dataclass(frozen=True)
class _Book:
    spine: list[str]
    fields: dict[str, str]


def _book(archive: zipfile.ZipFile) -> _Book:
    container = parsed(zip_guard.member(archive, "META-INF/container.xml", _LIMITS))
    root = next((each.get("full-path") for each in named(container, "rootfile") if each.get("full-path")), None)
    if root is None:
        raise BadFile("not_readable")
    package = parsed(zip_guard.member(archive, root, _LIMITS))
    folder = posixpath.dirname(root)
    paths = {
        each.get("id"): posixpath.normpath(posixpath.join(folder, unquote(each.get("href") or "")))
        for each in named(package, "item")
        if each.get("media-type") in _PAGES and "nav" not in (each.get("properties") or "").split()
    }
    order = [paths[each.get("idref")] for each in named(package, "itemref") if each.get("idref") in paths]
    return _Book(list(dict.fromkeys(order)), _fields(package))


def _fields(package: Element) -> dict[str, str]:
    """The first value of each of the Dublin Core elements."""
    found: dict[str, str] = {}
    for each in package.iter():
        name, text = _META.get(local(each)), (each.text or "").strip()
        if name and text and "purl.org/dc" in each.tag:
            found.setdefault(name, text)
    return found


def _check_locks(archive: zipfile.ZipFile) -> None:
    """Raises BadFile: drm, for a book whose text only its shop's program opens."""
    names = set(archive.namelist())
    if names & set(_LOCKS):
        raise BadFile("drm")
    if "META-INF/encryption.xml" in names:
        root = parsed(zip_guard.member(archive, "META-INF/encryption.xml", _LIMITS))
        for data in named(root, "EncryptedData"):
            methods = [each.get("Algorithm") for each in data if local(each) == "EncryptionMethod"]
            if not methods or methods[0] not in _FONTS:
                raise BadFile("drm")
