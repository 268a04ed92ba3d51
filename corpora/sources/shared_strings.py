"""The strings that the cells of a workbook share (ECMA-376 part 1, 18.4 [M])."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.parsers import expat

from corpora.sources.sheet_xml import is_odd, new_parser, plain_text, string, unescaped

_STRING = re.compile(rb'\s*<si><t(?: xml:space="preserve")?>([^<\r]*)</t>')
_MOST = 16 << 20  # bytes of one string


def shared_strings(pieces: Iterable[bytes]) -> list[str]:
    """The strings in their order: the runs of rich text joined, phonetic hints left out.

    Plain ones are taken as they stand, the others go to expat with all that stands between. Raises ExpatError, BadFile,
    ValueError.
    """
    found: list[str] = []
    parser = _parser(found)
    held, plain = b"", False
    for piece in pieces:
        held += piece
        plain = plain or is_odd(held) or len(held) > _MOST
        *whole, held = [b"", held] if plain else held.split(b"</si>")
        for chunk in whole:
            start = max(0, chunk.rfind(b"<si>")) if chunk else 0
            if match := _STRING.fullmatch(chunk, start):
                if start:
                    parser.Parse(chunk[:start], False)
                found.append(string(unescaped(plain_text(match[1].decode()))))
            elif not plain:
                parser.Parse(chunk + b"</si>", False)
        if plain:
            parser.Parse(held, False)
            held = b""
    parser.Parse(held, True)
    return found


def _parser(found: list[str]) -> expat.XMLParserType:
    """A parser that puts the strings it meets into `found`."""
    held: list[str] = []
    state = {"in": False, "phonetic": False}

    def start(name: str, _: dict[str, str]) -> None:
        bare = name.rpartition(":")[2]
        if bare == "t":
            state["in"] = not state["phonetic"]
        elif bare == "rPh":
            state["phonetic"] = True
        elif bare == "si":
            held.clear()

    def end(name: str) -> None:
        bare = name.rpartition(":")[2]
        if bare == "t":
            state["in"] = False
        elif bare == "rPh":
            state["phonetic"] = False
        elif bare == "si":
            found.append(string(unescaped("".join(held))))

    def take(text: str) -> None:
        if state["in"]:
            held.append(text)

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, take
    return parser
