"""The result of deduplication: which row stands for which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEPT, EXACT, NEAR = 0, 1, 2
REASONS = {EXACT: "exact_duplicate", NEAR: "near_duplicate"}
"""reason → key of vocabulary.REASONS."""


@dataclass(frozen=True)
class Duplicates:
    """Of n rows in source order. Rows that were not eligible stand alone: survivor and cluster are the row itself."""

    survivor: NDArray[np.int64]  # the row that stands for this row; itself if it survives
    reason: NDArray[np.int8]  # KEPT, EXACT (same shadow and values as the survivor or an earlier row), NEAR
    cluster: NDArray[np.int64]  # smallest row of the component
    size: NDArray[np.int32]  # rows of the component

    def __len__(self) -> int:
        return len(self.survivor)
