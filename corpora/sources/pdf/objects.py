"""The objects of a PDF file, found in its bytes: only so many of them as tell which streams the text of a page is in.

PDFium gives what it could unpack of a damaged stream and says nothing; nor does it tell which stream a page has. So
this looks for itself, and does not follow the table of places (xref): of two objects with one number the later is
taken, as after an update. ISO 32000-1 7.3.8 (streams), 7.4 (filters), 7.5.7 (object streams), 7.7.3 (page tree).
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass

LIMIT = 64 << 20  # bytes that a stream unpacks to; what is longer is not looked at to its end
_TOTAL = 8 * LIMIT  # bytes that all of them unpack to: a bomb of streams ends the looking, not the run
_HEADER = 1 << 20
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,10})\s+[0-9]{1,5}\s+obj\b")
_BODY_END = re.compile(rb"\bstream\r?\n|\bendobj\b")
_LENGTH = re.compile(rb"/Length\s+([0-9]{1,10})(?!\s+[0-9]+\s+R)")
_FILTERS = re.compile(rb"/Filter\s*(\[[^\[\]]*\]|/\w+)")
_REFERENCE = re.compile(rb"([0-9]{1,10})\s+[0-9]{1,5}\s+R\b")
_FLATE, _HEX, _ASCII85 = (b"/FlateDecode", b"/Fl"), (b"/ASCIIHexDecode", b"/AHx"), (b"/ASCII85Decode", b"/A85")


@dataclass(frozen=True, slots=True)
class Object:
    """words: its dictionary or value as it is written; stream: (start, stop) of its packed bytes in the file."""

    words: bytes
    stream: tuple[int, int] | None = None


class Objects:
    """The objects of a file by their numbers, those in object streams too."""

    def __init__(self, data: bytes) -> None:
        self.found: dict[int, Object] = {}
        self._data = data
        self._left = _TOTAL
        at = 0
        # A Python loop: a page has a handful of objects.
        while (head := _OBJECT.search(data, at)) is not None and (end := _BODY_END.search(data, head.end())) is not None:
            words, at, stream = data[head.end() : end.start()], end.end(), None
            if end[0] != b"endobj":
                stream = _stream(data, words, end.end())
                at = stream[1]
            self.found[int(head[1])] = Object(words, stream)
            if stream is not None and b"/ObjStm" in words:
                self.found.update(self._inside(Object(words, stream)))

    def pages(self) -> list[Object]:
        """The pages in order, by the tree that hangs on the root; none where that can't be followed."""
        roots = re.findall(rb"/Root\s+([0-9]{1,10})\s+[0-9]{1,5}\s+R", self._data)
        root = self.found.get(int(roots[-1])) if roots else None
        tree = re.search(rb"/Pages\s+([0-9]{1,10})\s+[0-9]{1,5}\s+R", root.words) if root else None
        waiting, seen, leaves = [int(tree[1])] if tree else [], set[int](), list[Object]()
        while waiting:
            number = waiting.pop()
            node = self.found.get(number)
            if node is None or number in seen:
                return []
            seen.add(number)
            kids = re.search(rb"/Kids\s*\[([^\[\]]*)\]", node.words)
            if kids is None:
                leaves.append(node)
            else:
                waiting += reversed(references(kids[1]))
        return leaves

    def is_whole(self, number: int) -> bool:
        """Whether the object is there and all of its stream, if it has one, unpacks."""
        one = self.found.get(number)
        return one is not None and (one.stream is None or self._left <= 0 or self._unpacked(one)[1])

    def _inside(self, holder: Object) -> dict[int, Object]:
        """The objects that an object stream holds."""
        first = re.search(rb"/First\s+([0-9]{1,9})", holder.words)
        if first is None or self._left <= 0:
            return {}
        text, _ = self._unpacked(holder)
        start = int(first[1])
        numbers = [int(number) for number in re.findall(rb"[0-9]{1,10}", text[: min(start, _HEADER)])]
        places = [start + place for place in numbers[1::2]]
        stops = [*places[1:], len(text)]
        return {number: Object(text[a:b]) for number, a, b in zip(numbers[::2], places, stops, strict=False)}

    def _unpacked(self, one: Object) -> tuple[bytes, bool]:
        """What a stream unpacks to, as far as it can be, and whether all did; a filter unknown here is believed."""
        assert one.stream is not None
        packed = self._data[slice(*one.stream)]
        filters = _FILTERS.search(one.words)
        for name in re.findall(rb"/\w+", filters[1]) if filters else ():
            if name in _FLATE:
                text, whole = _inflated(packed)
                self._left -= len(text)
                return text, whole
            if name not in _HEX + _ASCII85:
                return b"", True
            try:
                packed = _ascii85(packed) if name in _ASCII85 else _hex(packed)
            except (ValueError, binascii.Error):
                return b"", False
        return packed, True


def references(words: bytes) -> list[int]:
    """Numbers of the objects that are pointed to."""
    return [int(number) for number in _REFERENCE.findall(words)]


def _stream(data: bytes, words: bytes, start: int) -> tuple[int, int]:
    """Where its bytes lie: as long as it says if it ends there, else as far as the next end."""
    length = _LENGTH.search(words)
    if length is not None:
        stop = start + int(length[1])
        if data[stop : stop + 11].lstrip(b"\r\n \t").startswith(b"endstrea"):
            return start, stop
    stop = data.find(b"endstream", start)
    return start, len(data) if stop < 0 else stop


def _ascii85(packed: bytes) -> bytes:
    return base64.a85decode(packed.split(b"~")[0].strip().removeprefix(b"<~"), ignorechars=b" \t\n\r\x0b\x0c\0")


def _hex(packed: bytes) -> bytes:
    digits = b"".join(packed.split(b">")[0].split())
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _inflated(packed: bytes) -> tuple[bytes, bool]:
    """A missing checksum is no damage (producers cut it off), a wrong one is: the bytes aren't those that were packed."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = inflater.decompress(packed[2:], LIMIT)
    except zlib.error:
        return b"", False
    if len(text) >= LIMIT:
        return text, True
    check = inflater.unused_data[:4]
    return text, inflater.eof and (len(check) < 4 or int.from_bytes(check, "big") == zlib.adler32(text))
