"""The process of a background run: `python -m curation.run.job FOLDER`. Its status and its log hold no text of records."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpora.errors import YuliaoError
from corpora.workspace import Workspace, write_atomically
from curation.run.background import JOB, LOG, STATUS, STOP, Status, Step

RESUME = "可以继续运行，已完成的部分会沿用 / resume: finished parts are reused"
OFTEN = 0.2  # seconds between two writes of the status


class Stopped(BaseException):
    """Somebody cancelled. No Exception: nothing on the way may take it for a failure of its own."""


class Watched:
    """Progress (curation.run.report) that goes into the status file and, stage by stage, into the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status = replace(Status.read(folder / STATUS), state="running")
        self._written = 0.0

    def begin(self, stage: str, total: int) -> None:
        self._close()
        steps = [*self.status.steps, Step(stage, 0, total, time.time())]
        self.set(phase=stage, done=0, total=total, steps=steps)
        self.note(f"{stage} {total}")

    def advance(self, amount: int) -> None:
        last = self.status.steps[-1]
        last = replace(last, done=last.done + amount)
        self.status = replace(self.status, done=last.done, steps=[*self.status.steps[:-1], last])
        if time.monotonic() - self._written >= OFTEN:
            self._write()

    def set(self, **changes: Any) -> None:
        self.status = replace(self.status, **changes)
        self._write()

    def end(self, state: str, **changes: Any) -> None:
        """The last word: on disk before the process leaves."""
        self._close()
        self.status = replace(self.status, state=state, ended=time.time(), **changes)
        write_atomically(self.folder / STATUS, self.status.to_json())
        self.note(f"{state} {self.status.error.splitlines()[0] if self.status.error else ''}".rstrip())

    def note(self, line: str) -> None:
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(time.strftime("%Y-%m-%dT%H:%M:%SZ ", time.gmtime()) + line + "\n")

    def _close(self) -> None:
        if self.status.steps:
            last = replace(self.status.steps[-1], ended=time.time())
            self.status = replace(self.status, steps=[*self.status.steps[:-1], last])

    def _write(self) -> None:
        """Replaced in one rename, but not forced to disk: after a crash of the machine the process is gone anyway."""
        part = self.folder / f".{STATUS}"
        part.write_bytes(self.status.to_json())
        os.replace(part, self.folder / STATUS)
        self._written = time.monotonic()


def main(folder: Path) -> int:
    """Runs the job of this folder; everything that a person should know goes into its status."""
    faulthandler.enable((folder / LOG).open("a"))  # frames of a crash in compiled code: no values
    watched = Watched(folder)
    signal.signal(signal.SIGTERM, _stop)
    watched.set()
    try:
        watched.end("done", **_run(folder, watched))
        return 0
    except (Stopped, KeyboardInterrupt):
        watched.end("cancelled", hint=RESUME)
        _leave_at_once()
    except YuliaoError as error:
        stopped = (folder / STOP).exists()  # workers may go before this process hears of it
        said = {"hint": RESUME} if stopped else {"error": str(error), "hint": error.hint}
        watched.end("cancelled" if stopped else "failed", **said)
    except Exception as error:  # the front door of this process
        watched.note(
            "".join(f"{frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(error.__traceback__))
        )
        watched.end(
            "failed", error=f"程序出错：{type(error).__name__} / internal error",
            hint="把任务目录里的 log 交给维护者，里面没有数据 / give the job's log to the maintainers: it holds no data",
        )  # fmt: skip
    return 0 if watched.status.state == "cancelled" else 1


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def _leave_at_once() -> None:
    """Nobody waits for the shards under way: the group is this process and its workers."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)


def _run(folder: Path, watched: Watched) -> dict[str, Any]:
    from corpora.gates import said
    from corpora.lean_arrow import leave_pandas_out

    leave_pandas_out()
    from contextlib import closing

    from curation import recipe_file
    from curation.run import pipeline
    from curation.run.runner import default_workers, start

    asked = json.loads((folder / JOB).read_bytes())
    file = recipe_file.override(recipe_file.load(asked["recipe"]), inputs=asked["inputs"], version=asked["version"])
    with closing(start(asked["workers"] or default_workers())) as runner:
        if (folder / STOP).exists():
            raise Stopped
        report = pipeline.run(file, workspace=Workspace(folder.parent.parent), progress=watched, runner=runner)
    failed = [f"门限未过 / gate failed: {said(one)}" for one in report.release.manifest["gates"] if one["passed"] is False]
    return {"release": str(report.release.folder), "work": str(report.work), "notes": [*report.notes, *failed]}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
