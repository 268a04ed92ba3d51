"""Every folder of real files goes in with one command and its ledger closes: `python -m benchmarks.folders ../shared/data`.

One recipe a folder, no step that drops a row. Prints a Markdown table; exits 1 if a ledger does not close.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from corpora import vocabulary
from corpora.errors import YuliaoError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline


class Folder(NamedTuple):
    """A folder, its files by pattern, and what a recipe has to say of them."""

    name: str
    place: str
    files: tuple[str, ...]
    source: dict[str, Any] = {}  # noqa: RUF012  never changed
    recipe: dict[str, Any] = {}  # noqa: RUF012


_NER = {"text": ["text"], "steps": [{"step": "compose", "template": "{sentences}"}, {"step": "normalise"}]}
FOLDERS = (
    Folder("中医古籍 GB18030 / classics", "medical/tcm_ancient_books", ("**/*.txt",)),
    Folder(
        "门诊问答 GB18030 CSV / consultations", "medical/med_dialogue_toyhom", ("*.csv",), {}, {"text": ["ask", "answer"]}
    ),
    Folder(
        "门诊问答 文本，空行分段 / by blank lines",
        "medical/med_dialogue_toyhom",
        ("Data_*/**/*.txt",),
        {"unit": "blank_line"},
    ),
    Folder("数控手册 Word、网页、文本 / CNC manuals", "manufacturing/cnc_manuals_gsk", ("**/*.*",)),
    Folder("数控手册 PDF", "manufacturing/cnc_manuals_gsk_pdf", ("**/*.pdf",), {"unit": "page"}),
    Folder("数控手册 文本 / as text", "manufacturing/cnc_manuals_gsk_txt", ("**/*.txt",)),
    Folder("网页 / saved web pages", "general/gne_html", ("**/*.html",)),
    Folder("变频器手册 Markdown / inverters", "manufacturing/inverter_manuals_md", ("**/*.md",)),
    Folder("IoTDB 手册 Markdown", "manufacturing/iotdb_docs_zh", ("**/*.md",)),
    Folder("Neuron 手册 Markdown", "manufacturing/neuron_docs_zh", ("**/*.md",)),
    Folder("eKuiper 手册 Markdown", "manufacturing/ekuiper_docs_zh", ("**/*.md",)),
    Folder("医学教材 LaTeX / textbooks", "medical/med_textbooks_tex", ("**/*.tex",)),
    Folder("编码样例 / charset fixtures", "encodings/charset_fixtures", ("**/*.txt",)),
    Folder("病历实体 JSON / EHR text", "medical/chineseblue", ("cEHRNER/*.json",)),
    Folder(
        "病历实体 逐字 / EHR text, a character a line", "medical/chineseblue", ("cEHRNER/*.txt",), {"unit": "blank_line"}
    ),
    Folder("医患对话 JSONL / dialogues", "medical/chineseblue", ("*.jsonl",), {}, {"text": ["dialogue-content[].sentence"]}),
    Folder("故障实体 JSON / fault records", "manufacturing/industry_fault_ner", ("*.json",), {}, _NER),
)


class Row(NamedTuple):
    """What came of a folder."""

    folder: Folder
    files: int
    read: int
    kept: int
    quarantined: int
    causes: dict[str, int]
    not_text: Counter[str]
    gap: int
    seconds: float


def recipe(folder: Folder, number: int) -> dict[str, Any]:
    """The recipe of a folder: what is read is cleaned and measured, nothing is dropped."""
    source = {"label": folder.name, "files": list(folder.files), "public": True, **folder.source}
    steps = [{"step": "normalise"}, {"step": "signals"}]
    return {"format": 1, "corpus": f"folders/n{number:02}", "id": None, "steps": steps, "sources": [source], **folder.recipe}


def run(folder: Folder, number: int, data: Path) -> Row:
    """Runs the folder's recipe in the workspace at YULIAO_HOME."""
    file = recipe_file.RecipeFile(recipe_file.parse(recipe(folder, number)), data / folder.place)
    start = time.perf_counter()
    report = pipeline.run(file, workspace=Workspace())
    seconds = time.perf_counter() - start
    ledger, manifest = report.ledger, report.release.manifest
    files = len(manifest["sources"][0]["files"])
    causes = manifest["metrics"].get("quarantine_causes") or {}
    beside = Counter(ledger.not_text)
    return Row(folder, files, ledger.read, ledger.kept, ledger.quarantined, causes, beside, ledger.gap, seconds)


def line(row: Row) -> str:
    """The row as Markdown."""
    causes = "，".join(f"{vocabulary.QUARANTINE_CAUSES[cause].label} {n:,}" for cause, n in row.causes.items())
    top = "，".join(f"{vocabulary.NOT_TEXT[key].label} {n:,}" for key, n in row.not_text.most_common(3))
    lost = f"{row.quarantined:,}" + (f"（{causes}）" if causes else "")
    cells = (f"{row.files:,}", f"{row.read:,}", f"{row.kept:,}", lost, top or "–", f"{row.seconds:.1f}")
    return f"| {row.folder.name} `{row.folder.place}` | {' | '.join(cells)} |"


def main(data: str, *names: str) -> int:
    """Prints the table of all folders, or of those whose place holds one of `names`."""
    print("| folder | files | read | kept | quarantined (causes) | not text (top) | s |\n|---|---:|---:|---:|---|---|---:|")
    closed = True
    for number, folder in enumerate(FOLDERS):
        if names and not any(name in folder.place for name in names):
            continue
        with tempfile.TemporaryDirectory() as home:
            os.environ["YULIAO_HOME"] = home
            try:
                row = run(folder, number, Path(data))
            except YuliaoError as error:
                closed = False
                print(f"| {folder.name} `{folder.place}` | – | – | – | {error} | – | – |", flush=True)
                continue
        closed = closed and row.gap == 0
        print(line(row), flush=True)
    return 0 if closed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
