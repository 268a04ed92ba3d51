"""The workspace is found, private, and its keys are made once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpora.errors import IntegrityError, UsageError
from corpora.workspace import Workspace, find_root, write_atomically


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YULIAO_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    inner = tmp_path / "project/a/b"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path / "home/.yuliao"
    (tmp_path / "project/.yuliao").mkdir()
    assert find_root(inner) == tmp_path / "project/.yuliao"
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "elsewhere"))
    assert find_root(inner) == tmp_path / "elsewhere"
    assert not (tmp_path / "elsewhere").exists()


def test_everything_is_private(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "y")
    workspace.key("nb/a")
    folders = [workspace.root, workspace.work, workspace.catalog, workspace.releases, workspace.root / "keys/nb"]
    assert [_mode(folder) for folder in folders] == [0o700] * 5
    assert _mode(workspace.root / "keys/nb/a.key") == 0o600


def test_a_folder_of_somebody_else_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared").chmod(0o755)
    Workspace(tmp_path / "shared")
    assert _mode(tmp_path / "shared") == 0o755


def test_a_key_is_made_once_even_by_many(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Workspace(tmp_path / "y").key("nb/a"), range(32)))
    assert len(keys) == 1 and len(keys.pop()) == 32
    assert Workspace(tmp_path / "y").key("nb/b") != Workspace(tmp_path / "y").key("nb/a")
    assert sorted(path.name for path in (tmp_path / "y/keys/nb").iterdir()) == ["a.key", "b.key"]


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "y")
    workspace.key("nb/a")
    (workspace.root / "keys/nb/a.key").write_bytes(b"short")
    with pytest.raises(IntegrityError):
        workspace.key("nb/a")


@pytest.mark.parametrize("name", ["../x", "a", "a/b/c", "a/..", "/a/b", "a/b--c", "", "甲/乙"])
def test_names_that_could_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        Workspace(tmp_path / "y").key(name)


def test_runs(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "y")
    work = workspace.work / "one"
    work.mkdir()
    workspace.record_run(release="ab" * 32, corpus="nb/a", version="1.0.0", work=work)
    workspace.record_run(release="cd" * 32, corpus="nb/a", version="1.1.0", work=workspace.work / "gone")
    assert workspace.find_work(release="ab" * 32) == work
    assert workspace.find_work(corpus="nb/a", version="v1.0.0") == work
    assert workspace.find_work(corpus="nb/a", version="1.1.0") is None  # the folder is no longer there
    assert workspace.find_work(release="ef" * 32) is None
    assert [run["version"] for run in workspace.runs()] == ["1.0.0", "1.1.0"]


def test_an_atomic_write_leaves_nothing_behind(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"1")
    write_atomically(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"2" and [p.name for p in tmp_path.iterdir()] == ["a"]
