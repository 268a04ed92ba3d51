"""Findings that people judged: decisions held against the rows of a run, in one place, before anything is treated.

`restore` gives a finding back that would have been replaced; `redact` has one replaced that would only have been counted, or
a stretch of text that nobody had found.

A decision counts where its row still has the very text that was judged (content key), the finding is still there and not
beyond doubt, and the role that decided may still do so. Which ones count is part of the run's fingerprint (law 4).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import forms, roles, schema
from corpora.decisions import ABOUT, Log
from corpora.vocabulary import PII_KINDS
from corpora.workspace import Workspace
from curation.recipe import Recipe
from curation.run import marking
from curation.run.measuring import CONTENT_KEY
from curation.run.working_rows import WorkingRows, one_batch
from quality.pii import spans
from quality.pii.findings import EVIDENCE_INDEX, KIND
from quality.pii.spans import Spans

FILE = "restored.npz"
PROVEN = ("checksum", "checksum+context", "list", "column", "surrogate")
"""Evidence that no reading overrules."""
_NOWHERE = np.zeros((0, 5), np.int64)
_PLACE = ("row", "leaf", "item", "start", "end")


def bounds(recipe: Recipe) -> tuple[float, float]:
    """Confidence from which findings are replaced, and from which nobody may restore them; (0, 0) without treatment."""
    treats = [step for step in recipe.of_phase("treat") if hasattr(step, "high_confidence")]
    return (treats[0].min_confidence, treats[0].high_confidence) if treats else (0.0, 0.0)


def step(recipe: Recipe) -> str:
    """Name in the ledger of the step that would have replaced them."""
    return next((one.key for one in recipe.of_phase("treat") if hasattr(one, "high_confidence")), "")


def in_force(workspace: Workspace, recipe: Recipe) -> list[dict[str, Any]]:
    """The last decision about every finding or stretch of text of the dataset line: whoever sees personal information may have
    it replaced; giving back is for roles that may."""
    if bounds(recipe)[1] == 0.0:
        return []
    latest = [entry for entry in Log(workspace, recipe.corpus).latest() if entry["decision"] in ("restore", "redact")]
    allowed = roles.may(workspace, "restore") if latest else ()
    return [entry for entry in latest if entry["decision"] == "redact" or roles.known(entry["role"]) in allowed]


def restorable(recipe: Recipe, rows: WorkingRows) -> Spans:
    """All findings of the run that a person may restore; `row` counts over the whole run."""
    low, high = bounds(recipe)
    found = _all(recipe, rows, low, high)
    return found.take(np.flatnonzero(~np.isin(found.evidence, [EVIDENCE_INDEX[name] for name in PROVEN])))


def unsure(recipe: Recipe, rows: WorkingRows) -> Spans:
    """All findings of the run that are only counted, and that a person may have replaced."""
    return _all(recipe, rows, 0.0, bounds(recipe)[0])


def _all(recipe: Recipe, rows: WorkingRows, low: float, high: float) -> Spans:
    """Findings with low ≤ confidence < high, but of kinds that the recipe keeps; `row` counts over the whole run."""
    actions = [step for step in recipe.of_phase("treat") if hasattr(step, "action")]
    parts = []
    for shard in rows.shards():
        found = _spans(rows, shard)
        chosen = found.take(np.flatnonzero((found.confidence >= np.float32(low)) & (found.confidence < np.float32(high))))
        parts.append(replace(chosen, row=chosen.row + rows.bases[shard]))
    found = spans.joined([_none(), *parts])
    kept = [KIND[kind] for kind in PII_KINDS if any(step.action(kind) == "keep" for step in actions)]
    return found.take(np.flatnonzero(~np.isin(found.kind, kept)))


def _spans(rows: WorkingRows, shard: int) -> Spans:
    table = rows.table(shard, [schema.SPANS])
    return spans.from_column(one_batch(table).column(0)) if table.column_names else _none()


def _none() -> Spans:
    return spans.from_column(pa.array([], forms.SPANS))


@dataclass(frozen=True)
class Restored:
    """places: int64 (m, 5), row, leaf, item, start, end of every finding that stays, in order; raised: the same of those that
    are replaced after all; stale: decisions whose row is there with another text; marks: see `marking`."""

    places: NDArray[np.int64]
    raised: NDArray[np.int64]
    stale: int = 0
    marks: NDArray[np.int64] = field(default_factory=lambda: marking.NONE)

    @classmethod
    def match(cls, recipe: Recipe, rows: WorkingRows, decisions: list[dict[str, Any]]) -> Restored:
        """Holds decisions against the run's rows. Loops over decisions and the rows that they name."""
        if not decisions:
            return cls(_NOWHERE, _NOWHERE)
        ids, contents = rows.binary(schema.ID), rows.binary(CONTENT_KEY)
        wanted = np.frombuffer(bytes.fromhex("".join(sorted({entry["id"] for entry in decisions}))), "V16")
        named = np.flatnonzero(np.isin(np.ascontiguousarray(ids).view("V16").ravel(), wanted))
        there = {(ids[row].tobytes().hex(), contents[row].tobytes().hex()) for row in named.tolist()}
        told = {
            word: {tuple(e[n] for n in ABOUT) for e in decisions if e["decision"] == word} for word in ("restore", "redact")
        }

        def judged(found: Spans, decided: set[tuple[Any, ...]]) -> NDArray[np.int64]:
            found = found.take(np.flatnonzero(np.isin(found.row, named)))
            places = [
                place
                for place, kind in zip(_places(found).tolist(), spans.names(found)["kind"].to_pylist(), strict=True)
                if (
                    ids[place[0]].tobytes().hex(),
                    contents[place[0]].tobytes().hex(),
                    recipe.text[place[1]],
                    *place[2:],
                    kind,
                )
                in decided
            ]
            return np.array(places, np.int64).reshape(-1, 5)

        names = {id for id, _ in there}  # noqa: A001
        stale = sum(one["id"] in names and (one["id"], one["content_key"]) not in there for one in decisions)
        places, raised = judged(restorable(recipe, rows), told["restore"]), judged(unsure(recipe, rows), told["redact"])
        anyway = judged(_all(recipe, rows, bounds(recipe)[0], 2.0), told["redact"])
        known = {tuple(place) for place in (*raised.tolist(), *anyway.tolist())}
        fresh = [mark for mark in _marked(recipe, told["redact"], named, ids, contents) if mark[:5] not in known]
        return cls(places, raised, stale, marking.places(rows, recipe.leaves, fresh))

    def metrics(self, kept: NDArray[np.bool_]) -> dict[str, int]:
        """Places that people marked in kept rows; nothing where they marked none. kept: bool (rows)."""
        count = int(kept[self.marks[:, 0]].sum())
        return {"pii.marked": count} if count else {}

    def notes(self) -> list[str]:
        """What the maker should know: decisions that no longer apply."""
        if not self.stale:
            return []
        return [
            f"{self.stale} 个对片段的决定所判的文本已变，不再适用，已回到复核队列（pii review）"
            " / decision(s) no longer apply: their text has changed; they wait for a review again"
        ]

    def about(self) -> list[Any]:
        """Which findings are judged: their part of the fingerprint. Who decided, and when, changes no release."""
        return [self.places.tolist(), self.raised.tolist(), self.marks.tolist()]

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, places=self.places, raised=self.raised, marks=self.marks)

    @classmethod
    def load(cls, folder: Path) -> Restored:
        path = folder / FILE
        if not path.is_file():
            return cls(_NOWHERE, _NOWHERE)
        with np.load(path) as saved:
            return cls(saved["places"], saved["raised"], marks=saved["marks"])

    @property
    def rows(self) -> NDArray[np.int64]:
        """int64, rows with a finding that stays, ascending, each once."""
        return np.unique(self.places[:, 0])

    @property
    def marked(self) -> NDArray[np.int64]:
        """int64, rows in which people marked what the engine had missed, ascending, each once."""
        return np.unique(self.marks[:, 0])

    def apply(self, batch: pa.RecordBatch, rows: NDArray[np.int64]) -> pa.RecordBatch:
        """`batch`, whose row i is row rows[i] of the run: findings that stay have the evidence `restored`, raised ones are sure,
        marks are there."""
        judged = np.concatenate([self.places[:, 0], self.raised[:, 0], self.marks[:, 0]])
        if schema.SPANS not in batch.schema.names or not np.isin(rows, judged).any():
            return batch
        found = spans.from_column(batch.column(schema.SPANS))
        evidence, confidence = found.evidence.copy(), found.confidence.copy()
        evidence[_at(found, rows, self.places)] = EVIDENCE_INDEX["restored"]
        confidence[_at(found, rows, self.raised)] = 1.0
        index = batch.schema.get_field_index(schema.SPANS)
        changed = marking.added(replace(found, evidence=evidence, confidence=confidence), rows, self.marks)
        return batch.set_column(index, pa.field(schema.SPANS, forms.SPANS, False), spans.to_column(changed, batch.num_rows))


def _marked(
    recipe: Recipe,
    told: set[tuple[Any, ...]],
    named: NDArray[np.int64],
    ids: NDArray[np.uint8],
    contents: NDArray[np.uint8],
) -> list[tuple[int, int, int, int, int, str]]:
    """(row, leaf, item, start, end, kind) of what people want replaced, in every row that has that id and text."""
    there: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in named.tolist():
        there[ids[row].tobytes().hex(), contents[row].tobytes().hex()].append(row)
    return [
        (row, recipe.text.index(leaf), item, start, end, kind)
        for id, content, leaf, item, start, end, kind in sorted(told)  # noqa: A001
        for row in (there.get((id, content), ()) if leaf in recipe.text else ())
    ]


def _at(found: Spans, rows: NDArray[np.int64], places: NDArray[np.int64]) -> list[int]:
    """Which findings of a batch these are. Loops over findings of judged rows."""
    mine = defaultdict(set)
    for row, *place in places.tolist():
        mine[row].add(tuple(place))
    candidates = np.flatnonzero(np.isin(rows[found.row], places[:, 0]))
    where = _places(found.take(candidates)).tolist()
    return [k for k, (row, *place) in zip(candidates.tolist(), where, strict=True) if tuple(place) in mine[int(rows[row])]]


def _places(found: Spans) -> NDArray[np.int64]:
    return np.stack([getattr(found, name).astype(np.int64) for name in _PLACE], axis=1).reshape(-1, 5)
