"""Recall and precision of near deduplication against brute force: `python -m benchmarks.dedup_recall`.

5 000 documents of 200 to 2 000 characters: sections of one manual in several versions, laws in several versions, and
light edits, no two the same. Truth: all pairs with true Jaccard ≥ 0.8 and equal value sequence.
"""

from __future__ import annotations

import random
import re
import tempfile
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.text_buffers import Documents, texts
from curation.dedup import DedupNear, KeyStore, resolve
from quality.kernels import clusters
from quality.shadow import shadow
from quality.sketch import jaccard, keys

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
N, THRESHOLD = 5000, 0.8


def documents(strings: list[str]) -> Documents:
    view = texts(pa.array(strings, pa.large_string()))
    return Documents(view.data, view.offsets, np.arange(len(view) + 1))


def sample(n: int = N, seed: int = 1) -> list[str]:
    """Real passages with natural and planted near copies, shuffled by the seed."""
    chance = random.Random(seed)
    manual = _passages(sorted((DATA / "manufacturing/iotdb_docs_zh").rglob("*.md")), r"\n#+ ")
    laws = _passages(sorted((DATA / "general/laws_cn").rglob("*.md")), r"\n(?=第[一二三四五六七八九十]+章)|\n\n(?=## )")
    strings = chance.sample(manual, n * 3 // 10) + chance.sample(laws, n * 2 // 10)
    known = {shadow(text) for text in strings}
    while len(strings) < n:
        text = _edited(chance.choice(strings), chance)
        if shadow(text) not in known:
            known.add(shadow(text))
            strings.append(text)
    chance.shuffle(strings)
    return strings


def _passages(paths: list[Path], cut: str) -> list[str]:
    pages = (path.read_text("utf-8", errors="ignore") for path in paths)
    parts = (part.strip()[:2000] for page in pages for part in re.split(cut, page))
    return list({shadow(part): part for part in parts if len(part) >= 200}.values())


def _edited(text: str, chance: random.Random) -> str:
    """0.1 to 4 % of the Han characters exchanged, deleted or doubled, never a numeral."""
    rate = chance.choice((0.001, 0.003, 0.006, 0.01, 0.02, 0.04))
    out = []
    for c in text:
        touched = "\u4e00" < c <= "\u9fff" and c not in "二三四五六七八九十百千万两第" and chance.random() < rate
        out.append(chance.choice(("", c + c, "的", "和")) if touched else c)
    return "".join(out)


def true_pairs(docs: Documents, value: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All pairs of equal value hash and Jaccard ≥ THRESHOLD, by comparing every pair of equal value hash."""
    groups: dict[int, list[int]] = {}
    for row, v in enumerate(value.tolist()):
        groups.setdefault(v, []).append(row)
    pairs = np.array([pair for group in groups.values() for pair in combinations(group, 2)], np.int64).reshape(-1, 2)
    print(f"pairs of equal value sequence     {len(pairs):>10,}")
    similar = jaccard(docs, pairs)
    true = similar >= np.float32(THRESHOLD)
    return pairs[true], similar[true]


def main() -> None:
    strings = sample()
    docs = documents(strings)
    found = keys(docs)
    truth, similar = true_pairs(docs, found.value)
    shared = (found.bands[:, truth[:, 0]] == found.bands[:, truth[:, 1]]).any(axis=0)
    edges, cluster = _resolve(strings)
    a, b = cluster[truth[:, 0]], cluster[truth[:, 1]]
    print(f"pairs with Jaccard ≥ {THRESHOLD}           {len(truth):>10,}")
    for low in (0.8, 0.85, 0.9, 0.95):
        at = (similar >= np.float32(low)) & (similar < np.float32(low + 0.05 if low < 0.95 else 1.1))
        print(f"  of them {low:.2f} to {low + 0.05:.2f}            {at.sum():>10,}  candidates {shared[at].mean():.4f}")
    print(f"recall of candidates (shared band) {shared.mean():>9.4f}")
    print(f"recall of pairs (same cluster)    {np.mean(a == b):>10.4f}")
    print(f"verified edges                    {len(edges):>10,}")
    print(f"precision of edges                {_precision(strings, edges, found.value):>10.4f}")


def _resolve(strings: list[str]) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    edges: list[tuple[int, int]] = []
    unite: Any = clusters.unite

    def noted(parent: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
        edges.extend(zip(left.tolist(), right.tolist(), strict=True))
        unite(parent, left, right)

    lengths = np.array([len(s.encode()) for s in strings])
    with tempfile.TemporaryDirectory() as folder:
        store = KeyStore(folder)
        store.write(0, keys(documents(strings)))
        clusters.unite = cast(Any, noted)
        try:
            result = resolve(
                store,
                exact=None,
                near=DedupNear(threshold=THRESHOLD),
                eligible=np.ones(len(strings), bool),
                lengths=lengths,
                fetch=lambda rows: documents([strings[row] for row in rows]),
            )
        finally:
            clusters.unite = unite
    return edges, result.cluster


def _precision(strings: list[str], edges: list[tuple[int, int]], value: NDArray[np.uint64]) -> float:
    """Share of edges that plain Python sets of 5-grams confirm, with equal values."""
    good = 0
    for a, b in edges:
        left, right = _grams(strings[a]), _grams(strings[b])
        good += len(left & right) >= THRESHOLD * len(left | right) - 1e-9 and bool(value[a] == value[b])
    return good / max(len(edges), 1)


def _grams(text: str) -> set[str]:
    folded = shadow(text)
    return {folded[i : i + 5] for i in range(max(len(folded) - 4, 1))}


if __name__ == "__main__":
    main()
