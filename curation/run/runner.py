"""A runner is a map over tasks: here, a pool of local processes. (A Ray cluster will be another one.)

Workers start from a clean fork server that has the heavy imports already done. Each worker builds its work
function once (models, lexicons) and then takes tasks; results come back in whatever order they finish.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from corpora.errors import WorkerLost

Task = Any
Result = Any
Build = Callable[[Any], Callable[[Task], Result]]


class Runner(Protocol):
    """Maps `build(job)(task)` over tasks; yields (position of the task, result) as they finish."""

    def map(self, build: Build, job: Any, tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]: ...

    def close(self) -> None: ...


class InlineRunner:
    """Runs everything in this process: tests, debugging, one worker."""

    def map(self, build: Build, job: Any, tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]:
        work = build(job)
        for position, task in enumerate(tasks):
            yield position, work(task)

    def close(self) -> None:
        pass


_WORK: dict[tuple[Build, bytes], Callable[[Task], Result]] = {}  # this worker's started work, one entry a stage


def _call(build: Build, job: bytes, task: Task) -> Result:
    import pickle

    key = (build, job)
    if key not in _WORK:
        _WORK[key] = build(pickle.loads(job))
    return _WORK[key](task)


def warm_up() -> None:
    """Starts the fork server, which imports and warms everything while this process goes on. Call it early."""
    if os.name == "posix":
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["curation.run.preload"])
        forkserver.ensure_running()


class ProcessRunner:
    """A pool of `workers` processes on this machine."""

    def __init__(self, workers: int) -> None:
        warm_up()
        context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context)

    def map(self, build: Build, job: Any, tasks: Iterable[Task]) -> Iterator[tuple[int, Result]]:
        import pickle

        packed = pickle.dumps(job)
        futures: dict[Future[Result], int] = {}
        try:
            futures = {self._pool.submit(_call, build, packed, task): i for i, task in enumerate(tasks)}
            for future in as_completed(futures):
                yield futures.pop(future), future.result()
        except BrokenProcessPool:
            raise WorkerLost(
                "一个工作进程意外退出（常见原因：内存不足）/ a worker process died (often: out of memory)",
                hint="减少 --workers 后重新运行，已完成的部分会沿用 / run again with fewer --workers; finished parts are reused",
            ) from None
        finally:
            for future in futures:
                future.cancel()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def default_workers() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
