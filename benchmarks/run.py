"""All figures in one table: `make bench`, or `python -m benchmarks.run [--large] [--peers PYTHON] [--readme]`.

Whole processes, from start to exit. The bare pyarrow copy and `yuliao run healthcare` take turns: one warm-up each
(kernels compiled and cached, files in the page cache), then medians of 5; every counted run has a workspace of its
own, so that nothing is reused. Memory comes from one more run that is not timed. Results go to .bench/results.json;
`--readme` prints them as Markdown without measuring anything.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import machine, make_input, process_tree, report
from benchmarks.process_tree import Taken

RESULTS = make_input.FOLDER / "results.json"
RUNS, PEER_RUNS, PEER_MB = 5, 3, (5, 20)


def bare(source: Path, folder: Path, *, sample: bool = False) -> Taken:
    return process_tree.run(
        [sys.executable, "-m", "benchmarks.bare_copy", str(make_input.clean(source)), str(folder / "copy.parquet")],
        sample=sample,
    )


def ours(source: Path, folder: Path, *, sample: bool = False) -> Taken:
    command = ["run", "healthcare", "--input", str(source), "--id", "id", "--subject", "患者编号"]
    return process_tree.run(
        [sys.executable, "-m", "cli", *command, "--out", str(folder / "out"), "--json"],
        env={"YULIAO_HOME": str(folder / "home")},
        sample=sample,
    )


def fresh(run: Any, source: Path, *, sample: bool = False) -> Taken:
    """One run in a folder of its own, on the disk of the input; the folder goes when its figures are taken."""
    with tempfile.TemporaryDirectory(dir=make_input.FOLDER) as folder:
        taken: Taken = run(source, Path(folder), sample=sample)
    return taken


def compare(mb: int, runs: int) -> dict[str, Any]:
    """The two commands in turns on `mb` megabytes. runs = 1: no warm-up, and memory is sampled in the timed run."""
    source = make_input.ensure(mb)
    alone = runs == 1
    if not alone:
        warm_up(source)
    pairs = []
    for turn in range(runs):
        say(f"{mb} MB: turn {turn + 1} of {runs}")
        pairs.append((fresh(bare, source, sample=alone), fresh(ours, source, sample=alone)))
    memory = pairs[0] if alone else (fresh(bare, source, sample=True), fresh(ours, source, sample=True))
    copy, full = (statistics.median(pair[i].seconds for pair in pairs) for i in (0, 1))
    told = json.loads(memory[1].output)
    truth = make_input.truth(source)
    return {
        "mb": truth["bytes"] / 1e6,
        "rows": truth["rows"],
        "bytes_per_row": truth["bytes"] / truth["rows"],
        "runs": runs,
        "bare_seconds": copy,
        "seconds": full,
        "all_seconds": [[round(taken.seconds, 3) for taken in pair] for pair in pairs],
        "ratio": statistics.median(b.seconds / a.seconds for a, b in pairs),
        "mb_per_second": truth["bytes"] / 1e6 / full,
        "bare_pss": memory[0].pss,
        "bare_rss": memory[0].rss,
        "pss": memory[1].pss,
        "rss": memory[1].rss,
        "processes": memory[1].processes,
        "planted": truth,
        "kept": told["kept"],
        "dropped": told["dropped"],
        "quarantined": told["quarantined"],
        "steps": told["steps"],
    }


def warm_up(source: Path) -> None:
    say("warm-up")
    fresh(bare, source)
    fresh(ours, source)


def slice_of(source: Path, mb: int) -> Path:
    """The first `mb` megabytes of good lines."""
    target = source.with_name(f"{source.stem}.first-{mb}.jsonl")
    with make_input.clean(source).open("rb") as file:
        target.write_bytes(file.read(mb * 1_000_000).rpartition(b"\n")[0] + b"\n")
    return target


def juicer(python: str, source: Path, workers: int, runs: int) -> dict[str, Any]:
    """data-juicer on two small slices, and ours on the larger one, in turns; whole processes, medians.

    Two sizes, because data-juicer spends seconds on its start and on starting each operator: the line through both
    gives what it would need for more, without counting that twice.
    """

    def peer(path: Path, folder: Path, *, sample: bool = False) -> Taken:
        script = Path(__file__).with_name("peer_data_juicer.py")
        return process_tree.run([python, str(script), str(path), str(folder / "peer.parquet"), str(workers)], sample=sample)

    small, large = (slice_of(source, mb) for mb in PEER_MB)
    fresh(peer, slice_of(source, 1))
    fresh(ours, large)
    turns = []
    for turn in range(runs):
        say(f"data-juicer, {PEER_MB[0]} and {PEER_MB[1]} MB: turn {turn + 1} of {runs}")
        turns.append((fresh(peer, small), fresh(peer, large), fresh(ours, large)))
    short, long, mine = (statistics.median(turn[i].seconds for turn in turns) for i in range(3))
    sizes = [path.stat().st_size / 1e6 for path in (small, large)]
    each = (long - short) / (sizes[1] - sizes[0])
    return {
        "mb": sizes[1],
        "runs": runs,
        "peer_seconds": long,
        "peer_seconds_small": short,
        "peer_seconds_per_mb": each,
        "peer_seconds_fixed": long - each * sizes[1],
        "peer_kept": json.loads(turns[0][1].output.splitlines()[-1])["kept"],
        "seconds": mine,
        "kept": json.loads(turns[0][2].output)["kept"],
    }


def module(name: str, *arguments: str) -> str:
    """What another benchmark prints."""
    say(name)
    return process_tree.run([sys.executable, "-m", f"benchmarks.{name}", *arguments]).output


def recall() -> dict[str, float]:
    printed = module("dedup_recall")
    wanted = {
        "pairs": r"pairs with Jaccard .*?([\d,]+)$",
        "recall": r"recall of pairs.*?([\d.]+)$",
        "candidates": r"recall of candidates.*?([\d.]+)$",
        "edges": r"verified edges\s+([\d,]+)$",
        "precision": r"precision of edges\s+([\d.]+)$",
    }
    return {name: _number(pattern, printed) for name, pattern in wanted.items()}


def minhash(python: str | None) -> dict[str, float]:
    printed = module("minhash_speed", *(["--rensa", python] if python else []))
    found = {"mb_per_second": _number(r"quality\.sketch\.keys\s+([\d.]+) MB/s", printed)}
    if python:
        found["rensa_mb_per_second"] = _number(r"rensa, with making.*?\s([\d.]+) MB/s", printed)
        found["rensa_ratio"] = _number(r"rensa, with making.*ratio\s+([\d.]+)", printed)
        found["rensa_alone_mb_per_second"] = _number(r"made beforehand\s+([\d.]+) MB/s", printed)
    return found


def _number(pattern: str, printed: str) -> float:
    match = re.search(pattern, printed, re.M)
    if match is None:
        raise RuntimeError(f"no figure for {pattern!r}")
    return float(match.group(1).replace(",", ""))


def say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=300)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--large", action="store_true", help="3 GB as well, once")
    parser.add_argument("--large-mb", type=int, default=3000)
    parser.add_argument("--peers", help="Python of a virtual environment with requirements-peers.txt")
    parser.add_argument(
        "--only", choices=("recipe", "large", "dedup", "juicer"), help="measure one part, keep the other figures"
    )
    parser.add_argument("--readme", action="store_true", help="print the last results as Markdown")
    options = parser.parse_args()
    if not options.readme:
        measure(options)
    results = json.loads(RESULTS.read_text("utf-8"))
    print(report.markdown(results) if options.readme else report.plain(results))


def measure(options: argparse.Namespace) -> None:
    """Adds each part's figures to the results file as soon as they are there."""
    only = options.only
    python = shutil.which(options.peers) if options.peers else None
    if options.peers and python is None:
        sys.exit(f"no such interpreter: {options.peers}")
    source = make_input.ensure(options.mb)
    facts = machine.facts()
    note({"machine": facts}, start=only is None)
    if only in (None, "recipe"):
        note({"recipe": compare(options.mb, options.runs)})
    if only == "large" or (only is None and options.large):
        note({"large": compare(options.large_mb, 1)})
    if only in (None, "dedup"):
        note({"recall": recall(), "minhash": minhash(python)})
    if python and only in (None, "juicer"):
        note({"juicer": juicer(python, source, int(str(facts["cores"])), min(options.runs, PEER_RUNS))})


def note(part: dict[str, Any], *, start: bool = False) -> None:
    known = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() and not start else {}
    RESULTS.write_text(json.dumps(known | part, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
