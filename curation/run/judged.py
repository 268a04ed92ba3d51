"""Whole rows that people judged: decisions held against the rows of a run, before anything is decided.

A decision counts where its row still has the very text that was judged (content key). Which ones count is part of the run's
fingerprint (law 4); one whose text has changed is stale: it changes nothing, is counted, and its row waits for a review again.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora import schema
from corpora.decisions import Log
from corpora.forms import FORMAT
from corpora.vocabulary import ROW_DECISIONS
from corpora.workspace import Workspace, write_atomically
from curation.recipe import Recipe
from curation.run.measuring import CONTENT_KEY
from curation.run.working_rows import WorkingRows

FILE, KEEP = "decisions.json", "kept_by_people.npy"
Rows = NDArray[np.int64]
_NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Judged:
    """keep, drop, unsure: int64, rows of the run, ascending; drop with the copies that go along. along: of the kept ones those
    that were kept with their cluster: no rule drops them, duplicates of its survivor they stay. applied: word → decisions;
    stale: ids of rows that are there with another text; absent: decisions about rows that this run does not have."""

    step: str = ""
    keep: Rows = field(default_factory=lambda: _NO_ROWS)
    drop: Rows = field(default_factory=lambda: _NO_ROWS)
    unsure: Rows = field(default_factory=lambda: _NO_ROWS)
    along: Rows = field(default_factory=lambda: _NO_ROWS)
    applied: dict[str, int] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    absent: int = 0

    @classmethod
    def match(cls, recipe: Recipe, rows: WorkingRows, workspace: Workspace) -> Judged:
        """Holds the decisions of the dataset line against the run's rows, if the recipe has `apply_decisions`."""
        step = next((one for one in recipe.of_phase("decide") if one.step == "apply_decisions"), None)
        if step is None:
            return cls()
        entries = [entry for entry in Log(workspace, recipe.corpus).about_rows() if step.counts(entry)]
        return cls._of(
            step.key, rows, entries, copies=any(one.step.startswith("dedup") for one in recipe.of_phase("decide"))
        )

    @classmethod
    def _of(cls, step: str, rows: WorkingRows, entries: list[dict[str, Any]], *, copies: bool) -> Judged:
        """Loops over decisions and the rows that they name."""
        if not entries or not len(rows):
            return cls(step, applied=dict.fromkeys(ROW_DECISIONS, 0), absent=len(entries))
        ids, contents = rows.binary(schema.ID), rows.binary(CONTENT_KEY)
        said = {(entry["id"], entry["content_key"]): entry["decision"] for entry in entries}
        at, met = defaultdict[str, list[int]](list), set[tuple[str, str]]()
        for row in _named(ids, {entry["id"] for entry in entries}).tolist():
            about = ids[row].tobytes().hex(), contents[row].tobytes().hex()
            if about in said:
                at[said[about]].append(row)
                met.add(about)
            else:
                at["other"].append(row)
        there = {ids[row].tobytes().hex() for row in at["other"]} - {name for name, _ in met}
        keep, drop, unsure = (np.array(at[word], np.int64) for word in ROW_DECISIONS)
        if copies and len(drop):
            drop = np.setdiff1d(_named(contents, {contents[row].tobytes().hex() for row in drop.tolist()}), keep)
        beside = {(entry["id"], entry["content_key"]) for entry in entries if entry["cluster"] not in (None, entry["id"])}
        along = [row for row in keep.tolist() if (ids[row].tobytes().hex(), contents[row].tobytes().hex()) in beside]
        applied = Counter(said[about] for about in met)
        absent = sum(name not in there and about not in met for about in said for name in about[:1])
        counts = {word: applied[word] for word in ROW_DECISIONS}
        return cls(step, keep, drop, unsure, np.array(along, np.int64), counts, sorted(there), absent)

    @property
    def singly(self) -> Rows:
        """int64, rows that people keep for their own sake, even as near duplicates."""
        return np.setdiff1d(self.keep, self.along)

    def about(self) -> list[Any]:
        """What is decided: its part of the fingerprint. Who decided, and when, changes no release."""
        told = [rows.tolist() for rows in (self.keep, self.drop, self.unsure, self.along)]
        return told if any(told) else []

    def save(self, folder: Path) -> None:
        """Counts, kept rows and stale ids, for the pages and for the next review."""
        np.save(folder / KEEP, self.keep)
        facts = {"format": FORMAT, "applied": self.applied, "stale": self.stale, "absent": self.absent}
        write_atomically(folder / FILE, json.dumps(facts, sort_keys=True).encode())

    def notes(self) -> list[str]:
        """For the run's summary."""
        said, found = [], sum(self.applied.values())
        if found:
            words = "，".join(f"{ROW_DECISIONS[word].label} {n} {word}" for word, n in self.applied.items() if n)
            said.append(f"{found} 个人工决定已应用（{words}）/ decision(s) of people applied")
        if self.stale:
            said.append(
                f"{len(self.stale)} 行的决定所判的文本已变，不再适用，已回到复核队列"
                " / row(s) whose decisions no longer apply: their text has changed; they wait for a review again"
            )
        return said


def load(folder: Path) -> dict[str, Any]:
    """What a finished run remembers: {applied, stale, absent}; nothing for a run from before there were decisions."""
    path = folder / FILE
    return json.loads(path.read_bytes()) if path.is_file() else {"applied": {}, "stale": [], "absent": 0}


def _named(keys: NDArray[np.uint8], wanted: set[str]) -> Rows:
    """Rows whose 16-byte key is among the wanted ones (32 hex digits), ascending; first sought by 8 bytes."""
    names = np.frombuffer(bytes.fromhex("".join(wanted)), np.uint8).reshape(-1, 16)
    sought, prefix = (np.ascontiguousarray(one[:, :8]).view(np.uint64).ravel() for one in (names, keys))
    order = np.sort(sought)
    near = np.flatnonzero(order[np.minimum(np.searchsorted(order, prefix), len(order) - 1)] == prefix)
    return near[[keys[row].tobytes().hex() in wanted for row in near.tolist()]] if len(near) else near
