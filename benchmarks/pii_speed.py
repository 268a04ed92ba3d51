"""Megabytes a second of every recogniser, of finding as a whole, and of the whole scrub (find_pii and redact_pii).

    python -m benchmarks.pii_speed /path/to/shared/data

Laws, manuals and textbooks have few hits; generated notes are dense. Prints JSON; the best of three runs counts: CPU seconds
of one thread, elapsed ones of two. Every run has a thread of its own, so that it remembers nothing of the run before.
`shares` says where the CPU seconds of a scrub go: to each recogniser, to settling (overlaps, and reading again), to replacing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from corpora.text_buffers import Leaf, Texts, texts
from curation.find_pii import FindPII
from curation.step import Context
from curation.treat.redact import RedactPII
from quality import pii
from quality.identities import Draw
from quality.identities.by_kind import BY_KIND, LABELS
from quality.pii import addresses, dates, identifiers, labelled, names, organisations, place_names
from quality.samples import domains, records

_MEGABYTE = 1_000_000
_SAMPLE = 4 * _MEGABYTE
_RUNS = 3


def _column(strings: list[str]) -> Texts:
    return texts(pa.array(strings, pa.large_string()))


def laws(shared: Path) -> list[str]:
    """Plain text that ships with the shared data, cut into lines; empty if absent."""
    return _lines(shared, ("law", "regulation", "法"))


def manuals(shared: Path) -> list[str]:
    return _lines(shared, ("manual", "manufactur"))


def textbooks(shared: Path) -> list[str]:
    """Chapters of medical textbooks, a document each."""
    return [path.read_text("utf-8", "ignore") for path in sorted(shared.rglob("med_textbooks_tex/**/*.tex"))][:52]


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


def _once(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _best(work: Callable[[], object]) -> float:
    """CPU seconds of one thread."""

    def once() -> float:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(_once, work).result()

    return min(once() for _ in range(_RUNS))


def _best_of_two(work: Callable[[list[str]], object], strings: list[str]) -> float:
    """Elapsed seconds of two threads with half of the strings each."""
    middle = len(strings) // 2

    def once() -> float:
        with ThreadPoolExecutor(2) as pool:
            start = time.perf_counter()
            list(pool.map(work, (strings[:middle], strings[middle:])))
            return time.perf_counter() - start

    return min(once() for _ in range(_RUNS))


def _both(column: Texts) -> None:
    identifiers.find(column)
    labelled.find(column)


def _scrub(batch: pa.RecordBatch) -> pa.RecordBatch:
    """What a recipe with find_pii and redact_pii does to a batch."""
    context = Context((Leaf("text"),), b"0" * 32, ".")
    return RedactPII().start(context)(FindPII().start(context)(batch))


def _batch(strings: list[str]) -> pa.RecordBatch:
    return pa.record_batch({"text": pa.array(strings, pa.large_string())})


_WORK: dict[str, Callable[[Texts], object]] = {
    "identifiers": identifiers.find,
    "labelled": labelled.find,
    "identifiers + labelled": _both,
    "dates": dates.find,
    "organisations": lambda column: organisations.find(column, ("hospital", "department", "organisation")),
    "addresses": addresses.find,
    "of these, places": place_names.find,
    "names": names.find,
    "find": pii.find,
}
_PARTS = ("identifiers", "labelled", "dates", "addresses", "names")
"""Recognisers of a scrub by default."""


def measure(strings: list[str]) -> dict[str, object]:
    """Megabytes a second by what is done, and shares of a scrub in hundredths."""
    whole, batch = _column(strings), _batch(strings)
    size = sum(len(s.encode()) for s in strings) / _MEGABYTE
    _scrub(batch)  # compiles
    organisations.find(whole, ("hospital",))
    seconds = {name: _best(lambda work=work: work(whole)) for name, work in _WORK.items()}  # type: ignore[misc]
    seconds["scrub"] = _best(lambda: _scrub(batch))
    shares = _shares(seconds)
    seconds["identifiers + labelled, two threads"] = _best_of_two(lambda part: _both(_column(part)), strings)
    seconds["scrub, two threads"] = _best_of_two(lambda part: _scrub(_batch(part)), strings)
    speeds = {name: round(size / spent, 1) for name, spent in seconds.items()}
    return {"megabytes": round(size, 2), "megabytes a second": speeds, "shares": shares}


def _shares(seconds: dict[str, float]) -> dict[str, int]:
    parts = {name: seconds[name] for name in _PARTS}
    parts["settling"] = seconds["find"] - sum(parts.values())
    parts["replacing"] = seconds["scrub"] - seconds["find"]
    return {name: round(100 * spent / seconds["scrub"]) for name, spent in parts.items()}


def main() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    rows = {
        "laws": laws(shared),
        "manuals": manuals(shared),
        "textbooks": textbooks(shared),
        "notes": notes(),
        "dense": dense(),
    }
    print(json.dumps({name: measure(strings) for name, strings in rows.items() if strings}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
