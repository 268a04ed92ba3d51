"""A batch from draft to decisions, against a server in memory: killed between any two calls, nothing is lost or doubled."""

from __future__ import annotations

import json
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fake_server import FakeServer, Killed
from notes import release as made

from annotation import adjudication, decided, measures, outcome, regions
from annotation import batch as batches
from annotation import project as projects
from annotation import pull as pulling
from annotation import push as pushing
from annotation.batch import Batch
from corpora.decisions import ROW, Log
from corpora.errors import IntegrityError, LawBroken, UsageError
from corpora.release import Release
from corpora.workspace import Workspace

PEOPLE = [("王芳", "a@example.com"), ("李强", "")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Release]:
    folder = tmp_path_factory.mktemp("notes")
    workspace = Workspace(folder / "home")
    return workspace, made(folder / "in", workspace)


def prepared(
    world: tuple[Workspace, Release], project: str = "keep_drop", *, n: int = 20, seed: int = 0, overlap: float = 1.0
) -> Batch:
    workspace, release = world
    return pushing.prepare(workspace, release, projects.load(project), PEOPLE, n=n, seed=seed, url="", overlap=overlap)


def test_tasks_are_treated_text_and_tell_nothing_else(world: tuple[Workspace, Release]) -> None:
    batch = prepared(world, n=40)
    sent = [pushing.payload(batch, task) for task in batch.tasks]
    assert all(set(one["data"]) == {"text", "task"} for one in sent)
    reasons = Counter(row["reason"] for row in batch.tasks.values())
    assert reasons["random"] == 10 and 0 < reasons["rejected"] <= 8
    for task, one in zip(batch.tasks, sent, strict=True):
        row, said = batch.tasks[task], json.dumps(one, ensure_ascii=False)
        assert ("predictions" in one) == (row["reason"] != "random")
        assert row["id"] not in said and row["content_key"] not in said and not {"near", "rejected", "stratified"} & set(one)
        if row["reason"] == "rejected":
            assert not row["kept"] and one["predictions"][0]["result"] == regions.of_choice(batch.project, "drop")
    raw = "".join(path.read_text("utf-8") for path in (Path(batch.folder).parents[2] / "in").glob("*.jsonl"))
    assert sum(json.dumps(row["text"], ensure_ascii=False)[1:-1] in raw for row in batch.tasks.values()) < len(sent) / 2
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [batch.folder, batch.folder / "tasks.parquet"]}
    assert modes == {0o700, 0o600}


def test_same_wishes_same_batch_and_another_seed_another(world: tuple[Workspace, Release]) -> None:
    assert prepared(world).folder == prepared(world).folder != prepared(world, seed=1).folder
    with pytest.raises(UsageError):
        pushing.prepare(*world, projects.load("keep_drop"), [("王芳", ""), ("王芳", "")], n=3, seed=0, url="")
    release = Release(dict(world[1].files))
    with pytest.raises(UsageError) as error:
        pushing.prepare(
            Workspace(world[0].root / "elsewhere"), release, projects.load("keep_drop"), PEOPLE, n=3, seed=9, url=""
        )
    assert "run" in str(error.value)


def test_overlap_is_ours_and_everybody_has_as_much(world: tuple[Workspace, Release]) -> None:
    tasks = [f"{i}" for i in range(10)]
    three = pushing.assign(tasks, [("甲", ""), ("乙", ""), ("丙", "")], 0.4)
    counts = Counter(task for desk in three for task in desk.tasks)
    assert sum(count == 2 for count in counts.values()) == 4 and set(counts) == set(tasks)
    assert max(len(desk.tasks) for desk in three) - min(len(desk.tasks) for desk in three) <= 1
    assert all(len(set(desk.tasks)) == len(desk.tasks) for desk in three)
    (alone,) = pushing.assign(tasks, [("甲", "")], 1.0)
    assert list(alone.tasks) == tasks


def standing(server: FakeServer) -> list[list[str]]:
    return [sorted(task["data"]["task"] for task in tasks.values()) for tasks in server.tasks.values()]


def test_push_again_sends_nothing_and_a_killed_one_goes_on(
    world: tuple[Workspace, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "CHUNK", 6)
    whole = FakeServer()
    pushing.push(prepared(world, seed=100), whole)
    calls = whole.calls
    assert pushing.push(prepared(world, seed=100), whole)["sent"] == 0 and calls > 10
    for at in range(1, calls + 1):
        for when in ("before", "after"):
            server = FakeServer()
            batch = prepared(world, n=20, seed=1000 + 2 * at + (when == "after"))
            server.kill = (at, when)
            try:
                pushing.push(batch, server)
            except Killed:
                pushing.push(Batch.load(batch.folder), server)
            assert standing(server) == [sorted(desk.tasks) for desk in batch.desks()], (at, when)
            for number, desk in enumerate(batch.desks()):
                known = batch.known(desk)[1]
                tasks = list(server.tasks.values())[number]
                assert {tasks[task]["data"]["task"]: task for task in known.values()} == known


def test_killed_while_writing_what_is_known(world: tuple[Workspace, Release], monkeypatch: pytest.MonkeyPatch) -> None:
    record, left = Batch.record, [0]

    def dying(self: Batch, *arguments: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        record(self, *arguments)

    monkeypatch.setattr(pushing, "CHUNK", 6)
    monkeypatch.setattr(Batch, "record", dying)
    for at in range(1, 12):
        batch, server, left[0] = prepared(world, seed=2000 + at), FakeServer(), at
        try:
            pushing.push(batch, server)
        except Killed:
            pushing.push(batch, server)
        assert standing(server) == [sorted(desk.tasks) for desk in batch.desks()], at


def test_copies_go_unless_somebody_answered_them_and_strangers_are_an_error(world: tuple[Workspace, Release]) -> None:
    batch, server = prepared(world, seed=3), FakeServer()
    pushing.push(batch, server)
    desk = batch.desks()[0]
    project, known = batch.known(desk)
    assert project is not None
    (copy,) = server.import_tasks(project, [pushing.payload(batch, desk.tasks[0])])
    server.answer(copy, regions.of_choice(batch.project, "keep"))
    assert pushing.push(batch, server)["deleted"] == 1
    assert copy in server.tasks[project] and known[desk.tasks[0]] not in server.tasks[project]
    assert batch.known(desk)[1][desk.tasks[0]] == copy
    server.import_tasks(project, [{"data": {"text": "别人的", "task": "ffff"}}])
    with pytest.raises(IntegrityError):
        pushing.push(batch, server)


def test_a_bad_pre_annotation_is_never_sent(world: tuple[Workspace, Release]) -> None:
    batch, server = prepared(world, seed=4), FakeServer()
    for row in batch.tasks.values():
        row["guess"] = "保留"
    with pytest.raises(LawBroken) as error:
        pushing.push(batch, server)
    assert not any(server.tasks.values()) and not any(row["text"][:8] in str(error.value) for row in batch.tasks.values())


def answered(batch: Batch, server: FakeServer, desk: int, says: dict[str, str]) -> dict[str, int]:
    """Own id → annotation, of a person who chooses."""
    known = batch.known(batch.desks()[desk])[1]
    return {task: server.answer(known[task], regions.of_choice(batch.project, key)) for task, key in says.items()}


def test_pull_is_incremental_and_keeps_what_counts(
    world: tuple[Workspace, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "MARGIN", pulling.dt.timedelta(seconds=5))
    batch, server = prepared(world, seed=5), FakeServer()
    pushing.push(batch, server)
    one, two, three, four = list(batch.tasks)[:4]
    known = batch.known(batch.desks()[0])[1]
    numbers = answered(batch, server, 0, {one: "keep", two: "drop", three: "keep"})
    server.answer(known[four], regions.of_choice(batch.project, "keep"), account="someone@example.com")
    server.answer(known[list(batch.tasks)[5]], [], skipped=True)
    server.answer(known[list(batch.tasks)[6]], [])
    assert pulling.pull(batch, server) == {"answers": 3, "skipped": 1, "faulty": 2, "taken_back": 0, "strange": 0}
    assert not any(pulling.pull(batch, server).values())
    server.time += pulling.dt.timedelta(minutes=5)
    server.answer(known[one], regions.of_choice(batch.project, "unsure"), annotation=numbers[one])
    server.take_back(known[two], numbers[two])
    assert pulling.pull(batch, server) == {"answers": 1, "skipped": 0, "faulty": 0, "taken_back": 1, "strange": 0}
    assert not any(pulling.pull(batch, server).values())
    assert {task: row["choice"] for (_, task), row in batch.answers().items()} == {one: "unsure", three: "keep"}
    assert len(batch.all_answers()) == 8, "nothing that was said is forgotten"


@pytest.mark.parametrize("where", ["add_answers", "mark_pulled", "append"])
def test_killed_while_pulling(world: tuple[Workspace, Release], monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    batch, server = prepared(world, seed=("add_answers", "mark_pulled", "append").index(where) + 20), FakeServer()
    pushing.push(batch, server)
    for desk in (0, 1):
        answered(batch, server, desk, dict.fromkeys(batch.tasks, "keep"))
    owner = Log if where == "append" else Batch
    kept = getattr(owner, where)
    before = Log(world[0], "test/notes").read().num_rows

    def all_of_it() -> None:
        pulling.pull(batch, server)
        decided.write(batch, world[0])

    for effect in ("before", "after"):

        def dying(self: Any, *arguments: Any, effect: str = effect) -> None:
            if effect == "after":
                kept(self, *arguments)
            raise Killed

        monkeypatch.setattr(owner, where, dying)
        with pytest.raises(Killed):
            all_of_it()
        monkeypatch.setattr(owner, where, kept)
        if effect == "before":
            assert Log(world[0], "test/notes").read().num_rows == before
    all_of_it()
    all_of_it()
    assert len(batch.all_answers()) == 2 * len(batch.tasks)
    assert Log(world[0], "test/notes").read().num_rows == before + 2 * len(batch.tasks)


def test_disputes_go_to_somebody_else_and_settle(world: tuple[Workspace, Release]) -> None:
    workspace, _ = world
    batch, server = prepared(world, seed=6), FakeServer()
    pushing.push(batch, server)
    tasks = list(batch.tasks)
    answered(batch, server, 0, dict.fromkeys(tasks, "keep"))
    answered(batch, server, 1, dict.fromkeys(tasks[:15], "keep") | dict.fromkeys(tasks[15:18], "drop"))
    pulling.pull(batch, server)
    assert outcome.states(batch) == {"open": 2, "disputed": 3, "settled": 15}
    assert measures.of(batch, draws=20)["all"]["percent"].value == pytest.approx(15 / 18)
    for name, account in (("王芳", ""), (" 李强 ", ""), ("某人", "a@example.com")):
        with pytest.raises(UsageError):
            adjudication.ask(batch, name, account=account)
    listed = list(adjudication.listed(batch))
    assert [one["task"] for one in listed] == tasks[15:18] and listed[0]["said"] == {"王芳": "keep", "李强": "drop"}
    desk = adjudication.ask(batch, "赵敏")
    assert desk is not None and desk.tasks == tuple(tasks[15:18]) and adjudication.ask(batch, "赵敏") is None
    assert pushing.push(batch, server)["sent"] == 3
    answered(batch, server, 2, dict.fromkeys(tasks[15:18], "drop"))
    pulling.pull(batch, server)
    assert outcome.states(batch) == {"open": 2, "disputed": 0, "settled": 18}
    assert decided.write(batch, workspace)["decisions"] == 15 * 2 + 3
    rows = {batch.tasks[task]["id"] for task in tasks[15:18]}
    mine = [entry for entry in Log(workspace, "test/notes").latest() if entry["id"] in rows and entry["who"] == "赵敏"]
    assert len(mine) == 3 and {(e["decision"], e["role"], e["project"], e["kind"]) for e in mine} == {
        ("drop", "reviewer", "keep_drop/1", ROW)
    }
    assert all(
        entry["shown"] == batch.tasks[task]["shown"]
        for task in tasks
        for entry in mine
        if entry["id"] == batch.tasks[task]["id"]
    )
    assert measures.of(batch, draws=20)["all"]["percent"].units == 18, "the reviewer is no annotator"


def test_a_word_taken_back_is_withdrawn_and_comes_again(world: tuple[Workspace, Release]) -> None:
    workspace, _ = world
    batch, server = prepared(world, seed=7), FakeServer()
    pushing.push(batch, server)
    task = next(iter(batch.tasks))
    about = {batch.tasks[task]["id"]}

    def round_() -> tuple[dict[str, int], set[tuple[str, str]]]:
        pulling.pull(batch, server)
        done = decided.write(batch, workspace)
        assert not any(decided.write(batch, workspace)[name] for name in ("added", "withdrawn"))
        words = [entry for entry in Log(workspace, "test/notes").latest() if entry["id"] in about]
        return done, {(entry["who"], entry["decision"]) for entry in words if entry["who"] in ("王芳", "李强")}

    before = {entry["id"]: entry for entry in Log(workspace, "test/notes").latest()}.get(batch.tasks[task]["id"])
    first = answered(batch, server, 0, {task: "drop"})[task]
    second = answered(batch, server, 1, {task: "drop"})[task]
    done, words = round_()
    assert done["added"] == 2 and {word for _, word in words} == {"drop"}
    known = batch.known(batch.desks()[1])[1][task]
    server.answer(known, regions.of_choice(batch.project, "keep"), annotation=second)
    done, _ = round_()
    assert (done["added"], done["withdrawn"]) == (0, 2), "they differ now: neither word counts until somebody settles it"
    after = {entry["id"]: entry for entry in Log(workspace, "test/notes").latest()}.get(batch.tasks[task]["id"])
    assert after == before
    server.answer(known, regions.of_choice(batch.project, "drop"), annotation=second)
    assert round_()[0]["added"] == 2
    server.take_back(batch.known(batch.desks()[0])[1][task], first)
    assert round_()[0]["withdrawn"] == 2, "one of the two who were asked has not answered"


def test_batches_are_found_by_their_beginning(world: tuple[Workspace, Release]) -> None:
    batch = prepared(world)
    assert batches.find(world[0], batch.name[:-2]).name == batch.name
    for name in ("keep_drop", "nothing"):
        with pytest.raises(UsageError):
            batches.find(world[0], name)
