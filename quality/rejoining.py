"""Strings in, strings with rejoined lines and the edits out: the array face of quality.kernels.lines."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import lines as kernel

_MARKS = (
    (kernel.STOPS, "。！？；：…!?;:.”」』"),
    (kernel.BULLET, "-*+•·●○◆◇■□▪▲△★☆※→>#|【〔[(（第—"),
    (kernel.NUMERAL, "一二三四五六七八九十百"),
    (kernel.AFTER_NUMBER, ".、)）．"),
    (kernel.COMMA, "，。；、"),
    (kernel.RULED, "\t|│┃├┤┼─"),
)
_BULLET_BLOCKS = ((0x2160, 0x2188), (0x2460, 0x24FF), (0x2776, 0x2793))


def rejoin(texts: Texts) -> tuple[Texts, NDArray[np.int32]]:
    """Returns (new texts, edits int32 (m, 4): text, start, end, 1 where a blank stands for the break, else 0)."""
    size = int(texts.offsets[-1] - texts.offsets[0])
    first = int(texts.offsets[0])
    before = np.concatenate([[0], np.cumsum(texts.data[first : first + size] == ord("\n"))])
    breaks = np.diff(before[texts.offsets - first])
    out, offsets = np.empty(size, np.uint8), np.empty(len(texts) + 1, np.int64)
    edits = np.empty((int(breaks.sum()), 4), np.int32)
    count = kernel.rejoin(texts.data, texts.offsets, table(), int(breaks.max(initial=0)), out, offsets, edits)
    return Texts(out[: offsets[-1]], offsets), edits[:count]


@lru_cache(maxsize=1)
def table() -> NDArray[np.uint8]:
    """uint8[65536]: what each character says about its line (quality.kernels.lines: STOPS, BULLET, …)."""
    marks = np.zeros(0x10000, np.uint8)
    for bit, characters in _MARKS:
        marks[[ord(c) for c in characters]] |= np.uint8(bit)
    for start, end in _BULLET_BLOCKS:
        marks[start : end + 1] |= np.uint8(kernel.BULLET)
    return marks
