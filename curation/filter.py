"""Mark rows that break a rule. Marks only: one place resolves them, and signals stay, so a bound can be re-cut."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field

from corpora.forms import MARKS
from curation.step import Context, Phase, Step, Work
from quality.rules import Rule, broken, preset


class Filter(Step):
    """Rules on columns. A recipe's own rule on a column replaces the preset's rules on that column."""

    phase: ClassVar[Phase] = "decide"
    step: Literal["filter"] = "filter"
    preset: Annotated[
        Literal["chinese_domain", "chinese_web", "none"],
        Field(
            description="随附规则：chinese_domain 适合临床与车间文本，chinese_web 另加广告词密度（需要 advertising 词表），"
            "none 只用自己的规则 / shipped rules to begin with"
        ),
    ] = "chinese_domain"
    rules: Annotated[list[Rule], Field(description="自己的规则，优先于随附规则中同列的 / own rules")] = []

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The rules that apply, in the order in which they give the reason."""
        own = {rule.column for rule in self.rules}
        return (*(rule for rule in preset(self.preset) if rule.column not in own), *self.rules)

    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.column for rule in self.all_rules))

    def start(self, context: Context) -> Work:
        return lambda batch: batch

    def marks(self, columns: pa.Table, first_row: int, order: int) -> pa.RecordBatch:
        """`forms.MARKS` of the rows that break rules, by rule then row.

        columns: the columns of `needs()`; first_row: number of its first row in the run; order: place of this step's
        first rule among the run's rules (the others follow it).
        """
        parts = [
            _marks(rule, self.key, values(columns.column(rule.column)), first_row, order + place)
            for place, rule in enumerate(self.all_rules)
        ]
        table = pa.Table.from_batches(parts, MARKS).combine_chunks()
        return table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], MARKS)


def values(column: pa.ChunkedArray) -> NDArray[Any]:
    """The column as numbers, NaN where null; booleans count as 0 and 1, text is read as a number where it is one."""
    kind = column.type
    if column.null_count == 0 and pa.types.is_floating(kind):
        return np.asarray(column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return np.asarray(_numbers(column), np.float64)
    return np.asarray(column.cast(pa.float64()).fill_null(np.nan))


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    numeric = pc.match_substring_regex(column, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    return pc.if_else(numeric, column, None).cast(pa.float64()).fill_null(np.nan)


def _marks(rule: Rule, step: str, values: NDArray[Any], first_row: int, order: int) -> pa.RecordBatch:
    is_broken, bounds = broken(rule, values)
    rows = np.flatnonzero(is_broken)
    value, bound = values[rows].astype(np.float64), bounds[rows]
    low = value < bound
    reasons = pa.array(np.where(low, rule.key(low=True), rule.key(low=False)), pa.string())
    steps = pa.array(np.full(len(rows), step), pa.string())
    orders = pa.array(np.full(len(rows), order, np.int16))
    arrays = [pa.array(rows + first_row, pa.int64()), steps, reasons, pa.array(value), pa.array(bound), orders]
    return pa.RecordBatch.from_arrays(arrays, schema=MARKS)
