"""XML exports: one element is one record, its attributes and children are fields. Read as a stream, no tree is built.

Refused: declared entities (a few lines can stand for gigabytes) and, with them, everything outside the file. Expat loads
no external entity by itself. Source: XML 1.0 (fifth edition), 4.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from corpora.sources.decoding import decode_cut
from corpora.sources.html_meta import python_name
from corpora.sources.items import TEXT, BadFile, Item, broken_off
from corpora.sources.json_document import canonical
from corpora.sources.records import Value
from corpora.sources.spec import DEPTH, Shard

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_CUT = (3, 5, 6, 20)  # expat's NO_ELEMENTS, UNCLOSED_TOKEN, PARTIAL_CHAR, UNCLOSED_CDATA_SECTION: the text just ends
_FEED_TEXT = 16 << 10


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The records, in order. Fields: `@attribute` and `attribute`, `child`, `child/grandchild`, `child/@attribute`;
    of children with one name the texts, a line each. A record without children is a document, its text.

    Which element a record is: Layout.element (`row`, `rows/row`, `/export/rows/row`), else each child of the root.
    """
    whole, encoding = _text(data, shard.encoding)
    begin = _begin(whole)
    text = whole[begin:]
    reader = _Reader(shard.layout.element)
    record = 0
    for start in range(0, len(text), _FEED_TEXT):
        cause = reader.feed(text[start : start + _FEED_TEXT], start + _FEED_TEXT >= len(text))
        for fields in reader.taken():
            yield Item(canonical(fields), fields, record=record)
            record += 1
        if cause is not None:
            yield broken_off(data, encoding, whole[: begin + reader.closed(text)], cause, record)
            return
    if not record:
        raise BadFile("no_record")


def _text(data: bytes, encoding: str) -> tuple[str, str]:
    """The file as text, and its encoding: as declared, else as its bytes look."""
    declared = _DECLARED.match(data[:200].lstrip())
    name = (python_name(declared[1]) or "") if declared else ""
    if name and not name.startswith(("utf", "gb")) and not encoding.startswith("utf-16"):
        for cut in range(4):  # the file may break off inside a character
            with contextlib.suppress(UnicodeDecodeError):
                return data[: len(data) - cut].decode(name), name
    encoding = "gb18030" if name.startswith("gb") else encoding
    text = decode_cut(data, encoding)
    if text is None:
        raise BadFile("undecodable")
    return text, encoding


def _begin(text: str) -> int:
    """Where the text begins behind byte order mark and declaration: expat is fed UTF-8, whatever that says."""
    said = _DECLARATION.match(text.removeprefix("\ufeff"))
    return int(text.startswith("\ufeff")) + (said.end() if said else 0)


@dataclass
class _Node:
    """An element that is open: what it says so far. mixed: it has text of its own beside children."""

    name: str
    path: str
    pieces: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    mixed: bool = False

    def close(self) -> str:
        """Its whole text: in one piece if words and children alternate, else a line for each child."""
        return "".join(self.pieces).strip() if self.mixed or not self.lines else "\n".join(filter(None, self.lines))


class _Refused(Exception):
    """Stops expat: the cause why."""


class _Reader:
    def __init__(self, element: str | None) -> None:
        self.wanted = tuple(element.strip("/").split("/")) if element else ()
        self.anchored = bool(element and element.startswith("/"))
        self.path: list[str] = []
        self.open: list[_Node] = []
        self.fields: dict[str, list[str]] = {}
        self.own: dict[str, str] = {}
        self.done: list[dict[str, Value]] = []
        self.last = -1  # where the end tag of the last record begins, in UTF-8
        parser: Any = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = parser.SkippedEntityHandler = _refuse
        self.parser = parser

    def feed(self, text: str, last: bool) -> str | None:
        """None, or the cause why the rest can't be read."""
        try:
            self.parser.Parse(text.encode("utf-8", "surrogatepass"), last)
        except expat.ExpatError as error:
            return "truncated" if error.code in _CUT and self.path else "not_readable"
        except _Refused as refused:
            return str(refused)
        return None

    def closed(self, text: str) -> int:
        """Characters of all the text up to the end of the last record that has closed."""
        if self.last < 0:
            return 0
        fed = text.encode("utf-8", "surrogatepass")
        return len(fed[: fed.index(b">", self.last) + 1].decode("utf-8", "surrogatepass"))

    def taken(self) -> list[dict[str, Value]]:
        """The records that have closed since the last call."""
        done, self.done = self.done, []
        return done

    def _is_record(self) -> bool:
        if not self.wanted:
            return len(self.path) == 2
        return tuple(self.path[-len(self.wanted) :]) == self.wanted and not (
            self.anchored and len(self.path) != len(self.wanted)
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.path.append(name)
        if len(self.path) > DEPTH:
            raise _Refused("too_deep")
        if not self.open and not self._is_record():
            return
        top = not self.open
        path = "" if top else f"{self.open[-1].path}/{name}".lstrip("/")
        self.open.append(_Node(name, path))
        for key, value in attributes.items():
            if not key.startswith("xmlns"):
                self.fields.setdefault(f"{path}/@{key}".lstrip("/"), []).append(value)
                if top:
                    self.own[key] = value

    def _characters(self, text: str) -> None:
        if self.open:
            node = self.open[-1]
            node.pieces.append(text)
            node.mixed = node.mixed or not text.isspace()

    def _end(self, name: str) -> None:
        self.path.pop()
        if not self.open:
            return
        node = self.open.pop()
        text = node.close()
        if self.open:
            self.fields.setdefault(node.path, []).append(text)
            self.open[-1].pieces.append(text)
            self.open[-1].lines.append(text)
            return
        fields = {key: Value("string", value) for key, value in self.own.items()}
        if not node.lines:
            fields[TEXT] = Value("string", text)
        fields |= {key: Value("string", "\n".join(filter(None, values))) for key, values in self.fields.items()}
        self.done.append(fields)
        self.last = self.parser.CurrentByteIndex
        self.fields, self.own = {}, {}


def _refuse(*_: object) -> None:
    raise _Refused("xml_entities")
