"""The only file that calls PDFium, run as a process of its own: `python -P child.py`, asked over pipes.

PDFium is C++ that reads what strangers made: on a broken file it may abort or crash, and then it takes its process
along. So it gets one that may die: the reader notices, calls the page broken and starts another (see library.py).

Question: one byte (O open, T text of a page, R picture of a page), a number as uint64, for O that many bytes.
Answer: uint32 length and JSON, uint64 length and bytes. Nothing else goes to stdout, and nothing at all to stderr.
"""

from __future__ import annotations

import json
import math
import os
import signal
import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

SECONDS = 120  # processor time for one answer; more is a page made to stop its readers
MEMORY = 4 << 30  # bytes of address space: a picture of 10⁵ × 10⁵ pixels must not take the machine along
DPI = 200
PIXELS = 3000  # the longer side of a picture at most
_THIN, _LONG = 3.0, 8.0  # points: a rule is at most so thick, and longer
_RULES = 5000  # of a page, and points of a path looked at: drawings have more, tables don't
_SAMPLED = 8  # every eighth character is asked whether its font gave it a meaning

Answer = tuple[dict[str, Any], bytes]


def main() -> None:
    """Answers until the questions end."""
    asked = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    _limit_memory()
    import pypdfium2_raw as pdfium  # not pypdfium2, which starts the library in its own way

    _start(pdfium, sys.argv[1:])
    held: Any = None
    while head := asked.read(9):
        question, number = struct.unpack("<cQ", head)
        _limit_time()
        if question == b"O":
            if held is not None:
                pdfium.FPDF_CloseDocument(held[0])
            held, answer = _opened(pdfium, asked.read(number))
        else:
            answer = _page(pdfium, held[0], number, _text if question == b"T" else _picture)
        _reply(answers, *answer)


def _start(pdfium: Any, fonts: list[str]) -> None:
    """fonts: the only folder to take fonts from, for what a file does not bring itself; none: those of the system.

    PDFium leaves out text whose glyphs have no extent, and a font that is not there gives none: whether a page keeps
    its text would hang on the fonts of the machine.
    """
    import ctypes

    paths = (ctypes.c_char_p * (len(fonts) + 1))(*map(os.fsencode, fonts), None)
    config = pdfium.FPDF_LIBRARY_CONFIG(version=2)
    if fonts:
        config.m_pUserFontPaths = ctypes.cast(paths, type(config.m_pUserFontPaths))
    pdfium.FPDF_InitLibraryWithConfig(config)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # not everywhere, and a lower limit may hold already
        return


def _limit_time() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # nobody handles SIGPROF: it ends the process


def _reply(answers: BinaryIO, words: dict[str, Any], data: bytes) -> None:
    head = json.dumps(words).encode()
    answers.write(struct.pack("<I", len(head)) + head + struct.pack("<Q", len(data)) + data)
    answers.flush()


def _opened(pdfium: Any, data: bytes) -> tuple[Any, Answer]:
    """(document, its bytes), which PDFium reads from as long as it is open; None where it can't be read."""
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        return None, ({"cause": "password" if locked else "not_readable"}, b"")
    attached = pdfium.FPDFDoc_GetAttachmentCount(document)
    words = {"pages": pdfium.FPDF_GetPageCount(document), "title": _title(pdfium, document), "attached": attached}
    return (document, data), (words, b"")


def _title(pdfium: Any, document: Any) -> str:
    import ctypes

    size = pdfium.FPDF_GetMetaText(document, b"Title", None, 0)
    held = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetMetaText(document, b"Title", held, size)
    return held.raw.decode("utf-16-le", "replace").rstrip("\0")


def _page(pdfium: Any, document: Any, number: int, read: Any) -> Answer:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return {"cause": "page_broken"}, b""
    try:
        return read(pdfium, page)
    finally:
        pdfium.FPDF_ClosePage(page)


def _text(pdfium: Any, page: Any) -> Answer:
    """Characters of a page: uint32 code points, then float32 (n, 4) left, top, right, bottom, then float32 angles."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    size = [box.left, box.bottom, box.right, box.top]
    words = {"box": size, "rotation": pdfium.FPDFPage_GetRotation(page), **_beside(pdfium, page, box)}
    words |= _annotations(pdfium, page) | {"rules": _rules(pdfium, page)}
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return {"cause": "page_broken"}, b""
    try:
        return _characters(pdfium, text, words)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _characters(pdfium: Any, text: Any, words: dict[str, Any]) -> Answer:
    """One call a character is what PDFium offers for places; calls by address write them straight into the answer."""
    import ctypes

    count = max(0, pdfium.FPDFText_CountChars(text))
    places = (pdfium.FS_RECTF * count)()
    at, step = ctypes.addressof(places), ctypes.sizeof(pdfium.FS_RECTF)
    call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
    box_of = call(ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0)
    page = ctypes.cast(text, ctypes.c_void_p).value
    for i in range(count):
        box_of(page, i, at + step * i)
    angles = array("f", _angles(pdfium, text, count) if words["turned"] else ())
    words["unmapped"] = sum(pdfium.FPDFText_HasUnicodeMapError(text, i) == 1 for i in range(0, count, _SAMPLED))
    words["sampled"] = len(range(0, count, _SAMPLED))
    words["count"] = count
    return words, _codes(pdfium, text, count).tobytes() + bytes(places) + angles.tobytes()


def _codes(pdfium: Any, text: Any, count: int) -> array[int]:
    """Code points, in one call where each character has one unit of UTF-16, else one by one."""
    import ctypes

    held = (ctypes.c_ushort * (count + 1))()
    units = list(held[: max(0, pdfium.FPDFText_GetText(text, 0, count, held) - 1)])
    if len(units) == count and not any(0xD800 <= unit < 0xE000 for unit in units):
        return array("I", units)
    return array("I", (pdfium.FPDFText_GetUnicode(text, i) & 0x1FFFFF for i in range(count)))


def _angles(pdfium: Any, text: Any, count: int) -> Iterator[float]:
    """Radians counterclockwise. PDFium's own angles of characters take slanted letters for turned ones."""
    matrix = pdfium.FS_MATRIX()
    for i in range(count):
        yield math.atan2(matrix.b, matrix.a) if pdfium.FPDFText_GetMatrix(text, i, matrix) else 0.0


def _beside(pdfium: Any, page: Any, box: Any) -> dict[str, Any]:
    """What the page shows: pictures, the share of the page that they cover, lines drawn, whether text is turned."""
    import ctypes

    area = max((box.right - box.left) * (box.top - box.bottom), 1.0)
    images, paths, turned, covered = 0, 0, False, 0.0
    sides = [ctypes.c_float() for _ in range(4)]
    matrix = pdfium.FS_MATRIX()
    for i in range(pdfium.FPDFPage_CountObjects(page)):
        one = pdfium.FPDFPage_GetObject(page, i)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            turned = turned or (pdfium.FPDFPageObj_GetMatrix(one, matrix) and abs(matrix.b) > 1e-3)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            turned = True  # not looked into: its angles are asked for
            images += _images_inside(pdfium, one)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            images += 1
            pdfium.FPDFPageObj_GetBounds(one, *sides)
            left, bottom, right, top = (side.value for side in sides)
            wide = max(0.0, min(right, box.right) - max(left, box.left))
            covered += wide * max(0.0, min(top, box.top) - max(bottom, box.bottom))
    return {"images": images, "paths": paths, "turned": bool(turned), "covered": min(1.0, covered / area)}


def _rules(pdfium: Any, page: Any) -> list[list[float]]:
    """Thin upright and level strokes as boxes, left, bottom, right, top: the rules of tables, however they are drawn."""
    found: list[list[float]] = []
    for i in range(pdfium.FPDFPage_CountObjects(page)):
        one = pdfium.FPDFPage_GetObject(page, i)
        if pdfium.FPDFPageObj_GetType(one) == pdfium.FPDF_PAGEOBJ_PATH:
            found += (box for box in _strokes(pdfium, one) if _is_rule(*box))
        if len(found) > _RULES:
            return []
    return found


def _is_rule(left: float, bottom: float, right: float, top: float) -> bool:
    thin, long = sorted((right - left, top - bottom))
    return thin <= _THIN and long >= _LONG


def _strokes(pdfium: Any, path: Any) -> Iterator[list[float]]:
    """Boxes of the path's straight pieces if it is drawn as a line, and of each of its parts: a rule may be a thin area."""
    import ctypes

    matrix, mode, drawn = pdfium.FS_MATRIX(), ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    pdfium.FPDFPath_GetDrawMode(path, mode, drawn)
    for part in _parts(pdfium, path):
        placed = [(matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f) for x, y in part]
        if drawn.value:
            yield from (_box(pair) for pair in zip(placed, placed[1:], strict=False))
        elif mode.value:
            yield _box(placed)


def _parts(pdfium: Any, path: Any) -> Iterator[list[tuple[float, float]]]:
    """Points of the parts of a path; none of one that has curves or too many of them."""
    import ctypes

    count = pdfium.FPDFPath_CountSegments(path)
    x, y = ctypes.c_float(), ctypes.c_float()
    found: list[list[tuple[float, float]]] = []
    for i in range(count if count <= _RULES else 0):
        piece = pdfium.FPDFPath_GetPathSegment(path, i)
        kind = pdfium.FPDFPathSegment_GetType(piece)
        pdfium.FPDFPathSegment_GetPoint(piece, x, y)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not found:
            found.append([])
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        found[-1].append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(piece):
            found[-1].append(found[-1][0])
    yield from found


def _box(points: Sequence[tuple[float, float]]) -> list[float]:
    across, up = [x for x, _ in points], [y for _, y in points]
    return [round(side, 2) for side in (min(across), min(up), max(across), max(up))]


def _images_inside(pdfium: Any, form: Any) -> int:
    found = (pdfium.FPDFFormObj_GetObject(form, i) for i in range(max(0, pdfium.FPDFFormObj_CountObjects(form))))
    return sum(pdfium.FPDFPageObj_GetType(one) == pdfium.FPDF_PAGEOBJ_IMAGE for one in found)


def _annotations(pdfium: Any, page: Any) -> dict[str, Any]:
    """Form fields, and notes that readers added; links and the windows of notes are neither."""
    fields, notes = 0, 0
    passed = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
    for i in range(pdfium.FPDFPage_GetAnnotCount(page)):
        one = pdfium.FPDFPage_GetAnnot(page, i)
        kind = pdfium.FPDFAnnot_GetSubtype(one)
        fields += kind == pdfium.FPDF_ANNOT_WIDGET
        notes += kind != pdfium.FPDF_ANNOT_WIDGET and kind not in passed
        pdfium.FPDFPage_CloseAnnot(one)
    return {"fields": fields, "notes": notes}


def _picture(pdfium: Any, page: Any) -> Answer:
    """The page as it is printed: uint8 (height, width, 3), blue green red."""
    wide, high = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(DPI / 72, PIXELS / max(wide, high, 1.0))
    width, height = max(1, int(wide * scale)), max(1, int(high * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    import ctypes

    data = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    pdfium.FPDFBitmap_Destroy(bitmap)
    rows = b"".join(data[at : at + 3 * width] for at in range(0, stride * height, stride))
    return {"width": width, "height": height, "scale": scale}, rows


if __name__ == "__main__":
    main()
