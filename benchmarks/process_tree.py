"""One command as a whole process: its time, and the peak memory of it and all its descendants (Linux)."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Taken:
    """seconds: start to end, wall clock. pss, rss: peak of the sums over the tree, bytes; 0 where not sampled."""

    seconds: float
    output: str
    pss: int = 0
    rss: int = 0
    processes: int = 0


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None, sample: bool = False) -> Taken:
    """Runs a command to its end. Raises RuntimeError with the tail of its errors unless it exits with 0.

    sample: look at the memory every 50 ms. Leave it off where time counts: reading page tables costs the process time.
    """
    os.sync()  # what earlier runs left to write should not slow this one down
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    sampler = _Sampler(process.pid)
    if sample:
        sampler.start()
    output, errors = process.communicate()
    seconds = time.perf_counter() - began
    if sample:
        sampler.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}\n{errors[-3000:]}")
    return Taken(seconds, output, sampler.pss, sampler.rss, sampler.processes)


class _Sampler(threading.Thread):
    """Peaks of the sums of PSS (shared pages divided among their users) and of RSS (counted in full in each)."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.pss, self.rss, self.processes = root, 0, 0, 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(POLL_SECONDS):
            members = tree(self.root)
            sizes = [memory(pid) for pid in members]
            self.pss = max(self.pss, sum(pss for pss, _ in sizes))
            self.rss = max(self.rss, sum(rss for _, rss in sizes))
            self.processes = max(self.processes, len(members))

    def stop(self) -> None:
        self._done.set()
        self.join()


def tree(root: int) -> list[int]:
    """A process and all its descendants: fork servers and their children too."""
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            todo += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def memory(pid: int) -> tuple[int, int]:
    """(PSS, RSS) of one process in bytes; zeros when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0, 0
    values = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.endswith("kB")}
    return values.get("Pss", 0), values.get("Rss", 0)
