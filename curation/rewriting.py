"""What all rewriting steps share: pick the strings that need it, rewrite them, check law 3, splice them back."""

from __future__ import annotations

from abc import abstractmethod
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
from curation.step import Context, Phase, Rewriter, Rewritten, Step, Work
from quality import edits as edit_list
from quality import triggers, values
from quality.triggers import Trigger

AI_MARK = "ai_generated_mark"
VALUES_CHANGED = "values_changed"


class Rewrite(Step):
    """A step that changes text. Subclasses say which characters can make them act, and how to rewrite strings."""

    phase: ClassVar[Phase] = "rewrite"
    triggers: ClassVar[Trigger]
    removals: ClassVar[frozenset[str]] = frozenset()
    """Causes of edits whose numbers, units and operators are meant to go (markup attributes, boilerplate lines)."""

    on_value_change: Literal["fail", "flag", "allow"] = Field(
        "flag",
        description="改写若会改动数字、单位或运算符：fail 终止运行，flag 该行保持原样并计数，allow 放行 "
        "/ when a rewrite would change numbers, units or operators",
    )

    @abstractmethod
    def rewriter(self, context: Context) -> Rewriter:
        """Loads what is needed and returns strings → (strings, edits)."""

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
"""Called with (step, leaf, strings before, result): `explain` and `peek` listen; a run does not."""


@dataclass(frozen=True)
class Rewriting:
    """All rewriting steps of a recipe over one batch: triggers are scanned once and renewed for changed strings only."""

    steps: tuple[tuple[Rewrite, Rewriter], ...]
    leaves: tuple[Leaf, ...]

    @classmethod
    def start(cls, steps: tuple[Rewrite, ...], context: Context) -> Rewriting:
        return cls(tuple((step, step.rewriter(context)) for step in steps), context.leaves)

    def __call__(self, batch: pa.RecordBatch, clock: Callable[[str], Any] | None = None, trace: Trace | None = None) -> Outcome:
        tally = Tally()
        generated = np.zeros(batch.num_rows, np.int8)
        touched = {step.key: np.zeros(batch.num_rows, bool) for step, _ in self.steps}
        for leaf in self.leaves:
            strings, items = text_buffers.leaf_values(batch, leaf)
            bits = triggers.scan(text_buffers.texts(strings))
            before = strings
            for step, rewriter in self.steps:
                if clock:
                    clock(step.key)
                strings, changed, marked = _rewrite(step, rewriter, strings, bits, tally, leaf, trace)
                touched[step.key][_rows(changed, items)] = True
                generated[_rows(marked, items)] = 1
            if strings is not before:
                batch = text_buffers.with_leaf_values(batch, leaf, strings)
        tally.changed = {key: int(rows.sum()) for key, rows in touched.items()}
        return Outcome(_with_generated(batch, generated), tally)


def _rewrite(
    step: Rewrite, rewriter: Rewriter, strings: pa.Array, bits: NDArray[np.uint32], tally: Tally, leaf: Leaf, trace: Trace | None
) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """One step over the flat strings of a leaf: new strings, changed positions, positions with an AI mark."""
    chosen = np.flatnonzero(bits & np.uint32(int(step.triggers)))
    if len(chosen) == 0:
        return strings, chosen, chosen
    old = strings.take(pa.array(chosen))
    result = rewriter(old)
    result, bad = check_values(step, old, result)
    if trace:
        trace(step, leaf, old, result)
    tally.flagged[step.key] = tally.flagged.get(step.key, 0) + bad
    tally.edits.setdefault(step.key, Counter()).update(_count(result.edits["cause"]))
    at = np.unique(result.edits["text"].to_numpy())
    marked = np.unique(result.edits["text"].to_numpy()[_is_in(result.edits["cause"], [AI_MARK])])
    if len(at) == 0:
        return strings, chosen[at], chosen[at]
    fresh = result.texts.take(pa.array(at))
    bits[chosen[at]] = triggers.scan(text_buffers.texts(fresh))
    return text_buffers.splice(strings, chosen[at], fresh), chosen[at], chosen[marked]


def check_values(step: Rewrite, old: pa.Array, result: Rewritten) -> tuple[Rewritten, int]:
    """Law 3: value tokens before − those in intended removals = value tokens after, for every changed string.

    Returns the result (rows that fail go back to their old text under `flag`) and the number of rows that failed.
    """
    at = np.unique(result.edits["text"].to_numpy())
    if step.on_value_change == "allow" or len(at) == 0:
        return result, 0
    meant = result.edits.filter(pa.array(_is_in(result.edits["cause"], sorted(step.removals))))
    bad = np.zeros(len(old), bool)
    bad[meant["text"].to_numpy()[edit_list.joins_digits(old, meant)]] = True
    if meant.num_rows < result.edits.num_rows:
        expected = edit_list.apply(old, meant) if meant.num_rows else old
        sums = [values.value_sums(text_buffers.texts(side.take(pa.array(at)))) for side in (expected, result.texts)]
        bad[at[sums[0] != sums[1]]] = True
    count = int(bad.sum())
    if count and step.on_value_change == "fail":
        raise LawBroken(
            f"步骤 {step.key} 会改动 {count} 行的数字、单位或运算符 / step {step.key} would change values in {count} row(s)",
            hint="把 on_value_change 设为 flag，可让这些行保持原样并计数 / set on_value_change: flag to keep those rows as they are",
        )
    return (_undo(old, result, bad), count) if count else (result, 0)


def _undo(old: pa.Array, result: Rewritten, bad: NDArray[np.bool_]) -> Rewritten:
    rows = np.flatnonzero(bad)
    texts = text_buffers.splice(result.texts, rows, old.take(pa.array(rows)))
    return Rewritten(texts, result.edits.filter(pa.array(~bad[result.edits["text"].to_numpy()])))


def _rows(positions: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.int64]:
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
