"""Development figures on held-out sentences: python -m benchmarks.train_places.develop SILVER"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import pyarrow as pa

from benchmarks.train_places import data
from corpora.text_buffers import texts
from quality.pii import addresses, place_names


def main(silver: Path) -> None:
    """Of each source: precision, recall and F1 of exact spans and touched gold, of the tagger and of all addresses."""
    groups: dict[str, list[data.Sentence]] = defaultdict(list)
    for source, held, row in data.silver(silver):
        if held:
            groups["daily" if source == "daily" else "web" if source != "cold_offensive" else "posts"].append(row)
    for name, rows in groups.items():
        array = texts(pa.array([text for text, _ in rows], pa.large_string()))
        gold = {(i, s[0], s[1]) for i, (_, spans) in enumerate(rows) for s in spans if s[2] == "LOC"}
        found = place_names.find(array)
        print(name, "tagger:   ", figures({tuple(r[:3]) for r in found[found[:, 6] == 0].tolist()}, gold))
        one = addresses.find(array)
        print(
            name, "addresses:", figures(set(zip(one.text.tolist(), one.start.tolist(), one.end.tolist(), strict=True)), gold)
        )


def figures(found: set[tuple[int, ...]], gold: set[tuple[int, ...]]) -> str:
    hit, by_text = len(found & gold), defaultdict(list)
    for t, a, b in found:
        by_text[t].append((a, b))
    touched = sum(any(a < end and start < b for a, b in by_text[t]) for t, start, end in gold)
    return (
        f"P {hit / max(1, len(found)):.3f} R {hit / max(1, len(gold)):.3f} F1 {2 * hit / max(1, len(found) + len(gold)):.3f} "
        f"touched {touched / max(1, len(gold)):.3f} (gold {len(gold)}, found {len(found)})"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
