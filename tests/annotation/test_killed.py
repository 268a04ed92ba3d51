"""`yuliao annotate push` and `pull` in real processes that are killed (SIGKILL) at every call to the real Label Studio and at
every file that they write, and the server killed under a push and under an annotator: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import label_studio_home
import pytest
from killing import Crew, Gate
from notes import release as made

from annotation import batch as batches
from annotation import outcome, regions, server
from annotation.batch import Batch
from annotation.label_studio import LabelStudio
from corpora.decisions import Log
from corpora.errors import YuliaoError
from corpora.workspace import Workspace

REFERENCE, CORPUS = "test/notes@1.0.0", "test/notes"
WHEN = ("before", "after")


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a finished run of 30 notes."""
    folder = tmp_path_factory.mktemp("stock")
    made(folder / "in", Workspace(folder / "home"), n=30)
    return folder / "home"


class House:
    """A Label Studio of this file's own, as `annotate serve` starts it, that may be killed; gate: the one way to it."""

    def __init__(self, home: Path) -> None:
        self.home, self.python = home, label_studio_home.copy(home)
        self.gate = Gate(self.begin().url)
        self.token = (home / server.TOKEN).read_text("ascii")

    def begin(self) -> server.Running:
        return server.start(self.home, port=0, python=self.python)

    def again(self) -> None:
        """Starts the server that was killed, wherever it is to be found now."""
        assert server.running(self.home) is None
        self.gate.server = self.begin().url
        self.gate.arm(0, "", self.kill)

    def kill(self) -> None:
        found = server.running(self.home)
        assert found is not None
        os.killpg(found.pid, signal.SIGKILL)
        server._reap(found.pid)


@pytest.fixture(scope="module")
def house(label_studio_python: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("label-studio") / "home"
    try:
        one = House(home)
        with one.gate.open():
            yield one
    finally:
        server.stop(home)


@pytest.fixture()
def gate(house: House) -> Gate:
    return house.gate


@pytest.fixture()
def real(house: House) -> LabelStudio:
    house.gate.arm(0, "", house.kill)
    return LabelStudio(house.gate.url, house.token)


@pytest.fixture()
def crew(stock: Path, tmp_path: Path, house: House) -> Iterator[Crew]:
    home = tmp_path / "home"
    shutil.copytree(stock, home, symlinks=True)
    env = {"YULIAO_HOME": str(home), "LABEL_STUDIO_URL": house.gate.url, "LABEL_STUDIO_TOKEN": house.token}
    one = Crew(tmp_path / "said.json", env)
    yield one
    one.close()


def push(crew: Crew, seed: int, *, people: str = "甲", **more: int | str) -> dict[str, object] | None:
    who = [word for name in people for word in ("--who", name)]
    words = ("annotate", "push", REFERENCE, "--project", "keep_drop", *who, "--n", "8", "--seed", str(seed))
    return crew.run(*words, "--overlap", "1", chunk=5, **more)  # type: ignore[arg-type]


def the_batch(crew: Crew, seed: int) -> Batch:
    return next(one for one in batches.every(Workspace(Path(crew.env["YULIAO_HOME"]))) if one.facts["seed"] == seed)


def check_pushed(batch: Batch, real: LabelStudio) -> None:
    """Every task stands on the server once, under the number that we know, with its pre-annotation."""
    for desk in batch.desks():
        project, known = batch.known(desk)
        assert project is not None
        there = real.task_ids(project)
        assert Counter(own for own, _, _ in there) == Counter(desk.tasks)
        assert {own: number for own, number, _ in there} == known
        sent = real._ask("GET", "api/tasks/", params={"project": project, "fields": "all", "page_size": 100})["tasks"]
        shown = {task["data"]["task"] for task in sent if task["predictions"]}
        assert shown == {task for task in desk.tasks if batch.tasks[task]["reason"] != "random"}


def test_a_push_killed_at_any_call_goes_on(crew: Crew, gate: Gate, real: LabelStudio) -> None:
    gate.arm(0, "", crew.kill)
    assert push(crew, 1000) is not None
    calls, titles = gate.calls, Counter[str]()
    assert calls >= 7 and sum(word.endswith("/import") for word in gate.said) == 2
    for at in range(1, calls + 1):  # it took effect, and the one who asked never heard of it
        gate.arm(at, "after", crew.kill)
        assert push(crew, at) is None, at
        gate.arm(0, "", crew.kill)
        assert push(crew, at) is not None
        batch = the_batch(crew, at)
        check_pushed(batch, real)
        titles[batch.key] += 1
    again = push(crew, at)
    assert again is not None and again["sent"] == 0
    page = real._ask("GET", "api/projects", params={"include": "id,title", "page_size": 1000})["results"]
    made = Counter(key for one in page for key in titles if f" {key}-" in one["title"])
    assert made == titles, "no second project"


def test_a_push_killed_at_any_file_goes_on(crew: Crew, gate: Gate, real: LabelStudio) -> None:
    for at in range(1, 30):
        if push(crew, at, replace=at, when=WHEN[at % 2]) is not None:
            break
        assert push(crew, at) is not None
        check_pushed(the_batch(crew, at), real)
    assert 6 <= at < 29, "batch, desk, tasks and numbers are files of their own"


def answered(real: LabelStudio, batch: Batch) -> dict[str, str]:
    """Both say the same, but for the last task. Own id → decision that has to come of it."""
    says = {task: ("keep", "drop", "unsure")[place % 3] for place, task in enumerate(batch.tasks)}
    last = list(batch.tasks)[-1]
    for desk in batch.desks():
        for task, number in batch.known(desk)[1].items():
            word = "keep" if task == last and desk.number else "drop" if task == last else says[task]
            real._ask("POST", f"api/tasks/{number}/annotations/", json={"result": regions.of_choice(batch.project, word)})
    return {batch.tasks[task]["id"]: word for task, word in says.items() if task != last}


def check_pulled(home: Path, name: str, wanted: dict[str, str]) -> None:
    """Each answer once, each decision once, of both people."""
    workspace = Workspace(home)
    batch = batches.find(workspace, name)
    assert Counter((row["desk"], row["task"]) for row in batch.all_answers()) == Counter(
        (desk.number, task) for desk in batch.desks() for task in desk.tasks
    )
    said = Log(workspace, CORPUS).read().to_pylist()
    assert Counter((one["id"], one["decision"], one["who"]) for one in said) == Counter(
        (row, word, who) for row, word in wanted.items() for who in ("甲", "乙")
    )
    assert outcome.states(batch) == {"open": 0, "disputed": 1, "settled": 7}


def test_a_pull_killed_at_any_call_or_file_loses_and_doubles_nothing(crew: Crew, gate: Gate, real: LabelStudio) -> None:
    assert push(crew, 7, people="甲乙") is not None
    batch, home = the_batch(crew, 7), Path(crew.env["YULIAO_HOME"])
    wanted = answered(real, batch)

    def pull(place: Path, **more: int | str) -> dict[str, object] | None:
        return crew.run("annotate", "pull", batch.name, YULIAO_HOME=str(place), **more)  # type: ignore[arg-type]

    def go_on(place: Path) -> None:
        gate.arm(0, "", crew.kill)
        assert pull(place) is not None
        check_pulled(place, batch.name, wanted)

    def fresh(number: int) -> Path:
        place = home.with_name(f"home-{number}")
        shutil.copytree(home, place, symlinks=True)
        return place

    gate.arm(0, "", crew.kill)
    assert pull(whole := fresh(0)) is not None
    calls = gate.calls
    assert calls >= 7
    go_on(whole)
    for at in range(1, calls + 1):  # nothing changes there: before a call is after the one before
        gate.arm(at, WHEN[at % 2], crew.kill)
        assert pull(place := fresh(at)) is None, at
        go_on(place)
        shutil.rmtree(place)
    gate.arm(0, "", crew.kill)
    for at in range(1, 20):
        if pull(place := fresh(100 + at), replace=at, when=WHEN[at % 2]) is not None:
            break
        go_on(place)
    assert 4 <= at < 19, "answers and marks of two desks, and the decisions, are files of their own"


def test_the_server_killed_under_a_push_goes_on(crew: Crew, house: House, real: LabelStudio) -> None:
    house.gate.arm(5, "within", house.kill)  # the first import: the request is there, the answer is not
    with pytest.raises(AssertionError):
        push(crew, 501)
    assert house.gate.said[4].endswith("/import"), house.gate.said
    house.again()
    assert push(crew, 501) is not None
    check_pushed(the_batch(crew, 501), real)


def test_the_server_killed_under_an_annotator_keeps_what_it_acknowledged(
    crew: Crew, house: House, real: LabelStudio
) -> None:
    """The server dies while it stores an answer; the person submits once more."""
    assert push(crew, 502) is not None
    batch = the_batch(crew, 502)
    known = list(batch.known(batch.desks()[0])[1].values())
    result = {"result": regions.of_choice(batch.project, "keep")}
    for number in known[:3]:
        real._ask("POST", f"api/tasks/{number}/annotations/", json=result)
    house.gate.arm(1, "within", house.kill)
    with pytest.raises(YuliaoError):
        real._ask("POST", f"api/tasks/{known[3]}/annotations/", json=result)
    house.again()
    first = crew.run("annotate", "pull", batch.name)
    assert first is not None and first["answers"] in (3, 4), "three were acknowledged; one may have been stored"
    for number in known[3:]:
        real._ask("POST", f"api/tasks/{number}/annotations/", json=result)
    assert crew.run("annotate", "pull", batch.name) is not None
    log = Log(Workspace(Path(crew.env["YULIAO_HOME"])), CORPUS)
    standing = Counter[str]()
    for entry in log.read().to_pylist():
        standing[entry["id"]] += -1 if entry["decision"] == "withdraw" else 1
    assert standing == Counter(row["id"] for row in batch.tasks.values()), "each decided once"
    assert {entry["decision"] for entry in log.latest()} == {"keep"}
    done = crew.run("annotate", "pull", batch.name)
    assert done is not None and (done["added"], done["withdrawn"]) == (0, 0)
