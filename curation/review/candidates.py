"""Which rows of a run a person should see: those near a bound, those that a rule dropped, a random control of kept ones, and
those that were judged in another text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import schema
from corpora.decisions import Log
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts
from corpora.vocabulary import Term
from curation.look.peeking import Run
from curation.run.measuring import CONTENT_KEY

KINDS: dict[str, Term] = {
    "near": Term("界限附近", "被规则剔除、离界限最近的行在前"),
    "dropped": Term("被剔除的行", "被规则剔除的行，次序由编号的哈希定"),
    "clusters": Term("重复簇", "代表一簇重复行的那一行，簇大的在前"),
    "kept": Term("随机对照", "保留的行，次序由编号的哈希定"),
    "again": Term("重新复核", "判过之后文字变了的行：对整行和对片段的决定都不再适用"),
}
"""Queues of a review, and what is in them."""
ENGLISH: dict[str, Term] = {
    "near": Term("near bound", "Dropped by a rule; those closest to its bound first"),
    "dropped": Term("dropped", "Dropped by a rule, in an order drawn by the hash of the id"),
    "clusters": Term("duplicates", "The row that stands for its duplicates; large clusters first"),
    "kept": Term("control", "Kept, in an order drawn by the hash of the id"),
    "again": Term("judge again", "Text that changed after it was judged: what was said of row and stretches holds no more"),
}


def of(run: Run, kind: str, n: int) -> NDArray[np.int64]:
    """Numbers of up to n rows, in the order in which they are shown."""
    rows = {"near": _near, "dropped": _dropped, "clusters": _clusters, "kept": _kept, "again": _again}[kind](run)
    return rows[:n]


def _near(run: Run) -> NDArray[np.int64]:
    """Rows that rules dropped by how far their value is from the bound, relative to it; rows without a bound are left out."""
    marks = pq.read_table(run.replayer.state.here / "marks.parquet", columns=["row", "value", "bound"])
    rows = marks["row"].to_numpy()
    value, bound = (marks[name].to_numpy(zero_copy_only=False) for name in ("value", "bound"))
    known = ~(np.isnan(value) | np.isnan(bound))
    far = np.abs(value - bound)[known] / np.maximum(np.abs(bound[known]), 1e-9)
    nearest = rows[known][np.lexsort((rows[known], far))]
    _, first = np.unique(nearest, return_index=True)
    return _dropped_only(run, nearest[np.sort(first)])


def _dropped(run: Run) -> NDArray[np.int64]:
    return _drawn(run, _dropped_only(run, np.flatnonzero(~run.decided.kept)))


def _dropped_only(run: Run, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without duplicates: what stands for them is kept, and judged by itself."""
    codes = [i for i, (_, reason) in enumerate(run.decided.reasons) if not reason.endswith("duplicate")]
    return rows[np.isin(run.decided.drop[rows], codes)].astype(np.int64)


def _clusters(run: Run) -> NDArray[np.int64]:
    numbers = np.arange(len(run.decided.size))
    mine = np.flatnonzero((run.decided.size > 1) & (run.decided.survivor == numbers) & run.decided.kept)
    return mine[np.lexsort((mine, -run.decided.size[mine]))].astype(np.int64)


def _kept(run: Run) -> NDArray[np.int64]:
    return _drawn(run, np.flatnonzero(run.decided.kept))


def _again(run: Run) -> NDArray[np.int64]:
    """Rows about which people have decided, but nothing in the text that they have now."""
    rows, recipe = run.replayer.rows, run.replayer.recipe
    keys = defaultdict[str, set[str]](set)
    for entry in Log(run.workspace, recipe.corpus).latest():  # people made each of them
        keys[entry["id"]].add(entry["content_key"])
    ids, contents = rows.binary(schema.ID), rows.binary(CONTENT_KEY)
    wanted = np.frombuffer(bytes.fromhex("".join(sorted(keys))), "V16")
    named = np.flatnonzero(np.isin(np.ascontiguousarray(ids).view("V16").ravel(), wanted)).tolist()
    stale = [row for row in named if contents[row].tobytes().hex() not in keys[ids[row].tobytes().hex()]]
    return np.array(stale, np.int64)


def _drawn(run: Run, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """In an order by keyed hash of the id: the same in every process."""
    ids = np.ascontiguousarray(run.ids[rows])
    view = Texts(ids.ravel(), np.arange(0, 16 * len(ids) + 1, 16, dtype=np.int64))
    draw = keyed_hashes(b"review", view, 8).copy().view(">u8").ravel()
    return rows[np.argsort(draw, kind="stable")].astype(np.int64)


def cluster(run: Run, number: int) -> Sequence[int]:
    """The rows that this one stands for or beside, itself among them."""
    survivor = int(run.decided.survivor[number])
    return [number] if survivor < 0 else np.flatnonzero(run.decided.survivor == survivor).tolist()
