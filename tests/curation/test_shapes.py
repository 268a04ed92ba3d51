"""Dialogues and instructions go through a run and come out in the shape they had."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.errors import RecipeError
from corpora.shapes import SHAPES, recognise
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline

ASK, SAY = "主轴异响应当如何处理？", "先查轴承间隙，再查皮带张力，必要时更换。"
ROWS = {
    "text": {"text": ASK},
    "pairs": {"question": ASK, "answer": SAY},
    "alpaca": {"instruction": ASK, "input": "", "output": SAY},
    "messages": {"messages": [{"role": "user", "content": ASK}, {"role": "assistant", "content": SAY}]},
    "sharegpt": {"conversations": [{"from": "human", "value": ASK}, {"from": "gpt", "value": SAY}]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_keeps_its_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    (tmp_path / "a.jsonl").write_text(json.dumps(ROWS[shape], ensure_ascii=False) + "\n", "utf-8")
    source = {"label": "问答", "files": ["a.jsonl"], "public": True}
    recipe = {
        "format": 1,
        "corpus": "test/talk",
        "id": None,
        "shape": shape,
        "sources": [source],
        "steps": [{"step": "normalise"}],
    }
    file = recipe_file.RecipeFile(recipe_file.parse(recipe), tmp_path)
    (row,) = pq.read_table(pipeline.run(file, workspace=Workspace()).release.folder / "data").to_pylist()
    released = {
        name: [{field: item[field] for field in value[0]} for item in row[name]] if isinstance(value, list) else row[name]
        for name, value in ROWS[shape].items()
    }
    assert released == ROWS[shape]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ({"messages[].role", "messages[].content", "id"}, "messages"),
        ({"instruction", "input", "output", "text"}, "alpaca"),
        ({"question", "answer"}, "pairs"),
        ({"instruction", "output"}, None),  # without `input` it is no Alpaca
        ({"病历正文"}, None),
    ],
)
def test_recognise(paths: set[str], expected: str | None) -> None:
    assert recognise(paths) == expected


def test_an_unknown_shape_is_a_mistake() -> None:
    with pytest.raises(RecipeError, match="alpaca"):
        recipe_file.parse(
            {"format": 1, "corpus": "a/b", "shape": "chat", "sources": [{"label": "x", "files": ["a"]}], "steps": []}
        )
