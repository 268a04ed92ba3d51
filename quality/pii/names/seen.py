"""What was read of a text before spans were taken out of it, so that only their neighbourhood is read again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_again
from quality.pii.names.reading import Read


class Origin(NamedTuple):
    """Where text stood before spans were taken out: from byte places[k] of its buffer on, shifts[k] bytes further on."""

    places: NDArray[np.int64]  # ascending
    shifts: NDArray[np.int64]


class Seen:
    """Codes of a batch, and which of them the cascade found warm. Lives as long as the batch is looked at."""

    def __init__(self) -> None:
        self._blocks: list[tuple[NDArray[np.uint16], NDArray[np.int64], NDArray[np.uint8]]] = []

    def keep(self, block: Read, hot: NDArray[np.uint8]) -> None:
        """Blocks in the order of their bytes."""
        self._blocks.append((block.codes, block.at, hot))

    def carried(self, block: Read, origin: Origin) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(look, hot) uint8[n]: which codes have to be looked at again, and which of the others are warm."""
        if len(self._blocks) > 1:
            codes, at, hot = zip(*self._blocks, strict=True)
            self._blocks = [(np.concatenate(codes), np.concatenate(at), np.concatenate(hot))]
        old, old_at, old_hot = self._blocks[0]
        size = len(block.codes)
        was, left, right = np.empty((3, size), np.int32)
        name_again.propose(block.codes, block.at, *origin, old, old_at, was)
        name_again.compare(block.codes, old, was, left, right)
        look, carried = np.empty((2, size), np.uint8)
        name_again.carry(block.codes, left, right, was, old_hot, look, carried)
        return look, carried
