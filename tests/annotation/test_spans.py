"""Marks of personal information: what people take away is restored, what they add is redacted, at places of the cleaned text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fake_server import FakeServer
from notes import release as made

from annotation import decided, measures, regions
from annotation import project as projects
from annotation import pull as pulling
from annotation import push as pushing
from annotation.batch import Batch
from corpora import schema
from corpora.decisions import Log
from corpora.release import Release
from corpora.workspace import Workspace
from curation.run.measuring import CONTENT_KEY
from curation.run.work_folder import State
from curation.run.working_rows import WorkingRows
from tests.terminal import call

World = tuple[Workspace, Release]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("notes")
    workspace = Workspace(folder / "home")
    return workspace, made(folder / "in", workspace)


def prepared(world: World, people: Iterable[str], seed: int) -> Batch:
    who = [(name, "") for name in people]
    return pushing.prepare(*world, projects.load("pii_spans"), who, n=30, seed=seed, url="", overlap=1.0)


def cleaned(world: World) -> dict[str, dict[str, Any]]:
    """Id → cleaned, untreated row, as only curation may read it."""
    work = world[0].find_work(release=world[1].hash)
    assert work is not None
    state = State.load(work)
    rows = WorkingRows.of(state.measured, state.counts)
    columns = [schema.ID, CONTENT_KEY, "text"]
    return {row[schema.ID].hex(): row for shard in rows.shards() for row in rows.table(shard, columns).to_pylist()}


def marks(batch: Batch, task: str) -> list[regions.Mark]:
    return [(m["start"], m["end"], m["kind"]) for m in batch.tasks[task]["engine"] if m["kind"] in batch.project.kinds]


def say(batch: Batch, server: FakeServer, desk: int, task: str, said: Iterable[regions.Mark]) -> None:
    text = batch.tasks[task]["text"]
    server.answer(batch.known(batch.desks()[desk])[1][task], regions.of_marks(batch.project, text, said))


def test_true_kinds_stay_with_us_and_findings_are_pre_annotated(world: World) -> None:
    batch = prepared(world, ["王芳"], 1)
    assert sum(len(row["engine"]) for row in batch.tasks.values()) > 30
    for task, row in batch.tasks.items():
        sent = pushing.payload(batch, task).get("predictions", [])
        shown = [] if row["reason"] == "random" else marks(batch, task)
        assert (regions.marks(sent[0]["result"]) if sent else []) == shown


def test_what_people_change_leads_back_to_the_cleaned_text(world: World) -> None:
    batch, server, clear = prepared(world, ["王芳"], 2), FakeServer(), cleaned(world)
    pushing.push(batch, server)
    shown_ = [task for task, row in batch.tasks.items() if row["reason"] != "random" and len(marks(batch, task)) > 1]
    control = next(task for task, row in batch.tasks.items() if row["reason"] == "random" and marks(batch, task))
    one, moved = shown_[:2]
    text, found = batch.tasks[one]["text"], marks(batch, one)
    free = next(at for at in range(len(text) - 2) if not any(a < at + 2 and at < b for a, b, _ in found))
    added = (free, free + 2, "person_name")
    say(batch, server, 0, one, [*found[1:], added])
    start, end, kind = marks(batch, moved)[0]
    say(batch, server, 0, moved, [(start, end + 1, kind), *marks(batch, moved)[1:]])
    say(batch, server, 0, control, [])
    pulling.pull(batch, server)
    assert decided.write(batch, world[0]) == {"decisions": 3, "added": 3, "withdrawn": 0, "unplaced": 0}
    about = {id: [e for e in Log(world[0], "test/notes").latest() if e["id"] == id] for id in (batch.tasks[one]["id"], batch.tasks[moved]["id"])}  # fmt: skip  # noqa: A001
    entries = {entry["decision"]: entry for entry in about[batch.tasks[one]["id"]]}
    row = clear[batch.tasks[one]["id"]]
    assert set(entries) == {"restore", "redact"}, "nor is a bare control a word that it is nothing"
    (wider,) = about[batch.tasks[moved]["id"]]
    assert wider["decision"] == "redact" and wider["kind"] == kind, "a moved mark is more personal information, not less"
    after = clear[batch.tasks[moved]["id"]]["text"][wider["start"] : wider["end"]]
    assert after.endswith(batch.tasks[moved]["text"][end]) and len(after) > 1
    for entry in entries.values():
        assert entry["id"] == batch.tasks[one]["id"] and entry["content_key"] == row[CONTENT_KEY].hex()
        assert entry["leaf"] == "text" and entry["role"] == "annotator" and entry["project"] == "pii_spans/1"
    redact, restore = entries["redact"], entries["restore"]
    assert row["text"][redact["start"] : redact["end"]] == text[free : free + 2] and redact["kind"] == "person_name"
    stood = row["text"][restore["start"] : restore["end"]]
    assert restore["kind"] == found[0][2] and stood and stood != text[found[0][0] : found[0][1]], (
        "the true value, not its stand-in"
    )


def test_span_agreement_is_what_was_planted(world: World) -> None:
    batch, server = prepared(world, ["王芳", "李强"], 3), FakeServer()
    pushing.push(batch, server)
    both = alone = 0
    for place, task in enumerate(batch.tasks):
        found = marks(batch, task)
        say(batch, server, 0, task, found)
        say(batch, server, 1, task, found[1:] if place % 3 == 0 else found)
        gone = found[0][1] - found[0][0] if found and place % 3 == 0 else 0
        alone += gone
        both += sum(end - start for start, end, _ in found) - gone
    pulling.pull(batch, server)
    figure = measures.of(batch, draws=50)["all"]["span_f1"]
    assert (
        alone > 0
        and figure.value == pytest.approx(2 * both / (2 * both + alone))
        and figure.low <= figure.value <= figure.high
    )


def test_no_text_of_a_record_in_what_is_kept_of_answers(world: World) -> None:
    batch, server = prepared(world, ["王芳"], 4), FakeServer()
    pushing.push(batch, server)
    for task in batch.tasks:
        say(batch, server, 0, task, marks(batch, task))
    pulling.pull(batch, server)
    names = {
        batch.tasks[task]["text"][a:b] for task in batch.tasks for a, b, kind in marks(batch, task) if kind == "person_name"
    }
    kept = b"".join(
        path.read_bytes() for path in [*Path(batch.folder, "answers").iterdir(), *Path(batch.folder, "ids").iterdir()]
    )
    assert names and str(batch.all_answers()).count("text") == 0
    assert not any(name.encode() in kept or name in str(batch.all_answers()) for name in names)


def test_a_name_that_an_annotator_marks_is_not_in_the_next_version(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Workspace(tmp_path / "home")
    world = home, made(tmp_path / "in", home)
    batch, server = prepared(world, ["王芳"], 5), FakeServer()
    pushing.push(batch, server)
    task = next(task for task, row in batch.tasks.items() if row["reason"] != "random" and marks(batch, task))
    text, found = batch.tasks[task]["text"], marks(batch, task)
    missed = next(
        at for at in range(len(text) - 2)
        if all("\u4e00" <= c <= "\u9fff" for c in text[at : at + 2]) and not any(a < at + 2 and at < b for a, b, _ in found)
    )  # fmt: skip
    say(batch, server, 0, task, [*found, (missed, missed + 2, "person_name")])
    pulling.pull(batch, server)
    assert decided.write(batch, home)["added"] == 1
    (entry,) = Log(home, "test/notes").latest()
    word = text[missed : missed + 2]
    clear = cleaned(world)[entry["id"]]["text"]
    newer = made(tmp_path / "in", home, version="1.1.0")
    then, now = (
        {
            row["id"]: row["text"]
            for name, path in one.files.items()
            if name.startswith("data/")
            for row in pq.read_table(path).to_pylist()
        }
        for one in (world[1], newer)
    )
    assert word in then[entry["id"]] and clear[entry["start"] : entry["end"]] == word
    assert word not in now[entry["id"]]
    assert {id: text for id, text in now.items() if id != entry["id"]} == {id: text for id, text in then.items() if id != entry["id"]}  # noqa: A001  # fmt: skip
    monkeypatch.setenv("YULIAO_HOME", str(home.root))
    told = json.loads(call(capfd, "explain", "test/notes@1.1.0", entry["id"], "--json")[1])
    assert [(one["decision"], one["who"], one["kind"]) for one in told["decisions"]] == [("redact", "王芳", "person_name")]
    assert newer.manifest["metrics"]["pii.marked"] == clear.count(word)
