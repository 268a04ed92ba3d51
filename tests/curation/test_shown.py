"""What ties treated rows to the text that people judge: every row once, and replacements that say where they stood."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import forms, schema
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from curation.run.measuring import CONTENT_KEY
from curation.run.report import Report
from curation.run.work_folder import State
from curation.run.working_rows import WorkingRows

RECIPE = """
format: 1
corpus: test/shown
version: 1.0.0
title: 测试
industry: 医疗
text: [text]
sources: [{files: [notes.jsonl], label: 记录, licence: CC0-1.0, generated: true}]
steps:
  - {step: find_pii}
  - {step: dedup_exact}
  - {step: redact_pii, default: surrogate, shift_dates: {days: 90}}
"""
NOTES = [
    "患者王小明，电话13812345678，2024年1月9日入院，2024年1月31日出院。",
    "患者王小明，电话13812345678，2024年1月9日入院，2024年1月31日出院。",
    "无任何身份信息，血压≥140/90mmHg。",
    "😀联系人李建国，身份证号11010519491231002X，复诊日期2024-03-01。",
]


@pytest.fixture()
def report(tmp_path: Path) -> Report:
    lines = [json.dumps({"n": n, "text": text}, ensure_ascii=False) + "\n" for n, text in enumerate(NOTES)]
    (tmp_path / "notes.jsonl").write_text("".join(lines), "utf-8")
    (tmp_path / "recipe.yaml").write_text(RECIPE, "utf-8")
    return pipeline.run(recipe_file.load(tmp_path / "recipe.yaml"), workspace=Workspace())


def test_every_row_stands_there_once_and_replacements_lead_back_to_the_cleaned_text(report: Report) -> None:
    state = State.load(report.work)
    rows = WorkingRows.of(state.measured, state.counts)
    cleaned = {
        row[schema.ID]: row
        for shard in rows.shards()
        for row in rows.table(shard, [schema.ID, CONTENT_KEY, "text"]).to_pylist()
    }
    tables = [pq.read_table(path) for path in sorted((report.work / "shown").glob("*.parquet"))]
    shown = pa.concat_tables(tables).to_pylist()
    data = [*report.release.tables(), *(report.work / "rejected").glob("*.parquet")]
    treated = {bytes.fromhex(row["id"]): row["text"] for path in data for row in pq.read_table(path).to_pylist()}
    assert tables[0].schema == forms.SHOWN and "text" not in forms.SHOWN.names
    assert sorted(row["id"] for row in shown) == sorted(cleaned) == sorted(treated) and len(shown) == len(NOTES)
    assert {len(row["replaced"]) for row in shown} >= {0, 4}  # dates that were shifted are among them
    for row in shown:
        old, new = cleaned[row["id"]]["text"], treated[row["id"]]
        assert row["content_key"] == cleaned[row["id"]][CONTENT_KEY]
        for one in reversed(row["replaced"]):
            old = old[: one["old_start"]] + new[one["start"] : one["end"]] + old[one["old_end"] :]
        assert old == new


def test_findings_are_there_for_rejected_rows_alone(report: Report) -> None:
    parts = {path.name: pq.read_table(path).column("spans") for path in (report.work / "shown").glob("*.parquet")}
    for name, spans in parts.items():
        assert (
            (spans.null_count == 0 and len(spans[0]) == 2) if name.startswith("rejected") else spans.null_count == len(spans)
        )
