"""Which rows people see, and why: drawn by keyed hash, the same whatever the order of the table. The reason stays with us."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotation.project import Project
from annotation.rows import Pool
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts

Rows = NDArray[np.int64]
REASONS = {
    "random": "随机对照", "stratified": "各来源均分", "near": "离界限近", "uncertain": "程序没把握", "rejected": "被剔除的行",
}  # fmt: skip
MIDDLE = 0.5
"""Where a score or a confidence says nothing."""


class Sample(NamedTuple):
    """rows of the pool in the order in which they are shown, each with its reason (key of REASONS)."""

    rows: Rows
    reasons: list[str]


def draw(pool: Pool, project: Project, *, n: int, seed: int, key: bytes) -> Sample:
    """Up to n rows, no row twice. The random control is drawn first, so that it stays a fair sample of the whole pool."""
    order = _draws(pool, key, seed)
    ranks = np.empty(len(pool), np.int64)
    ranks[np.argsort(order, kind="stable")] = np.arange(len(pool))
    counts = _counts(project, min(n, len(pool)))
    chosen: list[tuple[int, str]] = []
    free = np.ones(len(pool), bool)
    for reason, ranking in _rankings(pool, project, ranks).items():
        rows = [int(row) for row in ranking if free[row]][: counts[reason]]
        free[rows] = False
        chosen += [(row, reason) for row in rows]
    left = min(n, len(pool)) - len(chosen)
    rest = np.argsort(ranks)[free[np.argsort(ranks)]][:left]
    chosen += [(int(row), "random") for row in rest]
    chosen.sort(key=lambda one: ranks[one[0]])  # the order of showing tells nothing of the reason
    return Sample(np.array([row for row, _ in chosen], np.int64), [reason for _, reason in chosen])


def _draws(pool: Pool, key: bytes, seed: int) -> NDArray[np.uint64]:
    own = hashlib.blake2b(b"annotation %d" % seed, key=key, digest_size=32).digest()
    edges = np.arange(0, pool.ids.size + 1, 16, dtype=np.int64)
    return keyed_hashes(own, Texts(np.ascontiguousarray(pool.ids).ravel(), edges), 8).copy().view(np.uint64).ravel()


def _counts(project: Project, n: int) -> dict[str, int]:
    """Whole numbers that add up to n: the largest remainders are rounded up."""
    shares = {reason: getattr(project.sample, reason) * n for reason in REASONS}
    counts = {reason: int(share) for reason, share in shares.items()}
    by_remainder = sorted(REASONS, key=lambda reason: counts[reason] - shares[reason])
    for reason in by_remainder[: n - sum(counts.values())]:
        counts[reason] += 1
    return counts


def _rankings(pool: Pool, project: Project, ranks: Rows) -> dict[str, Rows]:
    """For each reason the rows that it may take, best first."""
    kept = np.flatnonzero(pool.kept)
    return {
        "random": np.argsort(ranks),
        "near": _near(pool, project, ranks),
        "uncertain": _by_distance(pool.sure if project.kind == "spans" else pool.quality, MIDDLE, ranks),
        "rejected": _in_turn(np.flatnonzero(~pool.kept), pool.reason, ranks),
        "stratified": _in_turn(kept, pool.source, ranks),
    }


def _in_turn(rows: Rows, group: NDArray[np.int32], ranks: Rows) -> Rows:
    """The first of every group, then the second of every group, and so on."""
    rows = rows[np.lexsort((ranks[rows], group[rows]))]
    heads = np.flatnonzero(np.r_[True, np.diff(group[rows]) != 0]) if len(rows) else np.zeros(0, np.int64)
    place = np.arange(len(rows)) - np.repeat(heads, np.diff(np.r_[heads, len(rows)]))
    return rows[np.lexsort((ranks[rows], place))]


def _by_distance(values: NDArray[np.floating], middle: float, ranks: Rows) -> Rows:
    there = np.flatnonzero(~np.isnan(values))
    return there[np.lexsort((ranks[there], np.abs(values[there].astype(np.float64) - middle)))]


def _near(pool: Pool, project: Project, ranks: Rows) -> Rows:
    """Nearest to the bound, one from either side in turn."""
    if project.near is None:
        return np.zeros(0, np.int64)
    found = _by_distance(pool.near, project.near.bound, ranks)
    side = (pool.near[found] >= project.near.bound).astype(np.int32)
    place = np.empty(len(found), np.int64)
    for one in (0, 1):
        place[side == one] = np.arange(int((side == one).sum()))
    return found[np.lexsort((np.arange(len(found)), place))]
