"""PDF files: one document a file, or one a page (`unit: page`, part = page from 0).

A page goes through: characters and places (child.py in its own process) → lines → running heads off → text layer
judged → reading order → rows and paragraphs → entries of the table of contents off. A page whose text can't be
believed is one quarantined item (needs_ocr), one that can't be read or only in part another (page_broken); the good
pages of the file make its document all the same. Beside the text: title, pages, page, heads (running heads taken
off), ocr. So a file counts as 1 + its bad pages, or its bad pages where no page is good.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from corpora.sources.items import BadFile, Item
from corpora.sources.pdf.flow import Flow
from corpora.sources.pdf.intake import pages
from corpora.sources.pdf.library import Document
from corpora.sources.pdf.running_heads import distinct
from corpora.sources.spec import LIMIT, Shard


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The bad pages and the document, or the pages one by one. Raises BadFile: empty, password, not_readable, page_broken."""
    if not data:
        raise BadFile("empty_file")
    document = Document(data)
    if document.attached:
        not_text["attachment"] += document.attached
    found = _by_page if shard.layout.unit == "page" else _by_file
    yield from found(data, document, shard, not_text)


def _by_file(data: bytes, document: Document, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    flow, good, read, heads = Flow(document.pages), 0, [0.0, 0.0], dict[str, None]()
    for page in pages(document, shard, not_text):
        if page.cause is not None:
            yield _bad(page.number, page.text, page.cause)
            continue
        good += 1
        heads.update(dict.fromkeys(page.heads))
        size = flow.add(page, not_text)
        if page.ocr is not None:
            read = [read[0] + page.ocr * size, read[1] + size]
        if flow.size > LIMIT // 4:  # characters of up to four bytes
            raise BadFile("too_long")
    if good:
        confidence = f"{read[0] / max(1.0, read[1]):.3f}" if read[1] else ""
        about = {"title": document.title, "pages": str(document.pages), "heads": distinct(heads), "ocr": confidence}
        yield Item.text(flow.text, raw=data, part=-1, **about)


def _by_page(data: bytes, document: Document, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    name = hashlib.sha256(data).hexdigest()
    before = False
    for page in pages(document, shard, not_text):
        if page.cause is not None:
            yield _bad(page.number, page.text, page.cause)
            continue
        flow = Flow(document.pages, before)
        flow.add(page, not_text)
        before = flow.before
        confidence = "" if page.ocr is None else f"{page.ocr:.3f}"
        # The file and the number stand for the page: its id must not hang on how well its text is read.
        raw = f"{name}/{page.number}".encode()
        where = {"page": str(page.number + 1), "pages": str(document.pages)}
        about = {"title": document.title, "heads": distinct(page.heads), "ocr": confidence}
        yield Item.text(flow.text, raw=raw, part=page.number, **where, **about)


def _bad(number: int, text: str, cause: str) -> Item:
    return Item(text.encode("utf-8", "replace"), cause=cause, part=number)
