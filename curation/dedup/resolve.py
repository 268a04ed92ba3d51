"""From keys to duplicates: exact groups, then one band after another, every near edge verified.

Near duplicates (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets §3.4): rows that share a bucket of a band are
candidates. In each bucket the first open row leads; the others are compared with it by their true Jaccard coefficient
and leave when they join its component; the rest follow the next leader, at most LEADERS times. So a bucket of m copies
of one text costs m comparisons, and no bucket costs more than LEADERS × m.

Only eligible rows take part, and one row per exact group. The result depends on the order of rows, not on shards.
Memory: about 32 bytes a row, one band of keys among them, and about ten times CHUNK for the texts that are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Documents
from curation.dedup import store as columns
from curation.dedup.duplicates import Duplicates
from curation.dedup.steps import DedupExact, DedupNear
from curation.dedup.store import KeyStore
from quality.kernels import clusters, components
from quality.sketch import jaccard

__all__ = ["Duplicates", "resolve"]

LEADERS = 64
CHUNK = 16 << 20

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
    reason = np.empty(len(parent), np.int8)
    clusters.elect(parent, first, eligible, lengths, longest, exact is not None, survivor, size, reason)
    return Duplicates(survivor, reason, parent, size)


def _group_exact(store: KeyStore, parent: Rows, eligible: NDArray[np.bool_]) -> None:
    """parent[row] = first eligible row with the same 128-bit hash."""
    members, heads = _buckets(store.column(columns.EXACT), eligible)
    low = store.column(columns.EXACT_LOW)[members]
    bucket = np.cumsum(heads)
    order = np.lexsort((low, bucket))  # stable: rows stay ascending
    members, low, bucket = members[order], low[order], bucket[order]
    new = np.ones(len(members), bool)
    new[1:] = (low[1:] != low[:-1]) | (bucket[1:] != bucket[:-1])
    parent[members] = members[np.maximum.accumulate(np.where(new, np.arange(len(members)), 0))]


def _join_near(
    store: KeyStore, near: DedupNear, parent: Rows, eligible: NDArray[np.bool_], lengths: NDArray[np.generic], fetch: Fetch
) -> None:
    take = eligible & (parent == np.arange(len(parent)))
    take &= store.column(columns.SIZE) > 0
    failed = np.zeros(1 << max(10, (len(parent) // 4).bit_length()), np.uint64)
    for band in range(store.bands):
        members, heads = _buckets(store.column(columns.BANDS + band), take)
        for _ in range(LEADERS):
            if not len(members):
                break
            members, heads = _round(near, parent, members, heads, failed, lengths, fetch)


def _buckets(keys: NDArray[np.uint64], take: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.bool_]]:
    """Taken rows that share a key with another, bucket by bucket, ascending inside; and where the buckets begin."""
    maps = np.zeros((2, 1 << max(3, len(keys).bit_length())), np.uint8)
    suspect = np.empty(len(keys), np.bool_)
    clusters.shared(keys, take, maps[0], maps[1], suspect)
    rows = np.flatnonzero(suspect)
    order = np.argsort(keys[rows], kind="stable")
    rows, bucket = rows[order], keys[rows[order]]
    return _without_singles(rows, bucket)


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
        components.union(parent, chunk[alike, 0], chunk[alike, 1])
        clusters.remember(failed, chunk[~alike, 0], chunk[~alike, 1])
    keep = np.empty(len(members), bool)
    clusters.settle(parent, members, heads, keep)
    members, bucket = members[keep], bucket[keep]
    return _without_singles(members, bucket)


def _without_singles(members: Rows, bucket: NDArray[Any]) -> tuple[Rows, NDArray[np.bool_]]:
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
