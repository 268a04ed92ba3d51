"""`clean`: old work folders go, releases and folders in use stay, and nothing goes without a yes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from corpora.durations import DAY, seconds
from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation.run import leftovers
from curation.run.work_folder import WorkFolder
from tests.curation import corpus
from tests.terminal import call


@pytest.fixture()
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> dict:  # type: ignore[type-arg]
    """A finished run in the workspace."""
    corpus.recipe(tmp_path)
    monkeypatch.chdir(tmp_path)
    return json.loads(call(capfd, "run", "notes.yaml", "--workers", "1", "--json")[1])


def age(folder: Path, days: float) -> None:
    then = time.time() - days * DAY
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (then, then))


def folders() -> list[Path]:
    return [one.folder for one in leftovers.find(Workspace())]


@pytest.mark.parametrize(
    ("text", "wanted"), [("30m", 1800), ("12h", 43200), ("7d", 604800), ("2w", 1209600), ("0d", 0), ("1.5h", 5400)]
)
def test_durations(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["7", "d", "-1d", "7 days", "", "7天"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        seconds(text)
    assert "7d" in caught.value.hint


def test_old_ones_go_and_the_release_stays(finished: dict, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[type-arg]
    (folder,) = folders()
    assert call(capfd, "clean", "--yes")[0] == 0 and folder.exists()  # used today
    age(folder, 8)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    code, out, _ = call(capfd, "clean", "--dry-run", "--json")
    said = json.loads(out)
    assert (code, said["dry_run"], said["bytes"]) == (0, True, size) and folder.exists()
    code, out, _ = call(capfd, "clean", "--yes")
    assert code == 0 and "腾出" in out and not folder.exists()
    assert list(Workspace().work.iterdir()) == []
    assert call(capfd, "verify", finished["release"])[0] == 0
    code, _, err = call(capfd, "peek", "test/notes@1.0.0")
    assert code == 2 and "没有" in err
    again = json.loads(call(capfd, "run", "notes.yaml", "--workers", "1", "--json")[1])
    assert again["kept"] == finished["kept"]


def test_nothing_goes_without_a_yes(finished: dict, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[type-arg]
    for words in (("--all",), ("--all", "--json")):
        code, _, err = call(capfd, "clean", *words)
        assert code == 2 and "--yes" in err and len(folders()) == 1


def test_a_folder_in_use_stays(finished: dict, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[type-arg]
    (folder,) = folders()
    with WorkFolder.open(Workspace(), "test/notes", folder.name):
        age(folder, 30)
        assert [one.kind for one in leftovers.find(Workspace())] == ["in_use"]
        assert call(capfd, "clean", "--all", "--yes")[0] == 0 and folder.exists()
        taken = leftovers.Leftover(folder, "test/notes", "finished", 0, 0.0)  # by a run, since it was looked at
        assert leftovers.remove(taken) is False and folder.exists()
    assert call(capfd, "clean", "--all", "--yes")[0] == 0 and not folder.exists()


def test_an_open_audit_needs_all(finished: dict, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[type-arg]
    (folder,) = folders()
    (Path(finished["work"]) / "audit_sample.json").write_text("{}", "utf-8")
    age(folder, 30)
    assert [one.kind for one in leftovers.find(Workspace())] == ["audit"]
    assert call(capfd, "clean", "--yes")[0] == 0 and folder.exists()
    assert call(capfd, "clean", "--yes", "--all")[0] == 0 and not folder.exists()


def test_abandoned_and_half_removed_ones_are_found_and_strange_folders_are_not() -> None:
    work = Workspace().work / "test" / "notes"
    for name, lock in (("0123456789abcdef", True), (".removing-0123", False), ("fedcba9876543210", False), ("mine", True)):
        (work / name).mkdir(parents=True)
        if lock:
            (work / name / "lock").touch()
    (work / "aaaaaaaaaaaaaaaa").symlink_to(work / "mine")
    found = leftovers.find(Workspace())
    assert {one.folder.name: one.kind for one in found} == {"0123456789abcdef": "abandoned", ".removing-0123": "abandoned"}
    assert all(leftovers.remove(one) for one in leftovers.chosen(found, older_than=0, everything=False))
    assert {path.name for path in work.iterdir()} == {"mine", "fedcba9876543210", "aaaaaaaaaaaaaaaa"}
