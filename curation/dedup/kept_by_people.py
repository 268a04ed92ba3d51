"""Duplicates among which people chose: a row that a person keeps stands for its group, and no near duplicate takes its place.

Near duplicates that people keep all stay: each was looked at. Of rows with the same text (exact duplicates) one stays even
where several are kept: a keep says that this text belongs in the dataset, not that it belongs there twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.dedup import store as columns
from curation.dedup.duplicates import EXACT, KEPT, NEAR, Duplicates
from curation.dedup.store import KeyStore

Rows = NDArray[np.int64]


def stand(
    found: Duplicates, people: Rows, store: KeyStore, *, lengths: NDArray[np.generic], longest: bool, exact: bool
) -> Duplicates:
    """`found`, with the survivors of the groups that people kept rows of chosen anew. people: eligible rows, ascending;
    lengths: bytes of every row; longest: which of them stands for the others, else the first; exact: whether exact
    duplicates have a reason of their own. A loop over groups that people looked into."""
    if not len(people):
        return found
    members = np.flatnonzero(np.isin(found.cluster, found.cluster[people]))
    members = members[np.argsort(found.cluster[members], kind="stable")]
    twins = np.stack([store.column(index)[members] for index in (columns.EXACT, columns.EXACT_LOW)], axis=1)
    survivor, reason = found.survivor.copy(), found.reason.copy()
    starts = np.flatnonzero(np.diff(found.cluster[members], prepend=-1))
    for rows, keys in zip(np.split(members, starts[1:]), np.split(twins, starts[1:]), strict=True):
        _stand(rows, keys, np.isin(rows, people), lengths if longest else None, survivor, reason)
    if not exact:
        reason[members] = np.where(reason[members] == EXACT, NEAR, reason[members])
    return replace(found, survivor=survivor, reason=reason)


def _stand(
    rows: Rows, keys: NDArray[np.uint64], kept: NDArray[np.bool_], lengths: Any, survivor: Rows, reason: NDArray[np.int8]
) -> None:
    """One group, rows ascending: the first kept row of every text stays; the first or longest of these stands for the rest."""
    _, first, text = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    text = text.ravel()
    mine = np.flatnonzero(kept)
    _, chosen = np.unique(text[mine], return_index=True)
    heads = np.sort(mine[chosen])
    main = heads[0] if lengths is None else heads[np.argmax(lengths[rows[heads]])]
    copies = np.isin(text, text[heads]) | (first[text] != np.arange(len(rows)))
    survivor[rows], reason[rows] = rows[main], np.where(copies, EXACT, NEAR)
    for head in heads:
        survivor[rows[text == text[head]]] = rows[head]
    reason[rows[heads]] = KEPT
