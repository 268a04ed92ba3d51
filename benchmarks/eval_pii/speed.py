"""Speed of the identifier scan, of the whole find and of the whole scrub, in MB/s, on one process and on two.

Every process works on its own copy of a text set repeated to SIZE, in batches of rows as a run has them. A figure is the
bytes of all processes over the time from a common start to the last one's end; the median of the rounds.
"""

from __future__ import annotations

import multiprocessing as mp
import statistics
import time
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

import pyarrow as pa

SIZE = 50_000_000  # bytes
ROWS = 2048
ROUNDS = 3
JOBS = ("identifier scan", "whole find", "whole scrub")


def measure(sets: dict[str, Sequence[str]]) -> list[dict[str, Any]]:
    """One row per set, job and number of processes: median, lowest and highest MB/s."""
    rows = []
    for name, strings in sets.items():
        for job in JOBS:
            for processes in (1, 2):
                rates = _rates(job, _repeated(strings), processes)
                rows.append({"set": name, "job": job, "processes": processes, "mb_s": statistics.median(rates),
                             "low": min(rates), "high": max(rates)})  # fmt: skip
    return rows


def _repeated(strings: Sequence[str]) -> list[str]:
    size = sum(len(text.encode()) for text in strings)
    return list(strings) * -(-SIZE // max(size, 1))


def _rates(job: str, strings: list[str], processes: int) -> list[float]:
    context = mp.get_context("fork")
    barrier = context.Barrier(processes)
    queue: Any = context.SimpleQueue()
    workers = [context.Process(target=_worker, args=(job, strings, barrier, queue)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    reports = [queue.get() for _ in workers]
    for worker in workers:
        worker.join()
    size = sum(report["bytes"] for report in reports)
    spans = [list(zip(*(report["spans"][turn] for report in reports), strict=True)) for turn in range(ROUNDS)]
    return [size / (max(ends) - min(starts)) / 1e6 for starts, ends in spans]


def _worker(job: str, strings: list[str], barrier: Barrier, queue: Any) -> None:
    """Compiles on a few rows, then works through its batches once per round. CLOCK_MONOTONIC is the same in all processes."""
    batches = pa.table({"text": pa.array(strings, pa.large_string())}).to_batches(max_chunksize=ROWS)
    work = _work(job)
    work(batches[0].slice(0, 64))
    work(batches[0])
    spans = []
    for _ in range(ROUNDS):
        barrier.wait()
        start = time.monotonic()
        for batch in batches:
            work(batch)
        spans.append((start, time.monotonic()))
    queue.put({"bytes": sum(len(text.encode()) for text in strings), "spans": spans})


def _work(job: str) -> Callable[[pa.RecordBatch], Any]:
    from corpora import text_buffers
    from corpora.text_buffers import Leaf
    from curation.find_pii import FindPII
    from curation.step import Context
    from curation.treat.redact import RedactPII
    from quality import pii
    from quality.pii import identifiers

    if job == "identifier scan":
        return lambda batch: identifiers.find(text_buffers.texts(batch.column(0)))
    if job == "whole find":
        return lambda batch: pii.find(text_buffers.texts(batch.column(0)))
    context = Context(leaves=(Leaf("text"),), content_key=bytes(32), base=".")
    seek, redact = FindPII().start(context), RedactPII().start(context)
    return lambda batch: redact(seek(batch))
