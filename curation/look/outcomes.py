"""What becomes of every row under other bounds: rules from stored signals, people's decisions, and what the run found of duplicates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.look.bounds import Key
from curation.look.columns import Columns
from curation.recipe import Recipe
from curation.run.deciding import KEPT, Decided
from curation.run.judged import Judged
from quality.rules import Rule

LATER = "重复行要到下次运行才重新计算 / duplicates are sought anew at the next run"


@dataclass(frozen=True)
class Counts:
    """Rows of the corpus; dropped by (step, reason); changed: against the run, "kept" under ("", "kept"); exact: whether a run
    would give these very numbers. People's decisions count as they stand in the log now; saved: rows that a rule drops at these
    bounds and a person keeps."""

    total: int
    kept: int
    dropped: dict[Key, int]
    changed: dict[Key, int]
    exact: bool
    note: str = ""
    saved: int = 0


@dataclass
class Outcomes:
    """judges: keys of the steps whose rules are counted; kept_then: rows that people had kept when the run was made;
    alone: rows stand alone, so that nothing but rules and people drops them."""

    columns: Columns
    decided: Decided
    judged: Judged
    judges: list[str]
    kept_then: NDArray[np.int64]
    alone: bool

    def count(self, recipe: Recipe) -> Counts:
        """What a run of this recipe would keep and drop: the run's own, with other bounds."""
        drop, reasons = self._by_rules(recipe)
        saved = int(((drop[self.judged.keep] != KEPT) & ~self._late[self.judged.keep]).sum())
        self._by_people(drop, reasons)
        dropped = Counter(_tally(drop, reasons))
        late = self._late_rows[drop[self._late_rows] == KEPT]
        for code in self._late_codes:
            dropped[self.decided.reasons[code]] += int((self.decided.drop[late] == code).sum())
        kept = int((drop == KEPT).sum()) - len(late)
        found = {key: count for key, count in dropped.items() if count}
        exact = self.alone or self._same_survivors(drop)
        return Counts(len(drop), kept, found, self._changed(found, kept), exact, "" if exact else LATER, saved)

    def _by_rules(self, recipe: Recipe) -> tuple[NDArray[np.int16], list[Key]]:
        """The first rule that every row breaks, as a code into the reasons; KEPT for none."""
        drop = np.full(len(self.columns.rows), KEPT, np.int16)
        reasons: list[Key] = []
        found = [
            (self._code(reasons, (step.key, rule.key(low=low))), rows)
            for step in recipe.of_phase("decide")
            if hasattr(step, "marks")
            for rule in step.all_rules
            for low, rows in self._breaking(rule)
        ]
        for code, rows in reversed(found):  # the first one is laid down last
            drop[rows] = code
        return drop, reasons

    def _breaking(self, rule: Rule) -> list[tuple[bool, NDArray[Any]]]:
        sides = ((True, rule.at_least), (False, rule.at_most))
        return [(low, self.columns.outside(rule.column, limit, low=low)) for low, limit in sides]

    @staticmethod
    def _code(reasons: list[Key], key: Key) -> int:
        if key not in reasons:
            reasons.append(key)
        return reasons.index(key)

    def _by_people(self, drop: NDArray[np.int16], reasons: list[Key]) -> None:
        drop[self.judged.keep] = KEPT
        if len(self.judged.drop):
            drop[self.judged.drop] = self._code(reasons, (self.judged.step, "human_drop"))

    def _changed(self, found: dict[Key, int], kept: int) -> dict[Key, int]:
        was = self._was
        both = {key: found.get(key, 0) - was[key] for key in [*self.decided.reasons, *found]}
        return {key: n for key, n in both.items() if n} | {("", "kept"): kept - was["", "kept"]}

    @cached_property
    def _was(self) -> Counter[Key]:
        return Counter(_tally(self.decided.drop, self.decided.reasons)) + Counter(
            {("", "kept"): int(self.decided.kept.sum())}
        )

    @cached_property
    def _late_codes(self) -> set[int]:
        """Codes of what is decided after the rules: duplicates and splits."""
        early = set(self.judges) | {self.judged.step}
        return {code for code, (step, _) in enumerate(self.decided.reasons) if step not in early}

    @cached_property
    def _late(self) -> NDArray[np.bool_]:
        return np.isin(self.decided.drop, list(self._late_codes))

    @cached_property
    def _late_rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(self._late)

    def _same_survivors(self, drop: NDArray[np.int16]) -> bool:
        """Whether the same rows as in the run are looked at for duplicates, and people kept the same ones."""
        return bool(np.array_equal(self._looked, drop == KEPT)) and np.array_equal(self.kept_then, self.judged.keep)

    @cached_property
    def _looked(self) -> NDArray[np.bool_]:
        return self.decided.kept | self._late


def _tally(drop: NDArray[np.int16], reasons: list[Key]) -> dict[Key, int]:
    return dict(zip(reasons, np.bincount(drop[drop != KEPT], minlength=len(reasons)).tolist(), strict=True))
