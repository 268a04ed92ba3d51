"""How fast the page of rows finds words in the treated text of a large run: N rows of real text, written as a release is.

python -m benchmarks.text_speed [ROWS]   (default 1 000 000: 1.7 GB of text in ../shared/data's words, in a folder that is removed)
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import machine
from benchmarks.make_input import Pool
from corpora.text_buffers import Leaf
from curation.look.searching import Search
from curation.look.treated import File

FILE, GROUP = 100_000, 10_000  # rows
WORDS = ("高血压", "依从性差", "患者", "没有人写过的词")
"""Common, rarer, everywhere, nowhere."""


class Written:
    """Stands in for curation.look.treated.Treated."""

    def __init__(self, files: list[File]) -> None:
        self.files, self.leaves = files, (Leaf("text"),)


def write(folder: Path, rows: int) -> tuple[list[File], int]:
    """Tables of a release: zstd, row groups as they are sealed. Gives them and the bytes of text."""
    pool, random, files, size = Pool("medical"), np.random.default_rng(1), [], 0
    for start in range(0, rows, FILE):
        count = min(FILE, rows - start)
        text = pa.array(pool.documents(count, random), pa.large_string())
        size += text.nbytes
        path = folder / f"{start:09}.parquet"
        pq.write_table(pa.table({"text": text}), path, row_group_size=GROUP, compression="zstd", use_dictionary=False)
        files.append(File(path, np.arange(start, start + count)))
    return files, size


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="text-") as name:
        files, size = write(Path(name), rows)
        treated: Any = Written(files)
        print(f"{rows:,} rows, {size / 1e9:.2f} GB of text; {machine.facts()['cpu']}, {machine.facts()['cores']} cores")
        print("| words | rows | first page of 50, ms | all rows, ms |\n| --- | ---: | ---: | ---: |")
        for word in WORDS:
            search, start, first = Search(treated, word), time.perf_counter(), 0.0
            while not search.over:
                search.advance(0.05)
                first = first or (time.perf_counter() - start if len(search.rows) >= 50 else 0.0)
            whole = time.perf_counter() - start
            print(f"| {word} | {len(search.rows):,} | {1000 * (first or whole):,.0f} | {1000 * whole:,.0f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
