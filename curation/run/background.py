"""Runs in a process of their own: they survive the browser that began them, and anybody with the workspace can watch.

A job is a folder `jobs/<id>/` of the workspace: `job.json` (what to run), `status.json` (replaced in one rename), `log`
(what happened, never text), `lock` (held while the process lives: a status without a holder is of a process that died).
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.workspace import HOME_VARIABLE, Workspace, private_folder, write_atomically
from curation.run.locks import held, locked

FOLDER, JOB, STATUS, LOG, LOCK, STOP, PID = "jobs", "job.json", "status.json", "log", "lock", "cancel", "pid"
PATIENCE = 10.0  # seconds that a cancelled run has to leave by itself
ALIVE = ("queued", "running")


@dataclass(frozen=True)
class Step:
    """One stage of the run. done of total: shards or files; started, ended: seconds since 1970, 0 for not yet."""

    stage: str
    done: int
    total: int
    started: float
    ended: float = 0.0


@dataclass(frozen=True)
class Status:
    """state: queued, running, done, failed or cancelled. phase, done, total: of the stage under way; started, ended: seconds
    since 1970; error, hint: 中文 / English, no text of records; release, work: folders, "" before the end; notes: of a finished
    run, what its maker should know, gates that failed among them."""

    state: str = "queued"
    phase: str = ""
    done: int = 0
    total: int = 0
    started: float = 0.0
    ended: float = 0.0
    error: str = ""
    hint: str = ""
    release: str = ""
    work: str = ""
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False).encode()

    @classmethod
    def read(cls, path: Path) -> Status:
        if not path.is_file():
            return cls()
        said = json.loads(path.read_bytes())
        if said.pop("format") != FORMAT:
            raise FormatUnknown("不认识的任务状态 / unknown format of a job", hint="请升级 / upgrade yuliao")
        return cls(**{**said, "steps": [Step(**one) for one in said["steps"]]})


@dataclass(frozen=True)
class Handle:
    """One job. Any process that opens the workspace has the same handles."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def about(self) -> dict[str, Any]:
        """{recipe, inputs, version, workers, corpus}: what was asked for."""
        return json.loads((self.folder / JOB).read_bytes())

    @property
    def log(self) -> Path:
        """What happened, line by line. No text of records."""
        return self.folder / LOG

    def status(self) -> Status:
        """What is known now. A process that died without a word is failed, or cancelled if that was asked for."""
        said = Status.read(self.folder / STATUS)
        if said.state not in ALIVE or self._alive():
            return said
        said = Status.read(self.folder / STATUS)  # it may have ended between the two
        return said if said.state not in ALIVE else self._bury(said)

    def cancel(self, *, patience: float = PATIENCE) -> Status:
        """Stops the run: asked first, after `patience` seconds killed with all its workers. Finished shards stay."""
        if self.status().state not in ALIVE:
            return self.status()
        (self.folder / STOP).touch()
        for order, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, PATIENCE)):
            self._signal(order)
            until = time.monotonic() + wait
            while self._alive() and time.monotonic() < until:
                time.sleep(0.05)
        return self.status()

    def resume(self) -> Handle:
        """Starts the job again; finished stages are reused (law 8). Raises UsageError while it is under way."""
        if self.status().state in ALIVE:
            raise UsageError("任务正在进行 / the job is under way", hint="等它结束，或先取消 / wait for it, or cancel it")
        (self.folder / STOP).unlink(missing_ok=True)
        return self._launch()

    def _launch(self) -> Handle:
        """The lock is taken here and handed to the child as an open file: there is no moment in which nobody holds it."""
        write_atomically(self.folder / STATUS, Status(started=time.time()).to_json())
        code = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
        env = {**os.environ, HOME_VARIABLE: str(self.folder.parent.parent), "PYTHONPATH": code}
        with open(self.folder / LOCK, "a") as lock:
            _take(lock)
            handed: dict[str, Any] = {"pass_fds": (lock.fileno(),)} if os.name == "posix" else {}
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "curation.run.job", str(self.folder)], stdin=subprocess.DEVNULL, umask=0o077,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=env, **handed,
            )  # fmt: skip
            write_atomically(self.folder / PID, str(child.pid).encode())
        return self

    def _alive(self) -> bool:
        with held(self.folder) as free:
            return not free

    def _signal(self, order: int) -> None:
        """To the whole group: the lock is held, so the group is there and is ours."""
        if self._alive():
            with contextlib.suppress(ProcessLookupError, ValueError, FileNotFoundError):
                os.killpg(int((self.folder / PID).read_text()), order)

    def _bury(self, said: Status) -> Status:
        stopped = (self.folder / STOP).exists()
        last = replace(
            said, state="cancelled" if stopped else "failed", ended=time.time(),
            error="" if stopped else "进程意外退出（常见原因：内存不足、关机）/ the process died (often: out of memory, shutdown)",
            hint="继续运行，已完成的部分会沿用 / resume: finished parts are reused",
        )  # fmt: skip
        write_atomically(self.folder / STATUS, last.to_json())
        return last


def _take(lock: Any) -> None:
    """Raises UsageError where a job keeps it; somebody who only looks has it for an instant."""
    for _ in range(20):
        if locked(lock):
            return
        time.sleep(0.05)
    raise UsageError("任务正在进行 / the job is under way", hint="等它结束，或先取消 / wait for it, or cancel it")


def start(
    workspace: Workspace, recipe_path: str | Path, *, inputs: Sequence[str] = (), version: str | None = None,
    workers: int | None = None,
) -> Handle:  # fmt: skip
    """Begins a run of a recipe (a path, or a shipped one's name). inputs, version, workers: as of `yuliao run`; relative
    inputs count from here. Raises RecipeError and UsageError for what would fail at once."""
    from curation import recipe_file

    given = [str(Path(one).absolute()) for one in inputs]
    file = recipe_file.override(recipe_file.load(str(recipe_path)), inputs=given, version=version)
    asked = {
        "format": FORMAT, "recipe": str(recipe_file.find(str(recipe_path))), "inputs": given, "version": version,
        "workers": workers, "corpus": file.recipe.corpus, "asked": time.time(),
    }  # fmt: skip
    now = time.time_ns() // 1000  # read once: names are sorted by it
    name = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now // 10**6)) + f"-{now % 10**6:06}-{secrets.token_hex(3)}"
    folder = private_folder(private_folder(workspace.root / FOLDER) / name)
    write_atomically(folder / JOB, json.dumps(asked, ensure_ascii=False).encode())
    return Handle(folder)._launch()


def jobs(workspace: Workspace) -> list[Handle]:
    """All jobs of the workspace, newest first."""
    folder = workspace.root / FOLDER
    found = (one for one in folder.iterdir() if (one / JOB).is_file()) if folder.is_dir() else iter(())
    return [Handle(one) for one in sorted(found, key=lambda one: one.name, reverse=True)]


def find(workspace: Workspace, id: str) -> Handle:  # noqa: A002
    """The job with this id. Raises UsageError."""
    for one in jobs(workspace):
        if one.id == id:
            return one
    raise UsageError(f"没有这个任务：{id} / no such job", hint="yuliao app 的运行页列出全部 / see the page of runs")
