"""Disputes: where people who saw the same task said different things, somebody else decides. Never one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotation.batch import ANNOTATOR, REVIEWER, Batch, Desk
from annotation.outcome import DISPUTED, Outcome, outcomes
from corpora.errors import UsageError


def disputes(batch: Batch) -> list[Outcome]:
    """Tasks whose answers differ and that nobody has settled."""
    return [one for one in outcomes(batch) if one.state == DISPUTED]


def listed(batch: Batch) -> Iterator[dict[str, Any]]:
    """What was said about each, without the text: {task, id, reason, said: {name: answer}}."""
    for one in disputes(batch):
        said = {
            desk.name: answer["choice"] or [[mark["start"], mark["end"], mark["kind"]] for mark in answer["marks"]]
            for desk, answer in one.said
        }
        yield {"task": one.task, "id": batch.tasks[one.task]["id"], "said": said}


def ask(batch: Batch, reviewer: str, *, account: str = "") -> Desk | None:
    """A desk for the reviewer with the disputes that no reviewer has yet; None where there is none. Push brings it over.

    The reviewer sees the text as the annotators did, and neither who said what nor the engine's guess where they saw none.
    Raises UsageError for somebody who has annotated in this batch: nobody reviews their own work.
    """
    desks = batch.desks()
    same = [desk for desk in desks if desk.role == ANNOTATOR and _same(desk, reviewer, account)]
    if same:
        raise UsageError(
            f"{reviewer} 在这一批里标过，不能复核 / {reviewer} has annotated in this batch and may not review it",
            hint="请没有标过这一批的人复核 / ask somebody who has not annotated here",
        )
    taken = {task for desk in desks if desk.role == REVIEWER for task in desk.tasks}
    tasks = [one.task for one in disputes(batch) if one.task not in taken]
    return batch.add_desk(name=reviewer, account=account, role=REVIEWER, tasks=tasks) if tasks else None


def _same(desk: Desk, name: str, account: str) -> bool:
    return desk.name.strip().casefold() == name.strip().casefold() or bool(account) and desk.account == account
