"""Strings in, the edits that normalise them out: the array face of quality.kernels.normalise."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality import folding
from quality.kernels import normalise as kernel

CAUSES = ("", "radical", "full_width", "invisible", "line_break", "space", "vertical")
"""Causes of edits by the kernel's number."""

SpacesInChinese = Literal["remove", "runs", "keep"]
_MODES: dict[SpacesInChinese, int] = {"remove": 0, "runs": 1, "keep": 2}


def normalise(texts: Texts, rows: NDArray[np.int64], spaces: SpacesInChinese) -> tuple[NDArray[np.int32], Texts]:
    """The edits of the strings `rows`: (edits int32 (m, 4): text, start, end, cause; replacements of the m edits).

    Edits are in bytes of the old strings, sorted, not overlapping, and never make a string longer.
    """
    sizes = np.diff(texts.offsets)[rows]
    size, longest = int(sizes.sum()), int(sizes.max(initial=0))
    new, edits = np.empty(size, np.uint8), np.empty((size + 1, 5), np.int32)
    scratch = np.empty((5, longest + 1), np.int32)
    tables: tuple[Any, Any] = (folding.actions(), folding.targets())
    written, count = kernel.rewrite(texts.data, texts.offsets, rows, *tables, _MODES[spaces], scratch, new, edits)
    cuts = np.append(edits[:count, 4], written).astype(np.int64)
    return edits[:count, :4], Texts(new[:written], cuts)
