"""python -m benchmarks.eval_pii [--quick] [--no-speed] [--peers PYTHON] [--readme]: figures into .bench/eval_pii.json."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.eval_pii import generated, gold, judge, ours, peer_runs, plain, probes, speed, tables, vectors
from benchmarks.eval_pii.gold import GoldSet, Sample, Span
from benchmarks.eval_pii.score import score

OUT = Path(".bench/eval_pii.json")
CACHE = Path(".bench/eval_pii_peers")
THROWAWAY = Path(".bench/throwaway.json")
PEER_CHARACTERS = 500_000  # of the texts without personal data; our side reads all of them


class Table:
    """Collects the figures of all tools."""

    def __init__(self, python: Path) -> None:
        self._python = python
        self.tools: dict[str, str] = {"ours": "findings of confidence 0.5 and more, default kinds"}

    def peers(self, samples: Sequence[Sample]) -> dict[str, peer_runs.Run]:
        """Runs of the peers that are there; all are named in the table, those that are not with the reason."""
        runs = {}
        for tool in peer_runs.TOOLS:
            run = peer_runs.run(self._python, CACHE, tool, samples)
            self.tools[tool] = f"{run.version} {run.note}".strip()
            if run.found is not None:
                runs[tool] = run
        return runs

    def of(self, gold_set: GoldSet) -> dict[str, Any]:
        samples = gold_set.samples
        wanted = [sample.spans for sample in samples]
        sure, every = ours.find(samples)
        kinds = {kind: s.figures() for kind, s in score(wanted, sure, gold_set.kinds, gold_set.alias).items()}
        for kind, loose in score(wanted, every, gold_set.kinds, gold_set.alias).items():
            kinds[kind] |= {
                "any_touched_recall": round(loose.touched_recall, 4),
                "any_covered_recall": round(loose.covered_recall, 4),
            }
        found: dict[str, Any] = {"ours": {"kinds": kinds, "decoys": _decoys(samples, sure)}}
        for tool, run in self.peers(samples).items():
            figures = {k: s.figures() for k, s in score(wanted, run.found or [], gold_set.kinds, gold_set.alias).items()}
            characters = sum(len(sample.text) for sample in samples)
            found[tool] = {"kinds": figures, "decoys": _decoys(samples, run.found or []),
                           "characters_per_second": round(characters / max(run.seconds, 1e-9))}  # fmt: skip
        right = sum(_clean(a) == _clean(b) for a, b in zip(wanted, sure, strict=True))
        return {"name": gold_set.name, "seen": gold_set.seen, "samples": len(samples), "right": right,
                "scored": list(gold_set.kinds), "tools": found}  # fmt: skip

    def plain(self) -> dict[str, Any]:
        names = [name for name in plain.SOURCES if plain.exists(name)]
        every = [sample for name in names for sample in plain.load(name)]
        parts = {(name, half): plain.load(name, half) for name in names for half in plain.HALVES}
        rates = {key: _rate(samples, ours.find(samples)[0]) for key, samples in parts.items()}
        thin = plain.thin(every, PEER_CHARACTERS)
        tools = {"ours, same sample": _rate(thin, ours.find(thin)[0])}
        tools |= {tool: _rate(thin, run.found or []) for tool, run in self.peers(thin).items()}
        megabytes = sum(len(sample.text.encode()) for sample in every) / 1e6
        halves = {half: _summed([row for key, row in rates.items() if key[1] == half]) for half in plain.HALVES}
        sources = {name: _summed([row for key, row in rates.items() if key[0] == name]) for name in names}
        split = {f"{name}, {half}": row for (name, half), row in rates.items()}
        return {**_summed(list(rates.values())), "megabytes": megabytes, "halves": halves, "sources": sources | split,
                "tools": tools, "judged": judge.judged()}  # fmt: skip


def _clean(spans: Sequence[Span]) -> set[Span]:
    return {span for span in spans if span[2] != generated.DECOY}


def _decoys(samples: Sequence[Sample], found: Sequence[Sequence[Span]]) -> dict[str, int]:
    """How many numbers that are not personal stand in the samples, and how many of them a tool touches."""
    wanted = [[(s, e, k) for s, e, k in sample.spans if k == generated.DECOY] for sample in samples]
    one = [[(s, e, generated.DECOY) for s, e, _ in spans] for spans in found]
    figures = score(wanted, one, (generated.DECOY,))[generated.DECOY]
    return {"there": figures.gold, "touched": figures.touched}


def _rate(samples: Sequence[Sample], found: Sequence[Sequence[Span]]) -> dict[str, Any]:
    kinds = Counter(kind for spans in found for _, _, kind in spans)
    return _rated(kinds, sum(len(sample.text) for sample in samples))


def _rated(kinds: Counter[str], characters: int) -> dict[str, Any]:
    per = {kind: round(count / characters * 1e5, 4) for kind, count in kinds.most_common()}
    return {"characters": characters, "rate": round(kinds.total() / max(characters, 1) * 1e5, 4), "kinds": per,
            "findings": dict(kinds)}  # fmt: skip


def _summed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    total = Counter[str]()
    for row in rows:
        total.update(row["findings"])
    return _rated(total, sum(row["characters"] for row in rows))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    rows = 400 if options.quick else 1500
    makers = {
        "msra": gold.msra,
        "privacy": gold.privacy,
        "healthcare": lambda: generated.make("healthcare", rows),
        "manufacturing": lambda: generated.make("manufacturing", rows),
        "drawn": lambda: vectors.drawn(rows),
        "mistyped": lambda: vectors.mistyped(rows),
        "vectors": vectors.shared,
        "probes": probes.make,
    }
    table = Table(options.peers)
    sets, missing = gold.available(makers)
    results: dict[str, Any] = {"machine": machine.facts(), "load": round(os.getloadavg()[0], 1), "missing": missing}
    results["sets"] = {key: table.of(gold_set) for key, gold_set in sets.items()}
    if any(map(plain.exists, plain.SOURCES)):
        results["plain"] = table.plain()
    if THROWAWAY.exists():
        results["throwaway"] = json.loads(THROWAWAY.read_text("utf-8"))
    if not options.no_speed:
        results["speed"] = speed.measure(_speed_sets(sets))
    return results | {"tools": table.tools}


def _speed_sets(sets: dict[str, GoldSet]) -> dict[str, list[str]]:
    """Dense: generated records, an identity every few dozen characters. Few hits: the laws and manuals, if they are there."""
    few = [sample.text for name in plain.SOURCES if plain.exists(name) for sample in plain.load(name)]
    dense = [sample.text for key in ("healthcare", "manufacturing") for sample in sets[key].samples]
    return {"few hits": few, "dense": dense} if few else {"dense": dense}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.eval_pii", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="400 generated records per domain instead of 1500")
    parser.add_argument("--no-speed", action="store_true", help="leave the speed out")
    parser.add_argument("--peers", type=Path, default=Path(".bench/peers-pii/bin/python"), help="python of the peers")
    parser.add_argument("--readme", action="store_true", help="print the last results as Markdown, measure nothing")
    options = parser.parse_args()
    if options.readme:
        print(tables.markdown(json.loads(OUT.read_text("utf-8"))))
        return
    results = measure(options)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(results, ensure_ascii=False, indent=1), "utf-8")
    print(tables.plain(results))


if __name__ == "__main__":
    main()
