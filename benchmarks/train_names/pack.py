"""Puts sieve and network together, sets the confidence of each margin on the development set, writes the shipped file."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_names.data import BEGIN, END, SINGLE
from benchmarks.train_names.fit import encoded
from benchmarks.train_names.network import STEP
from benchmarks.train_names.sieve import SCALE, spread
from quality.kernels import name_sieve, name_tagger
from quality.pii.names import model

BOUND_LOGIT = -1.75
BONUS_LOGIT = 1.5
LEAST_LOGIT = 4.0
DEVELOPMENT = ("daily", "records", "silver")
HALF = 0.25
"""Share of right names from which a margin counts as confident enough to replace: recall before precision."""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    given = arguments.parse_args()
    arrays, sieve, network = (np.load(given.work / f"{name}.npz") for name in ("data", "sieve", "network"))
    parts = {name: arrays[name] for name in ("fold", "rows", "lexicon")}
    parts |= {"able": sieve["able"], "sieve": sieve["weights"], **{name: network[name] for name in network.files}}
    logit = 1 / (STEP * float(network["head_factor"]))
    parts |= {
        "format": np.array(model.FORMAT),
        "bound": np.array(round(BOUND_LOGIT * SCALE)),
        "bonus": np.array(round(BONUS_LOGIT * logit)),
    }
    parts["least"] = np.array(round(LEAST_LOGIT * logit))
    parts |= {"margins": np.zeros(0, np.int64), "confidences": np.ones(1, np.float32)}
    net = model.of_arrays(parts)
    margins, right = (
        np.concatenate(x) for x in zip(*(_margins(net, encoded(arrays, f"_{name}")) for name in DEVELOPMENT), strict=True)
    )
    parts["margins"], parts["confidences"] = _steps(margins, right, logit)
    for margin, confidence in zip(parts["margins"] / logit, parts["confidences"][1:], strict=True):
        print(f"margin {margin:.2f} logits: confidence {confidence:.2f}")
    np.savez_compressed(given.out, **parts)
    print(f"{given.out.stat().st_size} bytes")


def _margins(net: model.Model, data: object) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Margins of everything tagged in a development set, and whether it is right to the character."""
    codes, tags, _ = spread(data)  # type: ignore[arg-type]
    hot, slots = np.empty(len(codes), np.uint8), np.empty(name_sieve.FEATURES, np.int64)
    begun = np.empty(len(codes), np.uint16)
    name_sieve.sift(codes, len(codes), hot[:0], net.able, net.weights.lexicon, net.sieve, net.bound, begun, slots, hot)
    rows = np.empty((len(codes) // 2, 3), np.int64)
    rows = rows[: name_tagger.tag(codes, begun, len(codes), hot, net.weights, net.bonus, name_tagger.room(), rows)]
    first, last = tags[rows[:, 0]], tags[rows[:, 1] - 1]
    inner = np.array([(tags[a + 1 : b - 1] == 2).all() for a, b in rows[:, :2]])
    known = np.array([(tags[a:b] >= 0).all() for a, b in rows[:, :2]])
    right = np.where(rows[:, 1] - rows[:, 0] == 1, first == SINGLE, (first == BEGIN) & (last == END) & inner)
    return rows[known, 2], right[known]


def _steps(
    margins: NDArray[np.int64], right: NDArray[np.bool_], logit: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Isotonic steps (pool adjacent violators) over bins of half a logit; HALF of them right gives confidence 0.5."""
    edges = np.unique(np.round(np.arange(-2, 12.5, 0.5) * logit).astype(np.int64))
    place = np.searchsorted(edges, margins, side="right")
    counts = np.bincount(place, minlength=len(edges) + 1) + 1.0
    hits = np.bincount(place, weights=right, minlength=len(edges) + 1) + 0.5
    blocks: list[list[float]] = []
    for hit, count in zip(hits, counts, strict=True):
        blocks.append([hit, count, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    shares = np.concatenate([np.full(int(width), hit / count) for hit, count, width in blocks])
    confidence = shares ** (np.log(0.5) / np.log(HALF))
    return edges, np.round(confidence, 2).astype(np.float32)


if __name__ == "__main__":
    main()
