"""A full disk is said in words, with its folder, and leaves nothing half-done."""

from __future__ import annotations

import errno
import importlib
import os
import shutil
from pathlib import Path

import pytest

import cli
from corpora import disk
from corpora.errors import UsageError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]), True),
        (PermissionError(errno.EACCES, "denied"), False),
    ],
)
def test_a_full_disk_is_recognised(error: OSError, expected: bool) -> None:
    assert disk.is_full(error) is expected


def test_a_release_that_does_not_fit_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stage").mkdir()
    (tmp_path / "stage/a").write_text("1")
    (tmp_path / "别的盘").mkdir()

    def full(source: str, target: str, **_: object) -> None:
        Path(target).write_text("")
        raise OSError(errno.ENOSPC, "No space left on device", target)

    def other_disk(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "cross-device link")

    monkeypatch.setattr(os, "rename", other_disk)
    monkeypatch.setattr(shutil, "copytree", lambda stage, near: (near.mkdir(), full(stage, near / "a")))
    seal = importlib.import_module("corpora.release.seal")  # the package has a function of that name
    with pytest.raises(UsageError, match="磁盘已满") as caught:
        seal._rename(tmp_path / "stage", tmp_path / "别的盘/out")
    assert "别的盘" in str(caught.value) and caught.value.hint and not list((tmp_path / "别的盘").iterdir())


@pytest.mark.parametrize(("name", "said"), [("/甲/乙", "/甲"), (None, "home")])
def test_the_front_door_says_which_folder(
    name: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", *([name] if name else []))

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    err = capsys.readouterr().err
    assert ended.value.code == 2 and "磁盘已满" in err and said in err and "怎么办" in err
