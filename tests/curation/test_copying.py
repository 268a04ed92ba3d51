"""A copied draft stands alone: another person's upload goes along, and its removal breaks nothing."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation.form import copying, drafts, editing
from curation.form.drafts import Draft
from curation.run import background
from curation.run.background import Handle, Status
from tests.app import story


@pytest.fixture()
def theirs(home: Path) -> Draft:
    """A draft of wang with an upload."""
    draft = drafts.new(Workspace(), "wang")
    with (home.parent / "病程.csv").open("wb+") as file:
        file.write(story.gbk_csv(20))
        file.seek(0)
        path = drafts.keep(draft, "病程.csv", file)
    return drafts.from_files(Workspace(), [path], draft)


def ok(draft: Draft) -> bool:
    file, told = draft.check(draft.text)
    return file is not None and told == []


def test_the_upload_goes_along_and_stays_when_the_other_draft_goes(theirs: Draft) -> None:
    mine = drafts.from_recipe(Workspace(), str(theirs.recipe), who="li")
    assert str(theirs.folder) not in mine.text and "files: [files/病程.csv]" in mine.text
    assert (mine.folder / "files" / "病程.csv").stat().st_mode & 0o077 == 0
    drafts.remove(Workspace(), theirs)
    assert ok(mine) and (mine.folder / "files" / "病程.csv").read_bytes() == story.gbk_csv(20)


def test_a_copy_of_a_copy(theirs: Draft) -> None:
    mine = drafts.from_recipe(Workspace(), str(theirs.recipe), who="li")
    again = drafts.from_recipe(Workspace(), str(mine.recipe), who="zhao")
    drafts.remove(Workspace(), mine)
    drafts.remove(Workspace(), theirs)
    assert ok(again)


def test_where_a_disk_has_no_second_names_the_bytes_are_copied(theirs: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(18, "EXDEV")))
    mine = drafts.from_recipe(Workspace(), str(theirs.recipe), who="li")
    assert ok(mine) and not os.path.samefile(mine.folder / "files" / "病程.csv", theirs.folder / "files" / "病程.csv")


def test_patterns_take_all_that_they_match(theirs: Draft) -> None:
    shutil.copy(theirs.folder / "files" / "病程.csv", theirs.folder / "files" / "病程-2.csv")
    theirs.write(editing.set_value(theirs.text, "sources.0.files", ["files/*.csv"]))
    mine = drafts.from_recipe(Workspace(), str(theirs.recipe), who="li")
    assert {one.name for one in (mine.folder / "files").iterdir()} == {"病程.csv", "病程-2.csv"} and ok(mine)


def test_uploads_of_two_drafts_under_one_name(theirs: Draft, home: Path) -> None:
    other = drafts.from_recipe(Workspace(), str(theirs.recipe), who="zhao")
    both = editing.set_value(theirs.text, "sources.0.files", ["files/病程.csv", f"{other.folder}/files/病程.csv"])
    theirs.write(both)
    mine = drafts.from_recipe(Workspace(), str(theirs.recipe), who="li")
    assert f"files/{other.id}/病程.csv" in mine.text and ok(mine)
    assert (mine.folder / "files" / other.id / "病程.csv").is_file()


def test_other_files_stay_where_they_are(theirs: Draft, home: Path) -> None:
    (home.parent / "甲.csv").write_bytes(story.gbk_csv(20))
    (home.parent / "r.yaml").write_text(theirs.text.replace("files/病程.csv", "甲.csv"), "utf-8")
    mine = drafts.from_recipe(Workspace(), str(home.parent / "r.yaml"), who="li")
    assert str(home.parent / "甲.csv") in mine.text and ok(mine) and not any((mine.folder / "files").iterdir())


def test_lists_of_identities_are_found_from_the_copy(home: Path, theirs: Draft) -> None:
    (home.parent / "员工.txt").write_text("李小明\n", "utf-8")
    lists = "  lists:\n    - {file: 员工.txt, kind: person_name}\n"
    text = re.sub(r"^identities:.*\n", lambda said: said[0] + lists, theirs.text, flags=re.M)
    (home.parent / "r.yaml").write_text(text, "utf-8")
    mine = drafts.from_recipe(Workspace(), str(home.parent / "r.yaml"), who="li")
    assert str(home.parent / "员工.txt") in mine.text


@pytest.fixture()
def leaning(theirs: Draft) -> Draft:
    """A draft of li as copies were before: its path leads into wang's upload."""
    text = editing.set_value(theirs.text, "sources.0.files", [f"{theirs.folder}/files/病程.csv"])
    draft = drafts.new(Workspace(), "li")
    draft.write(text)
    return draft


def test_an_old_copy_is_told_that_it_reads_what_is_somebody_else_s(leaning: Draft) -> None:
    file, told = leaning.check(leaning.text)
    assert file is None and told[0][0] == "sources.0.files.0" and "不属于您" in told[0][1]


def test_an_old_copy_gets_the_files_when_they_would_go(theirs: Draft, leaning: Draft) -> None:
    drafts.remove(Workspace(), theirs)
    assert ok(leaning) and str(theirs.folder) not in leaning.text


def test_while_an_old_copy_runs_its_files_stay(
    theirs: Draft, leaning: Draft, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Job(Handle):
        about = {"recipe": str(leaning.recipe)}  # type: ignore[assignment]

        def status(self) -> Status:
            return Status("running")

    monkeypatch.setattr(background, "jobs", lambda workspace: [Job(home)])
    with pytest.raises(UsageError, match="正在用它运行"):
        drafts.remove(Workspace(), theirs)


@pytest.mark.parametrize(
    ("pattern", "foreign", "why"),
    [
        ("files/a.csv", False, "one's own"),
        ("../b/files/a.csv", False, "another draft of one's own"),
        ("../../u-wang/c/files/a.csv", True, "by a way around"),
        ("../../u-w*/*/files/*.csv", True, "by a pattern"),
        ("../../../work/raw.parquet", True, "a work folder holds raw rows"),
        ("../../../../outside.csv", False, "no part of the workspace: whoever runs the machine set it up"),
    ],
)
def test_what_is_somebody_else_s(pattern: str, foreign: bool, why: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in ("drafts/u-li/a/files", "drafts/u-li/b/files", "drafts/u-wang/c/files", "work"):
        (home / name).mkdir(parents=True)
    (home / "drafts/u-wang/c/files/a.csv").write_text("甲\n1\n", "utf-8")
    own = home / "drafts" / "u-li"
    assert copying.foreign(pattern, own / "a", own, home=home) == foreign, why


def test_a_link_to_somebody_else_s_file_is_somebody_else_s(theirs: Draft) -> None:
    own = theirs.folder.parent.parent / "u-li"
    (own / "x").mkdir(parents=True)
    (own / "x" / "a.csv").symlink_to(theirs.folder / "files" / "病程.csv")
    assert copying.foreign("a.csv", own / "x", own, home=own.parent.parent)
