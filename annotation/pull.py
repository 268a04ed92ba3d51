"""Answers from the server, only what changed since the last time; a pull that comes twice adds nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from annotation import regions
from annotation.batch import Batch, Desk
from annotation.label_studio import Answers, LabelStudio, Said

MARGIN = dt.timedelta(seconds=60)
"""A change may become visible after its own time stamp: the next pull looks back this far, and leaves out what it knows."""


def pull(batch: Batch, server: LabelStudio) -> dict[str, int]:
    """Adds the new answers of all desks: {answers, skipped, faulty, taken_back, strange}. Desks not pushed yet are left out."""
    counts: Counter[str] = Counter({name: 0 for name in ("answers", "skipped", "faulty", "taken_back", "strange")})
    for desk in batch.desks():
        project, pairs = batch.known(desk)
        if project is None:
            continue
        door, known = batch.door(desk, server), {number: task for task, number in pairs.items()}
        found = door.answers(project, known, batch.pulled(desk))
        _take(batch, desk, found, counts, everything=False)
        if door.count(project) != _standing(batch, desk):  # something was deleted, or came in this moment
            _take(batch, desk, door.answers(project, known), counts, everything=True)
        if found.clock is not None:
            batch.mark_pulled(desk, (found.clock.astimezone(dt.UTC) - MARGIN).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    return dict(counts)


def _known(batch: Batch, desk: Desk) -> dict[int, dict[str, Any]]:
    """Annotation → the last that we know of it."""
    return {row["annotation"]: row for row in batch.all_answers() if row["desk"] == desk.number}


def _standing(batch: Batch, desk: Desk) -> int:
    return sum(not row["gone"] for row in _known(batch, desk).values())


def _take(batch: Batch, desk: Desk, found: Answers, counts: Counter[str], *, everything: bool) -> None:
    """everything: what is not among the answers found stands on the server no more."""
    known, mine = _known(batch, desk), set(desk.tasks)
    counts["strange"] += sum(one.task not in mine for one in found.said)
    seen = {(row["annotation"], row["at"]) for row in known.values() if not row["gone"]}
    fresh = [_row(batch, desk, one) for one in found.said if one.task in mine and (one.annotation, one.at) not in seen]
    for row in fresh:
        counts["skipped" if row["skipped"] else "faulty" if row["fault"] else "answers"] += 1
    there, changed = {one.annotation for one in found.said}, {one.task for one in found.said}
    gone = [
        {**row, "gone": True}
        for number, row in known.items()
        if number not in there and not row["gone"] and (everything or row["task"] in changed)
    ]
    counts["taken_back"] += len(gone)
    batch.add_answers(fresh + gone)


def _row(batch: Batch, desk: Desk, one: Said) -> dict[str, Any]:
    """No text goes into it: positions and kinds."""
    project, text = batch.project, batch.tasks[one.task]["text"]
    fault = "; ".join(regions.faults(project, text, one.result))
    if project.kind == "choice" and not one.skipped and len(one.result) != 1:
        fault = fault or f"{len(one.result)} answers"
    if desk.account and one.account != desk.account:
        fault = fault or "account"
    good = not fault and not one.skipped
    marks = regions.marks(one.result) if good and project.kind == "spans" else []
    return {
        "desk": desk.number, "task": one.task, "annotation": one.annotation, "gone": False, "at": one.at, "account": one.account,
        "skipped": one.skipped, "seconds": one.seconds, "fault": fault,
        "choice": regions.choice(one.result) if good and project.kind == "choice" else "",
        "marks": [dict(zip(("start", "end", "kind"), mark, strict=True)) for mark in marks],
    }  # fmt: skip
