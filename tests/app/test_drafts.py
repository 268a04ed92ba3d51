"""Drafts belong to people, are cleaned up, and are never overwritten in silence."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from corpora.errors import UsageError, YuliaoError
from corpora.workspace import Workspace
from curation.form import drafts
from curation.form.drafts import Draft
from curation.run import background
from curation.run.background import Handle, Status
from tests.app import story


@pytest.fixture()
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "notes.csv").write_bytes(story.gbk_csv(20))
    return [tmp_path / "notes.csv"]


def test_each_person_has_a_folder(home: Path, files: list[Path]) -> None:
    mine = drafts.from_files(Workspace(), files, who="li")
    drafts.from_recipe(Workspace(), "general", who="wang")
    assert mine.owner == "li" and mine.folder.parent.name == "u-li" and mine.folder.parent.stat().st_mode & 0o077 == 0
    assert [one.id for one in drafts.all_of(Workspace(), "li")] == [mine.id]
    assert {one.owner for one in drafts.all_of(Workspace())} == {"li", "wang"}


def test_drafts_from_before_there_were_owners_are_of_this_machine(home: Path) -> None:
    old = drafts.from_recipe(Workspace(), "general", who="li")
    moved = old.folder.rename(home / "drafts" / old.id)
    (found,) = drafts.all_of(Workspace(), drafts.LOCAL)
    assert found == Draft(moved) and drafts.all_of(Workspace(), "li") == []


def test_what_somebody_else_wrote_is_not_overwritten(home: Path) -> None:
    draft = drafts.from_recipe(Workspace(), "general")
    was = draft.text
    draft.write(was + "# 那边\n", was=was)
    with pytest.raises(UsageError, match="别处改过"):
        draft.write(was + "# 这里\n", was=was)
    assert draft.text == was + "# 那边\n"


def test_files_that_no_recipe_can_be_drafted_for_leave_nothing(home: Path, tmp_path: Path) -> None:
    draft = drafts.new(Workspace())
    with pytest.raises(YuliaoError):
        drafts.from_files(Workspace(), [tmp_path / "nothing.csv"], draft)
    assert not draft.folder.exists()


def test_an_upload_that_nobody_came_back_to_is_removed(home: Path, files: list[Path]) -> None:
    left, kept = drafts.new(Workspace(), "li"), drafts.from_files(Workspace(), files, who="li")
    long_ago = time.time() - 2 * 86_400
    for one in (left, kept):
        os.utime(one.folder, (long_ago, long_ago))
    fresh = drafts.new(Workspace(), "li")
    assert not left.folder.exists() and kept.folder.exists() and fresh.folder.exists()


@pytest.mark.parametrize(("state", "goes"), [("running", False), ("queued", False), ("done", True), ("failed", True)])
def test_a_draft_that_a_run_reads_stays(state: str, goes: bool, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafts.from_recipe(Workspace(), "general")

    class Job(Handle):
        about = {"recipe": str(draft.recipe)}  # type: ignore[assignment]

        def status(self) -> Status:
            return Status(state)

    monkeypatch.setattr(background, "jobs", lambda workspace: [Job(home)])
    if goes:
        drafts.remove(Workspace(), draft)
        assert drafts.all_of(Workspace()) == []
    else:
        with pytest.raises(UsageError, match="正在用它运行"):
            drafts.remove(Workspace(), draft)
        assert draft.recipe.is_file()


def test_random_bytes_called_a_table_make_no_draft(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(random.Random(1).randbytes(200_000))
    with pytest.raises(YuliaoError, match="没有读到记录") as told:
        drafts.from_files(Workspace(), [tmp_path / "a.csv"])
    assert "不是文本也不是表格" in told.value.hint and drafts.all_of(Workspace()) == []
