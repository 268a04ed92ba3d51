"""Archives in a run: every member is read, or quarantined with a cause; the ledger closes; origins name the member."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.peeking import explain
from curation.run import pipeline

GOOD = "主轴箱异响，检查发现轴承磨损，更换后试机正常，振动值2.1mm/s。"


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pipeline.Report:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    deep = zipped({"五.csv": f"text\n{GOOD}五\n".encode("gb18030")})
    for level in range(4):
        deep = zipped({f"{level}.zip": deep})
    members = {
        "导出/一.csv": f"text\n{GOOD}一\n{GOOD}二\n".encode("gb18030"),
        "../../逃.jsonl": f'{{"text": "{GOOD}三"}}\n'.encode(),
        "里.zip": zipped({"四.jsonl": f'{{"text": "{GOOD}四"}}\n'.encode()}),
        "深.zip": deep,
        "图.dwg": b"\x00\x01",
    }
    (tmp_path / "导出.zip").write_bytes(zipped(members))
    recipe = {"format": 1, "corpus": "test/zip", "id": None, "steps": [{"step": "normalise"}]}
    recipe |= {"sources": [{"label": "导出", "files": ["导出.zip"], "public": True}]}
    file = recipe_file.RecipeFile(recipe_file.parse(recipe), tmp_path)
    return pipeline.run(file, workspace=Workspace())


def test_every_member_is_accounted_for(done: pipeline.Report) -> None:
    assert (done.ledger.kept, done.ledger.quarantined, done.ledger.gap) == (4, 2, 0)
    causes = done.release.manifest["metrics"]["quarantine_causes"]
    assert causes == {"archive_too_deep": 1, "unknown_format": 1}
    assert len(done.release.manifest["sources"][0]["files"]) == 5


def test_nothing_is_written_where_a_member_says(done: pipeline.Report, tmp_path: Path) -> None:
    unpacked = tmp_path / "home/unpacked"
    assert not list(tmp_path.glob("**/逃*"))
    assert all(path.is_relative_to(unpacked) for path in tmp_path.rglob("*.jsonl"))
    assert unpacked.stat().st_mode & 0o777 == 0o700


def test_an_origin_names_archive_and_member(done: pipeline.Report) -> None:
    rows = pq.read_table(done.release.folder / "data").to_pylist()
    told = explain(str(done.release.folder), rows[0]["id"])
    origin = told["origin"] if isinstance(told, dict) else told.to_dict()["origin"]
    assert "导出.zip!/" in origin["file"]


def test_run_again_is_the_same_release(done: pipeline.Report, tmp_path: Path) -> None:
    import shutil

    shutil.rmtree(tmp_path / "home/unpacked")
    file = recipe_file.RecipeFile(done.recipe, tmp_path)
    assert pipeline.run(file, workspace=Workspace()).release.hash == done.release.hash


def test_a_zip_cut_off_behind_an_inner_zip_is_not_read_as_the_inner_one(tmp_path: Path) -> None:
    from corpora.sources import archives

    inner = zipped({"内.txt": GOOD.encode()})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("外.txt", GOOD)
        archive.writestr("内.zip", inner)
    whole = held.getvalue()
    (tmp_path / "a.zip").write_bytes(whole[: whole.index(inner) + len(inner)])
    assert [one.cause for one in archives.members(str(tmp_path / "a.zip"), "zip")] == ["broken_stream"]
