"""Which files a run reads: each that a pattern names is in the ledger, under a name that people can read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from corpora.errors import LawBroken
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look import quarantined, starting
from curation.run import inputs, pipeline
from curation.run.work_folder import State

GOOD = "主轴箱异响第{}次，检查发现轴承磨损，更换后试机正常。"


def run(folder: Path, pattern: str) -> pipeline.Report:
    source = {"label": "甲", "files": [pattern], "public": True, "ocr": False}
    recipe = {"format": 1, "corpus": "test/inputs", "id": None, "steps": [], "sources": [source]}
    return pipeline.run(recipe_file.RecipeFile(recipe_file.parse(recipe), folder), workspace=Workspace())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    rows = "".join(f"{GOOD.format(i)}\n" for i in range(5))
    (tmp_path / "files").mkdir()
    (tmp_path / "files/好.csv").write_text(f"text\n{rows}", "utf-8")
    return tmp_path


def gbk(folder: Path, *, suffix: str = ".csv") -> Path:
    """A file whose name is GBK, as an unzipping under Linux leaves it."""
    return folder / os.fsdecode("病历".encode("gb18030") + suffix.encode())


def test_a_name_that_is_not_utf8_is_read_and_shown_in_chinese(folder: Path) -> None:
    gbk(folder / "files").write_text(f'text\n{GOOD.format(9)}\n""\n', "utf-8")
    report = run(folder, "files/*.csv")
    assert (report.ledger.kept, report.ledger.quarantined) == (6, 1)
    listed = quarantined.look(str(report.work), cause=None, n=None)
    assert [Path(row.file).name for row in listed.rows] == ["病历.csv"] and json.dumps(listed.to_dict()).encode()
    assert {Path(file.shown).name for file in State.load(report.work).files} == {"好.csv", "病历.csv"}


def test_a_parquet_and_an_archive_with_such_names(folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.corpora.documents import zipped

    with gbk(folder / "files", suffix=".parquet").open("wb") as out:
        pq.write_table(pa.table({"text": [GOOD.format(8)]}), out)
    gbk(folder / "files", suffix=".zip").write_bytes(zipped({"一.csv": f"text\n{GOOD.format(7)}\n"}))
    report = run(folder, "files/*")
    assert (report.ledger.kept, report.ledger.quarantined) == (7, 0)


def test_a_draft_for_such_a_file_runs(folder: Path) -> None:
    file = gbk(folder)
    file.write_text("编号,病程\n" + "".join(f"{i},{GOOD.format(i)}\n" for i in range(20)), "utf-8")
    start = starting.look([str(file)], folder)
    spec = recipe_file.parse(yaml.safe_load(start.recipe))
    assert [found.path for found in inputs.find(spec, folder, Workspace())] == [str(file)] and "病历" in start.recipe


def test_pipes_and_dead_links_are_in_the_ledger(folder: Path) -> None:
    os.mkfifo(folder / "files/管.csv")
    (folder / "files/断.csv").symlink_to("没有")
    (folder / "files/环").symlink_to(".")
    report = run(folder, "files/**/*.csv")
    assert (report.ledger.kept, report.ledger.quarantined) == (5, 2) and report.causes == {"not_a_file": 2}


def test_a_draft_of_a_folder_with_pipes_and_dead_links(folder: Path) -> None:
    (folder / "files/好.csv").write_text("编号,病程\n" + "".join(f"{i},{GOOD.format(i)}\n" for i in range(20)), "utf-8")
    os.mkfifo(folder / "files/管.csv")
    os.mkfifo(folder / "files/管")
    (folder / "files/断.csv").symlink_to("没有")
    start = starting.look([str(folder / "files")])
    assert start.left == {"not_a_file": 1}  # 管; the others lie beside the CSV files, and the run accounts for them
    spec = recipe_file.parse(yaml.safe_load(start.recipe))
    found = inputs.find(spec, folder, Workspace())
    assert sorted((Path(one.path).name, one.cause) for one in found if one.cause) == [
        ("断.csv", "not_a_file"), ("管.csv", "not_a_file"),
    ]  # fmt: skip


def test_a_damaged_member_is_called_by_its_own_name(folder: Path) -> None:
    from tests.corpora.documents import zipped

    data = bytearray(zipped({"一月.csv": f"text\n{GOOD.format(7)}\n", "二月.csv": f"text\n{GOOD.format(6)}\n"}, stored=True))
    at = data.find(GOOD.format(7).encode())
    data[at : at + 3] = b"\xe4\xb8\x80"
    (folder / "files/月.zip").write_bytes(data)
    report = run(folder, "files/*")
    note = next(note for note in report.notes if "一月.csv" in note)
    assert "refused" not in "".join(report.notes) and "没有读" in note and report.ledger.quarantined == 1


def test_bytes_exchanged_behind_an_old_time_are_noticed(folder: Path) -> None:
    path = folder / "files/好.csv"
    spec = recipe_file.parse(
        {
            "format": 1,
            "corpus": "test/inputs",
            "steps": [],
            "sources": [{"label": "甲", "files": [str(path)], "public": True}],
        }
    )
    files = inputs.find(spec, folder, Workspace())
    digests = [inputs.sha256(file) for file in files]
    os.chmod(path, 0o600)  # the ctime alone moves: nothing is wrong
    inputs.check_unchanged(files, digests)
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"0", b"7", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(LawBroken):
        inputs.check_unchanged(files, digests)
