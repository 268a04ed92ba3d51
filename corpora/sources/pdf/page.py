"""A page as the reader sees it: lines with their places, upright, measured from the upper left corner in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Line:
    """One line of one column or cell. x0 < x1, y0 < y1 (downwards); size: height of its characters; tilted: neither
    upright nor sideways, as watermarks are; vertical: its characters stand below each other."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    tilted: bool = False
    vertical: bool = False

    @property
    def middle(self) -> float:
        """Where it stands on the page, downwards."""
        return (self.y0 + self.y1) / 2

    def beside(self, other: Line) -> bool:
        """Whether the two stand at the same height: half of the lower one's height is shared."""
        shared = min(self.y1, other.y1) - max(self.y0, other.y0)
        return shared >= 0.5 * min(self.y1 - self.y0, other.y1 - other.y0)

    def over(self, other: Line) -> bool:
        """Whether the two lie on each other."""
        shared = min(self.x1, other.x1) - max(self.x0, other.x0)
        return self.beside(other) and shared > min(self.size, other.size)


@dataclass(slots=True)
class Page:
    """lines: in the order of the content stream. unmapped: share of characters whose font gives no meaning;
    covered: share of the page under pictures. ocr: confidence, None for own text. heads: running heads
    and feet that were taken off. grids: x0, y0, x1, y1 of ruled tables."""

    number: int
    width: float
    height: float
    lines: list[Line]
    unmapped: float = 0.0
    covered: float = 0.0
    paths: int = 0
    ocr: float | None = None
    heads: tuple[str, ...] = ()
    cause: str | None = None
    grids: tuple[Box, ...] = ()

    @property
    def text(self) -> str:
        """Everything on it, as the content stream has it."""
        return "\n".join(line.text for line in self.lines)


@dataclass(slots=True)
class Characters:
    """codes: code points (n); boxes: x0, y0, x1, y1 (n, 4), upright; tilted: bool (n); rules: drawn lines, boxes too."""

    codes: NDArray[np.uint32]
    boxes: Floats
    tilted: NDArray[np.bool_]
    rules: Floats
    width: float
    height: float


def characters(words: dict[str, Any], data: bytes) -> Characters:
    """What child.py gave of a page, turned as the page is shown; a page of sideways text is turned upright."""
    count = words["count"]
    codes = np.frombuffer(data, np.uint32, count)
    places = np.nan_to_num(np.frombuffer(data, np.float32, 4 * count, 4 * count).reshape(count, 4))
    left, bottom, right, top = words["box"]
    boxes = np.stack([places[:, 0] - left, top - places[:, 1], places[:, 2] - left, top - places[:, 3]], axis=1)
    drawn = np.array(words["rules"], np.float32).reshape(-1, 4)
    rules = np.stack([drawn[:, 0] - left, top - drawn[:, 3], drawn[:, 2] - left, top - drawn[:, 1]], axis=1)
    quarters, off = np.zeros(count, np.int64), np.zeros(count, np.float32)
    if words["turned"]:
        turns = np.nan_to_num(np.frombuffer(data, np.float32, count, 20 * count)) / (np.pi / 2)
        quarters = np.rint(turns).astype(np.int64) % 4
        off = np.abs(turns - np.rint(turns))
    quarter = int(np.bincount(quarters, minlength=4).argmax()) if count else 0
    # Text turned counterclockwise is turned back; where it is upright, /Rotate would only lay it down.
    turn = quarter if count else words["rotation"]
    size = right - left, top - bottom
    places, shown = (_turned(sides, turn, *size) for sides in (boxes, rules))
    return Characters(codes, places, off > 0.05, shown, *(size if turn % 2 == 0 else size[::-1]))


def _turned(boxes: Floats, quarters: int, width: float, height: float) -> Floats:
    """Boxes on a page that is turned clockwise by so many right angles; width, height: before."""
    x0, y0, x1, y1 = boxes.T
    if quarters == 1:
        return np.stack((height - y1, x0, height - y0, x1), axis=1)
    if quarters == 2:
        return np.stack((width - x1, height - y1, width - x0, height - y0), axis=1)
    if quarters == 3:
        return np.stack((y0, width - x1, y1, width - x0), axis=1)
    return boxes
