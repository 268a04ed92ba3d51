"""How fast the threshold studio and the filters of rows answer on a large corpus: signals of N rows are generated, no text.

python -m benchmarks.studio_speed [ROWS]   (default 10 000 000; about 60 bytes a row on disk, in a folder that is removed)
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import machine
from corpora import schema
from curation.filter import Filter
from curation.look.rows import Rows
from curation.look.studio import Studio
from curation.measure_signals import Signals
from curation.recipe import Recipe
from curation.run.deciding import KEPT, Decided
from curation.run.shard_facts import rows_path
from curation.run.working_rows import WorkingRows

SHARD, BATCH = 20_000, 10_000  # rows, as shards of 8 MB and blocks of 4 MB hold of short notes
DRAWS: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "characters": lambda rng, n: rng.gamma(2, 60, n),
    "entropy": lambda rng, n: rng.normal(5.3, 0.9, n),
    "chinese_share": lambda rng, n: 1 - rng.beta(0.6, 3, n),
    "han_share": lambda rng, n: rng.beta(6, 3, n),
    "mojibake": lambda rng, n: rng.random(n) < 0.002,
}
"""What these signals look like in short notes; the others are small shares."""


def recipe() -> Recipe:
    source: dict[str, Any] = {"label": "生成", "files": ["none"], "generated": True}
    steps: list[dict[str, Any]] = [{"step": "signals"}, {"step": "filter"}, {"step": "dedup_exact"}, {"step": "dedup_near"}]
    return Recipe.model_validate({"format": 1, "corpus": "bench/signals", "sources": [source], "steps": steps})


def generate(folder: Path, rows: int, columns: list[str]) -> list[int]:
    """Working tables with made-up values of these columns: mostly harmless ones, a few per cent that break a rule."""
    rng = np.random.default_rng(1)
    counts = [min(SHARD, rows - start) for start in range(0, rows, SHARD)]
    kinds = {field.name: field.type for field in Signals().adds()}
    for shard, count in enumerate(counts):
        table = {schema.SOURCE: pa.array(np.zeros(count, np.int16))}
        for name in columns:
            drawn = DRAWS.get(name, lambda rng, n: rng.beta(0.3, 20, n))(rng, count)
            table[name] = pa.array(drawn.astype(kinds[name].to_pandas_dtype()))
        with pa.ipc.new_file(str(rows_path(folder, shard)), pa.table(table).schema) as writer:
            writer.write_table(pa.table(table), max_chunksize=BATCH)
    return counts


def best(what: str, work: Callable[[int], Any], times: int = 5) -> None:
    seconds = []
    for turn in range(times):
        start = time.perf_counter()
        work(turn)
        seconds.append(time.perf_counter() - start)
    print(f"| {what} | {seconds[0] * 1000:,.0f} | {sorted(seconds[1:])[len(seconds[1:]) // 2] * 1000:,.0f} |", flush=True)


def main(rows: int) -> None:
    made = recipe()
    columns = list(dict.fromkeys([*Filter().needs(), "han_share", "digit_share"]))
    with tempfile.TemporaryDirectory(prefix="studio-") as name:
        counts = generate(Path(name), rows, columns)
        working = WorkingRows.of(Path(name), counts)
        own = np.arange(rows, dtype=np.int64)
        decided = Decided(np.full(rows, KEPT, np.int16), np.zeros(rows, np.int8), own, np.ones(rows, np.int32), [])
        studio = Studio(made, working, decided)
        dropped, reasons = studio._outcomes._by_rules(made)
        dropped[(dropped == KEPT) & (own % 50 == 0)] = len(reasons)
        decided.drop, decided.reasons = dropped, [*reasons, ("dedup_near", "near_duplicate")]
        print(f"{rows:,} rows, {int(decided.kept.sum()):,} kept; {machine.facts()['cpu']}, {machine.facts()['cores']} cores")
        print("| what | first, ms | then, median ms |\n| --- | ---: | ---: |")
        studio = Studio(made, working, decided)
        best("all rules with their distributions", lambda _: studio.rules(), 2)
        best("a slider: one bound moved", lambda turn: studio.count({("filter", "too_short"): (5.0 + turn, None)}))
        best(
            "a slider that drops half of the rows",
            lambda turn: studio.count({("filter", "too_short"): (100.0 + turn, None)}),
        )
        best("ten nearest rows on one side of a bound", lambda turn: _near(studio, 20.0 + turn))
        state: Any = SimpleNamespace(
            file=SimpleNamespace(recipe=made, base=Path(name)), measured=Path(name), counts=counts, here=Path(name),
            release_folder=Path(name),
        )  # fmt: skip
        listed = Rows(None, state, decided)  # type: ignore[arg-type]
        best(
            "a filter on two signals: how many",
            lambda turn: listed.count([("characters", ">", 50 + turn), ("han_share", "<", 0.2)]),
        )
        best("a filter by reason: how many", lambda _: listed.count(reason="too_short"))
        best("a page of 50, filtered and ordered by a signal", lambda turn: _page(listed, turn))
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _near(studio: Studio, bound: float) -> None:
    studio.ids = lambda rows: rows.tolist()  # type: ignore[method-assign]  # there are no ids in these tables
    studio.near(("filter", "too_short"), bound, "outside", 10)


def _page(rows: Rows, turn: int) -> None:
    clause, values = rows._clause([("characters", ">", 50 + turn)], None, True, None)
    query = f'SELECT row FROM measured WHERE {clause} ORDER BY "han_share" DESC NULLS LAST, row LIMIT ? OFFSET ?'
    numbers = [row for (row,) in rows._ask(query, [*values, 50, 0]).fetchall()]
    rows.table.take(pa.array(numbers))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
