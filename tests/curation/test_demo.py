"""The demo in a workspace that an earlier version of the program left, and in one where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.catalog import Catalog
from corpora.errors import LawBroken
from corpora.workspace import Workspace
from curation.look import demo
from curation.run.report import Report, Silent
from curation.run.runner import InlineRunner
from tests.curation import corpus
from tests.terminal import call


@pytest.mark.parametrize(
    ("there", "last", "free"),
    [
        ([], "1.0.0", "1.0.1"),
        (["1.0.0", "1.0.9", "1.0.10"], "1.0.10", "1.0.11"),
        (["1.1.3", "2.0.0", "11.0.5"], "1.0.0", "1.0.1"),  # other lines of versions are somebody's own
        (["1.0.2-rc.1"], "1.0.0", "1.0.1"),
    ],
)
def test_the_next_number(there: list[str], last: str, free: str) -> None:
    assert demo.numbers("1.0.0", there) == (last, free)


def _demo(workspace: Workspace) -> Report:
    (report,) = demo.run(workspace, runner=InlineRunner(), progress=Silent())
    return report


def test_a_number_that_an_earlier_demo_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = corpus.recipe(tmp_path)
    monkeypatch.setattr(demo, "RECIPES", (str(recipe),))
    workspace = Workspace()
    before = _demo(workspace)
    corpora = before.recipe.corpus
    first = before.recipe.version
    text = recipe.read_text("utf-8")
    recipe.write_text(
        text.replace("title: ", "title: 又一版", 1) if "title: " in text else f"{text}\ntitle: 又一版\n", "utf-8"
    )
    now = _demo(workspace)
    free = demo.numbers(first, [])[1]
    assert now.recipe.version == free and any(free in note for note in now.notes)
    assert Catalog(workspace.catalog).versions(corpora) == [first, free]
    assert _demo(workspace).recipe.version == free  # again: nothing new
    assert Catalog(workspace.catalog).versions(corpora) == [first, free]


def test_workers_are_let_go_when_it_fails(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Else the interpreter finds their pool half taken down as it ends, and says so with a traceback."""
    closed = list[bool]()

    class Pool(InlineRunner):
        def close(self) -> None:
            closed.append(True)

    def fail(*_: object, **__: object) -> None:
        raise LawBroken("账不平 / broken")

    monkeypatch.setattr("curation.run.runner.start", lambda workers: Pool())
    monkeypatch.setattr(demo, "run", fail)
    code, _, err = call(capfd, "demo", "--workers", "2")
    assert code == 1 and closed == [True] and "Traceback" not in err
