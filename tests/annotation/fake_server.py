"""What annotation asks of Label Studio, kept in memory, with its bad habits: it checks nothing and takes the same task twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from annotation.label_studio import TASK_KEY, Answers, LabelStudio, Said

_DAYS = (dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day) for day in count())
"""Nobody answers two servers at the same moment."""


class Killed(BaseException):
    """The process is gone; nobody catches it."""


class FakeServer(LabelStudio):
    """calls: how many were made; kill: (number of the call, "before" or "after" it takes effect)."""

    def __init__(self) -> None:
        self.url = ""
        self.projects: dict[int, str] = {}
        self.tasks: dict[int, dict[int, dict[str, Any]]] = {}
        self.annotations: dict[int, tuple[int, Said]] = {}  # id → (task on the server, what was said)
        self.changed: dict[int, str] = {}
        self.calls, self.kill, self.next = 0, (-1, ""), 1
        self.time = next(_DAYS)

    def _call(self, when: str) -> None:
        if when == "before":
            self.calls += 1
        if self.kill == (self.calls, when):
            raise Killed

    def _tick(self) -> str:
        self.time += dt.timedelta(seconds=1)
        return self.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _new(self) -> int:
        self.next += 1
        return self.next

    def find(self, title: str) -> int | None:
        self._call("before")
        return next((number for number, one in self.projects.items() if one == title), None)

    def create(self, *, title: str, description: str, config: str, guidelines: str) -> int:
        self._call("before")
        number = self._new()
        self.projects[number], self.tasks[number] = title, {}
        self._call("after")
        return number

    def import_tasks(self, project: int, tasks: Sequence[dict[str, Any]]) -> list[int]:
        self._call("before")
        ids = [self._new() for _ in tasks]
        self.tasks[project] |= dict(zip(ids, tasks, strict=True))
        self._call("after")
        return ids

    def size(self, project: int) -> int:
        self._call("before")
        return len(self.tasks[project])

    def task_ids(self, project: int) -> list[tuple[str, int, int]]:
        self._call("before")
        answered = {task for task, _ in self.annotations.values()}
        return [(t["data"][TASK_KEY], n, int(n in answered)) for n, t in self.tasks[project].items()]

    def delete_task(self, task: int) -> None:
        self._call("before")
        for tasks in self.tasks.values():
            tasks.pop(task, None)
        self._call("after")

    def answer(self, task: int, result: list[dict[str, Any]], *, account: str = "a@example.com", skipped: bool = False,
               annotation: int = 0) -> int:  # fmt: skip
        """A person answers, or changes the answer with this number."""
        own = next(tasks[task]["data"][TASK_KEY] for tasks in self.tasks.values() if task in tasks)
        number = annotation or self._new()
        self.annotations[number] = task, Said(own, number, self._tick(), account, skipped, 3.0, result)
        self.changed[task] = self._tick()
        return number

    def take_back(self, task: int, annotation: int) -> None:
        del self.annotations[annotation]
        self.changed[task] = self._tick()

    def count(self, project: int) -> int:
        self._call("before")
        return sum(task in self.tasks[project] for task, _ in self.annotations.values())

    def answers(self, project: int, known: Mapping[int, str], since: str = "") -> Answers:
        self._call("before")
        changed = {number for number in self.tasks[project] if self.changed.get(number, "") >= (since or "0")}
        return Answers([one for task, one in self.annotations.values() if task in changed], self.time)
