"""Croissant 1.0: mlcroissant finds no fault, and reads the rows through it."""

from __future__ import annotations

import json
from pathlib import Path

from releases import release, rows


def test_mlcroissant_finds_no_errors_and_reads_all_rows(tmp_path: Path) -> None:
    import mlcroissant

    sealed = release(tmp_path)
    dataset = mlcroissant.Dataset(str(sealed.files["croissant.json"]), mapping={"repo": str(sealed.folder)})
    issues = dataset.metadata.ctx.issues
    assert not issues.errors and not issues.warnings, issues.report()
    found = list(dataset.records("default"))
    assert {row["default/text"].decode() for row in found} == set(rows(25).values())
    assert len(list(dataset.records("signals"))) == 25


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
