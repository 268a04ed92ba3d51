"""Bad input: each bad file becomes a cause, the run goes on, good rows are kept, the ledger closes."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from benchmarks import long_line
from cli import app
from corpora.errors import LawBroken
from corpora.sources import archives
from corpora.sources.spec import FORMATS
from corpora.vocabulary import QUARANTINE_CAUSES
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import inputs, pipeline, unpacking
from tests.curation import bad_files


def recipe(pattern: str) -> dict[str, Any]:
    source = {"label": "坏文件", "files": [pattern], "public": True, "ocr": "off"}
    return {"format": 1, "corpus": "test/bad", "id": None, "steps": [{"step": "normalise"}], "sources": [source]}


def run(folder: Path, pattern: str = "files/*") -> pipeline.Report:
    file = recipe_file.RecipeFile(recipe_file.parse(recipe(pattern)), folder)
    return pipeline.run(file, workspace=Workspace(), workers=1)


class Done(NamedTuple):
    report: pipeline.Report
    due: dict[str, dict[str, int] | None]
    causes: dict[str, Counter[str]]  # file of the folder → causes of its quarantined items
    kept: Counter[str]  # file of the folder → kept rows


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "files").mkdir()
    due = bad_files.write(folder / "files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YULIAO_HOME", str(folder / "home"))
        report = run(folder)
        files = inputs.find(report.recipe, folder, Workspace())
    names = [Path(file.shown.partition("!/")[0]).name for file in files]
    causes: dict[str, Counter[str]] = {name: Counter() for name in names}
    for path in (report.work / "quarantine").glob("*.parquet"):
        for row in pq.read_table(path, columns=["file", "cause"]).to_pylist():
            causes[names[row["file"]]][row["cause"]] += 1
    kept: Counter[str] = Counter()
    for path in (folder / "home/work").rglob("measured/*.arrow"):
        with pa.ipc.open_file(path) as table:
            kept.update(names[number] for number in table.read_all().column("_file").to_pylist())
    return Done(report, due, causes, kept)


def test_every_format_is_among_them() -> None:
    assert set(bad_files.good()) == set(FORMATS) - {"auto"}, "a new format needs its sound file in bad_files.good()"


def test_the_ledger_closes(done: Done) -> None:
    ledger = done.report.ledger
    assert ledger.gap == 0 and ledger.dropped_total == 0
    assert ledger.quarantined == sum(count for causes in done.causes.values() for count in causes.values())
    assert ledger.kept == sum(done.kept.values()) and ledger.read == ledger.kept + ledger.quarantined


def test_each_bad_file_is_a_cause(done: Done) -> None:
    due = {name: causes for name, causes in done.due.items() if causes is not None}
    assert {name: dict(done.causes[name]) for name in due} == due


def test_no_file_is_passed_over(done: Done) -> None:
    assert set(done.causes) == set(done.due)
    assert [name for name in done.due if not done.causes[name] and not done.kept[name]] == []
    assert all(cause in QUARANTINE_CAUSES for causes in done.causes.values() for cause in causes)


def test_good_rows_are_kept(done: Done) -> None:
    rows = {
        ".jsonl": 40,
        ".json": 40,
        ".csv": 40,
        ".tsv": 40,
        ".xlsx": 40,
        ".parquet": 40,
        ".xml": 40,
        ".epub": 2,
        ".png": 0,
    }
    assert {suffix: done.kept[f"好{suffix}"] for suffix, _ in bad_files.good().values()} == {
        suffix: rows.get(suffix, 1) for suffix, _ in bad_files.good().values()
    }
    assert done.kept["半.jsonl"] == 20 and done.causes["半.jsonl"] == {"truncated": 1}
    assert (done.kept["碎.zip"], done.kept["炸.zip"], done.kept["坏.zip"], done.kept["深.jsonl"]) == (60, 1, 1, 1)


def test_nothing_kept_says_so_and_exits_1(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    bad_files.write(tmp_path / "files")
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump(recipe("files/[空锁目]*"), allow_unicode=True), "utf-8")
    result = CliRunner().invoke(app, ["run", str(file), "--workers", "1"])
    assert isinstance(result.exception, LawBroken) and result.exception.exit_code == 1
    for cause in ("empty_file", "password", "not_a_file"):
        assert f"{QUARANTINE_CAUSES[cause].label} {cause}" in str(result.exception)


def test_some_kept_exits_0(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(bad_files.good()["csv"][1])
    (tmp_path / "b.docx").write_bytes(bad_files.LOCKED)
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump(recipe("*.[cd]*"), allow_unicode=True), "utf-8")
    result = CliRunner().invoke(app, ["run", str(file), "--workers", "1", "--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["kept"], found["quarantined"]) == (0, 40, 1)
    assert "password" in "".join(found["notes"])


def test_a_file_that_may_not_be_read(home: Path) -> None:
    """Root may read everything, so it lays its rights down for a moment; planning and reading are what asks for them."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        for name in ("a.txt", "b.txt"):
            (folder / name).write_text(bad_files.TEXTS[0], "utf-8")
        (folder / "a.txt").chmod(0)
        spec, user = recipe_file.parse(recipe("*.txt")), os.geteuid()
        "".encode("gb18030")  # loaded now: another user may not read this Python's own files
        if user == 0:
            os.seteuid(65534)
        try:
            found = inputs.find(spec, folder, SimpleNamespace(unpacked=folder))  # a workspace that anybody may open
            shards = [shard for number, file in enumerate(found) for shard in inputs.plan(spec, number, file, 1 << 20)]
            assert [inputs.sha256(file) == inputs.sha256(found[0]) for file in found] == [True, False]
        finally:
            if user == 0:
                os.seteuid(0)
        assert [file.cause for file in found] == ["not_opened", None]
        assert [shard.cause for shard in shards] == ["not_opened", None]
    finally:
        shutil.rmtree(folder)


def test_too_many_members_are_one_refused_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all levels together: archives in an archive may hold as many each."""
    few = replace(archives.ON_DISK, entries=20)
    monkeypatch.setattr(archives, "ON_DISK", few)
    monkeypatch.setattr(unpacking, "ON_DISK", few)
    (tmp_path / "a.zip").write_bytes(bad_files.nested(2, 15))
    found = unpacking.unpack(str(tmp_path / "a.zip"), "zip", tmp_path / "unpacked")
    causes = Counter(one.cause for one in found)
    assert 0 < causes[None] < 20 and causes["archive_bomb"] >= 1 and len(found) < 60


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc, which only Linux has")
@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a.txt.gz", "a.html", "a.xlsx"])
def test_a_line_of_64_mb_is_too_long_and_memory_stays_bounded(tmp_path: Path, name: str) -> None:
    """`make long-line` does the same with 1 GB. limit: lowered, so that the line is as far beyond it as there."""
    limit = 8 << 20
    long_line.FILES[name](tmp_path / name, (160 if name == "a.xlsx" else 64) << 20)
    long_line.FILES[name](tmp_path / f"small_{name}", len(long_line.PIECE) + 1)
    found = long_line.read_apart(tmp_path / name, tmp_path / f"small_{name}", limit)
    if name == "a.xlsx":  # many rows in one part: 160 MB unpacked, none of them too long
        assert found.kept > 10_000 and not found.causes
    else:
        assert (found.kept, found.causes) == (0, {"too_long": 1})
    assert found.peak - found.base <= long_line.bound(limit)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("编号,主诉", "编号、主诉"),
        ("0017,患者王某头痛三天", ""),
    ],  # where a record may stand in its place, names are not shown
)
def test_a_text_column_that_is_not_there_suspects_the_encoding_and_names_columns(
    tmp_path: Path, header: str, told: str
) -> None:
    (tmp_path / "a.csv").write_bytes(f"{header}\n1,头痛\n2,咳嗽\n3,发热\n".encode("gb18030"))
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump(recipe("a.csv"), allow_unicode=True), "utf-8")
    result = CliRunner().invoke(app, ["run", str(file), "--workers", "1"])
    assert isinstance(result.exception, LawBroken)
    assert "encoding" in result.exception.hint and "王某" not in result.exception.hint
    assert told in result.exception.hint and ("gb18030" in result.exception.hint) == bool(told)


def test_a_column_of_formulas_without_results_is_not_called_misspelt_alone(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["主诉", "合计"], ["头痛三天，体温正常，继续观察", "=A2*2"], ["咳嗽两天，没有发热，多饮水", "=A3*2"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    file = tmp_path / "a.yaml"
    stated = {**recipe("a.xlsx"), "text": ["主诉"], "columns": {"合计": {"type": "string"}}}
    file.write_text(yaml.safe_dump(stated, allow_unicode=True), "utf-8")
    report = pipeline.run(recipe_file.load(str(file)), workspace=Workspace(), workers=1)
    note = next(note for note in report.notes if "合计" in note)
    assert "2 个公式没有结果" in note and "列名" in note
