"""Rows of a finished run, as the page of rows shows them: filtered on every signal, searched, opened. Treated text only.

Filters run in duckdb over the memory-mapped working tables, of which only measured columns are shown to it. What people
type is a parameter, never a part of the query; names of columns are taken from the list of those that there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import schema, text_buffers, vocabulary
from corpora.errors import UsageError
from corpora.names import suggest
from corpora.workspace import Workspace
from curation.look import passport
from curation.look.opening import open_state
from curation.look.searching import Search
from curation.look.treated import Treated
from curation.run.deciding import KEPT, Decided
from curation.run.renaming import Renamed
from curation.run.splits import NAMES
from curation.run.work_folder import State
from curation.run.working_rows import WorkingRows
from curation.run.writing import default_schema

OPS = ("=", "!=", "<", "<=", ">", ">=", "in", "between", "contains", "is null", "is not null")
OWN = {
    "row": "行号",
    "kept": "是否保留",
    "reason": "剔除原因",
    "step": "剔除的步骤",
    "source": "来源",
    "split": "划分",
    "cluster_size": "同组行数",
}
"""What became of every row, beside what was measured of it."""
Condition = tuple[str, str, Any]
"""(column, one of OPS, value): a list for `in`, a pair for `between`, nothing for the nulls."""


@dataclass(frozen=True)
class Column:
    """A column that can be filtered on. kind: number, text or truth."""

    name: str
    label: str
    kind: str


class Rows:
    """One run, held open; threads may share it."""

    def __init__(self, workspace: Workspace, state: State, decided: Decided) -> None:
        self.workspace, self.state, self.decided = workspace, state, decided
        self.recipe = state.file.recipe
        self.rows = WorkingRows.of(state.measured, state.counts)
        self.treated = Treated(state, decided)
        self.search = lru_cache(8)(self._search)

    @classmethod
    def open(cls, workspace: Workspace, run: str | Path) -> Rows:
        """run: folder of a run, a release, NAME@VERSION or a recipe. Raises UsageError where this machine has no such run."""
        return cls(workspace, *open_state(workspace, run))

    # --- what there is ----------------------------------------------------------------------------

    def columns(self) -> list[Column]:
        """Columns to filter and order by: what was measured, then what became of the row."""
        fields = sorted(self.table.schema, key=lambda field: field.name in OWN)
        return [Column(field.name, _label(field.name), _kind(field.type)) for field in fields]

    @cached_property
    def table(self) -> pa.Table:
        """What duckdb sees: measured columns and what became of every row. No text of records."""
        measured = [f.name for step in self.recipe.of_phase("measure") for f in step.adds() if not f.name.startswith("_")]
        names = list(dict.fromkeys([*measured, schema.GENERATED]))
        parts = [self.rows.table(shard, [*names, schema.SOURCE]) for shard in self.rows.shards()]
        signals = pa.concat_tables(parts) if parts else pa.table({schema.SOURCE: pa.array([], pa.int16())})
        drop = np.asarray(self.decided.drop)
        reasons = self.decided.reasons
        code = pa.array(np.where(drop == KEPT, 0, drop), mask=drop == KEPT)
        source = _coded(signals[schema.SOURCE].combine_chunks(), [one.label for one in self.recipe.sources])
        split = pa.array(np.asarray(self.decided.split), mask=drop != KEPT)
        own = {
            "row": pa.array(np.arange(len(self.rows))), "kept": pa.array(drop == KEPT), "source": source,
            "reason": _coded(code, [reason for _, reason in reasons]), "step": _coded(code, [step for step, _ in reasons]),
            "split": _coded(split, list(NAMES)), "cluster_size": pa.array(np.asarray(self.decided.size)),
        }  # fmt: skip
        return pa.table(own | {name: signals[name] for name in names if name in signals.column_names})

    def _search(self, text: str) -> Search:
        """Words sought in the treated text; the same search for the same words, however far it is."""
        return Search(self.treated, text)

    # --- pages ------------------------------------------------------------------------------------

    def page(
        self, where: Sequence[Condition] = (), *, text: str | Search | None = None, order: str | None = None, descending: bool = False,
        offset: int = 0, limit: int = 50, kept: bool | None = None, reason: str | None = None,
    ) -> pa.Table:  # fmt: skip
        """Up to `limit` matching rows, by row number or by a column: id, everything of `columns()`, and the treated text
        columns. text: a substring of the treated text, or a search, of which what it found by now counts. Raises UsageError for an unknown column, operator or kind of value."""
        clause, values = self._clause(where, text, kept, reason)
        by = f"{self._name(order)} {'DESC' if descending else 'ASC'} NULLS LAST, row" if order else "row"
        query = f"SELECT row FROM measured WHERE {clause} ORDER BY {by} LIMIT ? OFFSET ?"
        numbers = np.array(
            [row for (row,) in self._ask(query, [*values, int(limit), int(offset)], text).fetchall()], np.int64
        )
        found = self.table.take(pa.array(numbers))
        shown = self.treated.fetch(numbers)
        types = default_schema(self.recipe)
        leaves = dict.fromkeys(leaf.column for leaf in self.recipe.leaves)
        texts = {name: pa.array([one.get(name) for one in shown], types.field(name).type) for name in leaves}
        return pa.table(
            {"id": pa.array(self.ids(numbers), pa.string()), **{n: found[n] for n in found.column_names}, **texts}
        )

    def count(
        self,
        where: Sequence[Condition] = (),
        *,
        text: str | Search | None = None,
        kept: bool | None = None,
        reason: str | None = None,
    ) -> int:
        """How many rows match."""
        clause, values = self._clause(where, text, kept, reason)
        return int(self._ask(f"SELECT count(*) FROM measured WHERE {clause}", values, text).fetchone()[0])

    def reasons(self) -> dict[tuple[str, str], int]:
        """(step, reason) → dropped rows, in the order of the run."""
        drop = np.asarray(self.decided.drop)
        counts = np.bincount(drop[drop != KEPT], minlength=len(self.decided.reasons)).tolist()
        return {key: count for key, count in zip(self.decided.reasons, counts, strict=True) if count}

    def ids(self, rows: NDArray[np.int64]) -> list[str]:
        """Public ids of rows, in their order."""
        order = np.argsort(rows, kind="stable")
        if not len(rows):
            return []
        own = self.rows.take(rows[order], [schema.ID]).column(0).combine_chunks()
        batch = self.renamed.apply(pa.RecordBatch.from_arrays([own], names=[schema.ID]), rows[order])
        said = np.empty(len(rows), object)
        said[order] = text_buffers.hex_strings(batch.column(schema.ID)).to_pylist()
        return list(said)

    def passport(self, id: str, *, raw: bool = False) -> dict[str, Any]:  # noqa: A002
        """Everything about the row with this id: see curation.look.passport. raw: with untreated text, for who may see it."""
        return passport.of(self, id, raw=raw)

    # --- queries ----------------------------------------------------------------------------------

    @cached_property
    def renamed(self) -> Renamed:
        return Renamed.load(self.state.here)

    @cached_property
    def _database(self) -> Any:
        import duckdb

        return duckdb.connect(":memory:", config={"enable_external_access": "false"})

    def _ask(self, query: str, values: list[Any], text: str | Search | None = None) -> Any:
        import duckdb

        cursor = self._database.cursor()  # one a call: threads do not share it
        cursor.register("measured", self.table)
        if text:
            found = text.rows if isinstance(text, Search) else self.search(text).finish()
            cursor.register("hits", pa.table({"row": found}))
        try:
            return cursor.execute(query, values)
        except duckdb.Error as error:
            raise UsageError(
                f"筛选条件不成立：{type(error).__name__} / the filter does not fit its column",
                hint="数值列用数，文字列用文字 / numbers for numbers, text for text",
            ) from None

    def _clause(
        self, where: Sequence[Condition], text: str | Search | None, kept: bool | None, reason: str | None
    ) -> tuple[str, list[Any]]:
        conditions = list(where)
        conditions += [] if kept is None else [("kept", "=", kept)]
        conditions += [] if reason is None else [("reason", "=", reason)]
        parts, values = ["true"], list[Any]()
        for column, op, value in conditions:
            part, more = _condition(self._name(column), op, value)
            parts.append(part)
            values += more
        if text:
            parts.append("row IN (SELECT row FROM hits)")
        return " AND ".join(parts), values

    def _name(self, column: str) -> str:
        names = self.table.column_names
        if column not in names:
            raise UsageError(f"没有这一列：{column} / no such column", hint=suggest(column, names))
        return '"' + column.replace('"', '""') + '"'


def _condition(name: str, op: str, value: Any) -> tuple[str, list[Any]]:
    if op not in OPS:
        raise UsageError(f"没有这种比较：{op} / no such comparison", hint=f"可用 / one of: {', '.join(OPS)}")
    if op in ("is null", "is not null"):
        return f"{name} {op.upper()}", []
    if op == "in":
        said = list(value)
        return (f"{name} IN ({', '.join('?' * len(said))})", said) if said else ("false", [])
    if op == "between":
        low, high = value
        return f"{name} BETWEEN ? AND ?", [low, high]
    if op == "contains":
        return f"contains({name}::VARCHAR, ?)", [str(value)]
    return f"{name} {op} ?", [value]


def _coded(codes: Any, labels: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes.cast(pa.int16()), pa.array(labels or [""], pa.string()))


def _kind(type_: pa.DataType) -> str:
    if pa.types.is_boolean(type_):
        return "truth"
    return "number" if pa.types.is_integer(type_) or pa.types.is_floating(type_) else "text"


def _label(name: str) -> str:
    if name in OWN:
        return OWN[name]
    for terms in (vocabulary.SIGNALS, vocabulary.COLUMNS):
        if name in terms:
            return terms[name].label
    return name
