"""Speed of the identifier scan, of the whole find and of the whole scrub, in MB/s, on one process and on two.

Every process works through the whole text set, repeated to SIZE, in batches of rows as a run has them. A figure is the
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
import pyarrow.compute as pc

SIZE = 50_000_000  # bytes
ROWS = 2048
ROUNDS = 3
WAIT = 1800  # seconds; a worker that died must not keep us waiting for ever
JOBS = ("identifier scan", "whole find", "whole scrub")


def measure(sets: dict[str, Sequence[str]]) -> list[dict[str, Any]]:
    """One row per set, job and number of processes: median, lowest and highest MB/s by the clock, and by processor time of
    one process, which other programs on the machine disturb less."""
    rows = []
    for name, strings in sets.items():
        batches = _batches(strings)
        for job in JOBS:
            for processes in (1, 2):
                rates, cpu = _rates(job, batches, processes)
                row = {"set": name, "job": job, "processes": processes, "mb_s": statistics.median(rates)}
                rows.append({**row, "low": min(rates), "high": max(rates), "cpu_mb_s": statistics.median(cpu)})
    return rows


def _batches(strings: Sequence[str]) -> list[pa.RecordBatch]:
    """The strings over and over, in the same order, to SIZE bytes or more."""
    once = pa.table({"text": pa.array(strings, pa.large_string())}).combine_chunks().to_batches(max_chunksize=ROWS)
    return once * -(-SIZE // max(_size(once), 1))


def _size(batches: Sequence[pa.RecordBatch]) -> int:
    return sum(int(pc.sum(pc.binary_length(batch.column(0))).as_py() or 0) for batch in batches)


def _rates(job: str, batches: list[pa.RecordBatch], processes: int) -> tuple[list[float], list[float]]:
    """MB/s of each round by the clock, and of each round and process by processor time. Workers inherit the text and the modules; nothing has been compiled or loaded before they fork."""
    context = mp.get_context("fork")
    _work(job)
    barrier, queue = context.Barrier(processes), context.Queue()
    workers = [context.Process(target=_worker, args=(job, batches, barrier, queue)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    reports = [queue.get(timeout=WAIT) for _ in workers]
    for worker in workers:
        worker.join()
    size = _size(batches) / 1e6
    clock = [processes * size / (max(r[1] for r in one) - min(r[0] for r in one)) for one in zip(*reports, strict=True)]
    return clock, [size / seconds for report in reports for _, _, seconds in report]


def _worker(job: str, batches: list[pa.RecordBatch], barrier: Barrier, queue: Any) -> None:
    """Compiles on some rows, then works through the batches once per round. All processes read the same monotonic clock."""
    work = _work(job)
    work(batches[0])
    spans = []
    for _ in range(ROUNDS):
        barrier.wait()
        start, cpu = time.monotonic(), time.process_time()
        for batch in batches:
            work(batch)
        spans.append((start, time.monotonic(), time.process_time() - cpu))
    queue.put(spans)


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
