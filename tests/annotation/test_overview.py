"""What the page of annotation does: send, fetch, ask a reviewer; what it tells of agreement and disputes."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_server import FakeServer
from notes import release as made

from annotation import overview, reaching, regions
from annotation.batch import Batch
from corpora.catalog import Catalog
from corpora.errors import UsageError
from corpora.release import Release
from corpora.ui.words import Words
from corpora.workspace import Workspace


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Release]:
    folder = tmp_path_factory.mktemp("notes")
    workspace = Workspace(folder / "home")
    return workspace, made(folder / "in", workspace)


@pytest.fixture()
def server(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    one = FakeServer()
    monkeypatch.setattr(overview, "connect", lambda workspace, url, batch=None: one)
    return one


def drawn(world: tuple[Workspace, Release], project: str = "keep_drop", seed: int = 0) -> Batch:
    workspace, release = world
    return overview.prepare(workspace, release, project, ["王芳", "李强"], n=12, overlap=1.0, seed=seed, by="zhou")


def answer(server: FakeServer, batch: Batch, desk: int, word: str) -> None:
    for number in batch.known(batch.desks()[desk])[1].values():
        server.answer(number, regions.of_choice(batch.project, word))


def test_from_sending_to_a_reviewer(world: tuple[Workspace, Release], server: FakeServer) -> None:
    workspace, batch = world[0], drawn(world)
    shares: list[float] = []
    assert overview.send(workspace, batch, by="zhou", report=shares.append) == 24 and shares[-1] == 1.0
    assert overview.send(workspace, batch, by="zhou", report=shares.append) == 0, "nothing is there twice"
    answer(server, batch, 0, "keep")
    answer(server, batch, 1, "drop")
    told = overview.collect(workspace, batch, by="zhou")
    assert told["answers"] == 24 and told["disputed"] == 12 and told["decisions"] == 0
    found = overview.disputes(batch, Words())
    assert len(found) == 12 and found[0].said == {"王芳": "保留", "李强": "剔除"} and not found[0].waits
    assert found[0].text == batch.tasks[found[0].task]["text"]
    assert overview.settle(workspace, batch, " 赵敏 ", by="zhou", report=shares.append) == 12
    assert all(one.waits for one in overview.disputes(batch, Words()))
    acts = [one["act"] for one in Catalog(workspace.catalog).audit.entries() if one["what"] == "annotate"]
    assert acts == ["prepare", "push", "push", "pull", "adjudicate"], "who did what is in the log"


def test_agreement_is_told_with_its_interval(world: tuple[Workspace, Release], server: FakeServer) -> None:
    batch = drawn(world, seed=1)
    assert overview.agreement(batch, Words()) == []
    overview.send(world[0], batch, by="zhou", report=lambda share: None)
    answer(server, batch, 0, "keep")
    answer(server, batch, 1, "keep")
    overview.collect(world[0], batch, by="zhou")
    first = overview.agreement(batch, Words())[0]
    assert (first.group, first.label, first.pair, first.value, first.low, first.high, first.units) == ("全部", "相同的比例", "", 1, 1, 1, 12)  # fmt: skip
    pair = next(one for one in overview.agreement(batch, Words("en")) if one.pair)
    assert pair.label == "Cohen κ 王芳–李强" and pair.group == "all"


def test_marks_of_each_person_stand_side_by_side(world: tuple[Workspace, Release], server: FakeServer) -> None:
    batch = drawn(world, "pii_spans", seed=2)
    overview.send(world[0], batch, by="zhou", report=lambda share: None)
    kind = batch.project.kinds[0]
    for desk, end in ((0, 2), (1, 3)):
        for own, number in batch.known(batch.desks()[desk])[1].items():
            server.answer(number, regions.of_marks(batch.project, batch.tasks[own]["text"], [(0, end, kind)]))
    overview.collect(world[0], batch, by="zhou")
    one = overview.disputes(batch, Words())[0]
    assert one.marks == {"王芳": [(0, 2, kind)], "李强": [(0, 3, kind)]}


def test_an_annotator_does_not_settle_their_own_disputes(world: tuple[Workspace, Release], server: FakeServer) -> None:
    batch = drawn(world)
    with pytest.raises(UsageError, match="标过"):
        overview.settle(world[0], batch, "李强", by="zhou", report=lambda share: None)
    with pytest.raises(UsageError, match="写复核人"):
        overview.settle(world[0], batch, " ", by="zhou", report=lambda share: None)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("王芳\n李强", ["王芳", "李强"]), ("王芳，李强=li@example.com", ["王芳", "李强=li@example.com"]), (" \n,，", [])],
)
def test_people_as_they_are_typed(typed: str, found: list[str]) -> None:
    assert overview.names(typed) == found


def test_what_there_is_to_judge_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    workspace = Workspace(tmp_path)
    assert reaching.setting(workspace) == reaching.Setting("none") and not reaching.setting(workspace).ready
    (reaching.home(workspace) / "venv").mkdir()
    (reaching.home(workspace) / "venv" / ".installed").write_text("x")
    assert reaching.setting(workspace).state == "stopped"
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://team.example/")
    assert (
        reaching.setting(workspace) == reaching.Setting("team", "http://team.example") and reaching.setting(workspace).ready
    )


def test_without_a_server_nobody_is_asked(world: tuple[Workspace, Release], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    batch = drawn(world, seed=3)
    with pytest.raises(UsageError, match="没有运行"):
        overview.send(world[0], batch, by="zhou", report=lambda share: None)
    with pytest.raises(UsageError, match="没有运行"):
        overview.settle(world[0], batch, "赵敏", by="zhou", report=lambda share: None)
    assert len(batch.desks()) == 2
