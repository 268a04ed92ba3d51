"""Streams of a PDF that can't be unpacked whole: PDFium reads what is before the damage and drops the rest in silence."""

from __future__ import annotations

import re

from corpora.sources.pdf.objects import Object, Objects, references

_CONTENTS = re.compile(rb"/Contents\s*(\[[^\[\]]*\]|[0-9]{1,10}\s+[0-9]{1,5}\s+R\b)")
_MAPS = re.compile(rb"/ToUnicode\s+([0-9]{1,10})\s+[0-9]{1,5}\s+R")
_FORM = re.compile(rb"/Subtype\s*/Form\b")


def damaged(data: bytes, count: int) -> tuple[frozenset[int], int]:
    """(pages from 0 whose content is damaged or missing, further damaged streams that hold text or its meaning).

    count: pages as PDFium sees them; where this sees others, damage is only counted. An encrypted file can't be looked
    into: none.
    """
    if b"/Encrypt" in data:
        return frozenset(), 0
    objects = Objects(data)
    contents = [_contents(page, objects) for page in objects.pages()]
    whole = {number: objects.is_whole(number) for numbers in contents for number in numbers}
    bad = {at for at, numbers in enumerate(contents) if not all(whole[number] for number in numbers)}
    beside = {number for number, one in objects.found.items() if one.stream is not None and _FORM.search(one.words)}
    beside.update(int(number) for one in objects.found.values() for number in _MAPS.findall(one.words))
    others = sum(not objects.is_whole(number) for number in beside - set(whole))
    return (frozenset(bad), others) if len(contents) == count else (frozenset(), others + len(bad))


def _contents(page: Object, objects: Objects) -> list[int]:
    """Numbers of the streams that a page's content is in, one or several, named in the page or in a list of its own."""
    match = _CONTENTS.search(page.words)
    numbers = references(match[1]) if match else []
    held = objects.found.get(numbers[0]) if len(numbers) == 1 else None
    return numbers if held is None or held.stream is not None else references(held.words)
