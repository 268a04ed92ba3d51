"""Characters and their places → lines. A line ends where the pen jumps: to another height, back, or over a gap.

A gap of one character's height parts two cells or columns, and so does a rule drawn between them; a gap of a quarter
is a space that the producer left out.
Characters that stand below each other, one a line, are one vertical line (竖排).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.sources.pdf import grids
from corpora.sources.pdf.page import Characters, Line

_GAP = 1.0
_SPACE = 0.25
_BREAKS = (0, 10, 13)
_HYPHENS = (0x02, 0xFFFE, 0xAD)  # PDFium's marks of a hyphen at a line's end


def lines(page: Characters) -> list[Line]:
    """The page's lines, in the order of its content stream; blank ones are left out, overprinted ones stand once."""
    solid = np.flatnonzero(~np.isin(page.codes, _BREAKS))
    if not len(solid):
        return []
    codes, boxes, tilted = page.codes[solid], page.boxes[solid], page.tilted[solid]
    placed = _placed(codes, boxes)
    starts = _starts(solid, boxes, placed, grids.upright(page.rules))
    texts = _texts(codes, starts)
    size = np.where(placed, boxes[:, 3] - boxes[:, 1], 0.0)
    low = np.minimum.reduceat(np.where(placed[:, None], boxes[:, :2], np.inf), starts, axis=0).tolist()
    high = np.maximum.reduceat(np.where(placed[:, None], boxes[:, 2:], -np.inf), starts, axis=0).tolist()
    sizes, turned = np.maximum.reduceat(size, starts).tolist(), tilted[starts].tolist()
    # One object a line from here on: a page has dozens.
    drawn = zip(texts, low, high, sizes, turned, strict=True)
    found = [Line(text, x0, y0, x1, y1, size, tilt) for text, (x0, y0), (x1, y1), size, tilt in drawn if text and size > 0]
    return _vertical(_merged(found, grids.upright(page.rules)))


def _placed(codes: NDArray[np.uint32], boxes: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Characters that have a place of their own: not the spaces that PDFium puts where it sees a gap."""
    return ((boxes[:, 2] - boxes[:, 0]) > 0.01) & ((boxes[:, 3] - boxes[:, 1]) > 0.01) & (codes != 0x20)


def _starts(
    solid: NDArray[np.int64], boxes: NDArray[np.float32], placed: NDArray[np.bool_], rules: NDArray[np.float32]
) -> list[int]:
    """Positions where a line begins, the first included."""
    at = np.flatnonzero(placed)
    if len(at) < 2:
        return [0]
    here, before = boxes[at[1:]], boxes[at[:-1]]
    size = np.maximum(here[:, 3] - here[:, 1], before[:, 3] - before[:, 1])
    shift = np.abs((here[:, 1] + here[:, 3]) - (before[:, 1] + before[:, 3])) / 2
    jump = (shift > 0.7 * size) | (here[:, 0] - before[:, 2] > _GAP * size) | (here[:, 0] < before[:, 0] - 0.5 * size)
    broken = np.diff(solid[at]) - np.diff(at) > 0  # a line break stood between them
    return [0, *at[1:][jump | broken | grids.parted(before, here, rules)].tolist()]


def _texts(codes: NDArray[np.uint32], starts: list[int]) -> list[str]:
    """The text of every line, without spaces around it. Codes that are no characters become U+FFFD."""
    whole = codes.copy()
    whole[((codes >= 0xD800) & (codes < 0xE000)) | (codes >= 0x110000)] = 0xFFFD
    whole[np.isin(codes, _HYPHENS)] = ord("-")
    text = whole.astype("<u4").tobytes().decode("utf-32-le")
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _merged(found: list[Line], rules: NDArray[np.float32]) -> list[Line]:
    """Lines that PDFium cut though nothing parts them, whole again; text printed twice on one place stands once."""
    kept: list[Line] = []
    for line in found:
        last = kept[-1] if kept else None
        if last is not None and last.text == line.text and abs(last.x0 - line.x0) + abs(last.y0 - line.y0) < 0.2 * line.size:
            continue
        gap = line.x0 - last.x1 if last is not None else 0.0
        if (
            last is None
            or last.tilted != line.tilted
            or not last.beside(line)
            or not -0.3 * line.size < gap < _GAP * line.size
            or grids.parted(_ends(last), _ends(line), rules)[0]
        ):
            kept.append(line)
            continue
        text = last.text + (" " if gap > _SPACE * line.size else "") + line.text
        size = max(last.size, line.size)
        kept[-1] = Line(text, last.x0, min(last.y0, line.y0), line.x1, max(last.y1, line.y1), size, line.tilted)
    return kept


def _ends(line: Line) -> NDArray[np.float32]:
    return np.array([[line.x0, line.y0, line.x1, line.y1]], np.float32)


def _vertical(found: list[Line]) -> list[Line]:
    """Three or more single characters below each other become one line."""
    kept: list[Line] = []
    stack: list[Line] = []
    for line in [*found, None]:
        if line is not None and stack and _below(stack[-1], line):
            stack.append(line)
            continue
        kept += [_stacked(stack)] if len(stack) > 2 else stack
        stack = [line] if line is not None and len(line.text) == 1 else []
        if line is not None and not stack:
            kept.append(line)
    return kept


def _below(upper: Line, lower: Line) -> bool:
    centre = abs((upper.x0 + upper.x1) - (lower.x0 + lower.x1)) / 2
    step = lower.middle - upper.middle
    return (
        len(lower.text) == 1
        and centre < 0.3 * lower.size
        and 0.5 * lower.size < step < 1.6 * max(upper.size, lower.size)
        and _is_han(upper, lower)
    )


def _is_han(*found: Line) -> bool:
    """Digits below each other are a table's column."""
    return all(not line.text.isascii() for line in found)


def _stacked(stack: list[Line]) -> Line:
    text = "".join(line.text for line in stack)
    x0, x1 = min(line.x0 for line in stack), max(line.x1 for line in stack)
    return Line(text, x0, stack[0].y0, x1, stack[-1].y1, stack[0].size, stack[0].tilted, vertical=True)
