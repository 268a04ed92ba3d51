"""`compose` in a run: columns become text or turns; rows without any value are quarantined; the ledger closes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpora.errors import RecipeError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline

TABLE = "就诊号,主诉,诊断\n1,咳嗽3天,急性支气管炎\n2,,\n3,,高血压2级\n"


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **recipe: Any) -> pipeline.Report:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    (tmp_path / "a.csv").write_bytes(TABLE.encode("gb18030"))
    source = {"label": "门诊", "files": ["a.csv"], "public": True}
    whole = {"format": 1, "corpus": "test/composed", "id": "就诊号", "sources": [source], **recipe}
    return pipeline.run(recipe_file.RecipeFile(recipe_file.parse(whole), tmp_path), workspace=Workspace())


def rows(report: pipeline.Report) -> list[dict[str, Any]]:
    return pq.read_table(report.release.folder / "data").to_pylist()


def test_fields_become_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(
        tmp_path, monkeypatch, steps=[{"step": "compose", "fields": ["主诉", {"初步诊断": "诊断"}]}, {"step": "normalise"}]
    )
    assert [row["text"] for row in rows(done)] == ["主诉：咳嗽3天\n初步诊断：急性支气管炎", "初步诊断：高血压2级"]
    assert (done.ledger.read, done.ledger.kept, done.ledger.quarantined, done.ledger.gap) == (3, 2, 1, 0)
    assert "主诉" not in rows(done)[0]  # the columns themselves are not published


def test_turns_become_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [{"role": "user", "template": "{主诉}，可能是什么病？"}, {"role": "assistant", "template": "{诊断}。"}]
    done = run(tmp_path, monkeypatch, shape="messages", steps=[{"step": "compose", "into": "messages", "turns": turns}])
    said = [[(turn["role"], turn["content"]) for turn in row["messages"]] for row in rows(done)]
    assert said == [
        [("user", "咳嗽3天，可能是什么病？"), ("assistant", "急性支气管炎。")],
        [("assistant", "高血压2级。")],
    ]


def test_a_composed_row_is_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from curation.look.peeking import explain

    done = run(tmp_path, monkeypatch, steps=[{"step": "compose", "template": "{诊断}"}])
    assert explain(str(done.release.folder), rows(done)[1]["id"])


@pytest.mark.parametrize(
    "step",
    [
        {"step": "compose"},  # says nothing
        {"step": "compose", "template": "{a}", "fields": ["b"]},  # says it twice
        {"step": "compose", "template": "{a"},
        {"step": "compose", "template": "{a}", "into": "正文"},  # not among the text columns
    ],
)
def test_mistakes(step: dict[str, Any]) -> None:
    with pytest.raises(RecipeError):
        recipe_file.parse({"format": 1, "corpus": "a/b", "sources": [{"label": "x", "files": ["a.csv"]}], "steps": [step]})
