"""The golden run: a made-up corpus, a fixed key, and every row's fate written down beside this file.

When a change is meant to change results, look at the difference and renew it: YULIAO_GOLDEN=write pytest tests/curation/test_golden.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq

from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from tests.curation import corpus

GOLDEN = Path(__file__).with_name("golden.jsonl")


def fates(report: pipeline.Report) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for split in report.release.splits:
        for path in report.release.tables("default", split):
            found += [{"split": split, **row} for row in pq.read_table(path).to_pylist()]
    for path in sorted((report.work / "rejected").glob("*.parquet")):
        found += [{key: row[key] for key in ("id", "step", "reason", "text")} for row in pq.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: (str(row["id"]), str(row.get("step", ""))))


def test_golden(tmp_path: Path, home: Path) -> None:
    path = home / "keys" / "test" / "notes.key"
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(32)))
    file = recipe_file.load(str(corpus.recipe(tmp_path)))
    report = pipeline.run(file, workspace=Workspace(), out=tmp_path / "out")
    lines = [json.dumps(row, ensure_ascii=False) for row in fates(report)]
    if os.environ.get("YULIAO_GOLDEN") == "write":
        GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == GOLDEN.read_text("utf-8").splitlines()
