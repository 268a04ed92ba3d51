"""Scores of windows that were scored lately. Forms, notes and manuals repeat themselves, and text is read again when what
was found in it has been taken out: the network need not be asked twice. A window is compared as a whole, so a remembered
score is the score.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean
from quality.kernels.name_network import REACH, TAGS
from quality.kernels.name_text import BREAK

SLOTS = 1 << 16

SIDE = REACH + 3
"""Codes on either side that a score depends on: the network's reach, and the runs of four that its outermost code is in."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)


class Memory(NamedTuple):
    """A table of SLOTS windows, the newest of a slot; a free one is a window of breaks."""

    windows: NDArray[np.uint16]  # [SLOTS, 2 × SIDE + 1]
    scores: NDArray[np.int32]  # [SLOTS, TAGS]
    window: NDArray[np.uint16]  # the one looked at


def memory() -> Memory:
    size = 2 * SIDE + 1
    return Memory(np.zeros((SLOTS, size), np.uint16), np.zeros((SLOTS, TAGS), np.int32), np.zeros(size, np.uint16))


@inlined
def _slot(memory: Any, codes: Any, i: Any) -> Any:
    """Copies the window of code i, breaks beyond the first one on either side, and returns its slot."""
    window = memory.window
    key = np.uint64(codes[i])
    window[SIDE] = codes[i]
    for step in (-1, 1):
        code = codes[i]
        for k in range(1, SIDE + 1):
            if code != BREAK:
                code = codes[i + step * k]
            window[SIDE + step * k] = code
            key = key * _PRIME + np.uint64(code)
    return np.int64(name_lexicon.mix(key) & np.uint32(SLOTS - 1))


@lean
def recall(memory: Any, codes: Any, i: Any, out: Any, at: Any) -> Any:
    """Whether the scores of code i, no break, are known; then they are in out[at]."""
    slot = _slot(memory, codes, i)
    for k in range(2 * SIDE + 1):
        if memory.windows[slot, k] != memory.window[k]:
            return False
    for tag in range(TAGS):
        out[at, tag] = memory.scores[slot, tag]
    return True


@lean
def remember(memory: Any, codes: Any, i: Any, out: Any, at: Any) -> None:
    """Keeps the scores out[at] of code i."""
    slot = _slot(memory, codes, i)
    for k in range(2 * SIDE + 1):
        memory.windows[slot, k] = memory.window[k]
    for tag in range(TAGS):
        memory.scores[slot, tag] = out[at, tag]
