"""Croissant 1.0: mlcroissant finds no fault, and reads the rows through it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
from releases import facts, release, row_id, rows

from corpora.release import seal, stage
from corpora.shards import write_shard


def test_mlcroissant_finds_no_errors_and_reads_all_rows(tmp_path: Path) -> None:
    import mlcroissant

    sealed = release(tmp_path)
    dataset = mlcroissant.Dataset(str(sealed.files["croissant.json"]), mapping={"repo": str(sealed.folder)})
    issues = dataset.metadata.ctx.issues
    assert not issues.errors and not issues.warnings, issues.report()
    found = list(dataset.records("default"))
    assert {row["default/text"].decode() for row in found} == set(rows(25).values())
    assert len(list(dataset.records("signals"))) == 25


def test_spans_and_talks_are_readable(tmp_path: Path) -> None:
    import mlcroissant

    item = pa.struct([pa.field("role", pa.large_string()), pa.field("content", pa.large_string())])
    talks = [[{"role": "user", "content": "您好"}, {"role": "assistant", "content": "请讲"}], []]
    columns = [pa.array([row_id(1), row_id(2)], pa.large_string()), pa.array(talks, pa.large_list(item))]
    table = pa.table([*columns, pa.array([[1, 2], []], pa.large_list(pa.int32()))], ["id", "messages", "scores"])
    place = stage(tmp_path / "stage")
    write_shard(place / "data/train-00000.parquet", [table], table.schema, text_columns=["messages[].content"])
    said = facts({"train": 2}, leaves=["messages[].content"], columns=[{"name": name} for name in table.column_names])
    sealed = seal(place, said, {}, tmp_path / "release")
    dataset = mlcroissant.Dataset(str(sealed.files["croissant.json"]), mapping={"repo": str(sealed.folder)})
    assert not dataset.metadata.ctx.issues.errors
    first, second = dataset.records("default")
    assert [turn["default/messages/content"].decode() for turn in first["default/messages"]] == ["您好", "请讲"]
    assert list(first["default/scores"]) == [1, 2]
    assert second["default/messages"] == []


def test_what_it_says(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    said = json.loads(sealed.files["croissant.json"].read_bytes())
    assert said["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert (said["datePublished"], said["version"], said["license"]) == ("2026-01-02", "1.0.0", ["CC-BY-4.0"])
    hashes = {entry["@id"]: entry["sha256"] for entry in said["distribution"] if entry.get("contentSize")}
    assert hashes == {path: sha for path, sha in sealed.hashes.items() if path.endswith(".parquet")}
    fields = [field["name"] for field in said["recordSet"][0]["field"]]
    assert fields == ["id", "text", "source", "quality"]


def test_a_date_is_never_invented(tmp_path: Path) -> None:
    source = {"label": "演示", "licence": "MIT", "records": 28}
    said = json.loads(release(tmp_path, sources=[source]).files["croissant.json"].read_bytes())
    assert "datePublished" not in said
