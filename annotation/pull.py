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
        project, _ = batch.known(desk)
        if project is None:
            continue
        found = server.answers(project, batch.pulled(desk))
        rows = _rows(batch, desk, found, counts)
        batch.add_answers(rows)
        if found.clock is not None:
            batch.mark_pulled(desk, (found.clock.astimezone(dt.UTC) - MARGIN).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    return dict(counts)


def _rows(batch: Batch, desk: Desk, found: Answers, counts: Counter[str]) -> list[dict[str, Any]]:
    known = [row for row in batch.all_answers() if row["desk"] == desk.number]
    seen = {(row["annotation"], row["at"], row["gone"]) for row in known}
    mine = set(desk.tasks)
    counts["strange"] += sum(one.task not in mine for one in found.said)
    fresh = [
        _row(batch, desk, one) for one in found.said if one.task in mine and (one.annotation, one.at, False) not in seen
    ]
    for row in fresh:
        counts["skipped" if row["skipped"] else "faulty" if row["fault"] else "answers"] += 1
    gone = _taken_back(found, known)
    counts["taken_back"] += len(gone)
    return fresh + gone


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


def _taken_back(found: Answers, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers of changed tasks that stand on the server no more: a row that says so, once."""
    there, changed = {one.annotation for one in found.said}, {one.task for one in found.said} | set(found.empty)
    last = {row["annotation"]: row for row in known}
    return [
        {**row, "gone": True}
        for number, row in last.items()
        if row["task"] in changed and number not in there and not row["gone"]
    ]
