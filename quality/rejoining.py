"""Strings in, the edits that rejoin their lines out: the array face of quality.kernels.lines."""

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


def rejoin(texts: Texts, rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """Edits of the strings `rows`: int32 (m, 4): text, start, end, 1 where a blank stands for the break, else 0."""
    sizes = np.diff(texts.offsets)[rows]
    scratch = np.empty((3, int(sizes.max(initial=0)) + 1), np.int64)
    edits = np.empty((int(sizes.sum()), 4), np.int32)
    return edits[: kernel.rejoin(texts.data, texts.offsets, rows, table(), scratch, edits)]


@lru_cache(maxsize=1)
def table() -> NDArray[np.uint8]:
    """uint8[65536]: what each character says about its line (quality.kernels.lines: STOPS, BULLET, …)."""
    marks = np.zeros(0x10000, np.uint8)
    for bit, characters in _MARKS:
        marks[[ord(c) for c in characters]] |= np.uint8(bit)
    for start, end in _BULLET_BLOCKS:
        marks[start : end + 1] |= np.uint8(kernel.BULLET)
    return marks
