"""Scans the shards of files in order: here for a small file, in forked processes for a large one."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pyarrow as pa

from corpora import sources, text_buffers
from corpora.errors import UsageError
from corpora.sources import Layout, Shard
from quality import pii
from quality.scan.pieces import Piece, Request, scan

POOL_BYTES = 24 << 20
"""A file from this size on is worth a second process."""
SHARD_BYTES = 6 << 20


@contextmanager
def start(*requests: Request, workers: int = 0) -> Iterator[tuple[int, Iterator[Piece]]]:
    """Opens a scan of one file or several: (number of shards, pieces in the order of the files).

    `workers`: processes, by default as many as there are processors, for large files. Raises SourceMissing or UsageError.
    """
    tasks = [task for request in requests for task in _plan(request)]
    size = sum(os.path.getsize(request.path) for request in requests)
    count = workers or (_processors() if size >= POOL_BYTES else 1)
    if min(count, len(tasks)) <= 1 or sys.platform != "linux":
        yield len(tasks), (scan(*task) for task in tasks)
        return
    pii.find(text_buffers.texts(pa.array(["电话13812345678"], pa.large_string())))  # the children start with loaded code
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(os.getpid).result()  # forks now, before the front door starts a thread
        yield len(tasks), _in_order(pool, tasks, count)


def _plan(request: Request) -> list[tuple[Request, Shard]]:
    if os.path.isdir(request.path):
        raise UsageError(
            "这是目录，不是文件 / a folder, not a file", hint="写成通配符，如 目录/*.csv / use a glob: folder/*.csv"
        )
    shards = sources.plan(
        request.path, source=0, file=0, format=request.format, encoding=request.encoding, layout=Layout(unit=request.unit),
        shard_bytes=SHARD_BYTES,
    )  # fmt: skip
    if request.id and shards:
        request = replace(request, numeric_ids=_numeric(shards[0], request))
    return [(request, shard) for shard in shards]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_order(pool: ProcessPoolExecutor, tasks: list[tuple[Request, Shard]], workers: int) -> Iterator[Piece]:
    """Results in the order of the files; only a few wait at a time."""
    waiting: deque[Future[Piece]] = deque()
    for task in tasks:
        waiting.append(pool.submit(scan, *task))
        if len(waiting) > 2 * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _numeric(shard: Shard, request: Request) -> bool:
    """Whether the file writes its keys as numbers (judged by its first record): then they are numbers in the output too."""
    if shard.format == "parquet":
        import pyarrow.parquet as pq

        found = pq.read_schema(request.path)
        return request.id in found.names and pa.types.is_integer(found.field(request.id).type)
    return shard.format == "jsonl" and type(_first(shard).get(request.id or "")) is int


def _first(shard: Shard) -> dict[str, Any]:
    """The first record of a JSONL file, or {}."""
    from corpora.sources.streams import pieces

    head = next(iter(pieces(shard.path, shard.compression, shard.start, shard.stop, 1 << 20)), b"")
    line = next((one for one in head.split(b"\n") if one.strip()), b"")
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
