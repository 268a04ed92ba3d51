"""From keys to duplicates: exact groups, then one band after another, every near edge verified.

Near duplicates (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets §3.4): rows that share a bucket of a band are
candidates. In each bucket the first open row leads; the others are compared with it by their true Jaccard coefficient
and leave when they join its component; the rest follow the next leader, at most LEADERS times. So a bucket of m copies
of one text costs m comparisons, and no bucket costs more than LEADERS × m.

Only eligible rows take part, and one row per exact group. The result depends on the order of rows, not on shards.
Memory: about 32 bytes a row, one band of keys among them, and CHUNK bytes of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Documents
from curation.dedup import store as columns
from curation.dedup.duplicates import EXACT, NEAR, Duplicates
from curation.dedup.steps import DedupExact, DedupNear
from curation.dedup.store import KeyStore
from quality.kernels import clusters
from quality.sketch import jaccard

__all__ = ["Duplicates", "resolve"]

LEADERS = 64
CHUNK = 32 << 20

Rows = NDArray[np.int64]
Fetch = Callable[[Rows], Documents]


def resolve(
    store: KeyStore,
    *,
    exact: DedupExact | None,
    near: DedupNear | None,
    eligible: NDArray[np.bool_],
    lengths: NDArray[np.int32] | NDArray[np.int64],
    fetch: Fetch,
) -> Duplicates:
    """Duplicates among the eligible rows.

    eligible: bool[n]; lengths: bytes of each row's leaves, n; fetch: ascending rows → their cleaned leaves, asked for
    at most CHUNK bytes of text at a time (or one pair). n is the number of rows in the store.
    """
    parent = np.arange(len(eligible), dtype=np.int64)
    if exact or near:
        _group_exact(store, parent, eligible)
    first = parent.copy()
    if near:
        _join_near(store, near, parent, eligible, lengths, fetch)
    longest = near is not None and near.keep == "longest"
    survivor, size = np.empty_like(parent), np.empty(len(parent), np.int32)
    clusters.elect(parent, eligible, lengths, longest, survivor, size)
    return Duplicates(survivor, _reasons(first, survivor, exact is not None), parent, size)


def _group_exact(store: KeyStore, parent: Rows, eligible: NDArray[np.bool_]) -> None:
    """parent[row] = first eligible row with the same 128-bit hash."""
    rows = np.flatnonzero(eligible)
    high, low = store.column(columns.EXACT)[rows], store.column(columns.EXACT_LOW)[rows]
    order = np.lexsort((low, high))
    high, low, rows = high[order], low[order], rows[order]
    new = np.ones(len(rows), bool)
    new[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    parent[rows] = rows[np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))]


def _join_near(
    store: KeyStore,
    near: DedupNear,
    parent: Rows,
    eligible: NDArray[np.bool_],
    lengths: NDArray[np.generic],
    fetch: Fetch,
) -> None:
    rows = np.flatnonzero(eligible & (parent == np.arange(len(parent))) & (store.column(columns.SIZE) > 0))
    failed = np.zeros(1 << max(10, (len(rows) // 2).bit_length()), np.uint64)
    for band in range(store.bands):
        members, heads = _buckets(store.column(columns.BANDS + band)[rows], rows)
        for _ in range(LEADERS):
            if not len(members):
                break
            members, heads = _round(near, parent, members, heads, failed, lengths, fetch)


def _buckets(keys: NDArray[np.uint64], rows: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """Rows that share a key with another, bucket by bucket, ascending inside; and where the buckets begin."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    same = keys[1:] == keys[:-1]
    shared = np.zeros(len(keys), bool)
    shared[1:] |= same
    shared[:-1] |= same
    heads = np.ones(len(keys), bool)
    heads[1:] = ~same
    return rows[order[shared]], heads[shared]


def _round(
    near: DedupNear,
    parent: Rows,
    members: Rows,
    heads: NDArray[np.bool_],
    failed: NDArray[np.uint64],
    lengths: NDArray[np.generic],
    fetch: Fetch,
) -> tuple[Rows, NDArray[np.bool_]]:
    """Compares members with their bucket's leader; returns what is left for the next round."""
    bucket = np.cumsum(heads)
    leader, member = np.empty_like(members), np.empty_like(members)
    count = clusters.open_pairs(parent, members, heads, failed, leader, member)
    pairs = np.unique(np.stack([leader[:count], member[:count]], axis=1), axis=0)
    for chunk in _chunks(pairs, lengths):
        alike = _verified(chunk, near, fetch)
        clusters.unite(parent, chunk[alike, 0], chunk[alike, 1])
        clusters.remember(failed, chunk[~alike, 0], chunk[~alike, 1])
    keep = np.empty(len(members), bool)
    clusters.settle(parent, members, heads, keep)
    members, bucket = members[keep], bucket[keep]
    return _without_singles(members, bucket)


def _without_singles(members: Rows, bucket: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    heads = np.ones(len(members), bool)
    heads[1:] = bucket[1:] != bucket[:-1]
    alone = heads & np.append(heads[1:], True)
    return members[~alone], heads[~alone]


def _chunks(pairs: Rows, lengths: NDArray[np.generic]) -> Iterator[Rows]:
    """Cuts pairs (sorted by leader) so that each chunk's texts stay under CHUNK bytes, or holds one pair."""
    if not len(pairs):
        return
    new = np.ones(len(pairs), bool)
    new[1:] = pairs[1:, 0] != pairs[:-1, 0]
    cost = lengths[pairs[:, 1]].astype(np.int64) + np.where(new, lengths[pairs[:, 0]].astype(np.int64), 0)
    total = np.cumsum(cost)
    start = 0
    while start < len(pairs):
        limit = total[start] - cost[start] - lengths[pairs[start, 0]] + CHUNK
        stop = max(start + 1, int(np.searchsorted(total, limit, side="right")))
        yield pairs[start:stop]
        start = stop


def _verified(pairs: Rows, near: DedupNear, fetch: Fetch) -> NDArray[np.bool_]:
    rows, index = np.unique(pairs, return_inverse=True)
    found = jaccard(fetch(rows), index.reshape(pairs.shape), shingle=near.shingle)
    return found >= np.float32(near.threshold)


def _reasons(first: Rows, survivor: Rows, by_exact: bool) -> NDArray[np.int8]:
    """EXACT where the row equals its survivor or an earlier row, NEAR for the other rows that do not survive."""
    row = np.arange(len(survivor))
    same = by_exact & ((first == first[survivor]) | (first != row))
    return np.where(survivor == row, 0, np.where(same, EXACT, NEAR)).astype(np.int8)
