"""A catalog that lost some of its records: `fsck` says which, `gc` removes nothing, and what is not known to be open is closed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows

from corpora.catalog import Catalog, upkeep
from corpora.catalog.changes import Add, Copy
from corpora.catalog.commits import Commits
from corpora.errors import IntegrityError

NAME = "nb/repairs"


@pytest.fixture()
def catalog(tmp_path: Path) -> Catalog:
    """One published and opened dataset, all of it ten days old."""
    one = Catalog(tmp_path / "catalog")
    one.publish(release(tmp_path, {"train": rows(20)}))
    one.repository(NAME).set(by="wang", private=False, gated="manual")
    assert one.fsck() == []
    old = time.time() - 864_000
    for path in one.root.rglob("*"):
        os.utime(path, (old, old))
    return one


def _folder(catalog: Catalog) -> Path:
    return catalog.root / "datasets" / NAME


@pytest.mark.parametrize(
    ("harm", "code", "why"),
    [
        (lambda folder: (folder / "refs.json").unlink(), "bad_refs", "its refs are gone, its commits are not"),
        (lambda folder: (folder / "refs.json").write_text(""), "bad_refs", "empty"),
        (lambda folder: (folder / "refs.json").write_text("{}"), "bad_refs", "no refs in it"),
        (lambda folder: (folder / "refs.json").write_text('{"format": 1, "branches": [], "tags": {}}'), "bad_refs", "a list"),
        (lambda folder: [one.unlink() for one in (folder / "commits").glob("*.json")], "bad_commit", "no commit is left"),
    ],
)  # fmt: skip
def test_nothing_is_collected_while_records_are_damaged(
    catalog: Catalog, harm: Callable[[Path], object], code: str, why: str
) -> None:
    before = sorted(catalog.blobs.names())
    harm(_folder(catalog))
    assert code in {one.code for one in catalog.fsck()}, why
    with pytest.raises(IntegrityError):
        catalog.gc(older_than=1)
    assert sorted(catalog.blobs.names()) == before


def test_a_stray_file_among_commits_hurts_nobody(catalog: Catalog) -> None:
    (_folder(catalog) / "commits" / "notes.json").write_text("{}")
    assert catalog.fsck() == []
    assert catalog.gc(older_than=1).blobs == 0


def test_lost_settings_close_a_dataset(catalog: Catalog) -> None:
    (_folder(catalog) / "settings.json").unlink()
    assert [one.code for one in catalog.fsck()] == ["bad_settings"]
    repository = catalog.repository(NAME)
    assert repository.settings.private and repository.settings.gated == "manual" and not repository.resolve().verified


def test_garbled_settings_are_a_finding(catalog: Catalog) -> None:
    (_folder(catalog) / "settings.json").write_text("{")
    assert [one.code for one in catalog.fsck()] == ["bad_settings"]
    with pytest.raises(IntegrityError):
        catalog.repository(NAME).settings  # noqa: B018


def test_a_first_release_that_was_killed_today_is_no_damage_and_loses_nothing(tmp_path: Path) -> None:
    one = Catalog(tmp_path / "catalog")
    one.publish(release(tmp_path, {"train": rows(20)}))
    (_folder(one) / "refs.json").unlink()
    before = sorted(one.blobs.names())
    for name in before:
        os.utime(one.blobs.path(name), (0, 0))
    assert one.fsck() == []
    assert one.gc(older_than=1).blobs == 0 and sorted(one.blobs.names()) == before


def test_a_missing_blob_is_told_once(catalog: Catalog) -> None:
    """However many commits name it, by whatever path."""
    repository = catalog.repository(NAME)
    path = next(one for one in repository.files() if one.startswith("data/"))
    for number in range(3):
        repository.commit("main", [Copy(path, "main", f"copy-{number}.parquet")], title="copied", by="wang")
    catalog.blobs.path(repository.files()[path]["sha256"]).unlink()
    assert [one.code for one in catalog.fsck()] == ["missing_blob"]


def test_every_commit_that_is_gone_is_told_once(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """And each commit is looked at once, however long the history and however many names stand on it."""
    repository = catalog.repository(NAME)
    for number in range(30):
        with catalog.blobs.writing() as writer:
            writer.write(b"%d" % number)
            added = Add("n.txt", writer.finish(), len(str(number)))
        name = repository.commit("main", [added], title=str(number), by="wang")
        repository.branch(f"b{number}", name, by="wang")
    names, gone = repository.commits.names(), list(repository.history())[10]["id"]
    (_folder(catalog) / "commits" / f"{gone}.json").unlink()
    looked, get = list[str](), Commits.get

    def counted(self: Commits, name: str) -> dict[str, Any]:
        looked.append(name)
        return get(self, name)

    monkeypatch.setattr(Commits, "get", counted)
    refs = repository.refs.read()
    assert [one.path for one in upkeep._absent_commits(repository, refs)] == [f"{NAME}/{gone}"]
    assert sorted(looked) == names
