"""Repositories: commits by anyone with the right, names that never move, versions that are closed, and what upkeep finds."""

from __future__ import annotations

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from releases import release, rows

from corpora.catalog import Catalog, HeadMoved, closing
from corpora.catalog.changes import Add, Copy, Delete, DeleteFolder
from corpora.catalog.paths import check_path, check_ref
from corpora.catalog.repository import Repository
from corpora.errors import (
    BlobMissing,
    IntegrityError,
    PathRefused,
    RevisionUnknown,
    UsageError,
    VersionClosed,
    VersionTaken,
)
from corpora.release import verify


def _repository(tmp_path: Path) -> Repository:
    repository = Catalog(tmp_path / "catalog").repository("nb/pushed")
    repository.create(by="wang", pushed=True)
    return repository


def _stored(repository: Repository, data: bytes, path: str = "a.txt") -> Add:
    with repository.blobs.writing() as writer:
        writer.write(data)
        return Add(path, writer.finish(), len(data))


def _age(path: Path) -> None:
    os.utime(path, (time.time() - 200_000,) * 2)


def test_commits_add_copy_and_delete(tmp_path: Path) -> None:
    repository = _repository(tmp_path)
    first = repository.commit("main", [_stored(repository, b"1", "数据/第 1 页.txt")], title="add", by="wang")
    second = repository.commit("main", [Copy("数据/第 1 页.txt", "main", "b.txt"), DeleteFolder("数据")], title="x", by="li")
    assert set(repository.files("main")) == {"b.txt"} and set(repository.files(first)) == {"数据/第 1 页.txt"}
    repository.commit("main", [Delete("b.txt")], title="empty", by="li")
    assert not repository.files() and [one["title"] for one in repository.history()] == [
        "empty",
        "x",
        "add",
        "initial commit",
    ]
    assert repository.resolve(second[:8]).commit == second and not repository.resolve().verified


def test_a_commit_that_fails_changes_nothing(tmp_path: Path) -> None:
    repository = _repository(tmp_path)
    repository.commit("main", [_stored(repository, b"1")], title="add", by="wang")
    before = repository.refs.read()
    cases: list[tuple[type[Exception], list[object]]] = [
        (BlobMissing, [Add("c.txt", "0" * 64, 1)]),
        (BlobMissing, [Add("c.txt", _stored(repository, b"22").sha256, 3)]),  # of another size
        (PathRefused, [Delete("none.txt")]),
        (PathRefused, [DeleteFolder("a.txt")]),  # a file, no folder
        (PathRefused, [Copy("none", "main", "d")]),
        (PathRefused, [_stored(repository, b"1", "a.txt/inside")]),  # a file is in the way
        (PathRefused, [_stored(repository, b"1", "../out")]),
        (RevisionUnknown, [Copy("a.txt", "nowhere", "d")]),
    ]
    for error, operations in cases:
        with pytest.raises(error):
            repository.commit("main", operations, title="no", by="wang")  # type: ignore[arg-type]
    with pytest.raises(RevisionUnknown):
        repository.commit("other", [], title="no", by="wang")
    assert repository.refs.read() == before


def test_two_writers_one_wins_and_the_other_loses_nothing(tmp_path: Path) -> None:
    repository = _repository(tmp_path)
    head = repository.resolve().commit
    adds = [_stored(repository, b"%d" % i, f"{i}.txt") for i in range(6)]

    def write(add: Add) -> str:
        try:
            return repository.commit("main", [add], title=add.path, by="wang", parent=head)
        except HeadMoved:
            return ""

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(write, adds))
    assert sum(map(bool, done)) == 1
    for add, name in zip(adds, done, strict=True):
        if not name:
            repository.commit("main", [add], title="again", by="wang")
    assert set(repository.files()) == {f"{i}.txt" for i in range(6)}


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a/../b", "./a", "a//b", "a\\b", "a\0", "a\nb", "a/", ".git/config", "x" * 256, "a/" * 600 + "a", "\ud800"],
)
def test_paths_that_are_refused(path: str) -> None:
    with pytest.raises((PathRefused, UnicodeEncodeError)):
        check_path(path)


@pytest.mark.parametrize(
    ("path", "fits", "why"),
    [
        ("data/CON", False, "a device"),
        ("nul.parquet", False, "a device, whatever its extension"),
        ("COM¹.txt", False, "superscript digits count too"),
        ("aux /a.txt", False, "a folder, with a blank at its end"),
        ("a/b.", False, "ends in a dot"),
        ("a /b", False, "ends in a blank"),
        ("a:b.txt", False, "a stream of another file"),
        ('说"明.txt', False, "a quotation mark"),
        ("a?.txt", False, "a wildcard"),
        ("<a>|*", False, "all of them"),
        ("console.txt", True, "only begins like a device"),
        ("com10.txt", True, "no such device"),
        ("数据/第 1 页.txt", True, "Chinese and blanks"),
        ("数据/说明：一？.txt", True, "full-width marks"),
        (".gitattributes", True, "begins with a dot"),
        ("a/v1.2.0 (修订).json", True, "dots and brackets"),
    ],
)
def test_new_names_can_be_written_everywhere(tmp_path: Path, path: str, fits: bool, why: str) -> None:
    repository = _repository(tmp_path)
    if fits:
        repository.commit("main", [_stored(repository, b"1", path)], title="add", by="wang")
        assert path in repository.files(), why
        return
    check_path(path)
    with pytest.raises(PathRefused, match="Windows"):
        repository.commit("main", [_stored(repository, b"1", path)], title="add", by="wang")
    repository.commit("main", [_stored(repository, b"1", "a.txt")], title="add", by="wang")
    with pytest.raises(PathRefused, match="Windows"):
        repository.commit("main", [Copy("a.txt", "main", path)], title="copy", by="wang")


@pytest.mark.parametrize(
    ("path", "why", "said"),
    [
        ("报告\u202egnp.exe", "turns the direction: reads like a picture", "U+202E（第 3 个字符）"),
        ("a/\u2066b\u2069.txt", "an isolate, in a folder", "U+2066"),
        ("train\u200b.parquet", "a blank without a width", "U+200B"),
        ("a\u200db.txt", "a joiner", "U+200D"),
        ("\ufeffREADME.md", "a mark of byte order", "U+FEFF"),
        ("a\u00adb.txt", "a hyphen that is not shown", "U+00AD"),
        ("a\U000e0041.txt", "a tag", "U+E0041"),
        ("a\u3164.txt", "a filler: a letter by its category, but nothing is seen", "U+3164"),
        (" a.txt", "a blank before it", "首尾有空白"),
        ("数据/\u3000第一页.txt", "a full-width blank before it", "首尾有空白"),
        ("数据\u3000/a.txt", "a full-width blank after a folder", "首尾有空白"),
        ("a.txt\u00a0", "a blank that does not break, after it", "首尾有空白"),
    ],
)
def test_names_that_cannot_be_seen_are_refused(tmp_path: Path, path: str, why: str, said: str) -> None:
    repository = _repository(tmp_path)
    check_path(path)  # what is there already is read
    with pytest.raises(PathRefused, match=re.escape(said)) as caught:
        repository.commit("main", [_stored(repository, b"1", path)], title="add", by="wang")
    assert " / " in str(caught.value) and caught.value.hint and str(caught.value).isprintable(), why
    repository.commit("main", [_stored(repository, b"1", "a.txt")], title="add", by="wang")
    with pytest.raises(PathRefused, match=re.escape(said)):
        repository.commit("main", [Copy("a.txt", "main", path)], title="copy", by="wang")


@pytest.mark.parametrize(
    "path", ["数据\u3000说明/第\u3000一 页.txt", "葛\U000e0100.txt", "é è/ñ.txt", "训练 集 (修订).json"]
)
def test_names_that_can_be_seen_are_right(tmp_path: Path, path: str) -> None:
    repository = _repository(tmp_path)
    repository.commit("main", [_stored(repository, b"1", path)], title="add", by="wang")
    assert path in repository.files()


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("Data/A.txt", "data/a.txt"),
        ("data/é.txt", "data/e\u0301.txt"),
        ("straße", "STRASSE"),
        ("data/a", "DATA"),
        ("data", "Data/a"),
    ],
)
def test_names_that_some_systems_take_for_one(tmp_path: Path, there: str, new: str) -> None:
    repository = _repository(tmp_path)
    repository.commit("main", [_stored(repository, b"1", there)], title="add", by="wang")
    with pytest.raises(PathRefused, match="大小写"):
        repository.commit("main", [_stored(repository, b"2", new)], title="add", by="wang")
    repository.commit("main", [Delete(there), _stored(repository, b"2", new)], title="renamed", by="wang")
    assert set(repository.files()) == {new}


def test_old_names_stay_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a catalog of before holds is read, replaced, copied from and removed."""
    repository = _repository(tmp_path)
    with monkeypatch.context() as before:
        before.setattr("corpora.catalog.changes.check_new_path", lambda path: path)
        before.setattr("corpora.catalog.changes.folded", lambda path: path)
        for path in ("a:b", "con", "X.txt", "x.txt", "a\u200b ", " b"):
            repository.commit("main", [_stored(repository, b"1", path)], title="add", by="wang")
    repository.commit("main", [_stored(repository, b"2", "a:b"), _stored(repository, b"3", "new")], title="more", by="wang")
    repository.commit("main", [Copy("a:b", "main", "ab"), Delete("con"), Delete("X.txt")], title="mend", by="wang")
    repository.commit("main", [_stored(repository, b"4", "a\u200b "), Delete(" b")], title="hidden", by="wang")
    assert set(repository.files()) == {"a:b", "ab", "new", "x.txt", "a\u200b "}


@given(st.text(max_size=40))
def test_whatever_is_accepted_stays_inside(path: str) -> None:
    try:
        check_path(path)
    except PathRefused:
        return
    inside = os.path.normpath("/root/" + path)
    assert inside == "/root/" + path and inside.startswith("/root/")


@pytest.mark.parametrize("name", ["", "-x", "a..b", "a.lock", "refs/heads/a", "a" * 101, "a b", "abcdef1", "a//b", "../a"])
def test_names_of_refs_that_are_refused(name: str) -> None:
    with pytest.raises(PathRefused):
        check_ref(name)


def test_tags_and_branches(tmp_path: Path) -> None:
    repository = _repository(tmp_path)
    first = repository.resolve().commit
    repository.tag("v1.0.0", "main", by="wang")
    repository.tag("草稿", "main", by="wang")
    repository.branch("draft/二院", by="wang")
    repository.commit("draft/二院", [_stored(repository, b"1")], title="add", by="wang")
    assert repository.resolve("refs/heads/draft/二院").commit != first == repository.resolve("refs/tags/v1.0.0").commit
    with pytest.raises(VersionTaken):
        repository.tag("v1.0.0", "draft/二院", by="wang")
    repository.mark_verified(first, "0" * 64, by="wang")
    with pytest.raises(VersionTaken):
        repository.untag("v1.0.0", by="wang")
    with pytest.raises(PathRefused):
        repository.branch("v2.0.0", by="wang")  # would read like a release
    with pytest.raises(PathRefused):
        repository.unbranch("main", by="wang")
    repository.untag("草稿", by="wang")
    repository.unbranch("draft/二院", by="wang")
    with pytest.raises(RevisionUnknown):
        repository.resolve("草稿")


def test_what_was_pushed_opens_only_after_it_was_verified(tmp_path: Path) -> None:
    repository = _repository(tmp_path)
    with pytest.raises(UsageError, match="未经核验"):
        repository.set(by="wang", private=False)
    repository.mark_verified(repository.resolve().commit, "f" * 64, by="li")
    assert not repository.set(by="wang", private=False).private and repository.resolve().verified
    repository.commit("main", [_stored(repository, b"1")], title="add", by="wang")
    assert not repository.resolve().verified  # what comes after it is unknown again


def test_a_push_onto_what_was_published_here(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.publish(release(tmp_path))
    repository = catalog.repository("nb/repairs")
    assert repository.resolve().verified
    repository.commit("main", [_stored(repository, b"1")], title="add", by="wang")
    assert repository.resolve("v1.0.0").verified and not repository.resolve("main").verified
    catalog.publish(release(tmp_path / "b", version="1.0.1"))
    assert repository.resolve("main").verified


def test_withdrawn_and_opened_again(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.publish(release(tmp_path))
    catalog.publish(release(tmp_path / "b", version="1.1.0"))
    repository = catalog.repository("nb/repairs")
    with pytest.raises(UsageError, match="原因"):
        closing.withdraw(repository, "1.1.0", reason=" ", by="wang")
    closing.withdraw(repository, "1.1.0", reason="发现一处漏检", by="wang")
    assert catalog.release("nb/repairs").version == "1.0.0" and catalog.versions("nb/repairs") == ["1.0.0", "1.1.0"]
    with pytest.raises(VersionClosed, match="发现一处漏检") as caught:
        catalog.pull("nb/repairs", "1.1.0", tmp_path / "out")
    assert caught.value.tombstone["kind"] == "withdrawn"
    assert repository.resolve("main").withdrawn and catalog.fsck(deep=True) == []  # by whatever name one comes
    with pytest.raises(UsageError):
        closing.withdraw(repository, "1.1.0", reason="again", by="wang")
    closing.reopen(repository, "1.1.0", reason="误报", by="wang")
    assert catalog.pull("nb/repairs", "1.1.0", tmp_path / "out").version == "1.1.0"


def test_a_purge_removes_the_rows_and_keeps_what_newer_versions_need(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.publish(release(tmp_path, {"train": rows(20), "test": rows(6, start=20)}))
    catalog.publish(release(tmp_path / "b", {"train": rows(20), "test": rows(5, start=20)}, version="1.1.0"))
    repository = catalog.repository("nb/repairs")
    gone = closing.purge(repository, ["1.0.0"], reason="患者要求删除", by="wang")
    files = repository.files("v1.0.0")
    assert gone and all(catalog.blobs.has(sha256) is None for sha256 in gone)
    assert all(catalog.blobs.has(files[path]["sha256"]) for path in ("release.json", "README.md"))
    assert verify(catalog.release("nb/repairs", "1.1.0")) == [] and catalog.fsck(deep=True) == []
    with pytest.raises(VersionClosed):
        catalog.pull("nb/repairs", "1.0.0", tmp_path / "out")
    with pytest.raises(VersionClosed):  # nobody brings the bytes back
        catalog.publish(release(tmp_path / "c", {"train": rows(20), "test": rows(6, start=20)}, version="1.2.0"))
    assert closing.purge(repository, ["1.0.0"], reason="再次", by="wang") == []
    assert catalog.gc(older_than=0).blobs <= 5 and catalog.fsck(deep=True) == []


def test_a_purge_that_was_killed_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.publish(release(tmp_path))
    catalog.publish(release(tmp_path / "b", {"train": rows(3)}, version="2.0.0"))
    repository = catalog.repository("nb/repairs")
    with monkeypatch.context() as broken:
        broken.setattr(closing, "finish_purges", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            closing.purge(repository, ["1.0.0"], reason="要求", by="wang")
    with pytest.raises(VersionClosed):  # closed before the bytes go
        closing.check_open(repository, "v1.0.0")
    assert {one.code for one in catalog.fsck(mend=True)} == {"purge_unfinished"} and catalog.fsck(deep=True) == []


def test_deleting_a_repository(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    repository = _repository(tmp_path)
    repository.commit("main", [_stored(repository, b"1")], title="add", by="wang")
    repository.delete(by="wang")
    assert not repository.exists and catalog.datasets() == []
    assert catalog.gc(older_than=10).blobs == 0  # can still be undone
    for path in [*(tmp_path / "catalog" / "deleted").iterdir(), *(tmp_path / "catalog" / "blobs").rglob("*")]:
        _age(path)
    assert catalog.gc(older_than=10).repositories == 1 and not list((tmp_path / "catalog" / "deleted").iterdir())
    catalog.publish(release(tmp_path))
    with pytest.raises(VersionTaken):
        catalog.repository("nb/repairs").delete(by="wang")


def test_gc_removes_only_what_nothing_refers_to(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    catalog.publish(release(tmp_path))
    repository = catalog.repository("nb/repairs")
    lonely = _stored(repository, b"nobody")
    assert catalog.gc(older_than=3600).blobs == 0  # young: its commit may be on the way
    _age(catalog.blobs.path(lonely.sha256))
    assert catalog.gc(older_than=3600, dry_run=True).blobs == 1 and catalog.blobs.has(lonely.sha256)
    assert catalog.gc(older_than=3600).bytes == 6 and catalog.blobs.has(lonely.sha256) is None
    assert catalog.fsck(deep=True) == []


def test_fsck_mends_what_can_be_mended(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    sealed = release(tmp_path)
    catalog.publish(sealed)
    files = catalog.repository("nb/repairs").files()
    damaged = catalog.blobs.path(files["README.md"]["sha256"])
    damaged.chmod(0o600)
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    half = catalog.blobs.uploads / "half"
    half.write_bytes(b"1")
    _age(half)
    assert {one.code for one in catalog.fsck(deep=True)} == {"bad_blob", "half_written"}
    catalog.fsck(deep=True, mend=True)
    assert [one.code for one in catalog.fsck(deep=True)] == ["missing_blob"] and not half.exists()
    catalog.publish(sealed)  # the same release again: nothing to do, its blob is still missing
    catalog.blobs.put(sealed.files["README.md"], files["README.md"]["sha256"])
    assert catalog.fsck(deep=True) == []


def test_an_upload_that_ends_early_or_wrong_leaves_nothing(tmp_path: Path) -> None:
    blobs = Catalog(tmp_path / "catalog").blobs
    with pytest.raises(IntegrityError), blobs.writing() as writer:
        writer.write(b"1")
        writer.finish(sha256="0" * 64)
    with pytest.raises(IntegrityError), blobs.writing() as writer:
        writer.write(b"1")
        writer.finish(size=2)
    with blobs.writing() as writer:
        writer.write(b"1")
    assert list(blobs.names()) == [] and list(blobs.uploads.iterdir()) == []


def test_everything_is_in_the_audit(tmp_path: Path) -> None:
    repository = _repository(tmp_path)
    repository.commit("main", [_stored(repository, b"1")], title="add", by="wang")
    repository.tag("v1.0.0", "main", by="li")
    closing.withdraw(repository, "1.0.0", reason="测试", by="zhao")
    said = [(one["what"], one["who"]) for one in repository.audit.entries()]
    assert said == [("create", "wang"), ("commit", "wang"), ("tag", "li"), ("withdraw", "zhao")]
    assert "1" not in [json.dumps(one.get("content")) for one in repository.audit.entries()]
