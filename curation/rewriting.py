"""What all rewriting steps share: pick the strings that need it, rewrite them, check law 3, splice them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field

from corpora import schema, text_buffers
from corpora.errors import LawBroken
from corpora.text_buffers import Leaf
from curation.clean import edit_tables
from curation.step import Context, Phase, Rewriter, Rewritten, Step, Work
from quality import edits as edit_list
from quality import triggers, values
from quality.triggers import Trigger

AI_MARK = "ai_generated_mark"
VALUES_CHANGED = "values_changed"


Rows = NDArray[np.int64]
Editor = Callable[[pa.Array, Rows], pa.RecordBatch]
"""(strings, large_string n; which of them to look at, ascending) → forms.EDITS; their `text` is a position in `strings`."""


class Rewrite(Step):
    """A step that changes text. Subclasses say which characters can make them act, and which edits they make."""

    phase: ClassVar[Phase] = "rewrite"
    triggers: ClassVar[Trigger]
    removals: ClassVar[frozenset[str]] = frozenset()
    """Causes of edits whose numbers, units and operators are meant to go (markup attributes, boilerplate lines)."""

    on_value_change: Literal["fail", "flag", "allow"] = Field(
        "flag",
        description="改写若会改动数字、单位或运算符：fail 终止运行，flag 该行保持原样并计数，allow 放行 "
        "/ when a rewrite would change numbers, units or operators",
    )

    def editor(self, context: Context) -> Editor:
        """Loads what is needed and returns (strings, rows) → edits. Steps define this or `rewriter`."""
        rewrite = self.rewriter(context)

        def edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
            return edit_tables.at_rows(rewrite(strings.take(pa.array(rows))).edits, rows)

        return edit

    def rewriter(self, context: Context) -> Rewriter:
        """The same as strings → (strings, edits)."""
        edit = self.editor(context)

        def rewrite(strings: pa.Array) -> Rewritten:
            edits = edit(strings, np.arange(len(strings)))
            return Rewritten(edit_list.apply(strings, edits), edits)

        return rewrite

    def start(self, context: Context) -> Work:
        """The step as a map over batches, for use on its own; pipelines use `Rewriting`, which shares the scan."""
        rewriting = Rewriting.start((self,), context)
        return lambda batch: rewriting(batch).batch


@dataclass
class Tally:
    """What the rewriting steps did to one batch."""

    changed: dict[str, int] = field(default_factory=dict)  # step → rows
    flagged: dict[str, int] = field(default_factory=dict)  # step → rows left as they were, to save their values
    edits: dict[str, Counter[str]] = field(default_factory=dict)  # step → cause → edits


@dataclass(frozen=True)
class Outcome:
    batch: pa.RecordBatch
    tally: Tally


Trace = Callable[[Rewrite, Leaf, pa.Array, Rewritten], None]
"""Called with (step, leaf, all strings before, all strings after and the edits): `explain` and `peek` listen."""


@dataclass(frozen=True)
class Rewriting:
    """All rewriting steps of a recipe over one batch: triggers are scanned once and renewed around edits only."""

    steps: tuple[tuple[Rewrite, Editor], ...]
    leaves: tuple[Leaf, ...]

    @classmethod
    def start(cls, steps: tuple[Rewrite, ...], context: Context) -> Rewriting:
        return cls(tuple((step, step.editor(context)) for step in steps), context.leaves)

    def __call__(
        self, batch: pa.RecordBatch, clock: Callable[[str], Any] | None = None, trace: Trace | None = None
    ) -> Outcome:
        tally = Tally()
        generated = np.zeros(batch.num_rows, np.int8)
        touched = {step.key: np.zeros(batch.num_rows, bool) for step, _ in self.steps}
        for leaf in self.leaves:
            strings, items = text_buffers.leaf_values(batch, leaf)
            bits = triggers.scan(text_buffers.texts(strings))
            before = strings
            for step, editor in self.steps:
                if clock:
                    clock(step.key)
                strings, changed, marked = _rewrite(step, editor, strings, bits, tally, leaf, trace)
                touched[step.key][_rows(changed, items)] = True
                generated[_rows(marked, items)] = 1
            if strings is not before:
                batch = text_buffers.with_leaf_values(batch, leaf, strings)
        tally.changed = {key: int(rows.sum()) for key, rows in touched.items()}
        return Outcome(_with_generated(batch, generated), tally)


def _rewrite(
    step: Rewrite, editor: Editor, strings: pa.Array, bits: NDArray[np.uint32], tally: Tally, leaf: Leaf, trace: Trace | None
) -> tuple[pa.Array, Rows, Rows]:
    """One step over the flat strings of a leaf: new strings, changed positions, positions with an AI mark."""
    chosen = np.flatnonzero(bits & np.uint32(int(step.triggers)))
    if len(chosen) == 0:
        return strings, chosen, chosen
    result, bad = check_values(step, strings, editor(strings, chosen))
    if trace:
        trace(step, leaf, strings, result)
    edits = result.edits
    tally.flagged[step.key] = tally.flagged.get(step.key, 0) + bad
    tally.edits.setdefault(step.key, Counter()).update(_count(edits["cause"]))
    if edits.num_rows == 0:
        return strings, chosen[:0], chosen[:0]
    changed, fresh = edit_list.bits_around(result.texts, edits)
    bits[changed] |= fresh
    marked = np.unique(edits["text"].to_numpy()[_is_in(edits["cause"], [AI_MARK])])
    return result.texts, changed.astype(np.int64), marked


def check_values(step: Rewrite, old: pa.Array, edits: pa.RecordBatch) -> tuple[Rewritten, int]:
    """Law 3: value tokens before − those in intended removals = value tokens after, for every changed string.

    Returns the strings after the edits (rows that fail go without theirs under `flag`) and the number of rows that failed.
    """
    new = edit_list.apply(old, edits)
    if step.on_value_change == "allow" or edits.num_rows == 0:
        return Rewritten(new, edits), 0
    bad = _changed_values(step, old, new, edits)
    count = int(bad.sum())
    if count and step.on_value_change == "fail":
        raise LawBroken(
            f"步骤 {step.key} 会改动 {count} 行的数字、单位或运算符 / step {step.key} would change values in {count} row(s)",
            hint="把 on_value_change 设为 flag，可让这些行保持原样并计数 / set on_value_change: flag to keep those rows as they are",
        )
    if count == 0:
        return Rewritten(new, edits), 0
    good = edits.filter(pa.array(~bad[edits["text"].to_numpy()]))
    return Rewritten(edit_list.apply(old, good), good), count


def _changed_values(step: Rewrite, old: pa.Array, new: pa.Array, edits: pa.RecordBatch) -> NDArray[np.bool_]:
    """bool per string: values changed beyond what the step means to remove."""
    bad = np.zeros(len(old), bool)
    intended = _is_in(edits["cause"], sorted(step.removals)) if step.removals else np.zeros(edits.num_rows, bool)
    if not intended.any():
        bad[edit_list.changes_values(old, new, edits)] = True
        return bad
    meant = edits.filter(pa.array(intended))
    bad[meant["text"].to_numpy()[edit_list.joins_digits(old, meant)]] = True
    if not intended.all():  # intended removals and others in one step: whole strings are compared
        at = np.unique(edits["text"].to_numpy())
        sides = (edit_list.apply(old, meant), new)
        sums = [values.value_sums(text_buffers.texts(side.take(pa.array(at)))) for side in sides]
        bad[at[sums[0] != sums[1]]] = True
    return bad


def _rows(positions: NDArray[Any], items: Rows) -> NDArray[np.int64]:
    """Rows that own the flat string positions."""
    return np.searchsorted(items, positions, side="right") - 1


def _is_in(causes: pa.Array, keys: list[str]) -> NDArray[np.bool_]:
    return pc.is_in(causes, pa.array(keys, pa.string())).to_numpy(zero_copy_only=False)


def _count(causes: pa.Array) -> dict[str, int]:
    return {item["values"]: item["counts"] for item in pc.value_counts(causes).to_pylist()}


def _with_generated(batch: pa.RecordBatch, generated: NDArray[np.int8]) -> pa.RecordBatch:
    index = batch.schema.get_field_index(schema.GENERATED)
    if index < 0:
        return batch.append_column(pa.field(schema.GENERATED, pa.int8(), False), pa.array(generated))
    merged = np.maximum(batch.column(index).to_numpy(), generated)
    return batch.set_column(index, batch.schema.field(index), pa.array(merged))
