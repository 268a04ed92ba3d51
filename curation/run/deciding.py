"""The second stage: marks become decisions, in one place. Nothing is recomputed when only a bound has moved.

Rules mark first; then people's word counts, which beats them; duplicates are sought, and survivors picked, among the rows
that nothing dropped so far; then splits. A row's reason is its first mark in the recipe's order, but a person's comes first.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import forms, schema
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Documents, Texts
from corpora.workspace import write_atomically
from curation.dedup.kept_by_people import stand
from curation.dedup.resolve import Duplicates, resolve
from curation.dedup.store import KeyStore
from curation.recipe import Recipe
from curation.run import splits
from curation.run.judged import Judged
from curation.run.measuring import BYTES, CONTENT_KEY
from curation.run.renaming import Renamed
from curation.run.typed_columns import as_date
from curation.run.working_rows import WorkingRows
from quality import components, sketch

KEPT = -1
ARRAYS = ("drop", "split", "survivor", "size")
DONE = "decided.json"
SPARED = "spared.npy"


@dataclass
class Decided:
    """What becomes of every row. Arrays of n rows; `reasons[drop[i]]` is (step, reason) of a dropped row i.

    spared: rows that people kept, and that a rule or a near duplicate would have dropped.
    """

    drop: NDArray[np.int16]
    split: NDArray[np.int8]
    survivor: NDArray[np.int64]
    size: NDArray[np.int32]
    reasons: list[tuple[str, str]]
    largest_component: int = 0
    spared: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def kept(self) -> NDArray[np.bool_]:
        return self.drop == KEPT

    def save(self, folder: Path) -> None:
        """Arrays as .npy, so that workers can map them; decided.json is written last."""
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        np.save(folder / SPARED, self.spared)
        facts = {"format": forms.FORMAT, "reasons": self.reasons, "largest_component": self.largest_component}
        write_atomically(folder / DONE, json.dumps(facts).encode())

    @classmethod
    def load(cls, folder: Path) -> Decided | None:
        """What an earlier, finished decision of the same fingerprint left, or None."""
        if not (folder / DONE).is_file():
            return None
        facts = json.loads((folder / DONE).read_bytes())
        arrays = {name: np.load(folder / f"{name}.npy") for name in ARRAYS}
        if (folder / SPARED).is_file():  # runs from before people could keep rows have none
            arrays["spared"] = np.load(folder / SPARED)
        return cls(**arrays, reasons=[(s, r) for s, r in facts["reasons"]], largest_component=facts["largest_component"])


def decide(
    recipe: Recipe, rows: WorkingRows, key: bytes, parent: dict[str, NDArray[np.uint64]], folder: Path,
    judged: Judged | None = None,
) -> Decided:  # fmt: skip
    """Marks, people's decisions, duplicates and splits of all rows; all marks go to `folder/marks.parquet`."""
    judged = judged or Judged()
    reasons: list[tuple[str, str]] = []
    drop = np.full(len(rows), KEPT, np.int16)
    with _MarkTable(folder / "marks.parquet") as marks:
        for order, step in enumerate(recipe.of_phase("decide")):
            if hasattr(step, "marks"):
                _apply_rules(step, order, rows, drop, reasons, marks)
        lifted = _apply_people(judged, drop, reasons, marks)
        duplicates, stayed = _duplicates(recipe, rows, drop == KEPT, judged.singly)
        spared = np.union1d(lifted, stayed)
        spared = spared[duplicates.reason[spared] == 0]
        marks.write(_marks(spared, judged.step, "human_keep", None, None, 800))
        _apply_duplicates(recipe, duplicates, drop, reasons, marks)
        assigned = _splits(recipe, rows, key, parent, drop == KEPT, duplicates)
        conflict = np.flatnonzero(assigned.conflict)
        drop[conflict] = _code(reasons, "splits", "split_conflict")
        Renamed.among(rows.binary(schema.ID), rows.binary(CONTENT_KEY), drop == KEPT, key).save(folder)
        marks.write(_marks(conflict, "splits", "split_conflict", None, None, 999))
    return Decided(drop, assigned.split, duplicates.survivor, duplicates.size, reasons, assigned.largest, spared)


def warm() -> None:
    """Loads compiled code and tables that `decide` will need: the main process does it while workers measure."""
    text = "患者咳嗽三天，予以止咳".encode()
    twice = Documents(
        np.frombuffer(text * 2, np.uint8), np.array([0, len(text), 2 * len(text)], np.int64), np.arange(3, dtype=np.int64)
    )
    sketch.jaccard(twice, np.array([[0, 1]], np.int64))
    components.connect(2, [(np.array([0], np.int64), np.array([1], np.int64))])
    keyed_hashes(b"warm", Texts(twice.data, twice.leaf_offsets), 8)


def _apply_rules(
    step: Any, order: int, rows: WorkingRows, drop: NDArray[np.int16], reasons: list[tuple[str, str]], table: _MarkTable
) -> None:
    needed = list(step.needs())
    for shard in rows.shards():
        found = step.marks(rows.table(shard, needed), int(rows.bases[shard]), order * 100)
        table.write(found)
        # the first mark of a row gives its reason, so later ones are laid down first
        for mark in _by_reason(found):
            at = mark["rows"][drop[mark["rows"]] == KEPT]
            drop[at] = _code(reasons, step.key, mark["reason"])


def _by_reason(found: pa.RecordBatch) -> list[dict[str, Any]]:
    """Rows per reason, in the order of the rules."""
    if found.num_rows == 0:
        return []
    keys = pa.Table.from_batches([found]).group_by(["order", "reason"], use_threads=False).aggregate([("row", "list")])
    keys = keys.sort_by([("order", "ascending"), ("reason", "ascending")])
    return [
        {"reason": reason.as_py(), "rows": np.asarray(listed.values)}
        for reason, listed in zip(keys["reason"], keys["row_list"], strict=True)
    ]


def _code(reasons: list[tuple[str, str]], step: str, reason: str) -> int:
    if (step, reason) not in reasons:
        reasons.append((step, reason))
    return reasons.index((step, reason))


def _dedup_steps(recipe: Recipe) -> tuple[Any, Any]:
    by_kind = {step.step: step for step in recipe.of_phase("decide")}
    return by_kind.get("dedup_exact"), by_kind.get("dedup_near")


def _apply_people(
    judged: Judged, drop: NDArray[np.int16], reasons: list[tuple[str, str]], table: _MarkTable
) -> NDArray[np.int64]:
    """People's word against the rules' marks. Returns the rows that rules had dropped and people keep."""
    lifted = judged.keep[drop[judged.keep] != KEPT]
    drop[lifted] = KEPT
    if len(judged.drop):
        drop[judged.drop] = _code(reasons, judged.step, "human_drop")
        table.write(_marks(judged.drop, judged.step, "human_drop", None, None, 801))
    return lifted


def _duplicates(
    recipe: Recipe, rows: WorkingRows, eligible: NDArray[np.bool_], people: NDArray[np.int64]
) -> tuple[Duplicates, NDArray[np.int64]]:
    """Duplicates, and which of the rows that people keep would have been dropped as such."""
    exact, near = _dedup_steps(recipe)
    n = len(rows)
    if n == 0 or (exact is None and near is None):
        own = np.arange(n, dtype=np.int64)
        return Duplicates(own, np.zeros(n, np.int8), own, np.ones(n, np.int32)), people[:0]
    store, lengths = KeyStore(rows.folder / "keys"), rows.column(BYTES, np.int64)
    found = resolve(
        store, exact=exact, near=near, eligible=eligible, lengths=lengths,
        fetch=lambda wanted: rows.documents(wanted, recipe.leaves),
    )  # fmt: skip
    longest = near is not None and near.keep == "longest"
    chosen = stand(found, people, store, lengths=lengths, longest=longest, exact=exact is not None)
    return chosen, people[(found.reason[people] != 0) & (chosen.reason[people] == 0)]


def _apply_duplicates(
    recipe: Recipe, found: Duplicates, drop: NDArray[np.int16], reasons: list[tuple[str, str]], table: _MarkTable
) -> None:
    for code, (step, reason) in enumerate(zip(_dedup_steps(recipe), ("exact_duplicate", "near_duplicate"), strict=True), 1):
        at = np.flatnonzero((found.reason == code) & (drop == KEPT))
        if step is not None and len(at):
            drop[at] = _code(reasons, step.key, reason)
            table.write(_marks(at, step.key, reason, found.survivor[at].astype(float), None, 900 + code))


def _splits(
    recipe: Recipe,
    rows: WorkingRows,
    key: bytes,
    parent: dict[str, NDArray[np.uint64]],
    kept: NDArray[np.bool_],
    duplicates: Duplicates,
) -> splits.Assigned:
    n = len(rows)
    subject = components.same_key(rows.column(schema.SUBJECT, np.uint64), none=0)
    edges = [
        subject,
        (duplicates.survivor, np.arange(n, dtype=np.int64)),
        (duplicates.cluster, np.arange(n, dtype=np.int64)),
    ]
    if recipe.splits.by_template and n:
        edges.append(components.same_key(KeyStore(rows.folder / "keys").templates()))
    ids = rows.binary(schema.ID)
    return splits.assign(
        recipe.splits,
        component=components.connect(n, edges),
        kept=kept,
        ids=ids,
        key=key,
        parent=_parent_split(ids, parent),
        held_out=_held_out(recipe, rows),
    )


def _parent_split(ids: NDArray[np.uint8], parent: dict[str, NDArray[np.uint64]]) -> NDArray[np.int8]:
    """The row's split in the parent version, −1 where it is new. parent: split → sorted id prefixes."""
    out = np.full(len(ids), -1, np.int8)
    prefix = np.ascontiguousarray(ids[:, :8]).view(">u8").ravel().astype(np.uint64)
    for name, known in parent.items():
        if len(known):
            at = np.minimum(np.searchsorted(known, prefix), len(known) - 1)
            out[known[at] == prefix] = splits.NAMES.index(name)
    return out


def _held_out(recipe: Recipe, rows: WorkingRows) -> NDArray[np.bool_]:
    held = np.zeros(len(rows), bool)
    rule = recipe.splits.holdout
    if rule is None:
        return held
    for shard in rows.shards():
        dates, _ = as_date(rows.table(shard, [rule.column]).column(0).combine_chunks())
        late = pc.fill_null(pc.greater_equal(dates, pa.scalar(rule.since, pa.date32())), False)
        held[rows.bases[shard] : rows.bases[shard + 1]] = late.to_numpy(zero_copy_only=False)
    return held


def _marks(rows: NDArray[np.int64], step: str, reason: str, value: Any, bound: Any, order: int) -> pa.RecordBatch:
    n = len(rows)
    columns = [
        pa.array(rows, pa.int64()),
        pa.array([step] * n, pa.string()),
        pa.array([reason] * n, pa.string()),
        pa.nulls(n, pa.float64()) if value is None else pa.array(value, pa.float64()),
        pa.nulls(n, pa.float64()) if bound is None else pa.array(bound, pa.float64()),
        pa.array(np.full(n, order, np.int16)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=forms.MARKS)


class _MarkTable:
    """marks.parquet, written as marks come in; visible when complete."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_suffix(".part")
        self.writer = pq.ParquetWriter(
            self.part, forms.MARKS.with_metadata({"format": str(forms.FORMAT)}), compression="zstd"
        )

    def __enter__(self) -> _MarkTable:
        return self

    def write(self, marks: pa.RecordBatch) -> None:
        if marks.num_rows:
            self.writer.write_table(pa.Table.from_batches([marks]).cast(forms.MARKS))

    def __exit__(self, kind: object, *_: object) -> None:
        self.writer.close()
        if kind is None:
            os.replace(self.part, self.path)
