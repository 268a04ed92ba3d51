"""Row accounting of a run: what was read, and what became of every row (law 1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.forms import Ledger
from curation.recipe import Recipe
from curation.run import restoring
from curation.run.deciding import KEPT, Decided
from curation.run.measuring import Facts
from curation.run.working_rows import WorkingRows


def ledgers(
    recipe: Recipe, facts: list[Facts], rows: WorkingRows, decided: Decided, restored: NDArray[np.int64]
) -> tuple[Ledger, dict[str, Ledger]]:
    """The run's ledger and one per source label. Raises LawBroken unless each of them closes (law 1).

    restored: rows in which a reviewed finding stays.
    """
    by_source = {source.label: Ledger() for source in recipe.sources}
    for shard, one in enumerate(facts):
        ledger = by_source[recipe.sources[one.source].label]
        ledger.read += one.read
        ledger.quarantined += one.quarantined
        ledger.made += one.made
        ledger.consumed += one.consumed
        ledger.changed.update(one.changed)
        ledger.not_text.update(one.not_text)
        for step, count in one.flagged.items():
            ledger.flag(step, "values_changed", count)
        first, last = np.searchsorted(restored, rows.bases[shard : shard + 2]).tolist()
        ledger.flag(restoring.step(recipe), "restored", last - first)
        codes = decided.drop[rows.bases[shard] : rows.bases[shard + 1]]
        ledger.kept += int((codes == KEPT).sum())
        for code, count in enumerate(np.bincount(codes[codes != KEPT], minlength=len(decided.reasons)).tolist()):
            ledger.drop(*decided.reasons[code], count)
    for label, ledger in by_source.items():
        ledger.close(label)
    total = sum(by_source.values(), Ledger())
    total.close(recipe.corpus)
    return total, by_source
