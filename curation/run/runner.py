"""A runner is a map over tasks: here, a pool of local processes. (A Ray cluster will be another one.)

Each worker builds its work function once (models, lexicons) and then takes tasks; results come back in whatever order they finish.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
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


def _leave_with(parent: int) -> None:
    """A worker whose parent was killed has nobody to answer to, but holds the locks that it inherited: it leaves too."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # what the parent does on it is the parent's business
    threading.Thread(target=watch, daemon=True).start()


class ProcessRunner:
    """A pool of `workers` processes on this machine, with everything compiled and loaded before the first task.

    On Linux the workers are forked from this process once it has loaded and warmed all steps: one import instead of
    three, and shared memory. Make the runner before any thread is started (progress bars, hashing). Elsewhere workers
    start from a fork server that warms itself.
    """

    def __init__(self, workers: int) -> None:
        forks = sys.platform == "linux"
        if forks:
            from curation.run import preload  # noqa: F401  loads and warms this process for its children
        context = multiprocessing.get_context("fork" if forks else "spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_with, initargs=(os.getpid(),))
        self._pool.submit(os.getpid).result()  # forks all workers now

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


def start(workers: int) -> Runner:
    """The runner for so many workers: this process itself for one, a pool for more."""
    return InlineRunner() if workers <= 1 else ProcessRunner(workers)


def default_workers() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
