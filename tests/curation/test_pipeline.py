"""The whole run: ledger, privacy, determinism, reuse after a kill."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.errors import LawBroken
from corpora.release import load, verify
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from tests.curation import corpus


def go(folder: Path, out: str, **settings: object) -> pipeline.Report:
    file = recipe_file.load(str(folder / "notes.yaml"))
    return pipeline.run(file, workspace=Workspace(), out=folder / out, **settings)  # type: ignore[arg-type]


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    corpus.recipe(tmp_path)
    return tmp_path


def hashes(report: pipeline.Report) -> dict[str, str]:
    return dict(report.release.hashes)


def test_every_row_is_accounted_for(folder: Path) -> None:
    report = go(folder, "out")
    ledger = report.ledger
    assert ledger.read == len(corpus.rows()) + len(corpus.BROKEN)
    assert ledger.quarantined == len(corpus.BROKEN)
    assert ledger.gap == 0
    assert ledger.dropped["dedup_exact"] == {"exact_duplicate": 1}
    assert ledger.dropped["dedup_near"] == {"near_duplicate": 1}
    assert sum(ledger.dropped["filter"].values()) == 1
    assert ledger.kept == sum(report.release.splits.values())


def test_a_compressed_file_that_breaks_off_says_where(folder: Path) -> None:
    """All lines before the break are there; what lies behind cannot be counted, so it is said."""
    whole = (folder / "notes.jsonl").read_bytes()
    packed = gzip.compress(whole)
    (folder / "notes.jsonl.gz").write_bytes(packed[: len(packed) * 2 // 3])
    corpus.recipe(folder, {"files: [notes.jsonl]": "files: [notes.jsonl.gz]"})
    report = go(folder, "out")
    (note,) = report.notes
    size = int(re.findall(r"第 ([\d,]+) 字节", note)[0].replace(",", ""))
    assert 0 < size < len(whole) and "notes.jsonl.gz" in note and report.to_dict()["notes"] == [note]
    assert report.ledger.read == len(whole[:size].splitlines()) and report.ledger.gap == 0


def test_the_json_contract(folder: Path) -> None:
    data = json.loads(json.dumps(go(folder, "out").to_dict()))
    assert list(data) == [
        "corpus", "version", "release", "work", "read", "made", "consumed", "kept", "dropped", "quarantined",
        "quarantine_causes", "seconds", "bytes_in", "mb_per_second", "gates", "steps", "notes",
    ]  # fmt: skip
    assert {tuple(step) for step in data["steps"]} == {("step", "phase", "seconds", "rows_in", "rows_out", "mb_per_second")}
    assert data["bytes_in"] == (folder / "notes.jsonl").stat().st_size


def test_quarantine_keeps_the_raw_bytes_and_where_they_were(folder: Path) -> None:
    report = go(folder, "out")
    raw = (folder / "notes.jsonl").read_bytes()
    rows = [row for path in (report.work / "quarantine").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    assert sorted(row["raw"] for row in rows) == sorted(corpus.BROKEN)
    assert all(raw[row["offset"] : row["offset"] + row["length"]] == row["raw"] for row in rows)


def test_only_declared_columns_leave_and_no_identity(folder: Path) -> None:
    report = go(folder, "out")
    table = pq.read_table(report.release.tables()[0])
    assert table.column_names == ["id", "text", "source", "licence", "quality", "科室"]
    everything = b"".join(path.read_bytes() for path in report.release.files.values())
    texts = [text for path in report.release.tables() for text in pq.read_table(path)["text"].to_pylist()]
    assert "13812345678" not in "".join(texts) and any("[手机号]" in text for text in texts)
    for private in ("不公开", "notes.jsonl", str(folder), "P001"):
        assert private.encode() not in everything
    assert verify(load(report.release.folder)) == []


def test_the_work_folder_is_private_and_the_rejected_rows_are_treated(folder: Path, home: Path) -> None:
    report = go(folder, "out")
    inside = [report.work, *report.work.parents]
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o700 for one in inside if one == home or home in one.parents)
    rejected = [row for path in (report.work / "rejected").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    assert len(rejected) == report.ledger.dropped_total
    assert {row["reason"] for row in rejected} >= {"exact_duplicate", "near_duplicate"}
    assert all(row["bound"] is not None for row in rejected if row["step"] == "filter")


def test_workers_and_shard_sizes_do_not_change_a_byte(folder: Path) -> None:
    one = go(folder, "one")
    assert hashes(go(folder, "two", shard_bytes=1500)) == hashes(one)
    assert hashes(go(folder, "three", workers=2, shard_bytes=7000)) == hashes(one)


def test_ids_depend_on_the_workspace_key_only(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = go(folder, "one")
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "other"))
    two = go(folder, "two")
    ids = [pq.read_table(report.release.tables()[0])["id"].to_pylist() for report in (one, two)]
    assert not set(ids[0]) & set(ids[1])


def test_killed_at_any_moment_and_run_again_gives_the_same_release(folder: Path) -> None:
    whole = go(folder, "whole", shard_bytes=2000)
    for delay in (0.3, 0.6, 1.0):
        environment = {**os.environ, "YULIAO_HOME": str(folder / f"home{delay}")}
        key = Path(environment["YULIAO_HOME"], "keys", "test", "notes.key")
        key.parent.mkdir(parents=True, mode=0o700)
        key.write_bytes(Workspace().key("test/notes"))
        code = (
            "import sys; from pathlib import Path; from curation import recipe_file; from curation.run import pipeline; from corpora.workspace import Workspace;"
            "pipeline.run(recipe_file.load(sys.argv[1]), workspace=Workspace(), out=Path(sys.argv[2]), workers=2, shard_bytes=2000)"
        )
        command = [sys.executable, "-c", code, str(folder / "notes.yaml"), str(folder / f"out{delay}")]
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        work = Path(environment["YULIAO_HOME"], "work")
        deadline = time.monotonic() + 60
        while not list(work.rglob("0000*.json")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(delay / 10)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        subprocess.run(command, env=environment, check=True)
        assert load(folder / f"out{delay}").hashes == whole.release.hashes


def test_a_new_bound_reuses_what_was_measured(folder: Path) -> None:
    first = go(folder, "one")
    stamps = {path: path.stat().st_mtime_ns for path in first.work.parent.parent.joinpath("measured").iterdir()}
    corpus.recipe(folder, {"- step: filter": "- step: filter\n    rules: [{column: characters, at_least: 70}]"})
    os.utime(folder / "notes.jsonl", ns=(0, 0))  # rewriting the file made it a new one: give both runs the same stamp
    stamp = go(folder, "two").work.parent.parent
    corpus.recipe(folder, {"- step: filter": "- step: filter\n    rules: [{column: characters, at_least: 90}]"})
    os.utime(folder / "notes.jsonl", ns=(0, 0))
    before = {path.name: path.stat().st_mtime_ns for path in (stamp / "measured").glob("*.json")}
    third = go(folder, "three")
    assert third.work.parent.parent == stamp
    assert {path.name: path.stat().st_mtime_ns for path in (stamp / "measured").glob("*.json")} == before
    assert stamps


def test_load_dataset_opens_the_folder(folder: Path) -> None:
    from datasets import load_dataset

    report = go(folder, "out")
    rows = load_dataset(str(report.release.folder))
    assert {split: len(part) for split, part in rows.items()} == {s: n for s, n in report.release.splits.items() if n}
    signals = load_dataset(str(report.release.folder), "signals", split="train")
    assert signals["id"] == rows["train"]["id"]


def test_one_patient_stays_in_one_split(folder: Path) -> None:
    report = go(folder, "out")
    places: dict[str, set[str]] = {}
    owner = {row["text"]: row["患者"] for row in corpus.rows() if "患者" in row}
    for split in report.release.splits:
        for path in report.release.tables("default", split):
            for text in pq.read_table(path)["text"].to_pylist():
                if text in owner:
                    places.setdefault(owner[text], set()).add(split)
    assert len(places) > 50 and all(len(splits) == 1 for splits in places.values())
    assert len(report.release.splits) == 3


def test_declared_columns_are_treated_like_text(folder: Path) -> None:
    rows = [
        {"id": str(i), "text": text, "备注": f"家属电话1381234567{i % 10}" if i % 2 else None}
        for i, text in enumerate(row["text"] for row in corpus.rows()[:40])
    ]
    corpus.recipe(folder, {"  科室: {type: string, label: 科室}": "  备注: {type: string}"})
    (folder / "notes.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    report = go(folder, "out")
    notes = [note for path in report.release.tables() for note in pq.read_table(path)["备注"].to_pylist()]
    assert set(notes) == {None, "家属电话[手机号]"}


def test_a_repeated_key_gives_every_kept_row_an_id_of_its_own(folder: Path) -> None:
    rows = [{"id": "住院0098", "text": row["text"]} for row in corpus.rows()[:30]] + [
        {"id": "一", "text": corpus.rows()[40]["text"]}
    ]
    corpus.recipe(folder)
    (folder / "notes.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    one = go(folder, "one")
    assert verify(one.release) == []
    ids = {row["text"]: row["id"] for path in one.release.tables() for row in pq.read_table(path).to_pylist()}
    assert len(set(ids.values())) == len(ids) == 31
    # a row more in front takes nobody's id but the one that the first row had
    (folder / "notes.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [rows[-1], *rows[:-1]]), "utf-8"
    )
    again = go(folder, "two")
    assert {row["text"]: row["id"] for path in again.release.tables() for row in pq.read_table(path).to_pylist()} == ids


def test_a_source_that_changes_under_the_run_fails_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = pipeline.deciding.decide

    def meddle(*given: object) -> object:
        with (folder / "notes.jsonl").open("ab") as file:
            file.write(b'{"text": "late"}\n')
        return plain(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline.deciding, "decide", meddle)
    with pytest.raises(LawBroken) as caught:
        go(folder, "out")
    assert "改动" in str(caught.value) and not (folder / "out").exists()


def test_a_misspelt_column_is_pointed_out(folder: Path) -> None:
    corpus.recipe(
        folder,
        {
            "id: id\nsubject: 患者": "id: 住院好\nsubject: 病人",
            "  科室: {type: string, label: 科室}": "  科窒: {type: string}",
        },
    )
    notes = go(folder, "out").notes
    assert any("病人" in note for note in notes) and any("科窒" in note for note in notes)
    assert any("住院好" in note for note in notes)
