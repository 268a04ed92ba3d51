"""Replays single rows from their origin through the recipe's steps: no text is stored per step, so this is how one looks.

What it gives is raw text. It stays on this machine: `peek`, `explain` and the local pages are its only users.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from corpora import schema, sources, text_buffers
from corpora.errors import IntegrityError, UsageError
from corpora.sources import snapshot
from corpora.text_buffers import Leaf
from corpora.workspace import Workspace
from curation.look import differences
from curation.recipe import own_columns
from curation.rewriting import Rewrite
from curation.run import fetching, shown
from curation.run.cleaner import Cleaner, Job, want
from curation.run.clock import Clock
from curation.run.measuring import BYTES
from curation.run.restoring import Restored
from curation.run.treating import Treater
from curation.run.work_folder import State
from curation.run.working_rows import WorkingRows
from curation.step import Rewritten

LONG = 40  # characters from which an edit is told by what differs in it


@dataclass(frozen=True)
class Edit:
    """One change of one string: what stood there, what stands there now, and why."""

    step: str
    leaf: str
    cause: str
    old: str
    new: str


@dataclass
class Replay:
    """One row, replayed. before/cleaned/after: its strings; places: (leaf, item) of each; spans refer to `after`.

    columns: declared column → (value of the source, value as it would be released). secrets: every string that is personal
    information or may be, found in the text before and after cleaning, and what stood in columns that were treated.
    replaced: forms.REPLACED of the row, None where nobody can tell (two steps replaced something).
    """

    places: list[tuple[int, int]]
    before: list[str]
    cleaned: list[str]
    after: list[str]
    spans: list[dict[str, Any]]
    edits: list[Edit] = field(default_factory=list)
    columns: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    replaced: list[dict[str, Any]] | None = None
    secrets: set[str] = field(default_factory=set)


class Replayer:
    """Replays rows of a finished run."""

    def __init__(self, state: State, workspace: Workspace) -> None:
        self.state, self.recipe = state, state.file.recipe
        key = workspace.key(self.recipe.corpus)
        self.job = Job(self.recipe, str(state.file.base), key, str(state.measured), 1 << 20)
        self.cleaner = Cleaner(self.job)
        self.rows = WorkingRows.of(state.measured, state.counts)
        self.measures = [
            step.start(self.cleaner.context) for step in self.recipe.of_phase("measure") if schema.SPANS in _names(step)
        ]
        self.treat = Treater(self.recipe, self.job.base, key)
        self.restored = Restored.load(state.here)

    def row(self, number: int) -> Replay:
        """Row `number` of the run. Raises IntegrityError when the source no longer gives that row."""
        batch = self._read(number)
        leaves = self.cleaner.context.leaves
        before = _strings(batch, leaves)
        edits: list[Edit] = []
        cleaned = self.cleaner.rewriting(batch, trace=lambda *what: edits.extend(_edits(*what))).batch
        measured = self._measured(cleaned)
        treated = self.treat(self.restored.apply(measured, np.array([number], np.int64)), Clock())
        spans = treated.column(schema.SPANS).to_pylist()[0] if schema.SPANS in treated.schema.names else []
        columns = {
            name: (batch.column(name)[0].as_py(), treated.column(name)[0].as_py()) for name, _ in own_columns(self.recipe)
        }
        replay = Replay(
            _places(batch, leaves), before, _strings(cleaned, leaves), _strings(treated, leaves), spans, edits, columns
        )
        replay.replaced = shown.replacements(self.treat.replaced, self.treat.width, 1).to_pylist()[0]
        replay.edits += self._treatment(replay)
        replay.secrets = self._secrets(measured, replay.cleaned) | self._secrets(self._measured(batch), before)
        replay.secrets |= {str(raw) for raw, released in columns.values() if raw and raw != released}
        return replay

    def _measured(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        measured = batch.append_column(BYTES, pa.array(np.zeros(batch.num_rows, np.int64)))
        for work in self.measures:
            measured = work(measured)
        return measured

    def _secrets(self, measured: pa.RecordBatch, strings: list[str]) -> set[str]:
        """What was found in one row's strings, as it stands there."""
        if schema.SPANS not in measured.schema.names:
            return set()
        at = dict(zip(_places(measured, self.cleaner.context.leaves), strings, strict=True))
        spans = measured.column(schema.SPANS).to_pylist()[0]
        return {at[span["leaf"], span["item"]][span["start"] : span["end"]] for span in spans}

    def _treatment(self, replay: Replay) -> list[Edit]:
        """What became of the cleaned strings, with the kinds of findings as causes."""
        step = next((step.key for step in self.recipe.of_phase("treat")), "treat")
        found = []
        for (leaf, item), old, new in zip(replay.places, replay.cleaned, replay.after, strict=True):
            here = [span for span in replay.spans if (span["leaf"], span["item"]) == (leaf, item)]
            for one in differences.between(old, new):
                met = [span["kind"] for span in here if span["start"] < one.new_end and one.new_start < span["end"]]
                cause = "+".join(dict.fromkeys(met)) or step
                what = old[one.start : one.end], new[one.new_start : one.new_end]
                found.append(Edit(step, self.recipe.leaves[leaf].path, cause, *what))
        return found

    def origin(self, number: int, *, with_key: bool = False) -> dict[str, Any]:
        """Where the row came from: file, byte offset and length, or row number.

        Of a query also the columns of the row's key; `with_key`: with their raw values, which may be personal.
        """
        row = self.rows.take(np.array([number], np.int64), list(schema.ORIGIN.names)).to_pylist()[0]
        source, file = self.recipe.sources[row[schema.SOURCE]], self.state.files[row[schema.FILE]]
        key: dict[str, Any] = {}
        if source.query and row[schema.RECORD] >= 0:
            names = fetching.key_of(self.recipe, source)
            key["key"] = snapshot.key_of(file.path, row[schema.RECORD], names) if with_key else dict.fromkeys(names)
        return {
            "source": source.label,
            "file": file.shown,
            "offset": row[schema.OFFSET] if row[schema.OFFSET] >= 0 else None,
            "length": row[schema.LENGTH] if row[schema.LENGTH] >= 0 else None,
            "record": row[schema.RECORD] if row[schema.RECORD] >= 0 else None,
            "part": row[schema.PART] if row[schema.PART] >= 0 else None,
            "piece": row[schema.PIECE] if row[schema.PIECE] >= 0 else None,
            **key,
        }

    def _read(self, number: int) -> pa.RecordBatch:
        row = self.rows.take(np.array([number], np.int64), list(schema.ORIGIN.names)).to_pylist()[0]
        shard = self.state.shards[int(np.searchsorted(self.rows.bases, number, side="right")) - 1]
        source = self.recipe.sources[row[schema.SOURCE]]
        asked = want(self.recipe, source, self.job.key)
        places = {"offset": schema.OFFSET, "length": schema.LENGTH, "record": schema.RECORD, "part": schema.PART}
        where = {name: row[column] for name, column in places.items()}
        block = sources.read_one(shard, asked, **where)
        if block.documents.num_rows != 1:
            raise _changed()
        return self._piece(self.cleaner.conform(block.documents, source), row)

    def _piece(self, document: pa.RecordBatch, row: dict[str, Any]) -> pa.RecordBatch:
        """The row that the document became, or the piece of it that the row is."""
        pieces = self.cleaner.reshaping(document).batch
        mine = np.flatnonzero(pieces.column(schema.PIECE).to_numpy() == row[schema.PIECE])
        if len(mine) != 1 or pieces.column(schema.ID)[int(mine[0])].as_py() != row[schema.ID]:
            raise _changed()
        return pieces.slice(int(mine[0]), 1)


def _changed() -> IntegrityError:
    return IntegrityError(
        "来源文件已改动，无法重放这一行 / the source file has changed: this row cannot be replayed",
        hint="恢复原文件，或重新运行 / restore the file, or run again",
    )


def find_state(target: str, workspace: Workspace) -> State:
    """The finished run behind a run folder, a release folder or NAME@VERSION. Raises UsageError with a hint."""
    from pathlib import Path

    from corpora.commands import find_release

    path = Path(target)
    if (path / "state.json").is_file():
        return State.load(path)
    release = find_release(target)
    work = workspace.find_work(release=release.hash)
    if work is None:
        raise UsageError(
            f"这台机器没有 {release.name} 的工作目录 / no work folder of {release.name} on this machine",
            hint="在产生它的机器上看，或重新运行配方 / look on the machine that made it, or run the recipe again",
        )
    return State.load(work)


def _names(step: Any) -> list[str]:
    return [field.name for field in step.adds()]


def _strings(batch: pa.RecordBatch, leaves: tuple[Leaf, ...]) -> list[str]:
    return [text or "" for leaf in leaves for text in text_buffers.leaf_values(batch, leaf)[0].to_pylist()]


def _places(batch: pa.RecordBatch, leaves: tuple[Leaf, ...]) -> list[tuple[int, int]]:
    return [(i, item) for i, leaf in enumerate(leaves) for item in range(len(text_buffers.leaf_values(batch, leaf)[0]))]


def _edits(step: Rewrite, leaf: Leaf, old: pa.Array, result: Rewritten) -> list[Edit]:
    """The step's edits; one that replaces a long stretch is told by what differs in it."""
    texts = [(text or "").encode() for text in old.to_pylist()]
    found = []
    for edit in result.edits.to_pylist():
        gone, came = texts[edit["text"]][edit["start"] : edit["end"]].decode(), edit["replacement"]
        changes = differences.between(gone, came) if min(len(gone), len(came)) > LONG else []
        pairs = [(gone[one.start : one.end], came[one.new_start : one.new_end]) for one in changes]
        found += [Edit(step.key, leaf.path, edit["cause"], *pair) for pair in pairs or [(gone, came)]]
    return found
