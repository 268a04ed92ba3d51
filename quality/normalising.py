"""Strings in, normalised strings and their edits out: the array face of quality.kernels.normalise."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality import folding
from quality.kernels import normalise as kernel

CAUSES = ("", "radical", "full_width", "invisible", "line_break", "space")
"""Causes of edits by the kernel's number."""

SpacesInChinese = Literal["remove", "runs", "keep"]
_MODES: dict[SpacesInChinese, int] = {"remove": 0, "runs": 1, "keep": 2}


def normalise(texts: Texts, spaces: SpacesInChinese) -> tuple[Texts, NDArray[np.int32], Texts]:
    """Returns (new texts, edits int32 (m, 4): text, start, end, cause; replacements of the m edits).

    Never longer than the input. Edits are in bytes of the old strings, sorted, not overlapping.
    """
    size = int(texts.offsets[-1] - texts.offsets[0])
    longest = int(np.diff(texts.offsets).max(initial=0))
    out, new = np.empty(size, np.uint8), np.empty(size, np.uint8)
    offsets, edits = np.empty(len(texts) + 1, np.int64), np.empty((size + 1, 5), np.int32)
    tables: tuple[Any, Any] = (folding.actions(), folding.targets())
    written, count = kernel.rewrite(texts.data, texts.offsets, *tables, _MODES[spaces], longest, out, offsets, new, edits)
    cuts = np.append(edits[:count, 4], written).astype(np.int64)
    return Texts(out[: offsets[-1]], offsets), edits[:count, :4], Texts(new[:written], cuts)
