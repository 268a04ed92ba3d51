"""Small PDF files for tests, written by hand: Chinese needs no font, since PDFium knows Adobe-GB1 by heart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842
FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    b"/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500]"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -120 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)
UNMAPPED = (
    b"<</Type/Font/Subtype/Type0/BaseFont/Lost/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
    b"/BaseFont/Lost/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/FontDescriptor"
    b"<</Type/FontDescriptor/FontName/Lost/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 880/Descent -120"
    b"/CapHeight 880/StemV 93>>>>]>>"
)
PIXEL = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream"


@dataclass
class Sheet:
    """A page. texts: (x, y from the top, text, size, degrees); extra: further operators; page: further keys.

    pack, filters: how its content is packed, and the keys that say so.
    """

    texts: list[tuple[float, float, str, float, float]] = field(default_factory=list)
    extra: bytes = b""
    page: bytes = b""
    pack: Callable[[bytes], bytes] = bytes
    filters: bytes = b""

    def put(self, x: float, y: float, text: str, size: float = 10, angle: float = 0) -> Sheet:
        """With a line of text more."""
        self.texts.append((x, y, text, size, angle))
        return self

    def lines(self, texts: Sequence[str], x: float = 90, y: float = 100, step: float = 16, size: float = 10) -> Sheet:
        """With lines below each other."""
        for row, text in enumerate(texts):
            self.put(x, y + row * step, text, size)
        return self

    def picture(self, width: float, height: float) -> Sheet:
        """With a grey picture in the lower left corner."""
        self.extra += b"q %.1f 0 0 %.1f 0 0 cm /I Do Q " % (width, height)
        return self

    def unmapped(self, count: int) -> Sheet:
        """With characters of a font that gives them no meaning."""
        self.extra += b"BT /L 10 Tf 90 400 Td <%s> Tj ET " % b"".join(b"%04x" % (0x300 + i) for i in range(count))
        return self

    @property
    def content(self) -> bytes:
        """The page's operators."""
        shown = b""
        for x, y, text, size, angle in self.texts:
            c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            place = b"%.4f %.4f %.4f %.4f %.2f %.2f Tm" % (c, s, -s, c, x, HEIGHT - y)
            shown += b"BT /F %.1f Tf %s <%s> Tj ET\n" % (size, place, text.encode("utf-16-be").hex().encode())
        return self.extra + shown


def pdf(*sheets: Sheet, catalog: bytes = b"", trailer: bytes = b"", info: bytes = b"<<>>") -> bytes:
    """A file of these pages."""
    numbers = [6 + 2 * i for i in range(len(sheets))]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 %d %d]/Resources<</Font<</F 3 0 R/L 4 0 R>>/XObject<</I 5 0 R>>>>>>"
        % (kids, len(sheets), WIDTH, HEIGHT),
        FONT, UNMAPPED, PIXEL,
    ]  # fmt: skip
    for number, sheet in zip(numbers, sheets, strict=True):
        content = sheet.pack(sheet.content)
        bodies.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%s>>" % (number + 1, sheet.page))
        bodies.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), sheet.filters, content))
    bodies.append(info)
    return _file(bodies, trailer + b"/Info %d 0 R" % len(bodies))


def _file(bodies: Sequence[bytes], trailer: bytes) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, len(data))
    return data + head + table + tail


LOCK = b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"11" * 32, b"22" * 32)
"""A trailer's entry that locks the file with a password that nobody knows."""
