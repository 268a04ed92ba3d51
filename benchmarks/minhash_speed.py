"""Sketching speed against rensa on the same strings: `python -m benchmarks.minhash_speed --rensa PYTHON`.

PYTHON is the interpreter of a virtual environment that holds rensa. One thread each, medians of 5, kernels cached. Ours
goes from UTF-8 bytes to all keys (folding, value and template hashes, exact hash, 21 bands of 6). rensa is given what
its user has to write: character 5-grams as Python strings, 128 permutations, one digest matrix per batch; the second
figure leaves out the making of the 5-grams. Neither folds nor hashes anything else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.dedup_recall import documents, sample
from quality.sketch import keys

_PEER = """
import json, statistics, sys, time
from rensa import RMinHash
texts = json.load(open(sys.argv[1], encoding="utf-8"))
def grams(part):
    return [[t[i:i + 5] for i in range(max(len(t) - 4, 1))] for t in part]
def sketched(sets):
    RMinHash.digest_matrix_from_token_sets(sets, 128, 42)
def median(run):
    times = []
    for _ in range(5):
        start = time.perf_counter(); run(); times.append(time.perf_counter() - start)
    return statistics.median(times)
parts = [texts[i:i + 500] for i in range(0, len(texts), 500)]
sets = [grams(part) for part in parts]
alone = median(lambda: [sketched(s) for s in sets])
del sets
print(json.dumps([median(lambda: [sketched(grams(p)) for p in parts]), alone]))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rensa", help="Python of a virtual environment with rensa")
    parser.add_argument("--documents", type=int, default=10_000)
    options = parser.parse_args()
    strings = sample(options.documents)
    docs = documents(strings)
    size = len(docs.data) / 1e6
    ours = _median(lambda: keys(docs))
    print(f"{len(strings):,} documents, {size:.1f} MB, {sum(map(len, strings)) // len(strings)} characters on average")
    print(f"quality.sketch.keys                 {size / ours:8.1f} MB/s")
    if options.rensa:
        whole, alone = _rensa(strings, options.rensa)
        print(f"rensa, with making the 5-grams      {size / whole:8.1f} MB/s   ratio {whole / ours:6.1f}")
        print(f"rensa, 5-grams made beforehand      {size / alone:8.1f} MB/s   ratio {alone / ours:6.1f}")


def _median(run: Callable[[], object]) -> float:
    run()  # loads the kernels
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _rensa(strings: list[str], python: str) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder) / "texts.json", Path(folder) / "peer.py"
        path.write_text(json.dumps(strings), "utf-8")
        script.write_text(_PEER, "utf-8")
        done = subprocess.run([python, str(script), str(path)], check=True, capture_output=True, text=True)
    times: list[float] = json.loads(done.stdout)
    return times


if __name__ == "__main__":
    main()
