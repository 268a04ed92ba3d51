"""Union-find over row numbers (Tarjan 1975, path halving; the smaller row is the root, so the result has no order)."""

from __future__ import annotations

from typing import Any

from numba import njit


@njit(nogil=True, cache=True)
def find(parent: Any, row: Any) -> Any:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@njit(nogil=True, cache=True)
def union(parent: Any, left: Any, right: Any) -> None:
    """Joins left[i] with right[i] for every i."""
    for i in range(len(left)):
        a, b = find(parent, left[i]), find(parent, right[i])
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b


@njit(nogil=True, cache=True)
def flatten(parent: Any) -> None:
    """Every row's parent becomes its root."""
    for row in range(len(parent)):
        parent[row] = find(parent, row)
