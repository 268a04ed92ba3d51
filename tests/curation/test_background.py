"""A run in a process of its own: it outlives who began it, is watched, cancelled, resumed, and its death is noticed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.errors import RecipeError, UsageError
from corpora.release import load, verify
from corpora.workspace import Workspace
from curation.run import background, job
from curation.run.background import ALIVE, Handle, Status
from tests.curation import corpus

ROOT = Path(__file__).resolve().parent.parent.parent


def until(handle: Handle, wanted: Callable[[Status], bool], seconds: float = 90) -> Status:
    end = time.monotonic() + seconds
    while not wanted(status := handle.status()):
        assert time.monotonic() < end, status
        time.sleep(0.02)
    return status


def ended(status: Status) -> bool:
    return status.state not in ALIVE


def measuring(status: Status) -> bool:
    assert status.state in ALIVE, status
    return status.phase == "measure" and status.done > 0


@pytest.fixture()
def long(tmp_path: Path) -> Path:
    """A recipe whose run takes some seconds."""
    path = corpus.recipe(tmp_path, {"  - step: dedup_exact\n  - step: dedup_near\n": ""})
    data = (tmp_path / "notes.jsonl").read_bytes()
    with (tmp_path / "notes.jsonl").open("wb") as file:
        for number in range(400):
            file.write(data.replace(b'"N', b'"M%d' % number))
    return path


def test_a_run_is_watched_to_its_end(tmp_path: Path) -> None:
    handle = background.start(Workspace(), corpus.recipe(tmp_path), workers=1, version="2.0.0")
    assert handle.status().state in ALIVE and background.jobs(Workspace())[0].id == handle.id
    done = until(handle, ended)
    assert (done.state, done.error, done.phase) == ("done", "", "seal") and done.ended >= done.started > 0
    assert [step.stage for step in done.steps] == ["measure", "decide", "write", "seal"]
    assert all(step.done == step.total and step.ended >= step.started for step in done.steps)
    release = load(Path(done.release))
    assert not verify(release) and release.version == "2.0.0" and (Path(done.work) / "state.json").is_file()
    assert background.find(Workspace(), handle.id).about["corpus"] == "test/notes"


def test_files_are_private_and_hold_no_text(tmp_path: Path) -> None:
    handle = background.start(Workspace(), corpus.recipe(tmp_path), workers=1)
    until(handle, ended)
    texts = [row["text"][:12] for row in corpus.rows()]
    for path in handle.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 or path.name == background.LOCK
        said = path.read_text("utf-8")
        assert not any(text in said for text in texts) and "13812345678" not in said
    assert stat.S_IMODE(handle.folder.stat().st_mode) == 0o700 and "measure 1" in handle.log.read_text("utf-8")


def test_it_survives_who_began_it(tmp_path: Path) -> None:
    path = corpus.recipe(tmp_path)
    begin = (
        "import os, sys; from pathlib import Path; from corpora.workspace import Workspace; from curation.run import background\n"
        "print(background.start(Workspace(), Path(sys.argv[1]), workers=1).id, flush=True); os.kill(os.getpid(), 9)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    gone = subprocess.run([sys.executable, "-c", begin, str(path)], capture_output=True, text=True, env=env)
    assert gone.returncode == -signal.SIGKILL, gone.stderr
    assert until(background.find(Workspace(), gone.stdout.strip()), ended).state == "done"


def test_a_killed_run_is_failed_with_a_hint_and_goes_on_where_it_stopped(long: Path) -> None:
    handle = background.start(Workspace(), long, workers=2)
    until(handle, measuring)
    os.kill(int((handle.folder / background.PID).read_text()), signal.SIGKILL)
    died = until(handle, ended, 30)
    assert died.state == "failed" and "resume" in died.hint and died.error
    assert handle.status() == died, "the same word from then on"
    finished = len(list(Workspace().root.glob("work/**/measured/*.json")))
    assert finished > 0
    again = handle.resume()
    assert again.id == handle.id and until(again, ended, 120).state == "done"


def test_cancelling_stops_the_whole_group_and_it_can_be_resumed(long: Path) -> None:
    handle = background.start(Workspace(), long, workers=2)
    until(handle, measuring)
    with pytest.raises(UsageError):
        handle.resume()
    group = int((handle.folder / background.PID).read_text())
    stopped = handle.cancel()
    assert stopped.state == "cancelled" and stopped.error == "" and handle.cancel() == stopped
    deadline = time.monotonic() + 10
    while _members(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _members(group)
    handle.resume()
    assert until(handle, ended, 120).state == "done"


def _members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return any(line.split()[:1] != ["Z"] for line in _states(group))


def _states(group: int) -> list[str]:
    listed = subprocess.run(["ps", "-o", "stat=", "--no-headers", "-g", str(group)], capture_output=True, text=True)
    return [line for line in listed.stdout.splitlines() if not line.strip().startswith("Z")]


def test_what_goes_wrong_is_said_with_what_to_do(tmp_path: Path) -> None:
    path = corpus.recipe(tmp_path)
    with pytest.raises(RecipeError):
        background.start(Workspace(), path, version="eins")
    assert background.jobs(Workspace()) == []
    (tmp_path / "notes.jsonl").unlink()
    failed = until(background.start(Workspace(), path, workers=1), ended)
    assert failed.state == "failed" and "notes.jsonl" in failed.error and failed.hint
    with pytest.raises(UsageError):
        background.find(Workspace(), "nobody")


def test_jobs_are_listed_newest_first(tmp_path: Path) -> None:
    path = corpus.recipe(tmp_path)
    (tmp_path / "notes.jsonl").unlink()
    ids = [background.start(Workspace(), path, workers=1).id for _ in range(3)]
    assert [one.id for one in background.jobs(Workspace())] == ids[::-1]
    for one in background.jobs(Workspace()):
        until(one, ended)


def test_an_unforeseen_error_says_its_kind_and_none_of_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "home" / "jobs" / "one"
    folder.mkdir(parents=True)
    (folder / background.JOB).write_text(json.dumps({"recipe": "x"}))

    def fails(*_: object) -> None:
        raise ZeroDivisionError("张建国 13812345678")

    monkeypatch.setattr(job, "_run", fails)
    monkeypatch.setattr(job.signal, "signal", lambda *_: None)
    monkeypatch.setattr(job.faulthandler, "enable", lambda *_: None)
    assert job.main(folder) == 1
    said = (folder / background.STATUS).read_text("utf-8") + (folder / background.LOG).read_text("utf-8")
    assert (
        "ZeroDivisionError" in said and "张建国" not in said and "13812345678" not in said and "test_background.py" in said
    )
