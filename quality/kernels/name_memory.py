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

_WORDS = (2 * SIDE + 1 + 3) // 4
_PRIMES = tuple(np.uint64(0x9E3779B97F4A7C15 * (2 * k + 1) % 2**64) for k in range(_WORDS))


class Memory(NamedTuple):
    """A table of SLOTS windows, the newest of a slot; a free one is a window of breaks. A word is four codes."""

    windows: NDArray[np.uint64]  # [SLOTS, _WORDS]
    scores: NDArray[np.int32]  # [SLOTS, TAGS]
    window: NDArray[np.uint16]  # [4 × _WORDS] the one looked at
    words: NDArray[np.uint64]  # the same as words


def memory() -> Memory:
    window = np.zeros(4 * _WORDS, np.uint16)
    return Memory(np.zeros((SLOTS, _WORDS), np.uint64), np.zeros((SLOTS, TAGS), np.int32), window, window.view(np.uint64))


@inlined
def _slot(memory: Any, codes: Any, i: Any) -> Any:
    """Copies the window of code i, breaks beyond the first one on either side, and returns its slot."""
    window = memory.window
    whole = SIDE <= i < len(codes) - SIDE
    if whole:
        for k in range(2 * SIDE + 1):
            window[k] = codes[i - SIDE + k]
            whole = whole & (codes[i - SIDE + k] != BREAK)
    else:  # breaks stand at both ends of codes
        for k in range(2 * SIDE + 1):
            window[k] = codes[min(max(i - SIDE + k, 0), len(codes) - 1)]
    if not whole:
        for k in range(SIDE - 1, -1, -1):
            window[k] = window[k] if window[k + 1] != BREAK else BREAK
            window[2 * SIDE - k] = window[2 * SIDE - k] if window[2 * SIDE - k - 1] != BREAK else BREAK
    key = np.uint64(0)
    for k in range(_WORDS):
        key ^= memory.words[k] * _PRIMES[k]
    return np.int64(name_lexicon.mix(key) & np.uint32(SLOTS - 1))


@lean
def recall(memory: Any, codes: Any, i: Any, out: Any, at: Any) -> Any:
    """Whether the scores of code i, no break, are known; then they are in out[at]."""
    slot = _slot(memory, codes, i)
    same = True
    for k in range(_WORDS):
        same = same & (memory.windows[slot, k] == memory.words[k])
    if same:
        for tag in range(TAGS):
            out[at, tag] = memory.scores[slot, tag]
    return same


@lean
def remember(memory: Any, codes: Any, i: Any, out: Any, at: Any) -> None:
    """Keeps the scores out[at] of code i."""
    slot = _slot(memory, codes, i)
    for k in range(_WORDS):
        memory.windows[slot, k] = memory.words[k]
    for tag in range(TAGS):
        memory.scores[slot, tag] = out[at, tag]
