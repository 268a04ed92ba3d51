"""The yardstick: pyarrow reads JSONL and writes it as Parquet, nothing else. `python -m benchmarks.bare_copy IN OUT`."""

from __future__ import annotations

import sys

import pyarrow.json
import pyarrow.parquet


def main() -> None:
    source, target = sys.argv[1:]
    table = pyarrow.json.read_json(source, read_options=pyarrow.json.ReadOptions(block_size=8 << 20))
    pyarrow.parquet.write_table(table, target, compression="zstd")


if __name__ == "__main__":
    main()
