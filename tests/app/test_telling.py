"""What the page says of a run, from its status alone."""

from __future__ import annotations

import pytest

from corpora.ui.words import Words
from curation.run import telling
from curation.run.background import Status, Step


def test_every_stage_is_told_and_those_to_come_are_empty() -> None:
    steps = [Step("measure", 4, 4, 100.0, 102.5), Step("decide", 1, 4, 102.5)]
    said = telling.stages(Status("running", "decide", 1, 4, started=100.0, steps=steps), Words())
    assert said.count("<i>") == len(telling.STAGES) and "2.5 秒" in said and "25%" in said
    assert said.count('class="good"') == 1 and said.count('class="now"') == 1 and said.count("width:0%") == 2


@pytest.mark.parametrize(("state", "full"), [("done", 4), ("failed", 1), ("cancelled", 1)])
def test_only_a_run_that_is_done_is_full(state: str, full: int) -> None:
    steps = [Step("measure", 4, 4, 100.0, 160.0 + 61)]
    said = telling.stages(Status(state, "decide", 0, 0, started=100.0, ended=300.0, steps=steps), Words("en"))
    assert said.count("width:100%") == full and 'class="now"' not in said and "3 min 20 s" in said and "2 min 1 s" in said


def test_a_run_that_has_not_begun() -> None:
    assert "等待" in telling.stages(Status(), Words())


def test_the_name_of_a_release() -> None:
    assert telling.release_name("/w/releases/nb/notes/1.0.0") == "nb/notes@1.0.0" and telling.release_name("") is None


def test_two_runs_of_one_minute_are_two_choices() -> None:
    same = "local/notes · 11-26 08:00 · 完成"
    told = telling.distinct([same, "local/b · 11-26 08:00 · 完成", same], ["x-aaaaaa", "x-bbbbbb", "x-cccccc"])
    assert told == [f"{same} · aaaaaa", "local/b · 11-26 08:00 · 完成", f"{same} · cccccc"]
