"""Publishing stores new blobs only, tags never move, two writers lose nothing, and damage is found."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows

from corpora.catalog import Catalog, HeadMoved
from corpora.catalog.audit import user
from corpora.catalog.commits import file_entry
from corpora.errors import IntegrityError, UsageError, VersionTaken
from corpora.release import load, verify


def _catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog")


def test_publish_and_read_back(tmp_path: Path) -> None:
    catalog, sealed = _catalog(tmp_path), release(tmp_path)
    done = catalog.publish(sealed, message="首版")
    assert done.fresh and done.new_blobs == 8 and done.shared_blobs == 0 and len(done.commit) == 40
    assert catalog.datasets() == ["nb/repairs"] and catalog.versions("nb/repairs") == ["1.0.0"]
    there = catalog.release("nb/repairs", "v1.0.0")
    assert there.hash == sealed.hash == done.release and verify(there) == []
    refs = catalog.refs("nb/repairs").read()
    assert refs["branches"] == {"main": done.commit} and refs["tags"]["v1.0.0"]["commit"] == done.commit
    assert catalog.commits("nb/repairs").get(done.commit)["parents"] == []


def test_whoever_publishes_is_named_everywhere(tmp_path: Path) -> None:
    """In the commit, the tag and one line of the log; the system's user beside a user of the catalog."""
    catalog = _catalog(tmp_path)
    done = catalog.publish(release(tmp_path), by="wang")
    catalog.publish(release(tmp_path, {"train": rows(4)}, version="1.1.0"))
    refs = catalog.refs("nb/repairs").read()
    assert catalog.commits("nb/repairs").get(done.commit)["author"] == refs["tags"]["v1.0.0"]["by"] == "wang"
    assert refs["tags"]["v1.1.0"]["by"] == user()
    told = [(one["what"], one["who"], one.get("account")) for one in catalog.audit.entries()]
    assert told == [("publish", "wang", user()), ("publish", user(), None)]


def test_publishing_again_does_nothing(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    first = catalog.publish(release(tmp_path))
    again = catalog.publish(release(tmp_path))
    assert not again.fresh and again.commit == first.commit and (again.new_blobs, again.new_bytes) == (0, 0)
    assert len(list(catalog.audit.entries())) == 1


def test_a_second_version_stores_only_what_is_new(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    first = catalog.publish(release(tmp_path))
    texts = {"train": rows(20), "test": rows(6, start=20)}
    done = catalog.publish(release(tmp_path, texts, version="1.1.0"))
    assert done.shared_blobs == 3 and done.new_blobs == 5  # train data, train signals and run.json are the same
    assert catalog.commits("nb/repairs").get(done.commit)["parents"] == [first.commit]
    assert catalog.release("nb/repairs").version == "1.1.0"
    assert catalog.versions("nb/repairs") == ["1.0.0", "1.1.0"]


def test_a_tag_never_moves(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    catalog.publish(release(tmp_path / "a"))
    before = catalog.refs("nb/repairs").read()
    with pytest.raises(VersionTaken) as caught:
        catalog.publish(release(tmp_path / "b", {"train": rows(3)}))
    assert not isinstance(caught.value, HeadMoved) and catalog.refs("nb/repairs").read() == before


def test_compare_and_swap(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    first = catalog.publish(release(tmp_path))
    catalog.publish(release(tmp_path, version="1.0.1"), parent=first.commit)
    late = release(tmp_path, version="1.0.2")
    with pytest.raises(HeadMoved):
        catalog.publish(late, parent=first.commit)
    assert catalog.versions("nb/repairs") == ["1.0.0", "1.0.1"] and catalog.fsck(deep=True) == []
    assert catalog.publish(late).new_blobs == 0  # what was stored is reused


def test_many_writers_of_one_version(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    rivals = [release(tmp_path / str(i), {"train": rows(5 + i)}) for i in range(4)]

    def attempt(number: int) -> str:
        try:
            return Catalog(tmp_path / "catalog").publish(rivals[number]).commit
        except VersionTaken:
            return "taken"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, range(4)))
    assert results.count("taken") == 3
    assert catalog.release("nb/repairs", "1.0.0").hash == rivals[[r != "taken" for r in results].index(True)].hash
    assert catalog.fsck(deep=True) == []


def test_many_writers_of_many_versions(tmp_path: Path) -> None:
    made = [release(tmp_path, version=f"1.0.{i}") for i in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: Catalog(tmp_path / "catalog").publish(one), made))
    catalog = _catalog(tmp_path)
    assert catalog.versions("nb/repairs") == [f"1.0.{i}" for i in range(6)]
    commit, seen = catalog.refs("nb/repairs").head, 0
    while commit:  # one chain through all of them
        parents = catalog.commits("nb/repairs").get(commit)["parents"]
        commit, seen = (parents[0] if parents else None), seen + 1
    assert seen == 6 and catalog.fsck() == []


@pytest.mark.parametrize("name", ["replace", "fsync"])
def test_killed_anywhere_published_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sealed, real = release(tmp_path), getattr(os, name)
    for last in range(60):
        catalog, left = Catalog(tmp_path / f"catalog{last}"), iter(range(last))

        def dying(*arguments: Any, _left: Any = left) -> None:
            if next(_left, None) is None:
                raise KeyboardInterrupt
            real(*arguments)

        monkeypatch.setattr(os, name, dying)
        try:
            catalog.publish(sealed)
        except KeyboardInterrupt:
            pass
        else:
            assert last > 9
            return
        finally:
            monkeypatch.undo()
        assert catalog.fsck() == []
        assert catalog.publish(sealed).release == sealed.hash
        assert catalog.fsck(deep=True) == [] and catalog.release("nb/repairs").hash == sealed.hash
    raise AssertionError("never came to the end")


def test_a_catalog_cannot_write_outside(tmp_path: Path) -> None:
    catalog, sealed = _catalog(tmp_path), release(tmp_path)
    done = catalog.publish(sealed)
    said = catalog.commits("nb/repairs").get(done.commit)
    said["files"]["../escaped.md"] = said["files"]["README.md"]
    commit = catalog.commits("nb/repairs").put(said)
    with catalog.refs("nb/repairs").writing() as refs:
        refs["tags"]["v1.0.0"]["commit"] = commit
    with pytest.raises(IntegrityError):
        catalog.pull("nb/repairs", "1.0.0", tmp_path / "pulled")
    assert not (tmp_path / "escaped.md").exists() and not (tmp_path / "pulled").exists()


def test_a_damaged_release_is_not_published(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    sealed.files["README.md"].chmod(0o644)
    sealed.files["README.md"].write_text("x")
    with pytest.raises(IntegrityError):
        _catalog(tmp_path).publish(load(sealed.folder or ""))
    assert _catalog(tmp_path).datasets() == []


def test_linked_and_copied_blobs(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    digest = sealed.hashes["README.md"]
    linked, copied = Catalog(tmp_path / "one"), Catalog(tmp_path / "two")
    linked.publish(sealed, link=True)
    copied.publish(sealed)
    assert linked.blobs.path(digest).samefile(sealed.files["README.md"])
    assert not copied.blobs.path(digest).samefile(sealed.files["README.md"])


def test_pull(tmp_path: Path) -> None:
    catalog, sealed = _catalog(tmp_path), release(tmp_path)
    catalog.publish(sealed)
    pulled = catalog.pull("nb/repairs", "1.0.0", tmp_path / "pulled")
    assert pulled.hash == sealed.hash and verify(pulled) == []
    assert catalog.pull("nb/repairs", None, tmp_path / "pulled").hash == sealed.hash
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a").write_text("x")
    with pytest.raises(UsageError):
        catalog.pull("nb/repairs", "1.0.0", tmp_path / "full")
    assert [e["what"] for e in catalog.audit.entries()] == ["publish", "pull"]


def test_pulling_damaged_bytes_leaves_nothing(tmp_path: Path) -> None:
    catalog, sealed = _catalog(tmp_path), release(tmp_path)
    catalog.publish(sealed)
    blob = catalog.blobs.path(sealed.hashes["data/train-00000-of-00001.parquet"])
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    with pytest.raises(IntegrityError):
        catalog.pull("nb/repairs", "1.0.0", tmp_path / "pulled")
    assert not [path for path in tmp_path.iterdir() if "pulled" in path.name]
    assert [f.code for f in catalog.fsck()] == [] and [f.code for f in catalog.fsck(deep=True)] == ["bad_blob"]


def test_unknown_names_and_versions(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    catalog.publish(release(tmp_path))
    with pytest.raises(UsageError) as caught:
        catalog.release("nb/repair")
    assert "nb/repairs" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        catalog.release("nb/repairs", "2.0.0")
    assert "v1.0.0" in caught.value.hint
    assert catalog.versions("nb/nothing") == []


def test_fsck_finds_damage(tmp_path: Path) -> None:
    catalog, sealed = _catalog(tmp_path), release(tmp_path)
    done = catalog.publish(sealed)
    catalog.publish(release(tmp_path, version="1.0.1"))
    with sqlite3.connect(catalog.root / "people.sqlite") as database:
        database.execute("UPDATE yuliao_audit SET line = replace(line, '1.0.0', '1.0.2') WHERE seq = 1")
    assert [f.code for f in catalog.fsck()] == ["audit_broken"] and catalog.audit.broken() == 1
    with sqlite3.connect(catalog.root / "people.sqlite") as database:
        database.execute("UPDATE yuliao_audit SET line = replace(line, '1.0.2', '1.0.0') WHERE seq = 1")
    catalog.blobs.path(sealed.hashes["release.json"]).unlink()
    assert [f.code for f in catalog.fsck()] == ["missing_blob"]
    (catalog.root / f"datasets/nb/repairs/commits/{done.commit}.json").write_text("{}")
    assert [f.code for f in catalog.fsck()] == ["bad_commit"]


def test_object_names_are_git_s(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("您好\n")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    text = file_entry("a.md", tmp_path / "a.md", "0" * 64)
    said = subprocess.run(
        ["git", "hash-object", "a.md"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert text["oid"] == said and text["lfs"] is None
    sha = hashlib.sha256(b"PAR1").hexdigest()
    large = file_entry("a.parquet", tmp_path / "a.parquet", sha)
    assert large["lfs"] == {
        "oid": sha,
        "size": 4,
        "pointerSize": len(f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha}\nsize 4\n"),
    }
