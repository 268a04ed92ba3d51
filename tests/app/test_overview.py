"""What Home says that waits for people."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpora.leases import Leases
from corpora.workspace import Workspace
from curation.home import overview
from curation.run.background import Status


def entry(corpus: str, *, published: bool = False, gates: tuple[bool | None, ...] = ()) -> Any:
    manifest = {"gates": [{"passed": one} for one in gates]}
    return SimpleNamespace(corpus=corpus, name=f"{corpus}@1.0.0", published=published, closed="", manifest=manifest)


def job(id_: str, corpus: str, state: str) -> Any:
    return SimpleNamespace(id=id_, about={"corpus": corpus}, status=lambda: Status(state))


def test_rows_that_wait_are_counted_by_dataset(home: Path) -> None:
    Leases(Workspace(), "nb/notes/abc-near").add(["1", "2", "3"])
    queue = Leases(Workspace(), "nb/notes/abc-kept")
    queue.add(["4"])
    Leases(Workspace(), "wz/logs/abc-kept").add(["5"])
    queue.done("li", queue.take("li", 1, 60))
    assert overview.waiting(Workspace()) == {"nb/notes": 3, "wz/logs": 1}


@pytest.mark.parametrize(
    ("entries", "jobs", "rows", "found", "why"),
    [
        ([entry("a/b", published=True)], [], {}, [], "a published version waits for nothing"),
        ([entry("a/b", gates=(True,))], [], {}, ["publish"], "a draft that passes may go out"),
        ([entry("a/b", gates=(None,))], [], {}, ["publish"], "what an audit still has to say is on the checklist"),
        ([entry("a/b", gates=(False, False))], [], {}, ["gates"], "a draft that does not pass does not go out"),
        ([], [job("2", "a/b", "failed"), job("1", "a/b", "done")], {}, ["failed"], "the last run of the dataset failed"),
        ([], [job("2", "a/b", "done"), job("1", "a/b", "failed")], {}, [], "a later run made it good"),
        ([], [job("1", "a/b", "cancelled")], {}, [], "somebody wanted that"),
        ([], [], {"a/b": 7}, ["review"], "rows in a queue"),
    ],
)
def test_what_waits(entries: list[Any], jobs: list[Any], rows: dict[str, int], found: list[str], why: str) -> None:
    assert [one.kind for one in overview.todo(entries, jobs, rows)] == found, why
