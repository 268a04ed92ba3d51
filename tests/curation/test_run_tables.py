"""Workbooks and CSV dialects through a whole run: the ledger closes, bad files are causes, nothing stops the rest."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import yaml

from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from tests.corpora import books

ROWS = [["某医院门诊记录"], ["门诊号", "主诉", "年龄"], ["M1", "头痛三天，伴恶心", 45], ["M2", "咳嗽一周，夜间为重", 30]]


def test_a_folder_of_tables(tmp_path: Path) -> None:
    files = {
        "a.xlsx": books.xlsx(ROWS, [["门诊号", "主诉"], ["M3", "腹痛两天，无发热"], ["M4", None]]),
        "b.xls": books.xls(ROWS),
        "c.xls": "门诊号\t主诉\nM5\t眩晕半日，站立不稳\n".encode("gbk"),
        "d.xlsx": b"PK\x03\x04 broken off",
        "e.xlsx": b"",
        "f.csv": "sep=;\n门诊号;主诉\nM6;胸闷三日，活动后加重\nM7;多;余\n".encode("utf-8-sig"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    recipe = {
        "format": 1, "corpus": "demo/tables", "text": ["主诉"], "id": "门诊号", "columns": {"年龄": {}},
        "sources": [{"label": "门诊", "files": ["*.xls*", "*.csv"], "generated": True}], "steps": [{"step": "normalise"}],
    }  # fmt: skip
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe, allow_unicode=True), "utf-8")
    report = pipeline.run(recipe_file.load(str(tmp_path / "r.yaml")), workspace=Workspace(), out=tmp_path / "out")
    ledger = report.ledger
    assert (ledger.read, ledger.kept, ledger.quarantined, ledger.gap) == (11, 7, 4, 0)
    assert dict(ledger.not_text) == {"title_row": 2, "unknown_format": 2}
    kept = pq.read_table(report.release.tables()[0]).to_pydict()
    assert sorted(zip(kept["主诉"], kept["年龄"], strict=True), key=str) == sorted(
        [("头痛三天，伴恶心", "45"), ("咳嗽一周，夜间为重", "30")] * 2
        + [("腹痛两天，无发热", None), ("眩晕半日，站立不稳", None), ("胸闷三日，活动后加重", None)], key=str,
    )  # fmt: skip
