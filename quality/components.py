"""Connected components of rows: subject ∪ near-duplicate cluster ∪ template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.kernels import components as kernels

Rows = NDArray[np.int64]


def connect(n: int, edges: Iterable[tuple[Rows, Rows]]) -> Rows:
    """int64 (n): the smallest row of each row's component, given (left, right) row numbers to be joined."""
    parent = np.arange(n, dtype=np.int64)
    for left, right in edges:
        kernels.union(parent, np.ascontiguousarray(left, np.int64), np.ascontiguousarray(right, np.int64))
    kernels.flatten(parent)
    return parent


def same_key(keys: NDArray[Any], *, none: Any = None) -> tuple[Rows, Rows]:
    """Edges that chain the rows with equal keys; rows with the key `none` stay alone."""
    order = np.argsort(keys, kind="stable").astype(np.int64)
    ordered = keys[order]
    equal = ordered[1:] == ordered[:-1]
    if none is not None:
        equal &= ordered[1:] != none
    return order[:-1][equal], order[1:][equal]
