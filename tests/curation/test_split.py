"""`split` in a run: the ledger counts pieces, pieces know their document, every piece can be replayed."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.errors import RecipeError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.peeking import explain
from curation.run import pipeline

LONG = "\n\n".join(f"第{k}章 检修\n" + "拆下端盖，检查轴承间隙是否超过0.05mm。" * 6 for k in "一二三四五六")
RECIPE = {
    "format": 1,
    "corpus": "test/manual",
    "id": None,
    "sources": [{"label": "手册", "files": ["a.jsonl"], "public": True}],
    "steps": [{"step": "split", "target": 200}, {"step": "normalise"}],
}


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pipeline.Report:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    rows = [{"text": LONG}, {"text": "一行短文本，不需要切分。"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    file = recipe_file.RecipeFile(recipe_file.parse(RECIPE), tmp_path)
    return pipeline.run(file, workspace=Workspace())


def test_the_ledger_counts_pieces(done: pipeline.Report) -> None:
    ledger = done.ledger
    assert (ledger.read, ledger.consumed, ledger.gap) == (2, 1, 0)
    assert ledger.made == ledger.kept - 1 > 3


def test_pieces_know_their_document_and_place(done: pipeline.Report) -> None:
    rows = pq.read_table(done.release.folder / "data").to_pylist()
    pieces = [row for row in rows if row["document"] != row["id"]]
    assert [row["piece"] for row in pieces] == list(range(len(pieces))) and len({row["document"] for row in pieces}) == 1
    assert all(row["text"].startswith("第") for row in pieces)  # cut before chapters
    (short,) = [row for row in rows if row["document"] == row["id"]]
    assert short["piece"] == 0
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_piece_is_replayed(done: pipeline.Report) -> None:
    rows = pq.read_table(done.release.folder / "data").to_pylist()
    told = explain(str(done.release.folder), rows[2]["id"])
    assert told.to_dict()["origin"]["piece"] == 2 if not isinstance(told, dict) else told["origin"]["piece"] == 2


def test_only_one_plain_leaf(tmp_path: Path) -> None:
    with pytest.raises(RecipeError):
        recipe_file.parse({**RECIPE, "text": ["question", "answer"]})
