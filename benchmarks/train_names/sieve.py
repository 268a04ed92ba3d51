"""Fits the sieve: logistic regression over its hashed features, by AdaGrad, rounded to 16-bit whole numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.train_names.data import Encoded
from benchmarks.train_names.fit import encoded
from quality.kernels import name_sieve

SCALE = 64
"""Weights are whole numbers of 1 / SCALE logits."""


@njit(cache=True)
def _learn(codes: Any, tags: Any, able: Any, lexicon: Any, order: Any, weights: Any, squares: Any, gain: float) -> float:
    slots = np.empty(name_sieve.FEATURES, np.int64)
    lost = 0.0
    for i in order:
        if tags[i] < 0 or not able[codes[i]]:
            continue
        name_sieve.features(codes, i, name_sieve.classes(lexicon, codes, i), slots)
        total = 0.0
        for k in slots:
            total += weights[k]
        p = 1 / (1 + np.exp(-total))
        target = 1.0 if tags[i] > 0 else 0.0
        step = (p - target) * (gain if target else 1.0)
        lost += abs(step)
        for k in slots:
            squares[k] += step * step
            weights[k] -= 0.15 * step / np.sqrt(squares[k])
    return lost


def spread(data: Encoded) -> tuple[NDArray[np.uint16], NDArray[np.int8], NDArray[np.int64]]:
    """All sentences in one array, a break between any two; also where each sentence begins in it."""
    pad = name_sieve.MARGIN
    n, m = len(data.codes), len(data.starts) - 1
    place = np.arange(n) + pad * (1 + np.searchsorted(data.starts, np.arange(n), side="right") - 1)
    codes = np.zeros(n + pad * (m + 1), np.uint16)
    tags = np.full(len(codes), -1, np.int8)
    codes[place], tags[place] = data.codes, data.tags
    return codes, tags, data.starts[:-1] + pad * (1 + np.arange(m))


def able_codes(codes: NDArray[np.uint16], tags: NDArray[np.int8]) -> NDArray[np.uint8]:
    """uint8[65536]: codes that are part of a name at least once in 2000 times, and all that training never showed."""
    seen = np.bincount(codes, minlength=65536)
    inside = np.bincount(codes[tags > 0], minlength=65536)
    able = (inside * 2000 >= seen) | (seen < 5)
    plain = np.array([not chr(c).isalpha() and c != 0xB7 for c in range(65536)])
    able[plain] = False
    return able.astype(np.uint8)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=20260301)
    given = arguments.parse_args()
    arrays = np.load(given.work / "data.npz")
    lexicon = arrays["lexicon"]
    weights, squares = np.zeros(name_sieve.SLOTS, np.float64), np.full(name_sieve.SLOTS, 1e-2)
    rng = np.random.default_rng(given.seed)
    able = None
    passes = [key[5:] for key in arrays.files if key.startswith("codes") and key[5:].isdigit()]
    for number in range(4):
        codes, tags, _ = spread(encoded(arrays, passes[number % len(passes)]))
        able = able_codes(codes, tags) if able is None else able
        places = np.flatnonzero(tags >= 0)
        rng.shuffle(places)
        lost = _learn(codes, tags, able, lexicon, places, weights, squares, 4.0)
        print(f"pass {number}: mean error {lost / len(places):.5f}")
    whole = np.clip(np.rint(weights * SCALE), -32767, 32767).astype(np.int16)
    for name in ("daily", "silver", "generated", "records"):
        report(name, encoded(arrays, "_" + name), able, lexicon, whole)
    np.savez(given.work / "sieve.npz", weights=whole, able=able)


def report(
    name: str, data: Encoded, able: NDArray[np.uint8], lexicon: NDArray[np.uint16], weights: NDArray[np.int16]
) -> None:
    """Share of names with a hot code, and of codes that are hot, for several bounds."""
    codes, tags, _ = spread(data)
    hot, slots = np.empty(len(codes), np.uint8), np.empty(name_sieve.FEATURES, np.int64)
    begun = np.empty(len(codes), np.uint16)
    begins = np.flatnonzero((tags == 1) | (tags == 4))
    ends = np.array([next(j for j in range(i, len(tags)) if tags[j] in (3, 4)) + 1 for i in begins])
    for logit in (-5, -4, -3, -2, -1, 0):
        count = name_sieve.sift(codes, len(codes), hot[:0], able, lexicon, weights, logit * SCALE, begun, slots, hot)
        total = np.concatenate([[0], np.cumsum(hot)])
        print(
            f"{name} bound {logit}: names touched {np.mean(total[ends] > total[begins]):.4f}, hot {count / len(data.codes):.4f}"
        )


if __name__ == "__main__":
    main()
