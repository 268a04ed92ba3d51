"""The edits between two versions of the same strings, where the change itself came from a library."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import alignment as kernel


def align(old: Texts, new: Texts) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """(text int32 (m), edits int64 (m, 4)): start and end in bytes of the old string, begin and end in `new.data`.

    Lines with equally many characters give runs of changed characters, others one edit between what both versions
    begin and end with. Both versions of a string must have the same number of line breaks.
    """
    room = int(old.offsets[-1] - old.offsets[0]) + int(new.offsets[-1] - new.offsets[0]) + len(old)
    text: NDArray[np.int32] = np.empty(room, np.int32)
    edits: NDArray[np.int64] = np.empty((room, 4), np.int64)
    count = kernel.align(old.data, old.offsets, new.data, new.offsets, text, edits)
    edits[:count, :2] -= old.offsets[text[:count]][:, None]
    return text[:count], edits[:count]


def pieces(data: NDArray[np.uint8], begin: NDArray[np.int64], end: NDArray[np.int64]) -> Texts:
    """The ranges of `data`, copied one behind the other."""
    out, offsets = np.empty(int((end - begin).sum()), np.uint8), np.empty(len(begin) + 1, np.int64)
    kernel.gather(data, np.ascontiguousarray(begin), np.ascontiguousarray(end), out, offsets)
    return Texts(out, offsets)
