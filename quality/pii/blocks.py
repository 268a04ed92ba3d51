"""A batch in pieces that the processor's caches hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BYTES = 1 << 20
"""Text that is looked at in one go, so that it is still near when it is looked at again; a document is never cut."""


def runs(starts: NDArray[np.int64], size: int) -> Iterator[tuple[int, int]]:
    """Runs first … last-1 of documents of about `size` bytes together. starts: int64 (n+1), where they begin and the last ends."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + size, side="right")) - 1
        last = min(max(last, first + 1), len(starts) - 1)
        yield first, last
        first = last
