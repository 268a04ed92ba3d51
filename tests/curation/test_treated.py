"""Stored tables tell of every row what replaying it would: strings, findings, replacements. They do so when the sources are gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpora.text_buffers import Leaf
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.replay import Replayer, find_state
from curation.look.treated import Treated, TreatedRow
from curation.run import pipeline
from curation.run.deciding import Decided
from tests.curation import corpus, judging

ASK, SAY = "患者王小明，电话13812345678，主轴异响应当如何处理？", "先查轴承间隙，再查皮带张力，必要时更换，联系李建国。"
TALK = [{"role": "user", "content": ASK}, {"role": "assistant", "content": SAY}, {"role": "user", "content": ""}]


def notes(folder: Path) -> tuple[pipeline.Report, Path]:
    return judging.go(folder, shard_bytes=8192), corpus.write(folder / "notes.jsonl")


def talk(folder: Path) -> tuple[pipeline.Report, Path]:
    """Turns of a conversation: some without text, some conversations without a turn; short ones are rejected."""
    path = folder / "a.jsonl"
    turns = [TALK, [*TALK, {"role": "user", "content": "短"}], [], [{"role": "user", "content": "手机13912345678"}]] * 4
    path.write_text("".join(json.dumps({"messages": one}, ensure_ascii=False) + "\n" for one in turns), "utf-8")
    data = {
        "format": 1, "corpus": "test/talk", "id": None, "shape": "messages",
        "sources": [{"label": "问答", "files": ["a.jsonl"]}],
        "steps": [{"step": "signals"}, {"step": "find_pii"}, {"step": "filter", "rules": [{"column": "characters", "at_least": 20}]}, {"step": "redact_pii"}],
    }  # fmt: skip
    return pipeline.run(recipe_file.RecipeFile(recipe_file.parse(data), folder), workspace=Workspace()), path


def opened(report: pipeline.Report) -> Treated:
    state = find_state(str(report.work), Workspace())
    decided = Decided.load(state.here)
    assert decided is not None
    return Treated(state, decided)


@pytest.mark.parametrize("made", [notes, talk])
def test_rows_are_what_a_replay_gives(tmp_path: Path, made: Any) -> None:
    report, source = made(tmp_path)
    treated = opened(report)
    numbers = np.arange(len(treated.decided.drop))
    assert 0 < int((treated.decided.drop < 0).sum()) < len(numbers), "kept ones and rejected ones"
    replayer = Replayer(treated.state, Workspace())
    wanted = {}
    for number in numbers.tolist():
        one = replayer.row(number)
        wanted[number] = TreatedRow(one.places, one.after, one.spans, one.replaced)
    assert any(one.spans for one in wanted.values()) and any(one.replaced for one in wanted.values())
    source.unlink()
    assert treated.read(numbers) == wanted
    few = np.random.default_rng(0).permutation(numbers)[:5]
    assert opened(report).read(few) == {number: wanted[number] for number in few.tolist()}, "in whatever order"


def test_a_run_of_an_old_version_shows_its_text(tmp_path: Path) -> None:
    """Without the table of replacements nothing can be pointed at."""
    treated = opened(judging.go(tmp_path))
    for path in (treated.state.here / "shown").glob("*.parquet"):
        path.unlink()
    rows = treated.read(np.arange(3))
    assert len(rows) == 3 and all(one.texts[0] and one.replaced is None for one in rows.values())
    assert treated.leaves == (Leaf("text"),)
