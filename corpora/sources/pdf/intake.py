"""A document's pages: read, freed of running heads, judged, and read by OCR where their text can't be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corpora.sources.pdf import damage, grids, lines, ocr, running_heads, text_layer
from corpora.sources.pdf.library import Document
from corpora.sources.pdf.page import Page, characters
from corpora.sources.spec import Shard


def pages(document: Document, shard: Shard, not_text: Counter[str]) -> Iterator[Page]:
    """Every page of the document, in order; one that has a cause is to be quarantined."""
    broken, others = damage.damaged(document.data, document.pages)
    not_text.update({"damaged_stream": others} if others else {})
    read = (_read(document, number, not_text, number in broken) for number in range(document.pages))
    for page in running_heads.without(read, not_text, by_page=shard.layout.unit == "page"):
        if page.cause is not None or not text_layer.is_broken(page):
            yield page
        elif shard.layout.ocr:
            yield _by_ocr(document, page, not_text)
        else:
            page.cause = "needs_ocr"
            yield page


def _read(document: Document, number: int, not_text: Counter[str], broken: bool) -> Page:
    words, data = document.text(number)
    if "cause" in words:
        return Page(number, 0.0, 0.0, [], cause=words["cause"])
    page = characters(words, data)
    unmapped = words["unmapped"] / max(1, words["sampled"])
    found = lines.lines(page)
    beside = {
        "figure": words["images"], "form_field": words["fields"], "annotation": words["notes"],
        "vertical_line": sum(line.vertical for line in found),
    }  # fmt: skip
    not_text.update({key: count for key, count in beside.items() if count})
    cause = "page_broken" if broken else None
    tables = grids.grids(page.rules)
    size = page.width, page.height
    return Page(number, *size, found, unmapped, words["covered"], words["paths"], cause=cause, grids=tables)


def _by_ocr(document: Document, page: Page, not_text: Counter[str]) -> Page:
    """The page with the lines that OCR saw; one on which it sees none was a picture, unless it had letters."""
    picture, scale = document.picture(page.number)
    found, confidence = ocr.read(picture, scale) if picture is not None else ([], 0.0)
    if not found and (picture is None or text_layer.has_letters(page)):
        page.cause = "needs_ocr"
        return page
    not_text["ocr_page"] += 1
    return Page(page.number, page.width, page.height, found, ocr=confidence, heads=page.heads)
