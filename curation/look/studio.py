"""The threshold studio: what other bounds would keep and drop, on the whole corpus, from stored signals and without a run.

Exact for rules, by the very code that a run uses; duplicates are sought anew by the next run only, and `Counts.note` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import schema, text_buffers
from corpora.errors import UsageError
from corpora.workspace import Workspace, write_atomically
from curation import recipe_file
from curation.look import bounds as moving
from curation.look.bounds import Bounds, Key
from curation.look.columns import Columns
from curation.look.opening import open_state, recipe_of
from curation.look.outcomes import Counts, Outcomes
from curation.recipe import Recipe
from curation.run.deciding import Decided
from curation.run.judged import KEEP, Judged
from curation.run.renaming import Renamed
from curation.run.working_rows import WorkingRows
from quality import rules as judging

SAMPLE = 500_000  # rows that a summary looks at; its least and greatest are of all
BARS = 48


@dataclass(frozen=True)
class Rule:
    """A rule as a slider shows it. values: min, p1, median, p99, max of the column; histogram: edges (BARS + 1) between p1 and
    p99, and the share of rows in each bar. missing: share of rows without the number."""

    step: str
    reason: str
    label: str
    column: str
    at_least: float | None
    at_most: float | None
    values: dict[str, float]
    edges: list[float]
    shares: list[float]
    missing: float

    @property
    def key(self) -> Key:
        return self.step, self.reason


@dataclass
class Studio:
    """One run, held open. Columns are memory-mapped; of every rule the rows that break it are remembered (4 bytes each)."""

    recipe: Recipe
    rows: WorkingRows
    decided: Decided
    judged: Judged = field(default_factory=Judged)
    here: Path | None = None
    path: Path | None = None  # of the recipe
    fixed: bool = False  # splits cannot change: the release has no parent

    @classmethod
    def open(cls, workspace: Workspace, run: str | Path, *, recipe: Path | None = None) -> Studio:
        """run: folder of a run, a release, NAME@VERSION or a recipe. recipe: its file, where it is not found by itself."""
        from corpora.release import load

        state, decided = open_state(workspace, run)
        rows = WorkingRows.of(state.measured, state.counts)
        own = Path(run) if Path(run).suffix in (".yaml", ".yml") else recipe_of(workspace, state)
        judged = Judged.match(state.file.recipe, rows, workspace)
        fixed = load(state.release_folder).manifest["parent"] is None
        return cls(state.file.recipe, rows, decided, judged, state.here, recipe or own, fixed)

    # --- rules ------------------------------------------------------------------------------------

    def rules(self) -> list[Rule]:
        """Every rule of the recipe, in the order in which they give the reason."""
        return [self._rule(step.key, rule, reason) for step in self._steps for rule, reason in moving.rules_of(step)]

    def _rule(self, step: str, rule: judging.Rule, reason: str) -> Rule:
        low, high = moving.sides(rule, reason)
        values, edges, shares, missing = self._summary(rule.column)
        label = judging.label(rule, low=low)
        return Rule(step, reason, label, rule.column, rule.at_least if low else None, rule.at_most if high else None,
                    values, edges, shares, missing)  # fmt: skip

    @cached_property
    def _summaries(self) -> dict[str, Any]:
        return {}

    def _summary(self, column: str) -> Any:
        if column not in self._summaries:
            self._summaries[column] = _summary(self.columns.values(column))
        return self._summaries[column]

    @property
    def _steps(self) -> list[Any]:
        return [step for step in self.recipe.of_phase("decide") if hasattr(step, "marks")]

    # --- counts -----------------------------------------------------------------------------------

    def count(self, bounds: Bounds | None = None) -> Counts:
        """What a run with these bounds would keep and drop. Raises UsageError for a rule that is not there."""
        return self._outcomes.count(moving.moved(self.recipe, bounds or {}))

    @cached_property
    def _outcomes(self) -> Outcomes:
        path = self.here / KEEP if self.here else None
        then = np.load(path) if path and path.is_file() else np.zeros(0, np.int64)
        deduplicates = any(step.step.startswith("dedup") for step in self.recipe.of_phase("decide"))
        judges = [step.key for step in self._steps]
        return Outcomes(self.columns, self.decided, self.judged, judges, then, self.fixed and not deduplicates)

    @cached_property
    def columns(self) -> Columns:
        return Columns(self.rows)

    # --- samples ----------------------------------------------------------------------------------

    def near(self, key: Key, bound: float, side: str = "inside", n: int = 10) -> list[str]:
        """Ids of the up to n rows whose value is nearest to this bound, on the side that stays (inside) or goes (outside)."""
        column, low = self._side(key, bound)
        values = self.columns.values(column)
        limit = values.dtype.type(bound) if values.dtype.kind == "f" else bound
        stays = values >= limit if low else values <= limit
        goes = values < limit if low else values > limit
        if side not in ("inside", "outside"):
            raise ValueError(side)
        rows = np.flatnonzero(stays if side == "inside" else goes)
        distance = np.abs(values[rows].astype(np.float64) - float(limit))
        if len(rows) > n:
            cut = np.partition(distance, n - 1)[n - 1]
            some = np.flatnonzero(distance <= cut)
            rows = rows[some[np.argsort(distance[some], kind="stable")[:n]]]
        return self.ids(np.sort(rows))

    def _side(self, key: Key, bound: float) -> tuple[str, bool]:
        for step in self._steps:
            for rule, reason in moving.rules_of(step):
                if (step.key, reason) == key:
                    low, high = moving.sides(rule, reason)
                    if low and high:
                        assert rule.at_least is not None and rule.at_most is not None
                        low = abs(bound - rule.at_least) <= abs(bound - rule.at_most)
                    return rule.column, low
        raise UsageError(f"配方没有规则 {key[0]}·{key[1]} / the recipe has no such rule", hint="rules()")

    def ids(self, rows: NDArray[np.int64]) -> list[str]:
        """Public ids of rows (ascending)."""
        if not len(rows):
            return []
        batch = pa.RecordBatch.from_arrays([self.rows.take(rows, [schema.ID]).column(0).combine_chunks()], names=[schema.ID])
        if self.here is not None:
            batch = Renamed.load(self.here).apply(batch, rows)
        return text_buffers.hex_strings(batch.column(schema.ID)).to_pylist()

    # --- back to the recipe -----------------------------------------------------------------------

    def diff(self, bounds: Bounds) -> str:
        """What these bounds change in the recipe's YAML, as a unified diff."""
        path = self._recipe_path()
        old = _text(path)
        return moving.unified(old, moving.edited(old, bounds), path.name)

    def save(self, bounds: Bounds, *, path: Path | None = None) -> Path:
        """Writes the recipe with these bounds, comments and all, over itself or to `path`. Raises UsageError for a shipped one."""
        source = self._recipe_path()
        target = path or source
        if target.resolve() in {one.resolve() for one in recipe_file.shipped().values()}:
            raise UsageError(
                "自带配方不能改 / a shipped recipe is not changed", hint="另存一份，用 path 指定 / save a copy: give a path"
            )
        write_atomically(target, moving.edited(_text(source), bounds).encode(), mode=0o644)
        return target

    def _recipe_path(self) -> Path:
        if self.path is None:
            raise UsageError(
                "找不到这次运行的配方 / the recipe of this run is not found", hint="给出配方文件 / name its file"
            )
        return self.path


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")  # line ends as they are


def _summary(values: NDArray[Any]) -> tuple[dict[str, float], list[float], list[float], float]:
    there = ~np.isnan(values)
    missing = 1 - float(there.mean()) if len(values) else 0.0
    some = values[:: max(1, len(values) // SAMPLE)]
    some = np.sort(some[~np.isnan(some)]).astype(np.float64)
    if not len(some):
        return {}, [], [], missing
    p1, median, p99 = (float(some[int(share * (len(some) - 1))]) for share in (0.01, 0.5, 0.99))
    counts, edges = np.histogram(some, BARS, (p1, p99 if p99 > p1 else p1 + 1))
    said = {"min": float(np.nanmin(values)), "p1": p1, "median": median, "p99": p99, "max": float(np.nanmax(values))}
    return said, edges.tolist(), (counts / len(some)).tolist(), missing
