"""A block of text as codes: what the layers of the name recogniser look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_text
from quality.pii.names import model

_PAD = 8


@dataclass(frozen=True)
class Read:
    """Codes of a block with breaks at both ends, the byte each begins at, and where its documents begin in codes."""

    codes: NDArray[np.uint16]
    at: NDArray[np.int64]
    documents: NDArray[np.int64]


def read(data: NDArray[np.uint8], offsets: NDArray[np.int64], bounds: NDArray[np.int64]) -> Read:
    """The strings bounds[0] … bounds[-1]-1, documents cut at `bounds`."""
    first, last = int(bounds[0]), int(bounds[-1])
    room = int(offsets[last] - offsets[first]) + last - first + 1 + 2 * _PAD
    codes, at = np.zeros(room, np.uint16), np.zeros(room, np.int64)
    count = _PAD + name_text.read(data, offsets, first, last, model.load().fold, codes[_PAD:], at[_PAD:])
    codes[count:] = name_text.BREAK
    at[count:] = offsets[last]
    documents = np.searchsorted(at[_PAD:count], offsets[bounds], side="left") + _PAD
    return Read(codes[: count + _PAD], at[: count + _PAD], documents)
