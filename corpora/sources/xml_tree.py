"""Small XML parts of a package as trees: no entity is declared, no external one loaded, no depth without end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, XMLParser

from corpora.sources.items import BadFile

_DEPTH = 128  # levels: deeper than any page, and far from what the walkers' recursion can take
_ENTITY = re.compile(rb"<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.I)


def parsed(data: bytes) -> Element:
    """The root element. Raises BadFile: not_readable, xml_entities, too_deep."""
    if _ENTITY.search(data):
        raise BadFile("xml_entities")
    parser = XMLParser()
    try:
        parser.feed(data)
        root = parser.close()
    except (ParseError, ValueError, LookupError):
        raise BadFile("not_readable") from None
    level, depth = [root], 0
    while level:
        level, depth = [child for element in level for child in element], depth + 1
        if depth > _DEPTH:
            raise BadFile("too_deep")
    return root


def local(element: Element) -> str:
    """The name without its namespace: strict and transitional Office files differ in nothing else."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """The value of an attribute, whatever its namespace."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first child, grandchild … by local names."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local(each) == name), None)
    return element


def named(element: Element, name: str) -> Iterator[Element]:
    """All descendants of a local name, in order."""
    return (each for each in element.iter() if local(each) == name)
