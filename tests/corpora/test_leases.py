"""Leases: nobody gets what another holds, an expired lease returns, two processes never meet."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import FormatUnknown, UsageError
from corpora.leases import Counts, Leases
from corpora.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent.parent
IDS = [f"{number:032x}" for number in range(40)]


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture()
def clock() -> Clock:
    return Clock()


@pytest.fixture()
def queue(tmp_path: Path, clock: Clock) -> Leases:
    leases = Leases(Workspace(tmp_path / "home"), "test/notes/review", now=clock)
    assert leases.add(IDS[:6]) == 6 and leases.add(IDS[4:8]) == 2
    return leases


def test_two_people_get_different_rows_in_order(queue: Leases) -> None:
    assert queue.take("甲", 3, 60) == IDS[:3]
    assert queue.take("乙", 3, 60) == IDS[3:6]
    assert queue.take("丙", 9, 60) == IDS[6:8] and queue.take("丁", 1, 60) == []
    assert queue.counts() == Counts(waiting=0, leased=8, done=0)


def test_asking_again_gives_the_same_rows_first_and_extends_them(queue: Leases, clock: Clock) -> None:
    queue.take("甲", 2, 60)
    clock.time += 50
    assert queue.take("甲", 3, 60) == IDS[:3]
    clock.time += 50
    assert queue.take("乙", 1, 60) == [IDS[3]]


def test_a_lease_that_ended_returns_and_a_late_answer_does_not_count(queue: Leases, clock: Clock) -> None:
    queue.take("甲", 1, 60)
    clock.time += 61
    assert queue.done("甲", IDS[:1]) == IDS[:1], "ended, but nobody else has it"
    queue.take("甲", 1, 60)
    clock.time += 61
    assert queue.take("乙", 1, 60) == [IDS[1]]
    assert queue.done("甲", [IDS[1]]) == [], "another holds it now"
    assert queue.done("乙", [IDS[1]]) == [IDS[1]] and queue.done("乙", [IDS[1]]) == [IDS[1]], "sent twice"
    assert queue.done("甲", [IDS[1], "f" * 32]) == [], "another did it; not of this queue"


def test_giving_back_and_undoing(queue: Leases) -> None:
    queue.take("甲", 3, 60)
    assert queue.give_back("乙") == 0 and queue.give_back("甲", IDS[1:2]) == 1
    assert queue.take("乙", 1, 60) == [IDS[1]]
    assert queue.done("甲", IDS[:1]) == IDS[:1]
    assert queue.reopen("乙", IDS[:1], 60) == [] and queue.reopen("甲", IDS[:1], 60) == IDS[:1]
    assert queue.take("甲", 2, 60) == [IDS[0], IDS[2]]
    assert queue.give_back("甲") == 2 and queue.counts() == Counts(waiting=7, leased=1, done=0)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["take", "done", "back", "wait"]), st.integers(1, 9)),
        max_size=25,
    )
)
def test_nobody_ever_holds_what_another_holds(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, str, int]]
) -> None:
    clock = Clock()
    queue = Leases(Workspace(tmp_path_factory.mktemp("home")), "q", now=clock)
    queue.add(IDS)
    holds: dict[str, tuple[str, float]] = {}
    finished: set[str] = set()
    for who, move, n in moves:
        if move == "take":
            for one in queue.take(who, n, 30):
                owner, until = holds.get(one, (who, 0.0))
                assert (owner == who or until <= clock.time) and one not in finished
                holds[one] = who, clock.time + 30
        elif move == "done":
            mine = [one for one, (owner, _) in holds.items() if owner == who][:n]
            finished |= set(queue.done(who, mine))
        elif move == "back":
            queue.give_back(who)
            holds = {one: held for one, held in holds.items() if held[0] != who}
        else:
            clock.time += 10 * n
    counts = queue.counts()
    assert counts.done == len(finished) and counts.waiting + counts.leased + counts.done == len(IDS)


TAKER = """
import sys
from corpora.leases import Leases
from corpora.workspace import Workspace
queue, who, mine = Leases(Workspace(sys.argv[1]), "q"), sys.argv[2], []
while found := queue.take(who, 3, 600):
    mine += queue.done(who, found)
print(" ".join(mine))
"""


def test_two_processes_at_once_share_every_row_once(tmp_path: Path) -> None:
    queue = Leases(Workspace(tmp_path / "home"), "q")
    queue.add(IDS)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    people = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, str(tmp_path / "home"), who], stdout=subprocess.PIPE, text=True, env=env
        )
        for who in "甲乙丙"
    ]
    done = [out.split() for out in (one.communicate(timeout=60)[0] for one in people)]
    assert sorted(one for mine in done for one in mine) == IDS and all(one.returncode == 0 for one in people)


def test_names_that_are_no_names_and_later_formats_are_refused(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home")
    for name in ("", "../x", "a/../b", "A", "a//b", "/a", "中文"):
        with pytest.raises(UsageError):
            Leases(workspace, name)
    queue = Leases(workspace, "q")
    queue.add(IDS[:1])
    (path,) = workspace.root.glob("leases/*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))
    with pytest.raises(FormatUnknown):
        queue.counts()
