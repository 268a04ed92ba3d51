"""Trains the name models: `make train-names`. Seeded; the corpora and their rights stand in the model card."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from benchmarks.train_names import data, lexicon, texts
from benchmarks.train_names.people import People
from benchmarks.train_names.templates import Templates

ROWS = 6000
DEVELOPMENT = ("daily", "silver", "generated", "records")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=Path, required=True, help="folder with the sets and packages/")
    arguments.add_argument("--silver", type=Path, required=True, help="output of benchmarks.train_names.silver")
    arguments.add_argument("--work", type=Path, required=True, help="where intermediate arrays go")
    arguments.add_argument("--tables", type=Path, help="data.npz of an earlier stage, whose tables stay")
    arguments.add_argument("--epochs", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=20260301)
    given = arguments.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    known = texts.shingles(texts.test_texts(given.data))
    fold = lexicon.fold_table()
    epochs = [list(_epoch(given, known, number)) for number in range(given.epochs)]
    if given.tables:
        rows, words = (np.load(given.tables)[name] for name in ("rows", "lexicon"))
    else:
        rows = lexicon.row_table((s[0] for s in epochs[0]), fold, ROWS)
        words = lexicon.word_table(given.data, fold)
    arrays = {"fold": fold, "rows": rows, "lexicon": words}
    for number, sentences in enumerate(epochs):
        encoded = data.encode(sentences, fold)
        arrays |= {f"codes{number}": encoded.codes, f"tags{number}": encoded.tags, f"starts{number}": encoded.starts}
        print(
            f"epoch {number}: {len(sentences)} sentences, {len(encoded.codes)} code points, {int((encoded.tags == data.BEGIN).sum())} names"
        )
    if given.tables:
        before = np.load(given.tables)
        arrays |= {key: before[key] for key in before.files if key.split("_")[-1] in DEVELOPMENT}
        arrays |= {f"{key}{given.epochs + n}": before[f"{key}{n}"] for n in (0, 1) for key in ("codes", "tags", "starts")}
    for name, sentences in () if given.tables else _development(given, known).items():
        encoded = data.encode(sentences, fold)
        arrays |= {f"codes_{name}": encoded.codes, f"tags_{name}": encoded.tags, f"starts_{name}": encoded.starts}
        print(f"development {name}: {len(sentences)} sentences, {len(encoded.codes)} code points")
    np.savez(given.work / "data.npz", **arrays)


def _epoch(given: argparse.Namespace, known: set[int], number: int):  # type: ignore[no-untyped-def]
    rng = random.Random(given.seed * 100 + number)
    people = People(given.data, rng)
    yield from data.people_daily(given.data, people, rng, known, held_out=False)
    yield from data.silver(given.silver, rng, held_out=False, quiet=0.3, plain=0.15)
    yield from data.modern(given.silver, people, rng, 30_000)
    templates = Templates(people, rng, given.data)
    yield from data.generated(templates, 45_000)
    yield from data.negatives(templates, 12_000)
    yield from data.records(given.seed + number, 400)


def _development(given: argparse.Namespace, known: set[int]) -> dict[str, list[data.Sentence]]:
    rng = random.Random(given.seed - 1)
    people = People(given.data, rng)
    return {
        "daily": list(data.people_daily(given.data, people, rng, known, held_out=True)),
        "silver": list(data.silver(given.silver, rng, held_out=True, quiet=1, plain=1)),
        "generated": list(data.generated(Templates(people, rng, given.data), 4_000)),
        "records": list(data.records(given.seed - 7, 150)),
    }


if __name__ == "__main__":
    main()
