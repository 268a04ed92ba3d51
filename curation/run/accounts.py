"""The accounts of a run: what became of every record, per source, and the quarantined records in one place (law 1)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpora.forms import Ledger
from curation.recipe import Recipe
from curation.run import restoring
from curation.run.deciding import KEPT, Decided
from curation.run.inputs import InputFile
from curation.run.judged import Judged
from curation.run.restoring import Restored
from curation.run.shard_facts import Facts
from curation.run.working_rows import WorkingRows


def ledgers(
    recipe: Recipe, facts: list[Facts], rows: WorkingRows, decided: Decided, restored: Restored, judged: Judged
) -> tuple[Ledger, dict[str, Ledger]]:
    """The run's ledger and one per source label. Raises LawBroken unless each of them closes (law 1).

    restored: findings and stretches of text that people judged; judged: rows that they judged as a whole.
    """
    flags = [
        (restoring.step(recipe), "restored", restored.rows), (restoring.step(recipe), "marked", restored.marked), (judged.step, "human_keep", decided.spared),
        (judged.step, "unsure", judged.unsure),
    ]  # fmt: skip
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
        for step, reason, flagged in flags:
            first, last = np.searchsorted(flagged, rows.bases[shard : shard + 2]).tolist()
            ledger.flag(step, reason, last - first)
        codes = decided.drop[rows.bases[shard] : rows.bases[shard + 1]]
        ledger.kept += int((codes == KEPT).sum())
        for code, count in enumerate(np.bincount(codes[codes != KEPT], minlength=len(decided.reasons)).tolist()):
            ledger.drop(*decided.reasons[code], count)
    for label, ledger in by_source.items():
        ledger.close(label)
    total = sum(by_source.values(), Ledger())
    total.close(recipe.corpus)
    return total, by_source


def quarantine(measured: Path, folder: Path, shards: int) -> list[tuple[int, int]]:
    """Brings the shards' quarantined records together in the run's folder.

    Returns the compressed streams that broke, as (index of the file, bytes that could be read, decompressed).
    """
    folder.mkdir(exist_ok=True, mode=0o700)
    causes: Counter[str] = Counter()
    broken: list[tuple[int, int]] = []
    for shard in range(shards):
        path = measured / f"{shard:05}.quarantine.parquet"
        if path.exists():
            table = pq.read_table(path)
            causes.update(table["cause"].to_pylist())
            broken += _broken(table)
            pq.write_table(table, folder / f"{shard:05}.parquet", compression="zstd")
    (folder / "causes.json").write_text(json.dumps(causes, ensure_ascii=False, sort_keys=True), "utf-8")
    return broken


def _broken(table: pa.Table) -> list[tuple[int, int]]:
    ends = table.filter(pc.equal(table["cause"], "broken_stream")).select(["file", "offset", "length"])
    return [(row["file"], row["offset"] + row["length"]) for row in ends.to_pylist()]


def about_broken(broken: list[tuple[int, int]], files: list[InputFile]) -> list[str]:
    """Notes for the run's maker: how far each broken stream could be read. What lies behind cannot be counted in rows."""
    return [
        f"压缩包里的 {Path(files[file].shown).name} 损坏，没有读 / a damaged member of an archive was not read"
        if files[file].cause
        else f"压缩文件 {Path(files[file].shown).name} 不完整：读到解压后第 {size:,} 字节为止，其后的内容没有读到"
        f" / the compressed file breaks off after {size:,} bytes (decompressed): what follows was not read"
        for file, size in broken
    ]
