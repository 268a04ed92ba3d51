"""Refs held against the log: a tag, a tombstone or a dataset that went without a word is found by name, and put back where it can be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows
from typer.testing import CliRunner

from corpora.catalog import Catalog, anchor, closing, logged
from corpora.catalog.audit import Audit
from corpora.catalog.audit_commands import app as audit_app
from corpora.catalog.commands import app
from corpora.errors import IntegrityError, VersionClosed

NAME = "nb/repairs"


@pytest.fixture()
def catalog(tmp_path: Path) -> Catalog:
    """1.0.0 purged, 1.1.0 withdrawn, 1.2.0 withdrawn and opened again, 1.3.0 open; a tag that went, one that stays."""
    one = Catalog(tmp_path / "catalog")
    for number in range(4):
        one.publish(release(tmp_path, {"train": rows(8 + number, start=100 * number)}, version=f"1.{number}.0"))
    repository = one.repository(NAME)
    closing.purge(repository, ["1.0.0"], reason="请求 3", by="wang")
    for version in ("1.1.0", "1.2.0"):
        closing.withdraw(repository, version, reason="漏检", by="wang")
    closing.reopen(repository, "1.2.0", reason="误报", by="wang")
    for name in ("gone", "stays"):
        repository.tag(name, "v1.3.0", by="li")
    repository.untag("gone", by="li")
    for name in ("side", "over"):
        repository.branch(name, "v1.3.0", by="li")
    repository.unbranch("over", by="li")
    assert one.fsck(deep=True) == []
    return one


def _refs(catalog: Catalog, change: Callable[[dict[str, Any]], object]) -> None:
    file = catalog.root / "datasets" / NAME / "refs.json"
    refs = json.loads(file.read_bytes())
    change(refs)
    file.write_text(json.dumps(refs))


def _found(catalog: Catalog, **how: bool) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in catalog.fsck(**how)]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda refs: refs["tags"].pop("v1.3.0"), [("tag_missing", f"{NAME}@1.3.0")]),
        (lambda refs: refs["tags"].pop("v1.1.0"), [("tag_missing", f"{NAME}@1.1.0")]),
        (lambda refs: refs["tags"].pop("stays"), [("tag_missing", f"{NAME} stays")]),
        (lambda refs: refs["tags"].clear(), [("tag_missing", f"{NAME} stays"), *[("tag_missing", f"{NAME}@1.{n}.0") for n in range(4)]]),
        (lambda refs: refs["tags"]["v1.1.0"].pop("withdrawn"), [("tombstone_missing", f"{NAME}@1.1.0")]),
        (lambda refs: refs["tags"]["v1.0.0"].pop("purged"), [("tombstone_missing", f"{NAME}@1.0.0")]),
        (lambda refs: refs["branches"].update(main=refs["tags"]["v1.2.0"]["commit"]), [("branch_moved", f"{NAME} main")]),
        (lambda refs: refs["branches"].pop("side"), [("branch_missing", f"{NAME} side")]),
        (lambda refs: refs["tags"]["v1.3.0"].update(commit=refs["tags"]["v1.2.0"]["commit"]), [("tag_moved", f"{NAME}@1.3.0")]),
    ],
    ids=["version", "withdrawn version", "tag", "all", "withdrawal", "purge", "older head", "branch", "moved"],
)  # fmt: skip
def test_what_went_without_a_word_is_found_and_put_back(
    catalog: Catalog, change: Callable[[dict[str, Any]], object], wanted: list[tuple[str, str]]
) -> None:
    before = catalog.refs(NAME).read()
    lines = len(list(catalog.audit.entries()))
    _refs(catalog, change)
    assert _found(catalog) == wanted
    assert len(list(catalog.audit.entries())) == lines, "a look changes nothing"
    assert _found(catalog, mend=True) == wanted and _found(catalog, deep=True) == []
    after = catalog.refs(NAME).read()
    assert {tag: one["commit"] for tag, one in after["tags"].items()} == {
        tag: one["commit"] for tag, one in before["tags"].items()
    }
    assert closing.state(catalog.repository(NAME), "1.0.0") == "purged"
    with pytest.raises(VersionClosed, match="漏检"):
        closing.check_open(catalog.repository(NAME), "v1.1.0")
    restored = [one for one in catalog.audit.entries(what="restore")]
    assert [one["result"] for one in restored] == [code for code, _ in wanted] and catalog.audit.broken() is None


def test_a_tag_whose_commit_is_gone_stays_a_finding(catalog: Catalog) -> None:
    commit = catalog.commit_of(NAME, "1.1.0")
    _refs(catalog, lambda refs: refs["tags"].pop("v1.1.0"))
    (catalog.root / "datasets" / NAME / "commits" / f"{commit}.json").unlink()
    assert ("tag_missing", f"{NAME}@1.1.0") in _found(catalog, mend=True)
    assert ("tag_missing", f"{NAME}@1.1.0") in _found(catalog)


def test_a_dataset_that_is_gone_is_named_and_one_that_was_deleted_is_not(catalog: Catalog, tmp_path: Path) -> None:
    other = catalog.repository("nb/short")
    other.create(by="wang", pushed=True)
    other.tag("first", "main", by="wang")
    other.delete(by="wang")
    assert _found(catalog) == []
    shutil.rmtree(catalog.root / "datasets" / NAME)
    assert _found(catalog) == [("dataset_missing", NAME)]


def test_deeds_between_the_two_looks_are_no_finding(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody publishes while fsck reads: the log first, refs after; it looks again when nobody writes."""
    told, calls = logged.told, list[str | None]()

    def early(audit: Audit, corpus: str | None = None) -> dict[str, logged.Told]:
        found = told(audit, corpus)
        calls.append(corpus)
        if corpus is None:
            found[NAME].tags["v9.0.0"] = {"commit": "0" * 40}
        return found

    monkeypatch.setattr(logged, "told", early)
    assert _found(catalog) == [] and calls == [None, NAME]


def _begin_anew(catalog: Catalog) -> None:
    for file in [*catalog.root.glob("people.sqlite*"), catalog.root / anchor.FILE]:
        file.unlink(missing_ok=True)


@pytest.mark.parametrize("grown", [False, True], ids=["empty", "begun again"])
def test_releases_that_the_log_never_heard_of(catalog: Catalog, grown: bool) -> None:
    """The database and its anchor are gone, and perhaps somebody went on: that is not a whole log."""
    catalog.database.close()
    _begin_anew(catalog)
    again = Catalog(catalog.root)
    if grown:
        again.audit.append("pull", who="an", corpus=NAME)
    done = CliRunner().invoke(audit_app, ["verify", "--catalog", str(catalog.root), "--json"])
    said = json.loads(done.stdout)
    assert isinstance(done.exception, IntegrityError) and NAME in str(done.exception)
    assert said["unlogged"] == ([f"{NAME}@1.{n}.0" for n in range(4)] if grown else [NAME])
    codes = _found(again)
    assert set(code for code, _ in codes) == {"audit_missing"} and (f"{NAME}@1.3.0" in dict(map(reversed, codes))) == grown


def test_a_whole_log_and_a_new_catalog_verify(catalog: Catalog, tmp_path: Path) -> None:
    for root in (catalog.root, tmp_path / "new"):
        done = CliRunner().invoke(audit_app, ["verify", "--catalog", str(root), "--json"])
        assert done.exit_code == 0 and json.loads(done.stdout)["unlogged"] == []


def test_fsck_mends_on_the_command_line(catalog: Catalog) -> None:
    _refs(catalog, lambda refs: refs["tags"].pop("v1.3.0"))
    where = ["--catalog", str(catalog.root)]
    found = CliRunner().invoke(app, ["fsck", *where])
    assert found.exit_code != 0 and f"{NAME}@1.3.0" in found.stdout
    assert CliRunner().invoke(app, ["fsck", "--mend", *where]).exit_code == 0
    assert CliRunner().invoke(app, ["fsck", *where]).exit_code == 0


def test_an_older_copy_of_the_settings_is_found_and_the_door_closed_again(catalog: Catalog) -> None:
    repository = catalog.repository(NAME)
    repository.set(by="wang", private=False)
    file = catalog.root / "datasets" / NAME / "settings.json"
    older = file.read_bytes()
    repository.set(by="wang", private=True, gated="manual")
    file.write_bytes(older)
    wanted = [("settings_changed", f"{NAME} gated"), ("settings_changed", f"{NAME} private")]
    assert _found(catalog) == wanted and not repository.settings.private
    assert _found(catalog, mend=True) == wanted and _found(catalog) == []
    assert (repository.settings.private, repository.settings.gated) == (True, "manual")
    (last,) = [one for one in catalog.audit.entries(limit=1)]
    assert last["what"] == "restore" and last["result"] == "settings_changed"


def test_a_dataset_made_again_begins_anew(catalog: Catalog) -> None:
    one = catalog.repository("nb/again")
    for gated in ("manual", False):
        one.create(by="li")
        one.branch("side", by="li")
        if gated:
            one.set(by="li", gated=gated)
            one.delete(by="li")
    assert _found(catalog) == []
