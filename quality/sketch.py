"""Keys of documents for deduplication, in one pass over the bytes, and the true Jaccard coefficient to check them.

- exact: 128-bit hash of the shadow (quality.shadow) of all leaves and of the value sequence (quality.value_sequence);
- value: hash of the value sequence; template: hash of the shadow with every value token masked;
- bands: locality-sensitive hashes (Indyk, Motwani 1998) of a fast similarity sketch (Dahlgaard, Knudsen, Thorup, FOCS
  2017, "Fast Similarity Sketching") of the set of character 5-grams. Like MinHash (Broder 1997), each of the bins of two
  sets agrees with the probability of their Jaccard coefficient; unlike it, the cost is O(n + t log t), not O(n · t).

A leaf boundary is a hard break: no shingle crosses it, and it enters the exact hash. A leaf shorter than one shingle is
one shingle. Memory beside the output: 5 (Han) to 13 (ASCII) bytes per byte of the longest document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Documents
from quality.kernels import shadow as shadow_kernel
from quality.kernels import sketch as kernel
from quality.shadow import normalised, tables
from quality.value_sequence import DISTINCT, flags, folding

PERMUTATIONS, BANDS, ROWS, SHINGLE = 126, 21, 6, 5
"""21 bands of 6 bins use 126 of the customary 128: a pair at Jaccard 0.8 is met with probability 0.998."""

NO_SKETCH = {"permutations": 0, "bands": 0, "rows": 0}
"""Settings of `keys` where only exact, value and template hashes are wanted."""


@dataclass(frozen=True)
class Keys:
    """Keys of n documents. A document without text has size 0 (its bands mean nothing)."""

    exact: NDArray[np.uint64]  # (n, 2)
    value: NDArray[np.uint64]  # n
    template: NDArray[np.uint64]  # n
    bands: NDArray[np.uint64]  # (bands, n)
    size: NDArray[np.int32]  # n, shingles, repeated ones counted

    def __len__(self) -> int:
        return len(self.value)


def keys(
    documents: Documents,
    *,
    permutations: int = PERMUTATIONS,
    bands: int = BANDS,
    rows: int = ROWS,
    shingle: int = SHINGLE,
    salted: bool = True,
    distinct: str = DISTINCT,
) -> Keys:
    """Keys of n documents. `salted` puts the value hash into every band: unequal values never share a bucket.

    Raises ValueError unless permutations = bands × rows.
    """
    if permutations != bands * rows:
        raise ValueError("分段数 × 每段行数须等于置换数 / permutations must be bands × rows")
    n = len(documents)
    exact, value, template = np.empty((n, 2), np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint64)
    out = Keys(exact, value, template, np.empty((bands, n), np.uint64), np.empty(n, np.int32))
    sketch, table = np.empty(permutations, np.uint64), flags(distinct)
    folds = tuple(folding(distinct))

    def run(part: Documents, which: NDArray[np.int64], trusted: bool) -> None:
        wide, shingles = _buffers(part)
        kernel.keys(
            part.data, part.leaf_offsets, part.document_offsets, which, folds, table, trusted, shingle,
            salted, wide, np.empty(len(wide), np.uint8), shingles, sketch,
            out.exact, out.value, out.template, out.bands, out.size,
        )  # fmt: skip

    _twice(documents, run, out.size)
    return out


def concat(parts: Sequence[Keys]) -> Keys:
    """The keys of several batches, one after another; no parts give no rows and no bands."""
    if not parts:
        none = np.empty(0, np.uint64)
        return Keys(none.reshape(0, 2), none, none, none.reshape(0, 0), none.astype(np.int32))
    return Keys(
        np.concatenate([part.exact for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.template for part in parts]),
        np.concatenate([part.bands for part in parts], axis=1),
        np.concatenate([part.size for part in parts]),
    )


def jaccard(documents: Documents, pairs: NDArray[np.int64], *, shingle: int = SHINGLE) -> NDArray[np.float32]:
    """float32[m]: true Jaccard coefficient of the shingle sets (as 64-bit hashes) of documents pairs[:, 0] and [:, 1]."""
    starts, ends = np.zeros(len(documents), np.int64), np.zeros(len(documents), np.int64)
    sets: list[NDArray[np.uint64]] = []

    def run(part: Documents, which: NDArray[np.int64], trusted: bool) -> None:
        wide, room = _buffers(part)
        before = sum(len(s) for s in sets)
        space = np.empty(_bytes(part) * shadow_kernel.ROOM + len(part.leaf_offsets), np.uint64)
        stop = kernel.shingle_sets(
            part.data, part.leaf_offsets, part.document_offsets, which, tuple(tables()), trusted, shingle,
            wide, room, starts, ends, space, 0,
        )  # fmt: skip
        starts[which] += before
        ends[which] += np.where(ends[which] < 0, 0, before)
        sets.append(space[:stop])

    _twice(documents, run, ends)
    out = np.empty(len(pairs), np.float32)
    flat = sets[0] if len(sets) == 1 else np.concatenate(sets)
    kernel.jaccard(flat, starts, ends, np.ascontiguousarray(pairs, np.int64), out)
    return out


def _twice(documents: Documents, run: Callable[[Documents, Any, bool], None], failed: NDArray[Any]) -> None:
    """Runs the kernel on all documents, then on the few whose folding needs unicodedata (`failed` < 0)."""
    run(documents, np.arange(len(documents)), False)
    slow = np.flatnonzero(failed < 0)
    if len(slow):
        run(normalised(documents, slow), slow, True)


def _bytes(documents: Documents) -> int:
    ends = documents.leaf_offsets[documents.document_offsets]
    return int(ends[-1] - ends[0])


def _buffers(documents: Documents) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    """(widened text, shingles) with room for the longest document."""
    ends = documents.leaf_offsets[documents.document_offsets]
    longest = int(np.diff(ends).max(initial=0)) * shadow_kernel.ROOM + int(
        np.diff(documents.document_offsets).max(initial=0)
    )
    return np.empty(longest + 2, np.uint32), np.empty(longest + 1, np.uint64)
