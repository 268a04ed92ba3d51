"""Megabytes a second of the identifier scan (numbers and labelled numbers), on one thread and on two.

    python -m benchmarks.pii_speed /path/to/shared/data

Laws and manuals have few hits; generated notes are dense. Prints JSON; the best of five runs counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from corpora.text_buffers import Texts, texts
from quality.identities import Draw
from quality.identities.by_kind import BY_KIND, LABELS
from quality.pii import identifiers, labelled
from quality.samples import domains, records

_MEGABYTE = 1_000_000
_SAMPLE = 4 * _MEGABYTE


def _column(strings: list[str]) -> Texts:
    return texts(pa.array(strings, pa.large_string()))


def laws(shared: Path) -> list[str]:
    """Plain text that ships with the shared data, cut into lines; empty if absent."""
    return _lines(shared, ("law", "regulation", "法"))


def manuals(shared: Path) -> list[str]:
    return _lines(shared, ("manual", "manufactur"))


def _lines(shared: Path, words: tuple[str, ...]) -> list[str]:
    out: list[str] = []
    size = 0
    for path in sorted(shared.rglob("*")):
        if path.suffix not in (".txt", ".jsonl", ".md") or not any(w in str(path).lower() for w in words):
            continue
        for line in path.read_text("utf-8", "ignore").splitlines():
            out.append(line)
            size += len(line.encode("utf-8", "ignore"))
            if size > _SAMPLE:
                return out
    return out


def notes() -> list[str]:
    """Generated clinical and shop-floor text as quality.samples writes it: a few identities in every row."""
    out: list[str] = []
    for domain, files in domains.FILES.items():
        scribe = domains.Scribe(domain, 7)
        for file in files:
            rows = records.Recorder(scribe, file, 7, domain).records(600)
            out += [written.text for record in rows for written in record.row.leaves.values()]
    return out * 2


def dense() -> list[str]:
    """Rows that hold one labelled number of every kind each, and nothing else: a finding every thirty bytes."""
    draw = Draw(7, "speed")
    return ["，".join(f"{LABELS.get(kind, '联系')}：{make(draw)}" for kind, make in BY_KIND.items()) for _ in range(4000)]


def _best(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(once() for _ in range(5))


def measure(strings: list[str], shared_threads: int = 2) -> dict[str, float]:
    half = len(strings) // 2
    whole, parts = _column(strings), [_column(strings[:half]), _column(strings[half:])]
    size = sum(len(s.encode()) for s in strings) / _MEGABYTE

    def both(column: Texts) -> None:
        identifiers.find(column)
        labelled.find(column)

    both(whole)
    with ThreadPoolExecutor(shared_threads) as pool:
        two = _best(lambda: list(pool.map(both, parts)))
    return {
        "megabytes": round(size, 2),
        "numbers": round(size / _best(lambda: identifiers.find(whole)), 1),
        "labelled": round(size / _best(lambda: labelled.find(whole)), 1),
        "both": round(size / _best(lambda: both(whole)), 1),
        "both, two threads": round(size / two, 1),
    }


def main() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    rows = {"laws": laws(shared), "manuals": manuals(shared), "notes": notes(), "dense": dense()}
    print(json.dumps({name: measure(strings) for name, strings in rows.items() if strings}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
