"""Which pairs of letters place names begin or end with: text without any is passed over."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from benchmarks.train_places.data import Table
from quality.kernels import pii_places as kernel
from quality.kernels import pii_places_features as features
from quality.pii import letters

SHARE = 0.1
"""Of its occurrences, for a pair to count."""


def hot_bits(train: Table) -> Any:
    """uint8[2**PAIRS / 8], see pii_places_features.hot."""
    both = train.letters[:-1].astype(np.int64) << 16 | train.letters[1:]
    begins = np.isin(train.tags[:-1], [kernel.B])
    ends = np.isin(train.tags[1:], [kernel.E])
    seen, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    edge = np.bincount(inverse, weights=(begins | ends), minlength=len(seen))
    total = dict(zip(seen.tolist(), counts.tolist(), strict=True))
    pairs = set(seen[edge >= np.maximum(1, SHARE * counts)].tolist())
    pairs |= {pair for pair in _listed() if total.get(pair, 0) < 20}
    bits = np.zeros((1 << features.PAIRS) // 8, np.uint8)
    for pair in sorted(pairs):
        slot = int(features.pair_slot(np.uint16(pair >> 16), np.uint16(pair & 0xFFFF)))
        bits[slot >> 3] |= 1 << (slot & 7)
    print(
        f"{len(pairs)} pairs, {np.unpackbits(bits).mean():.3f} of the table, {np.isin(both, list(pairs)).mean():.3f} of the text"
    )
    return bits


def _listed() -> Counter[int]:
    fold = letters.fold_table()
    lists = [letters.lists(f) for f in ("divisions.txt", "model/gazetteer.txt")]
    words = [w for one in lists for key in one for w in one[key]] + list(letters.lists("words.txt")["world"])
    found: Counter[int] = Counter()
    for word in words:
        for a, b in {word[:2], word[-2:]} if len(word) > 1 else ():
            found[int(fold[ord(a)]) << 16 | int(fold[ord(b)])] += 1
    return found
