"""A run over PDF files: the ledger closes over documents and bad pages, and a page is replayed from its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.replay import Replayer, find_state
from curation.run import pipeline
from tests.corpora.pdf_files import Sheet, pdf
from tests.curation import corpus

NOTE = "主轴箱在运行两小时之后温度升高，应当检查润滑油的油位与轴承的预紧力，必要时更换密封圈。"
CHANGES = {
    "notes.jsonl": "'*.pdf'",
    "subject: 患者\n": "",
    "columns:\n  科室: {type: string, label: 科室}\n": "",
    "id: id": "id: null",
}


def go(folder: Path, unit: str) -> pipeline.Report:
    """A run over three files in `folder`: one mixed, one locked out, one short of being a PDF."""
    path = corpus.recipe(
        folder, {**CHANGES, "    generated: true": f"    generated: true\n    ocr: 'off'\n    unit: {unit}"}
    )
    sheets = [Sheet().put(200, 40, "车床说明书").lines([NOTE.replace("两", n)]) for n in "三四五六"]
    (folder / "a.pdf").write_bytes(pdf(*sheets, Sheet().picture(595, 842)))
    (folder / "b.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "c.pdf").write_bytes(b"")
    return pipeline.run(recipe_file.load(str(path)), workspace=Workspace(), out=folder / "out")


@pytest.mark.parametrize(("unit", "documents"), [("file", 1), ("page", 4)])
def test_the_ledger_closes(tmp_path: Path, unit: str, documents: int) -> None:
    report = go(tmp_path, unit)
    ledger = report.ledger
    assert (ledger.read, ledger.quarantined, ledger.gap) == (documents + 3, 3, 0)
    assert ledger.not_text == {"running_head": 4, "figure": 1}


def test_a_page_is_replayed(tmp_path: Path) -> None:
    report = go(tmp_path, "page")
    replayer = Replayer(find_state(str(report.work), Workspace()), Workspace())
    assert [replayer.origin(row)["part"] for row in range(4)] == [0, 1, 2, 3]
    assert [replayer.row(row).before for row in range(4)] == [[NOTE.replace("两", n)] for n in "三四五六"]
