"""The accounts of a run: what became of every record, per source, and the quarantined records in one place (law 1)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from corpora.forms import Ledger
from curation.recipe import Recipe
from curation.run.deciding import KEPT, Decided
from curation.run.measuring import Facts
from curation.run.working_rows import WorkingRows


def ledgers(recipe: Recipe, facts: list[Facts], rows: WorkingRows, decided: Decided) -> tuple[Ledger, dict[str, Ledger]]:
    """The run's ledger and one per source label. Raises LawBroken unless each of them closes (law 1)."""
    by_source = {source.label: Ledger() for source in recipe.sources}
    for shard, one in enumerate(facts):
        ledger = by_source[recipe.sources[one.source].label]
        ledger.read += one.read
        ledger.quarantined += one.quarantined
        ledger.changed.update(one.changed)
        for step, count in one.flagged.items():
            ledger.flag(step, "values_changed", count)
        codes = decided.drop[rows.bases[shard] : rows.bases[shard + 1]]
        ledger.kept += int((codes == KEPT).sum())
        for code, count in enumerate(np.bincount(codes[codes != KEPT], minlength=len(decided.reasons)).tolist()):
            ledger.drop(*decided.reasons[code], count)
    for label, ledger in by_source.items():
        ledger.close(label)
    total = sum(by_source.values(), Ledger())
    total.close(recipe.corpus)
    return total, by_source


def quarantine(measured: Path, folder: Path, shards: int) -> Counter[str]:
    """Brings the shards' quarantined records together in the run's folder; returns how many per cause."""
    folder.mkdir(exist_ok=True, mode=0o700)
    causes: Counter[str] = Counter()
    for shard in range(shards):
        path = measured / f"{shard:05}.quarantine.parquet"
        if path.exists():
            table = pq.read_table(path)
            causes.update(table["cause"].to_pylist())
            pq.write_table(table, folder / f"{shard:05}.parquet", compression="zstd")
    (folder / "causes.json").write_text(json.dumps(causes, ensure_ascii=False, sort_keys=True), "utf-8")
    return causes
