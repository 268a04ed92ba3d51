"""Commands on versions that were withdrawn or purged: rows go to nobody, by name or from a copy of the folder, and the reason is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from releases import release, rows
from typer.testing import CliRunner, Result

from corpora.catalog import Catalog, closing
from corpora.catalog.repository import Repository
from corpora.commands import app
from corpora.errors import VersionClosed, VersionTaken
from corpora.hub.packing import pack, read_head
from corpora.release import load
from corpora.workspace import Workspace

NAME, REASON = "nb/repairs", "两行未脱敏"


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture()
def house(tmp_path: Path) -> Repository:
    """1.0.0 is withdrawn, 1.1.0 open; both also lie in folders."""
    catalog = Catalog(Workspace().catalog)
    catalog.publish(release(tmp_path, {"train": rows(20)}))
    catalog.publish(release(tmp_path, {"train": rows(25)}, version="1.1.0"))
    repository = catalog.repository(NAME)
    closing.withdraw(repository, "1.0.0", reason=REASON, by="wang")
    return repository


@pytest.mark.parametrize("where", ["name", "folder", "copy", "draft"])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_export_gives_out_no_row_of_it(house: Repository, tmp_path: Path, where: str, form: str) -> None:
    folder = tmp_path / "release-1.0.0"
    draft = Workspace().releases / NAME / "1.0.0"
    named = {"name": f"{NAME}@1.0.0", "folder": folder, "copy": tmp_path / "elsewhere" / "a", "draft": draft}[where]
    if where in ("copy", "draft"):
        shutil.copytree(folder, named)
    for words in ((), ("--out", tmp_path / "out")):
        done = _run("export", named, "--format", form, *words)
        assert isinstance(done.exception, VersionClosed) and REASON in str(done.exception), where
        assert "设备" not in done.stdout and not (tmp_path / "out").exists()
        assert "--undo" in done.exception.hint
    assert "设备" in _run("export", f"{NAME}@1.1.0", "--format", form).stdout
    closing.reopen(house, "1.0.0", reason="误报", by="wang")
    assert "设备" in _run("export", named, "--format", form).stdout


def test_a_new_draft_of_that_number_is_another_release(house: Repository, tmp_path: Path) -> None:
    other = release(tmp_path / "new", {"train": rows(8, start=500)})
    assert "设备" in _run("export", other.folder, "--format", "jsonl").stdout


def test_the_latest_is_one_that_is_open(house: Repository) -> None:
    closing.withdraw(house, "1.1.0", reason="也有", by="wang")
    assert isinstance(_run("export", NAME, "--format", "jsonl").exception, VersionClosed)


def test_show_says_so_by_name_and_by_folder(house: Repository, tmp_path: Path) -> None:
    for named in (f"{NAME}@1.0.0", tmp_path / "release-1.0.0"):
        assert f"v1.0.0 已撤回：{REASON}" in _run("show", named).stdout
        assert json.loads(_run("show", named, "--json").stdout)["closed"]["reason"] == REASON
    assert "closed" not in json.loads(_run("show", f"{NAME}@1.1.0", "--json").stdout)


def test_a_withdrawn_version_goes_to_no_other_catalog(house: Repository, tmp_path: Path) -> None:
    for named in (f"{NAME}@1.0.0", tmp_path / "release-1.0.0"):
        for words in ((), ("--to", tmp_path / "other")):
            done = _run("publish", named, *words)
            assert isinstance(done.exception, VersionClosed) and REASON in str(done.exception)
    with pytest.raises(VersionClosed, match=REASON):
        Catalog(Workspace().catalog).publish(load(tmp_path / "release-1.0.0"))
    assert Catalog(tmp_path / "other").datasets() == []


def test_a_diff_with_it_tells_ids_and_no_text(house: Repository) -> None:
    done = _run("diff", f"{NAME}@1.0.0", f"{NAME}@1.1.0")
    assert done.exit_code == 0 and "设备" not in done.stdout
    closing.purge(house, ["1.0.0"], reason="请求 9", by="wang")
    purged = _run("diff", f"{NAME}@1.0.0", f"{NAME}@1.1.0")
    assert isinstance(purged.exception, VersionClosed) and "请求 9" in str(purged.exception)


def test_a_purged_number_is_never_used_again(house: Repository, tmp_path: Path) -> None:
    closing.purge(house, ["1.0.0"], reason="请求 9", by="wang")
    other = release(tmp_path / "new", {"train": rows(8, start=500)})
    for named in (tmp_path / "release-1.0.0", other.folder, f"{NAME}@1.0.0"):
        done = _run("publish", named)
        assert isinstance(done.exception, VersionTaken) and "不再使用" in str(done.exception), named
    for one in (load(tmp_path / "release-1.0.0"), other):
        with pytest.raises(VersionTaken, match="不再使用"):
            Catalog(Workspace().catalog).publish(one)
    assert isinstance(_run("export", tmp_path / "release-1.0.0", "--format", "jsonl").exception, VersionClosed)


def test_a_pack_names_the_version_and_no_other_tag(house: Repository, tmp_path: Path) -> None:
    house.tag("alpha", "v1.1.0", by="wang")
    pack(Catalog(Workspace().catalog), NAME, "1.1.0", tmp_path / "a.pack")
    assert read_head(tmp_path / "a.pack")[0]["version"] == "1.1.0"
    house.tag("beta", "v1.0.0", by="wang")
    with pytest.raises(VersionClosed) as caught:
        pack(Catalog(Workspace().catalog), NAME, "1.0.0", tmp_path / "b.pack")
    assert "v1.0.0" in str(caught.value) and "beta" not in str(caught.value)
