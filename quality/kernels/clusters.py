"""Clusters of rows: bookkeeping of the pairs that deduplication has compared, and who survives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.components import find as root
from quality.kernels.values import mix

_PRIME = np.uint64(0x9E3779B97F4A7C15)


@njit(nogil=True, cache=True, inline="always")
def pair_hash(a: Any, b: Any) -> Any:
    return mix(mix(np.uint64(a) + _PRIME) ^ (np.uint64(b) * _PRIME)) | np.uint64(1)


@njit(nogil=True, cache=True)
def shared(keys: Any, take: Any, once: Any, twice: Any, out: Any) -> None:
    """out[i] = row i is taken and some other taken row may have the same key; never misses one.

    once, twice: zeroed bit maps (uint8, a power of two long) addressed by the low bits of the keys, which are hashes.
    """
    cells = np.uint64(8 * len(once) - 1)
    for i in range(len(keys)):
        if take[i]:
            cell = keys[i] & cells
            bit = np.uint8(1 << (cell & np.uint64(7)))
            twice[cell >> np.uint64(3)] |= once[cell >> np.uint64(3)] & bit
            once[cell >> np.uint64(3)] |= bit
    for i in range(len(keys)):
        cell = keys[i] & cells
        out[i] = take[i] and (twice[cell >> np.uint64(3)] >> (cell & np.uint64(7))) & np.uint64(1)


@njit(nogil=True, cache=True, inline="always")
def _cell(failed: Any, h: Any) -> Any:
    return np.int64((h >> np.uint64(8)) & np.uint64(len(failed) - 2))


@njit(nogil=True, cache=True, inline="always")
def _known(failed: Any, h: Any) -> Any:
    cell = _cell(failed, h)
    return failed[cell] == h or failed[cell + 1] == h


@njit(nogil=True, cache=True)
def open_pairs(parent: Any, rows: Any, heads: Any, failed: Any, leader: Any, member: Any) -> Any:
    """One round over buckets. rows: members, bucket by bucket; heads[i] is true where a bucket begins.

    The first member of a bucket is its leader. Pairs of a leader and a member of another component that are not known
    to fail go to (leader, member); returns how many.
    """
    count, first, first_root = 0, rows[0], rows[0]
    for i in range(len(rows)):
        if heads[i]:
            first = rows[i]
            first_root = root(parent, first)
            continue
        if root(parent, rows[i]) == first_root:
            continue
        if not _known(failed, pair_hash(first, rows[i])):
            leader[count], member[count] = first, rows[i]
            count += 1
    return count


@njit(nogil=True, cache=True)
def settle(parent: Any, rows: Any, heads: Any, keep: Any) -> None:
    """keep[i] = whether member i still belongs to another component than its bucket's leader."""
    first_root = rows[0]
    for i in range(len(rows)):
        if heads[i]:
            first_root = root(parent, rows[i])
        keep[i] = root(parent, rows[i]) != first_root


@njit(nogil=True, cache=True)
def remember(failed: Any, left: Any, right: Any) -> None:
    """Notes pairs that do not reach the threshold in `failed`: uint64, a power of two long, cells in twos; the newer of
    a cell's two entries pushes the older one out, so that the table never grows."""
    for i in range(len(left)):
        h = pair_hash(left[i], right[i])
        cell = _cell(failed, h)
        failed[cell + 1], failed[cell] = failed[cell], h


@njit(nogil=True, cache=True)
def elect(
    parent: Any, first: Any, eligible: Any, lengths: Any, longest: Any, exact: Any, survivor: Any, size: Any, reason: Any
) -> None:
    """Fills the columns of curation.dedup.Duplicates; parent becomes the root of each row.

    The survivor is the longest (else first) eligible row of a component. first[row]: the first row equal to it; reason
    is 1 (if `exact`) where that is another row or the survivor's too, 2 for other rows that do not survive, else 0.
    """
    for row in range(len(parent)):
        survivor[row], size[row] = row, 0 if eligible[row] else 1
    for row in range(len(parent)):
        if eligible[row]:
            r = root(parent, row)
            size[r] += 1
            if longest and lengths[row] > lengths[survivor[r]]:
                survivor[r] = row
    for row in range(len(parent)):  # a root is the smallest row of its component: it is met first
        r = root(parent, row)
        parent[row], survivor[row], size[row] = r, survivor[r], size[r]
        if survivor[row] == row:
            reason[row] = 0
        else:
            reason[row] = 1 if exact and (first[row] != row or first[survivor[row]] == row) else 2
