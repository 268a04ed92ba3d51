"""Which bytes are closed: a table over any history, held against the plain definition; worked out anew only when refs change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from releases import release, rows

from corpora.catalog import Catalog, closed, closing
from corpora.catalog.changes import Add
from corpora.catalog.commits import Commits
from corpora.catalog.repository import Repository
from corpora.errors import IntegrityError, VersionClosed


def _add(repository: Repository, path: str, content: str) -> Add:
    with repository.blobs.writing() as writer:
        writer.write(content.encode())
        return Add(path, writer.finish(), len(content.encode()))


FILES = st.dictionaries(
    st.sampled_from(["a.bin", "b.bin", "README.md", ".gitattributes"]), st.sampled_from("xyz"), min_size=1
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(FILES, st.sampled_from(["open", "withdrawn", "reopened", "branch"])), min_size=1, max_size=5))
def test_closed_is_what_only_closed_versions_hold(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[dict[str, str], str]]
) -> None:
    repository = Catalog(tmp_path_factory.mktemp("any") / "catalog").repository("nb/any")
    repository.create(by="wang")
    shut, open_ = set[str](), set[str]()
    for number, (files, state) in enumerate(history):
        operations = [_add(repository, path, content) for path, content in files.items()]
        repository.commit("main", operations, title="x", by="wang")
        entries = repository.files("main")
        if state == "branch":
            repository.branch(f"side-{number}", by="wang")
            continue
        repository.tag(f"v{number}.0.0", "main", by="wang")
        repository.mark_verified(repository.resolve("main").commit, "0" * 64, by="wang")
        if state != "open":
            closing.withdraw(repository, f"{number}.0.0", reason="试", by="wang")
        if state == "reopened":
            closing.reopen(repository, f"{number}.0.0", reason="试", by="wang")
        if state == "withdrawn":
            shut |= {one["sha256"] for path, one in entries.items() if path.endswith(".bin")}
        else:
            open_ |= {one["sha256"] for one in entries.values()}
    assert set(closed.contents(repository)) == shut - open_


def test_a_version_that_nobody_verified_opens_nothing(tmp_path: Path) -> None:
    repository = Catalog(tmp_path / "catalog").repository("nb/pushed")
    repository.create(by="wang", pushed=True)
    repository.commit("main", [_add(repository, "a.bin", "x")], title="x", by="wang")
    repository.mark_verified(repository.resolve("main").commit, "0" * 64, by="wang")
    repository.tag("v1.0.0", "main", by="wang")
    repository.commit("main", [_add(repository, "b.bin", "y")], title="y", by="wang")
    repository.tag("v1.0.1", "main", by="wang")
    closing.withdraw(repository, "1.0.0", reason="漏检", by="wang")
    sha256 = repository.files("main")["a.bin"]["sha256"]
    assert not closed.is_open(repository, sha256)
    repository.mark_verified(repository.resolve("main").commit, "0" * 64, by="wang")
    assert closed.is_open(repository, sha256)


def test_commits_are_read_when_refs_change_and_not_by_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(tmp_path / "catalog")
    for number in range(4):
        catalog.publish(release(tmp_path / str(number), {"train": rows(4 + number)}, version=f"1.{number}.0"))
    repository, read = catalog.repository("nb/repairs"), list[str]()
    get = Commits.get

    def counted(self: Commits, name: str) -> dict[str, Any]:
        read.append(name)
        return get(self, name)

    monkeypatch.setattr(Commits, "get", counted)
    assert not closed.contents(repository) and not read, "nothing is closed: nothing is looked at"
    closing.withdraw(repository, "1.2.0", reason="漏检", by="wang")
    assert closed.contents(repository) and len(read) == 4
    for _ in range(50):
        closed.contents(catalog.repository("nb/repairs"))
    assert len(read) == 4
    closing.reopen(repository, "1.2.0", reason="误报", by="wang")
    assert not closed.contents(repository) and len(read) == 4


def test_what_is_not_known_to_be_open_is_closed(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    same = rows(3, start=50)
    for version in ("1.0.0", "1.1.0"):
        catalog.publish(
            release(tmp_path / version, {"train": rows(4 + len(version) + int(version[2])), "test": same}, version=version)
        )
    repository = catalog.repository("nb/repairs")
    closing.withdraw(repository, "1.0.0", reason="漏检", by="wang")
    shared = next(one["sha256"] for path, one in repository.files("v1.0.0").items() if path.startswith("data/test"))
    folder, commit = repository.commits.folder, {one: repository.resolve(one).commit for one in ("v1.0.0", "v1.1.0")}
    assert closed.is_open(repository, shared)
    (folder / f"{commit['v1.1.0']}.json").write_text("{}")
    repository.commits.forget()
    closed._contents.cache_clear()
    assert not closed.is_open(repository, shared), "a damaged open version opens nothing"
    (folder / f"{commit['v1.0.0']}.json").write_text("{}")
    repository.commits.forget()
    closed._contents.cache_clear()
    with pytest.raises(IntegrityError):
        closed.is_open(repository, shared)


def test_the_version_that_is_asked_for_is_named(tmp_path: Path) -> None:
    repository = Catalog(tmp_path / "catalog").repository("nb/any")
    repository.create(by="wang")
    for name in ("an-试用", "v1.0.0", "v1.0.1"):
        repository.tag(name, "main", by="wang")
    for version in ("1.0.1", "1.0.0"):
        closing.withdraw(repository, version, reason=f"为 {version}", by="wang")
    for asked, named, other in (
        ("v1.0.1", "v1.0.1", "v1.0.0"),
        ("v1.0.0", "v1.0.0", "v1.0.1"),
        ("an-试用", "v1.0.0", "an-试用"),
    ):
        with pytest.raises(VersionClosed) as caught:
            closing.check_open(repository, asked)
        assert f"{named} 已撤回：为 {named[1:]}" in str(caught.value) and other not in str(caught.value)
    with pytest.raises(VersionClosed, match="v1.0.0 .*v1.0.1 "):
        closing.check_open(repository, "main")
