"""What came of a batch: tasks that are settled, disputed or still open, and the decisions that follow from the settled ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation import shown
from annotation.batch import REVIEWER, Batch, Desk
from corpora.decisions import ABOUT, Log
from corpora.forms import DECISIONS
from corpora.workspace import Workspace

OPEN, DISPUTED, SETTLED = "open", "disputed", "settled"
ROW = "row"
_SAME = (*ABOUT, "decision", "who", "at", "project")
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


def write(batch: Batch, workspace: Workspace, *, role: str = "") -> dict[str, int]:
    """Adds the decisions of all settled tasks to the log of the dataset line; those that stand there already are left out,
    so it may be called at any time and again. role: the role that decisions are signed with, by default the desk's.

    Returns {decisions, added, unplaced}: unplaced marks have no place in the cleaned text and change nothing.
    """
    if batch.project.decides == "nothing":
        return {"decisions": 0, "added": 0, "unplaced": 0}
    made, unplaced = list[dict[str, Any]](), 0
    for one in outcomes(batch):
        if one.state == SETTLED:
            found, lost = _decisions(batch, one, role)
            made += found
            unplaced += lost
    log = Log(workspace, batch.facts["corpus"])
    there = {tuple(entry.get(name) for name in _SAME) for entry in log.read().to_pylist()}
    fresh = [entry for entry in made if tuple(entry.get(name) for name in _SAME) not in there]
    log.append(fresh)
    return {"decisions": len(made), "added": len(fresh), "unplaced": unplaced}


def _decisions(batch: Batch, one: Outcome, role: str) -> tuple[list[dict[str, Any]], int]:
    row = batch.tasks[one.task]
    abouts, lost = _row_decision(one), 0
    if batch.project.decides == "spans":
        abouts, lost = _span_decisions(batch, one)
    common = {"id": row["id"], "content_key": row["content_key"], "shown": row["shown"], "project": batch.project.label}
    signed = [{"who": desk.name, "role": role or desk.role, "at": answer["at"]} for desk, answer in one.deciding]
    return [_entry({**common, **about, **by}) for about in abouts for by in signed], lost


def _row_decision(one: Outcome) -> list[dict[str, Any]]:
    return [{"leaf": "", "item": 0, "start": 0, "end": 0, "kind": ROW, "decision": one.value}]


def _span_decisions(batch: Batch, one: Outcome) -> tuple[list[dict[str, Any]], int]:
    """A finding that people took away is restored, a mark that they added is redacted. In the random control, which shows no
    findings, one that nobody marked is no decision about it."""
    row, segments = batch.tasks[one.task], batch.segments(one.task)
    assert isinstance(one.value, tuple)
    engine = {(m["start"], m["end"], m["kind"]) for m in row["engine"] if m["kind"] in batch.project.kinds}
    gone = engine - set(one.value) if row["reason"] != "random" else set()
    # a finding that was only moved or renamed is still personal information: nothing of it is restored
    gone = {g for g in gone if not any(g[0] < m[1] and m[0] < g[1] for m in one.value)}
    fresh = {m for m in set(one.value) - engine if not any(g[0] < m[1] and m[0] < g[1] for g in engine)}
    found, lost = list[dict[str, Any]](), 0
    for decision, marks in (("restore", gone), ("redact", fresh)):
        for start, end, kind in sorted(marks):
            place = shown.origin(segments, row["replaced"], start, end)
            if place is None:
                lost += 1
                continue
            leaf, item, old_start, old_end = place
            found.append({"leaf": batch.facts["leaves"][leaf], "item": item, "start": old_start, "end": old_end, "kind": kind,
                          "decision": decision})  # fmt: skip
    return found, lost


def _entry(values: dict[str, Any]) -> dict[str, Any]:
    """A whole entry of the log: fields that we have nothing to say about are empty."""
    empty = {field.name: None if field.nullable else "" if str(field.type) == "string" else 0 for field in DECISIONS}
    return empty | values
