"""Trains the place tagger: python -m benchmarks.train_places SILVER OUT

Averaged perceptron over silver.jsonl (silver.py) and invented sentences; development figures on what is held out.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.train_places import data
from benchmarks.train_places.pairs import hot_bits
from benchmarks.train_places.sieve import trained
from quality.kernels import pii_places as kernel
from quality.kernels import pii_places_features as features
from quality.kernels.pii_places_learning import learn
from quality.pii import place_names

_FAR = -(1 << 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("silver", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--invented", type=int, default=60_000)
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--bonus", type=int, default=0, help="scores that beginning a place gains: recall before precision")
    parser.add_argument("--least", type=int, default=60, help="see place_names.Model")
    args = parser.parse_args()
    train = data.table(data.mixture(args.silver, args.invented, args.seed))
    held = data.table([row for _, out, row in data.silver(args.silver) if out])
    bits = hot_bits(train)
    sieve, bound = trained(train, held, bits, args.seed)
    weights, moves = fit(train, args.passes, args.seed)
    save(args.out, weights, moves, args.bonus, bits=bits, sieve=sieve, bound=bound, least=args.least)


def fit(train: data.Table, passes: int, seed: int) -> tuple[Any, Any]:
    """Averaged weights float64[2**BITS, TAGS] and moves float64[TAGS, TAGS]."""
    shape = (1 << features.BITS, kernel.TAGS)
    weights, sums = np.zeros(shape, np.int32), np.zeros(shape, np.int64)
    moves, move_sums = np.where(kernel.legal(), 0, _FAR).astype(np.int32), np.zeros((kernel.TAGS,) * 2, np.int64)
    room, order, step = place_names.room(len(train.letters)), list(range(len(train.bounds) - 1)), 0
    for n in range(passes):
        random.Random(seed + n).shuffle(order)
        wrong, step = learn(*train, np.array(order), step, weights, place_names.tree(), moves, sums, move_sums, room)
        print(f"pass {n + 1}: {wrong / len(train.letters):.4f} of tags wrong", flush=True)
    return weights - sums / step, np.where(kernel.legal(), moves - move_sums / step, _FAR)


def save(out: Path, weights: Any, moves: Any, bonus: int, **others: Any) -> None:
    """Weights become bytes: the largest 1 in 10 000 are cut off."""
    scale = 127 / np.quantile(np.abs(weights[np.abs(weights) > 0]), 0.9999)
    small = np.clip(np.round(weights * scale), -127, 127).astype(np.int8)
    steps = np.where(kernel.legal(), np.round(moves * scale), _FAR).astype(np.int32)
    steps[kernel.O, [kernel.B, kernel.S]] += bonus
    steps[kernel.G, [kernel.B, kernel.S]] += bonus
    np.savez_compressed(out, format=place_names.FORMAT, weights=small, moves=steps, **others)
    print(f"{out.stat().st_size / 1e6:.2f} MB, {np.count_nonzero(small.any(axis=1))} slots used, scale {scale:.2f}")


if __name__ == "__main__":
    main()
