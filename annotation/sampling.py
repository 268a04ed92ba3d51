"""Which rows people see, and why: drawn by keyed hash, the same whatever the order of the table. The reason stays with us."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotation.project import Project
from annotation.rows import Pool
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts

Rows = NDArray[np.int64]
REASONS = {
    "random": "随机对照", "near": "离界限近", "uncertain": "程序没把握", "rejected": "被剔除的行", "stratified": "各来源均分",
    "filled": "补足",
}  # fmt: skip
"""In the order of drawing. `filled`: by chance, in place of what the others could not fill; no part of the control, which it would bend."""
MIDDLE = 0.5
"""Where a score or a confidence says nothing."""


class Sample(NamedTuple):
    """rows of the pool in the order in which they are shown, each with its reason (key of REASONS)."""

    rows: Rows
    reasons: list[str]


def draw(pool: Pool, project: Project, *, n: int, seed: int, key: bytes) -> Sample:
    """Up to n rows, no row twice. The random control is drawn first, so that it is a fair sample of the whole pool."""
    ranks = np.empty(len(pool), np.int64)
    ranks[np.argsort(_draws(pool, key, b"draw", seed), kind="stable")] = np.arange(len(pool))
    counts, free = _counts(project, min(n, len(pool))), np.ones(len(pool), bool)
    rows, reasons = list[int](), list[str]()
    for reason in REASONS:
        size = min(n, len(pool)) - len(rows) if reason == "filled" else counts[reason]
        chosen = _ranking(reason, pool, project, ranks, free)[:size]
        free[chosen] = False
        rows += chosen.tolist()
        reasons += [reason] * len(chosen)
    # the order of showing is a draw of its own: that of picking would tell the control by its place
    places = np.argsort(_draws(pool, key, b"show", seed)[rows], kind="stable") if rows else np.zeros(0, np.int64)
    return Sample(np.array(rows, np.int64)[places], [reasons[place] for place in places])


def _draws(pool: Pool, key: bytes, purpose: bytes, seed: int) -> NDArray[np.uint64]:
    own = hashlib.blake2b(b"annotation %s %d" % (purpose, seed), key=key, digest_size=32).digest()
    edges = np.arange(0, pool.ids.size + 1, 16, dtype=np.int64)
    return keyed_hashes(own, Texts(np.ascontiguousarray(pool.ids).ravel(), edges), 8).copy().view(np.uint64).ravel()


def _counts(project: Project, n: int) -> dict[str, int]:
    """Whole numbers that add up to n: the largest remainders are rounded up, the control's first."""
    shares = {reason: share * n for reason, share in project.sample.model_dump().items()}
    counts = {reason: int(share) for reason, share in shares.items()}
    by_remainder = sorted(shares, key=lambda reason: counts[reason] - shares[reason])
    for reason in by_remainder[: n - sum(counts.values())]:
        counts[reason] += 1
    return counts


def _ranking(reason: str, pool: Pool, project: Project, ranks: Rows, free: NDArray[np.bool_]) -> Rows:
    """Free rows that a reason may take, best first."""
    rows = np.flatnonzero(free)
    if reason == "near":
        return _near(pool, project, ranks, rows)
    if reason == "uncertain":
        return _by_distance(pool.sure if project.kind == "spans" else pool.quality, MIDDLE, ranks, rows)
    if reason == "rejected":
        return _in_turn(rows[~pool.kept[rows]], pool.reason, ranks)
    if reason == "stratified":
        return _in_turn(rows[pool.kept[rows]], pool.source, ranks)
    return rows[np.argsort(ranks[rows])]


def _in_turn(rows: Rows, group: NDArray[np.int32], ranks: Rows) -> Rows:
    """The first of every group, then the second of every group, and so on."""
    rows = rows[np.lexsort((ranks[rows], group[rows]))]
    heads = np.flatnonzero(np.r_[True, np.diff(group[rows]) != 0]) if len(rows) else np.zeros(0, np.int64)
    place = np.arange(len(rows)) - np.repeat(heads, np.diff(np.r_[heads, len(rows)]))
    return rows[np.lexsort((ranks[rows], place))]


def _by_distance(values: NDArray[np.floating[Any]], middle: float, ranks: Rows, rows: Rows) -> Rows:
    there = rows[~np.isnan(values[rows])]
    return there[np.lexsort((ranks[there], np.abs(values[there].astype(np.float64) - middle)))]


def _near(pool: Pool, project: Project, ranks: Rows, rows: Rows) -> Rows:
    """Nearest to the bound, one from either side in turn."""
    if project.near is None:
        return rows[:0]
    found = _by_distance(pool.near, project.near.bound, ranks, rows)
    side = (pool.near[found] >= project.near.bound).astype(np.int32)
    place = np.empty(len(found), np.int64)
    for one in (0, 1):
        place[side == one] = np.arange(int((side == one).sum()))
    return found[np.lexsort((np.arange(len(found)), place))]
