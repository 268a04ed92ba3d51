"""Clauses: runs of ideographs, which is as far as a dictionary of words and characters can see.

Everything else (ASCII, punctuation, kana, line breaks) ends one. Ideographs: U+3400–U+9FFF, the compatibility
ideographs and the supplementary planes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.text_buffers import Texts
from quality import triggers
from quality.kernels import clauses as kernel
from quality.triggers import Trigger


@dataclass(frozen=True)
class Clauses:
    """n clauses: the string each is from, where in it it starts (bytes), and its text with a line feed behind it."""

    string: NDArray[np.int64]
    start: NDArray[np.int64]
    lines: Texts


def find(texts: Texts, rows: NDArray[np.int64], trigger: Trigger) -> Clauses:
    """The clauses of the strings `rows` that hold a character with the Trigger bit, in order."""
    room = int(np.diff(texts.offsets)[rows].sum()) // 3 + 1  # every clause has an ideograph, which is 3 bytes at least
    found: NDArray[np.int64] = np.empty((3, room), np.int64)
    count = kernel.find(texts.data, texts.offsets, rows, triggers.table(), np.uint8(int(trigger)), found)
    string, begin, end = found[:, :count]
    out, offsets = np.empty(int((end - begin).sum()) + count, np.uint8), np.empty(count + 1, np.int64)
    kernel.join(texts.data, begin, end, out, offsets)
    lines = text_buffers.texts(text_buffers.to_array(out, offsets))  # read-only, as every string's bytes are
    return Clauses(string, begin - texts.offsets[string], lines)
