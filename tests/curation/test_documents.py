"""Documents of every kind through a whole run: each file is kept or in quarantine, what is no text is counted."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.sources.heads import head
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look import starting
from curation.run import pipeline
from tests.corpora.documents import book, p, word

RECIPE = """
format: 1
corpus: demo/documents
text: [text]
id: null
columns: {title: {type: string, label: 标题}}
sources:
  - label: 手册
    public: true
    files: ["files/*.doc*", "files/*.html", "files/*.epub", "files/*.md", "files/*.tex"]
  - label: 导出
    public: true
    files: ["files/*.xml"]
    element: 记录
    text: {text: 内容}
steps:
  - step: strip_markup
  - step: normalise
  - step: signals
"""

FIGURE = "<w:p><w:r><w:drawing/></w:r></w:p>"
FILES = {
    "a.docx": word(p("主轴异响时先断电，再检查轴承。") + FIGURE),
    "b.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "c.docx": b"",
    "d.html": "<title>通知</title><p>停机检修，恢复时间另行通知。</p><img src=a.png>".encode("gbk"),
    "e.epub": book({"1.xhtml": "<p>第一章：安装前先接地。</p>", "2.xhtml": "<p></p>"}),
    "f.md": "---\ntitle: 变频器\n---\n# 概述\n\n过电流**故障**的处理。".encode(),
    "g.tex": "\\section{病因}血压 95\\% 正常。% 注\n\\input{a}".encode(),
    "h.xml": "<r><记录><内容>白细胞 5.6，正常。</内容></记录><记录><内容/></记录></r>".encode("utf-16"),
}


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    for name, data in FILES.items():
        (tmp_path / "files" / name).write_bytes(data)
    (tmp_path / "recipe.yaml").write_text(RECIPE, "utf-8")
    return tmp_path


def test_every_file_is_accounted_for(folder: Path) -> None:
    report = pipeline.run(recipe_file.load(str(folder / "recipe.yaml")), workspace=Workspace(), out=folder / "out")
    ledger = report.ledger
    assert (ledger.read, ledger.kept, ledger.quarantined, ledger.gap) == (10, 6, 4, 0)
    assert ledger.not_text == {"figure": 2, "included_file": 1}
    assert [note for note in report.notes if "save_as_docx" in note and "另存为 .docx" in note]
    rows = pq.read_table(folder / "out" / "data").to_pylist()
    assert sorted((row["title"] or "", row["text"]) for row in rows) == sorted(
        [
            ("", "主轴异响时先断电，再检查轴承。"),
            ("", "白细胞 5.6，正常。"),
            ("", "病因血压 95% 正常。"),
            ("变频器", "概述\n\n过电流故障的处理。"),
            ("数控手册", "第一章：安装前先接地。"),
            ("通知", "停机检修，恢复时间另行通知。"),
        ]
    )


def test_heads_and_drafts_know_documents(folder: Path) -> None:
    found = head(str(folder / "files" / "d.html"))
    assert (found.format, found.columns["text"], found.columns["title"]) == (
        "html",
        ["停机检修，恢复时间另行通知。"],
        ["通知"],
    )
    assert [one.role for one in starting.look([str(folder / "files" / "a.docx")]).columns if one.name == "text"] == ["text"]
