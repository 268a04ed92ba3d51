"""The decisions that follow from a batch, in the log of the dataset line. What stands there and what should is compared, so it
may be written at any time and again; a word that was taken back in Label Studio is withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from annotation import shown
from annotation.batch import Batch
from annotation.outcome import SETTLED, Outcome, outcomes
from corpora.catalog.audit import utc_now
from corpora.decisions import ABOUT, ROW, WITHDRAW, Log
from corpora.forms import DECISIONS
from corpora.roles import known
from corpora.workspace import Workspace

_SAME = (*ABOUT, "decision", "who", "at", "role", "project")
Entry = dict[str, Any]


def write(batch: Batch, workspace: Workspace, *, role: str = "") -> dict[str, int]:
    """Adds what is missing and withdraws what no longer follows. role: the role that decisions are signed with, by default
    the desk's.

    Returns {decisions, added, withdrawn, unplaced}: unplaced marks have no place in the cleaned text and change nothing.
    """
    made, unplaced = list[Entry](), 0
    for one in outcomes(batch) if batch.project.decides != "nothing" else ():
        if one.state == SETTLED:
            found, lost = _decisions(batch, one, role)
            made += found
            unplaced += lost
    log = Log(workspace, batch.facts["corpus"])
    standing = _standing(log.read().to_pylist())
    there = {_same(entry) for words in standing.values() for entry in words}
    fresh = [entry for entry in made if _same(entry) not in there]
    old = list(_fallen(batch, standing, made))
    log.undo(old, at=utc_now())  # first: a withdrawal takes the last word of its person
    log.append(fresh)
    return {"decisions": len(made), "added": len(fresh), "withdrawn": len(old), "unplaced": unplaced}


def _same(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(known(entry[name]) if name == "role" else entry[name] for name in _SAME)


def _whose(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(entry[name] for name in ABOUT), entry["who"])


def _standing(entries: Iterable[Entry]) -> dict[tuple[Any, ...], list[Entry]]:
    """Thing and person → words that were not withdrawn, oldest first. A loop over decisions: people made each of them."""
    words: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry["decision"] != WITHDRAW:
            words[_whose(entry)].append(entry)
        elif words[_whose(entry)]:
            words[_whose(entry)].pop()
    return words


def _fallen(batch: Batch, standing: Mapping[tuple[Any, ...], list[Entry]], made: list[Entry]) -> Iterable[Entry]:
    """Last words that came from answers of this batch and follow from them no more. One that the same person has replaced by
    another stays: the last one counts."""
    names = {desk.number: desk.name for desk in batch.desks()}
    ours = {(batch.tasks[one["task"]]["id"], names[one["desk"]], one["at"]) for one in batch.all_answers()}
    wanted, replaced = {_same(entry) for entry in made}, {_whose(entry) for entry in made}
    for about, words in standing.items():
        for entry in reversed(words if about not in replaced else []):
            if (entry["id"], entry["who"], entry["at"]) not in ours or _same(entry) in wanted:
                break
            yield entry


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
    """A finding that people took away is restored; a mark that they added, moved or named otherwise is redacted: at the next run
    a finding that it touches becomes one with it. In the random control, which shows no findings, one that nobody marked is
    no decision about it."""
    row, segments = batch.tasks[one.task], batch.segments(one.task)
    assert isinstance(one.value, tuple)
    engine = {(m["start"], m["end"], m["kind"]) for m in row["engine"] if m["kind"] in batch.project.kinds}
    gone = engine - set(one.value) if row["reason"] != "random" else set()
    # a finding that was only moved or renamed is still personal information: nothing of it is restored
    gone = {g for g in gone if not any(g[0] < m[1] and m[0] < g[1] for m in one.value)}
    fresh = set(one.value) - engine
    found, lost = list[dict[str, Any]](), 0
    for decision, marks in (("restore", gone), ("redact", fresh)):
        for start, end, kind in sorted(marks):
            place = shown.origin(segments, row["replaced"], start, end)
            if place is None:
                lost += 1
                continue
            leaf, item, old_start, old_end = place
            said = {"leaf": batch.facts["leaves"][leaf], "item": item, "start": old_start, "end": old_end, "kind": kind,
                     "decision": decision}  # fmt: skip
            if said not in found:  # two marks inside of one replacement are one place
                found.append(said)
    return found, lost


def _entry(values: dict[str, Any]) -> dict[str, Any]:
    """A whole entry of the log: fields that we have nothing to say about are empty."""
    empty = {field.name: None if field.nullable else "" if str(field.type) == "string" else 0 for field in DECISIONS}
    return empty | values
