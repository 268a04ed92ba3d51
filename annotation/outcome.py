"""What came of a batch: tasks that are settled, disputed or still open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation.batch import REVIEWER, Batch, Desk

OPEN, DISPUTED, SETTLED = "open", "disputed", "settled"
Value = str | tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Outcome:
    """One task. said: (desk, answer) of everybody who answered, annotators first; value: the settled answer."""

    task: str
    state: str
    said: tuple[tuple[Desk, Mapping[str, Any]], ...]
    value: Value | None

    @property
    def deciding(self) -> list[tuple[Desk, Mapping[str, Any]]]:
        """Whose word counts: the reviewer's where there is one, else everybody's."""
        reviewed = [one for one in self.said if one[0].role == REVIEWER]
        return reviewed[-1:] or list(self.said)


def value(batch: Batch, answer: Mapping[str, Any]) -> Value:
    """An answer as something that can be compared."""
    if batch.project.kind == "choice":
        return str(answer["choice"])
    return tuple(sorted((one["start"], one["end"], one["kind"]) for one in answer["marks"]))


def outcomes(batch: Batch) -> list[Outcome]:
    """Every task of the batch, in order. A reviewer's answer settles it; else all who were asked have to say the same."""
    answers, asked = batch.answers(), defaultdict(list)
    for desk in batch.desks():
        for task in desk.tasks:
            asked[task].append(desk)
    return [_outcome(batch, task, asked[task], answers) for task in batch.tasks]


def _outcome(batch: Batch, task: str, asked: list[Desk], answers: dict[tuple[int, str], dict[str, Any]]) -> Outcome:
    said = tuple((desk, answers[desk.number, task]) for desk in asked if (desk.number, task) in answers)
    reviewed = [value(batch, answer) for desk, answer in said if desk.role == REVIEWER]
    if reviewed:
        return Outcome(task, SETTLED, said, reviewed[-1])
    wanted = [desk for desk in asked if desk.role != REVIEWER]
    values = {value(batch, answer) for _, answer in said}
    if len(values) > 1:
        return Outcome(task, DISPUTED, said, None)
    if len(said) < len(wanted) or not said:
        return Outcome(task, OPEN, said, None)
    return Outcome(task, SETTLED, said, values.pop())


def states(batch: Batch) -> dict[str, int]:
    counts = Counter(one.state for one in outcomes(batch))
    return {state: counts[state] for state in (OPEN, DISPUTED, SETTLED)}


def progress(batch: Batch) -> dict[str, Any]:
    """A batch as pages and `status` show it: numbers and names, no text."""
    answers = batch.answers()
    desks = [
        {"name": desk.name, "role": desk.role, "tasks": len(desk.tasks), "sent": len(batch.known(desk)[1]),
         "answered": sum((desk.number, task) in answers for task in desk.tasks)}
        for desk in batch.desks()
    ]  # fmt: skip
    facts = {key: batch.facts[key] for key in ("corpus", "version", "url", "seed")}
    return {"batch": batch.name, "project": batch.project.label, **facts, "desks": desks, **states(batch)}
