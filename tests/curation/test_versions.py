"""A second version: rows keep their splits, one patient never straddles, only new blobs are stored."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.catalog import Catalog
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from tests.curation import corpus


def go(path: Path, version: str) -> pipeline.Report:
    file = recipe_file.override(recipe_file.load(str(path)), version=version)
    return pipeline.run(file, workspace=Workspace())


def places(report: pipeline.Report) -> dict[str, str]:
    return {
        row: split
        for split in report.release.splits
        for path in report.release.tables("default", split)
        for row in pq.read_table(path)["id"].to_pylist()
    }


def append(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "notes.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture()
def first(tmp_path: Path) -> tuple[Path, pipeline.Report]:
    path = corpus.recipe(tmp_path)
    report = go(path, "1.0.0")
    Catalog(Workspace().catalog).publish(report.release)
    return path, report


def test_rows_keep_the_split_of_the_parent(first: tuple[Path, pipeline.Report]) -> None:
    path, report = first
    append(
        path.parent, [{**row, "id": f"new{row['id']}", "患者": f"Q{i}"} for i, row in enumerate(corpus.rows(seed=8)[:100])]
    )
    second = go(path, "1.1.0")
    before, after = places(report), places(second)
    assert {row: after[row] for row in before if row in after} == {row: before[row] for row in before if row in after}
    assert len(after) > len(before) and set(after.values()) == {"train", "validation", "test"}
    assert second.release.manifest["parent"]["version"] == "1.0.0"
    assert [change["version"] for change in second.release.manifest["changes"]] == ["1.1.0", "1.0.0"]


def test_new_rows_that_join_disagreeing_parents_become_test(first: tuple[Path, pipeline.Report]) -> None:
    path, report = first
    before = places(report)
    texts = {
        row["text"]: (row["id"], split)
        for split in report.release.splits
        for file in report.release.tables("default", split)
        for row in pq.read_table(file).to_pylist()
    }
    owners = {row["text"]: row["患者"] for row in corpus.rows()}
    by_split = {
        split: next(owners[text] for text, (_, s) in texts.items() if s == split and text in owners)
        for split in ("train", "test")
    }
    # the same person had two numbers: now all rows of both carry one
    content = (path.parent / "notes.jsonl").read_bytes()
    one, other = (f'"患者": "{by_split[split]}"'.encode() for split in ("train", "test"))
    (path.parent / "notes.jsonl").write_bytes(content.replace(one, other))
    second = go(path, "1.1.0")
    joined = {texts[text][0] for text, owner in owners.items() if owner in by_split.values() and text in texts}
    trained = {row for row in joined if before[row] == "train"}
    after = places(second)
    assert trained and second.ledger.dropped["splits"] == {"split_conflict": len(trained)}
    assert not trained & set(after)
    assert {after[row] for row in joined - trained} == {"test"}


def test_a_detached_run_has_no_parent_and_is_not_registered(first: tuple[Path, pipeline.Report], tmp_path: Path) -> None:
    path, _ = first
    file = recipe_file.override(recipe_file.load(str(path)), version="1.1.0")
    report = pipeline.run(file, workspace=Workspace(), out=tmp_path / "out")
    assert report.release.manifest["parent"] is None
    assert not (Workspace().releases / "test" / "notes" / "1.1.0").exists()


def test_time_holdout_takes_whole_components(tmp_path: Path) -> None:
    rows = corpus.rows()[:120]
    for i, row in enumerate(rows):
        row["日期"] = f"2025-{1 + i // 10:02}-15"
    path = corpus.recipe(tmp_path, {
        "  科室: {type: string, label: 科室}": "  日期: {type: date}",
        "splits: {train: 0.8, validation: 0.1, test: 0.1}": "splits: {train: 1.0, holdout: {column: 日期, since: 2025-12-01}}",
    })  # fmt: skip
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    report = pipeline.run(recipe_file.load(str(path)), workspace=Workspace())
    dates = {
        split: [row for file in report.release.tables("default", split) for row in pq.read_table(file)["日期"].to_pylist()]
        for split in report.release.splits
    }
    assert set(dates) == {"train", "test"}
    assert all(date.month < 12 for date in dates["train"]) and all(date.month == 12 for date in dates["test"])


def test_templates_stay_together_where_the_recipe_asks(tmp_path: Path) -> None:
    readings = [
        {"id": str(i), "text": f"设备点检：主轴温度{20 + i}℃，振动{i}.{i % 10}mm/s，润滑压力{i + 3}MPa，运行正常。"}
        for i in range(60)
    ]
    others = [{"id": row["id"], "text": row["text"]} for row in corpus.rows()[:150]]
    path = corpus.recipe(tmp_path, {
        "subject: 患者\n": "",
        "test: 0.1}": "test: 0.1, by_template: true, allow_large_component: true}",
    })  # fmt: skip
    (tmp_path / "notes.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in readings + others), "utf-8"
    )
    report = pipeline.run(recipe_file.load(str(path)), workspace=Workspace())
    found = [
        split
        for split in report.release.splits
        for file in report.release.tables("default", split)
        for text in pq.read_table(file)["text"].to_pylist()
        if "设备点检" in text
    ]
    assert len(found) == 60 and len(set(found)) == 1
