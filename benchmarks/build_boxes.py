"""Writes corpora/sources/pdf/font/boxes.ttf, the font of the PDF reader: one box, for every character there is.

PDFium leaves out text whose glyphs have no extent, which is so for Chinese fonts that a file names but does not
bring along, on a machine without them. With this font no text is lost and every machine reads the same.
    pip install fonttools && python -m benchmarks.build_boxes corpora/sources/pdf/font/boxes.ttf
"""

from __future__ import annotations

import sys

CJK = (1 << 17) | (1 << 18) | (1 << 19) | (1 << 20) | (1 << 21)  # code pages of OS/2: PDFium looks for fonts by them


def main(path: str) -> None:
    """Writes the font; the same bytes every time."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    pen = TTGlyphPen(None)
    for move, corner in (
        (pen.moveTo, (20, -100)),
        (pen.lineTo, (20, 860)),
        (pen.lineTo, (980, 860)),
        (pen.lineTo, (980, -100)),
    ):
        move(corner)
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "box"])
    font.setupGlyf(dict.fromkeys((".notdef", "box"), pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys((".notdef", "box"), (1000, 20)))
    font.setupHorizontalHeader(ascent=880, descent=-120)
    everything = CmapSubtable.newSubtable(13)  # many characters, one glyph
    everything.platformID, everything.platEncID, everything.format, everything.language, everything.reserved = (
        3,
        10,
        13,
        0,
        0,
    )
    everything.cmap = dict.fromkeys(range(0x20, 0x30000), "box")
    font.setupCharacterMap({0x20: "box"})
    font.font["cmap"].tables = [everything]
    font.setupNameTable({"familyName": "Yuliao Boxes", "styleName": "Regular", "psName": "YuliaoBoxes-Regular"})
    font.setupOS2(ulCodePageRange1=1 | CJK, ulUnicodeRange1=0xFFFFFFFF, ulUnicodeRange2=0xFFFFFFFF, version=4)
    font.setupPost(keepGlyphNames=False)
    font.setupHead(unitsPerEm=1000, created=0, modified=0)
    font.font.recalcTimestamp = False
    font.save(path)


if __name__ == "__main__":
    main(sys.argv[1])
