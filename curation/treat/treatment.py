"""The work of `redact_pii`: picks a replacement for every finding, writes them, and keeps account of where they stand.

With placeholders alone everything is arrays. Numbered names and other actions take a Python loop over those findings
(not over rows); what depends on the value alone is remembered by value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import forms, schema, text_buffers
from corpora.text_buffers import Leaf
from corpora.vocabulary import PII_KINDS, PII_SUBTYPES
from curation.step import Context
from curation.treat import date_shift, keys, labels
from curation.treat.people import Mention, told_apart
from curation.treat.replacing import Replacer
from quality.pii import spans
from quality.pii.findings import EVIDENCE_INDEX, KIND
from quality.pii.normal_form import canonical
from quality.pii.spans import Spans

_KINDS, _SUBTYPES = tuple(PII_KINDS), tuple(PII_SUBTYPES)


class Pieces:
    """The strings that are put in: those that every batch needs, then this batch's own, each once."""

    def __init__(self) -> None:
        self.strings = list(labels.fixed())
        self._own: dict[str, int] = {}

    def index(self, piece: str) -> int:
        at = self._own.setdefault(piece, len(self.strings))
        if at == len(self.strings):
            self.strings.append(piece)
        return at

    def widths(self) -> NDArray[np.int64]:
        return np.array([len(piece) for piece in self.strings], np.int64)


@dataclass(frozen=True)
class Plan:
    """found: all spans of the batch, dates to shift among them; choice: piece of each, -1 where nothing is replaced;
    dates: which of them are dates and no findings."""

    found: Spans
    choice: NDArray[np.int64]
    dates: NDArray[np.bool_]

    @property
    def chosen(self) -> NDArray[np.bool_]:
        return self.choice >= 0


class Treatment:
    """`treatment(batch) → batch`; `last`: where the replacements of the last batch stood before and stand now, in order."""

    def __init__(self, step: Any, actions: dict[str, str], context: Context) -> None:
        self.step, self.leaves = step, context.leaves
        self.actions = [actions[kind] for kind in _KINDS]
        self.kept = np.array([action == "keep" for action in self.actions])
        self.plain = np.array([a == "placeholder" and k not in labels.NUMBERED for k, a in actions.items()])
        self.marked = np.array([action != "placeholder" for action in self.actions])
        self.replacer = Replacer(context.content_key, digits=step.pseudonym_digits, dates=step.generalise_dates)
        self.last: tuple[Spans, Spans] | None = None
        own = keys.derived(context.content_key, "dates")
        self._offset = lru_cache(1 << 14)(lambda subject: keys.offset(own, subject, step.shift_dates.days))

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        index = batch.schema.get_field_index(schema.SPANS)
        pieces = Pieces()
        plan = self._plan(batch, spans.from_column(batch.column(index)), pieces)
        self.last = None
        if not plan.chosen.any():
            return self._with_vault(batch, None)
        widths = pieces.widths()[np.maximum(plan.choice, 0)]
        moved = spans.moved(plan.found, plan.chosen, widths)
        self.last = plan.found.take(np.flatnonzero(plan.chosen)), moved.take(np.flatnonzero(plan.chosen))
        vault = self._vault(batch, plan, moved, pieces) if self.step.vault else None
        for number, leaf in enumerate(self.leaves):
            batch = _replaced(batch, leaf, plan, np.flatnonzero(plan.chosen & (plan.found.leaf == number)), pieces)
        marked = plan.chosen & self.marked[plan.found.kind]
        moved = replace(moved, evidence=np.where(marked, EVIDENCE_INDEX["surrogate"], moved.evidence).astype(np.int8))
        column = spans.to_column(moved.take(np.flatnonzero(~plan.dates)), batch.num_rows)
        return self._with_vault(batch.set_column(index, batch.schema.field(index), column), vault)

    def _plan(self, batch: pa.RecordBatch, found: Spans, pieces: Pieces) -> Plan:
        chosen = (found.confidence >= np.float32(self.step.min_confidence)) & ~self.kept[found.kind]
        chosen &= found.evidence != EVIDENCE_INDEX["restored"]
        fixed = found.kind.astype(np.int64) * len(_SUBTYPES) + found.subtype
        choice = np.where(chosen, fixed, -1)
        days = self._days(batch) if self.step.shift_dates else None
        own = np.flatnonzero(chosen & ~self.plain[found.kind])
        if len(own):
            choice[own] = [pieces.index(piece) for piece in self._pieces(batch, found.take(own), days)]
        plan = Plan(found, choice, np.zeros(len(found), bool))
        if days is None:
            return plan
        moves, moved_to = date_shift.find(batch, self.leaves, days)
        return _with_dates(plan, moves, np.array([pieces.index(piece) for piece in moved_to], np.int64), self.kept)

    def _pieces(self, batch: pa.RecordBatch, found: Spans, days: Any) -> Iterator[str]:
        """The replacements of these findings, in order: a loop over findings, see above."""
        olds = _olds(batch, self.leaves, found)
        who = _mentions(found, olds)
        rows, kinds, subtypes = found.row.tolist(), found.kind.tolist(), found.subtype.tolist()
        for k, (old, behind) in enumerate(olds):
            action, kind = self.actions[kinds[k]], _KINDS[kinds[k]]
            if action == "drop":
                yield ""
                continue
            yield self.replacer.text(
                action, kind, _SUBTYPES[subtypes[k]], old,
                who=who.get(k), days=days(rows[k]) if days else 0, before_age=behind == "岁",
            )  # fmt: skip

    def _days(self, batch: pa.RecordBatch) -> Any:
        """row → its number of days: the subject's, or its own where it has none."""
        ids = text_buffers.binary_rows(batch.column(schema.ID))
        subjects = (
            batch.column(schema.SUBJECT).to_numpy()
            if schema.SUBJECT in batch.schema.names
            else np.zeros(len(ids), np.uint64)
        )

        def days(row: int) -> int:
            subject = int(subjects[row])
            return self._offset(subject.to_bytes(8, "big") if subject else ids[row].tobytes())

        return days

    def _vault(self, batch: pa.RecordBatch, plan: Plan, moved: Spans, pieces: Pieces) -> pa.Array:
        """forms.VAULT: what stood where, for every replacement. A loop over findings."""
        at = np.flatnonzero(plan.chosen)
        olds = [old for old, _ in _olds(batch, self.leaves, plan.found.take(at))]
        paths = [leaf.path for leaf in self.leaves]
        kinds = ["date" if date else _KINDS[kind] for kind, date in zip(plan.found.kind[at], plan.dates[at], strict=True)]
        columns = [
            pa.array([paths[leaf] for leaf in moved.leaf[at]], pa.string()), pa.array(moved.item[at]), pa.array(moved.start[at]),
            pa.array([pieces.strings[i] for i in plan.choice[at]], pa.large_string()), pa.array(kinds, pa.string()),
            pa.array(olds, pa.large_string()),
        ]  # fmt: skip
        values = pa.StructArray.from_arrays(columns, fields=list(forms.RESTORED))
        offsets = np.concatenate([[0], np.cumsum(np.bincount(moved.row[at], minlength=batch.num_rows))])
        return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), values, type=forms.VAULT)

    def _with_vault(self, batch: pa.RecordBatch, vault: pa.Array | None) -> pa.RecordBatch:
        if not self.step.vault:
            return batch
        empty = pa.array([[]] * batch.num_rows, forms.VAULT) if vault is None else vault
        return batch.append_column(self.step.adds()[0], empty)


def _mentions(found: Spans, olds: list[tuple[str, str]]) -> dict[int, Mention]:
    """For findings of numbered kinds, whom each one means within its row."""
    who: dict[int, Mention] = {}
    for kind in labels.NUMBERED:
        places = np.flatnonzero(found.kind == KIND[kind])
        cuts = np.flatnonzero(np.diff(found.row[places])) + 1
        for group in np.split(places, cuts) if len(places) else ():
            names = tuple((canonical(kind, olds[k][0]), _SUBTYPES[found.subtype[k]]) for k in group.tolist())
            who.update(zip(group.tolist(), told_apart(names), strict=True))
    return who


def _with_dates(plan: Plan, moves: Spans, choice: NDArray[np.int64], kept: NDArray[np.bool_]) -> Plan:
    """The plan with dates in it: a date inside of a finding that is replaced or kept is that finding's matter; an unsure
    finding that a date moves under is gone with it."""
    settled = plan.chosen | kept[plan.found.kind]
    free = ~_overlaps(moves, plan.found.take(np.flatnonzero(settled)))
    moves, choice = moves.take(np.flatnonzero(free)), choice[free]
    stay = np.flatnonzero(settled | ~_overlaps(plan.found, moves))
    found = plan.found.take(stay)
    order = np.lexsort([np.concatenate([getattr(found, n), getattr(moves, n)]) for n in ("start", "item", "leaf", "row")])
    both = spans.joined([found, moves])
    dates = np.concatenate([np.zeros(len(found), bool), np.ones(len(moves), bool)])[order]
    return Plan(both, np.concatenate([plan.choice[stay], choice])[order], dates)


def _overlaps(these: Spans, those: Spans) -> NDArray[np.bool_]:
    """bool per span of `these`: whether one of `those` (in order, not overlapping each other) shares a character with it."""
    if len(these) == 0 or len(those) == 0:
        return np.zeros(len(these), bool)
    cells = np.unique(
        np.stack([np.concatenate([getattr(s, n) for s in (these, those)]).astype(np.int64) for n in ("row", "leaf", "item")], 1),
        axis=0, return_inverse=True,
    )[1].reshape(-1)  # fmt: skip
    mine, other = cells[: len(these)] << 32, cells[len(these) :] << 32
    starts, ends = other + those.start, other + those.end
    before = np.searchsorted(starts, mine + these.end)  # how many of those begin before this one's end
    return (before > 0) & (ends[np.maximum(before - 1, 0)] > mine + these.start)


def _olds(batch: pa.RecordBatch, leaves: tuple[Leaf, ...], found: Spans) -> list[tuple[str, str]]:
    """Text and next character of every span."""
    olds: list[tuple[str, str]] = [("", "")] * len(found)
    for number, leaf in enumerate(leaves):
        places = np.flatnonzero(found.leaf == number)
        if len(places):
            here = found.take(places)
            values, items = text_buffers.leaf_values(batch, leaf)
            texts = text_buffers.texts(values)
            for k, old in zip(places.tolist(), spans.cut(texts, here, items[here.row] + here.item), strict=True):
                olds[k] = old
    return olds


def _replaced(batch: pa.RecordBatch, leaf: Leaf, plan: Plan, chosen: NDArray[np.int64], pieces: Pieces) -> pa.RecordBatch:
    """`batch` with these spans of one leaf replaced; only strings that hold one are copied."""
    if len(chosen) == 0:
        return batch
    found = plan.found.take(chosen)
    values, items = text_buffers.leaf_values(batch, leaf)
    touched, place = np.unique(items[found.row] + found.item, return_inverse=True)
    old = text_buffers.texts(values.take(pa.array(touched)))
    new = spans.replaced(old, found, place.reshape(-1).astype(np.int64), pieces.strings, plan.choice[chosen])
    fresh = text_buffers.to_array(new.data, new.offsets)
    return text_buffers.with_leaf_values(batch, leaf, text_buffers.splice(values, touched, fresh))
