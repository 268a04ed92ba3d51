"""On our own Label Studio nobody sees another's project, tasks or answers; on a shared one that is said plainly."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_server import FakeServer
from notes import release as made

from annotation import apart, outcome, regions, server
from annotation import project as projects
from annotation import pull as pulling
from annotation import push as pushing
from annotation.apart import Apart
from annotation.label_studio import LabelStudio
from corpora.errors import YuliaoError
from corpora.workspace import Workspace

PEOPLE = [("王芳", "fang@example.com"), ("李强", "qiang@example.com")]


def killed_after(make: Callable[..., str]) -> Callable[..., str]:
    """The account is there, and nobody has heard of it."""

    def dying(*told: object) -> str:
        make(*told)
        raise KeyboardInterrupt

    return dying


def test_two_people_cannot_see_each_other(running: server.Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace()
    release = made(tmp_path / "in", workspace, n=12)
    batch = pushing.prepare(workspace, release, projects.load("keep_drop"), PEOPLE, n=4, seed=1, url="", overlap=1.0)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(apart, "_make", killed_after(apart._make))
        pushing.push(batch, Apart(running))
    place = Apart(running)
    assert pushing.push(batch, place)["sent"] == 8 and pushing.push(batch, Apart(running))["sent"] == 0
    doors = [place.for_account(account) for _, account in PEOPLE]
    for number, (desk, door) in enumerate(zip(batch.desks(), doors, strict=True)):
        other = doors[1 - number]
        project, known = batch.known(desk)
        task = next(iter(known.values()))
        door._ask("POST", f"api/tasks/{task}/annotations/", json={"result": regions.of_choice(batch.project, "keep")})
        assert door.who() == desk.account and set(door.accounts().values()) == {desk.account}
        assert other.find(pushing.title_of(batch, desk)) is None
        for path in (f"api/projects/{project}", f"api/projects/{project}/export", f"api/tasks/{task}/",
                     f"api/tasks/{task}/annotations/", f"api/dm/views?project={project}"):  # fmt: skip
            assert not _seen(other, path), path
        assert [one["id"] for one in other._ask("GET", "api/projects")["results"]] == [
            batch.known(batch.desks()[1 - number])[0]
        ]
    assert pulling.pull(batch, place)["answers"] == 2 and outcome.states(batch)["open"] == 4 - _both(batch.answers())
    files = list((running.home / apart.PEOPLE).iterdir())
    assert len(files) == 2 and {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    lines = list(apart.told(batch, place))
    assert len(lines) == 2 and not any(json.loads(file.read_bytes())["password"] in "".join(lines) for file in files)


def _seen(other: LabelStudio, path: str) -> bool:
    try:
        return bool(other._ask("GET", path))
    except YuliaoError:
        return False


def _both(answers: dict[tuple[int, str], object]) -> int:
    tasks = [task for _, task in answers]
    return sum(tasks.count(task) == 2 for task in set(tasks))


def test_an_account_that_was_there_stays_where_it_is(running: server.Running) -> None:
    place = Apart(running)
    place._ask("POST", "api/users/", json={"email": "old@example.com", "username": "old", "password": "x" * 12})
    assert place.for_account("old@example.com") is place and place.for_account("") is place


def test_on_a_shared_server_it_is_said_that_people_can_look(tmp_path: Path) -> None:
    workspace, shared = Workspace(), FakeServer()
    release = made(tmp_path / "in", workspace, n=12)
    for url in ("https://label.example.com", ""):
        batch = pushing.prepare(workspace, release, projects.load("keep_drop"), PEOPLE, n=4, seed=1, url=url)
        (line,) = apart.told(batch, shared)
        assert "自觉" in line and "see each other" in line
