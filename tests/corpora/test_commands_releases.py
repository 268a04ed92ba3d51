"""The commands for releases and the catalog, as a person or a script calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from releases import release, row_id, rows
from typer.testing import CliRunner, Result

from corpora.catalog import Catalog, closing
from corpora.commands import app, find_release
from corpora.errors import IntegrityError, SourceMissing, UsageError
from corpora.workspace import Workspace


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def _json(*arguments: object) -> Any:
    result = _run(*arguments, "--json")
    assert result.exit_code == 0, result.exception
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    texts = {"train": {k: t for k, t in rows(20).items() if k != "k3"}, "test": rows(6, start=20)}
    for sealed in (release(tmp_path), release(tmp_path, texts, version="1.1.0")):
        assert _run("publish", sealed.folder).exit_code == 0
    return tmp_path


def test_publish_reports_new_and_shared(tmp_path: Path) -> None:
    folder = release(tmp_path).folder
    first, again = _json("publish", folder), _json("publish", folder)
    assert first["fresh"] and first["new_blobs"] == 8 and first["new_bytes"] > 0
    assert not again["fresh"] and again["new_blobs"] == 0
    elsewhere = _json("publish", folder, "--to", tmp_path / "stick")
    assert elsewhere["fresh"] and _json("releases", "--catalog", tmp_path / "stick")["releases"][0]["version"] == "1.0.0"


def test_releases(published: Path) -> None:
    found = _json("releases")["releases"]
    assert [(one["corpus"], one["version"], one["rows"]) for one in found] == [
        ("nb/repairs", "1.0.0", 25),
        ("nb/repairs", "1.1.0", 25),
    ]
    assert "nb/repairs\t1.1.0\t已发布\t25" in _run("releases").stdout
    closing.withdraw(Catalog(Workspace().catalog).repository("nb/repairs"), "1.0.0", reason="复核", by="wang")
    assert [one["state"] for one in _json("releases")["releases"]] == ["withdrawn", "published"]
    assert "nb/repairs\t1.0.0\t已撤回\t25" in _run("releases").stdout


def test_show(published: Path) -> None:
    said = _json("show", "nb/repairs@v1.0.0")
    assert said["version"] == "1.0.0" and len(said["release"]) == 64
    assert _json("show", published / "release-1.0.0") == said
    text = _run("show", "nb/repairs").stdout
    assert "# nb/repairs@1.1.0" in text and "读入\t\t28" in text and "! 人名尚未查找" in text


def test_verify(published: Path) -> None:
    assert _json("verify", "nb/repairs@1.0.0")["findings"] == []
    folder = published / "release-1.0.0"
    (folder / "README.md").chmod(0o644)
    (folder / "README.md").write_text("x")
    broken = _run("verify", folder, "--json")
    assert isinstance(broken.exception, IntegrityError) and broken.exception.exit_code == 1
    assert [f["code"] for f in json.loads(broken.stdout)["findings"]] == ["wrong_size"]
    assert "wrong_size\tREADME.md" in _run("verify", folder).stdout


def test_diff(published: Path) -> None:
    found = _json("diff", "nb/repairs@1.0.0", "nb/repairs@v1.1.0")
    assert (found["added"], found["removed"], found["edited"], found["same"]) == (1, 1, 0, 24)
    assert {(c["kind"], c["id"]) for c in found["changes"]} == {("added", row_id("k25")), ("removed", row_id("k3"))}
    assert _json("diff", "nb/repairs@1.0.0", "nb/repairs@1.1.0", "--n", 0)["changes"] == []
    assert f"移除\t{row_id('k3')}" in _run("diff", "nb/repairs@1.0.0", published / "release-1.1.0").stdout


def test_pull(published: Path) -> None:
    said = _json("pull", "nb/repairs@1.0.0", published / "pulled")
    assert said["release"] == find_release(said["folder"]).hash == find_release("nb/repairs@1.0.0").hash


def test_export(published: Path) -> None:
    lines = _run("export", "nb/repairs@1.0.0", "--format", "jsonl", "--split", "test").stdout.splitlines()
    assert len(lines) == 5 and json.loads(lines[0])["source"] == "演示"
    assert _json("export", "nb/repairs@1.0.0", "--format", "csv", "--out", published / "a.csv")["rows"] == 25
    assert (published / "a.csv").stat().st_size > 500
    assert isinstance(_run("export", "nb/repairs@1.0.0", "--format", "xlsx").exception, UsageError)


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("nb/repair@1.0.0", "nb/repairs"),
        ("nb/repairs@9.0.0", "v1.1.0"),
        ("nb/repairs@latest", "1.2.0"),
        ("repairs", "namespace/name"),
    ],
)
def test_unknown_names(published: Path, reference: str, hint: str) -> None:
    error = _run("show", reference).exception
    assert isinstance(error, UsageError) and error.exit_code == 2 and hint in error.hint


def test_a_folder_without_a_release(tmp_path: Path) -> None:
    assert isinstance(_run("show", tmp_path).exception, SourceMissing)
    assert isinstance(_run("publish", tmp_path).exception, SourceMissing)


def test_an_empty_catalog() -> None:
    assert _json("releases") == {"releases": []}
    assert "yuliao run" in _run("releases").stdout
