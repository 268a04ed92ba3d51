"""A throw-away model: the shipped network tuned on half of the privacy set, measured on the other half. Never shipped."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from benchmarks.eval_names import bdci, figures
from benchmarks.train_names import data, network


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    arrays = np.load(given.work / "data.npz")
    texts, gold = bdci(given.data)
    learn = [(t, [list(s) for s in sorted(g)], []) for t, g in zip(texts[::2], gold[::2], strict=True)]
    encoded = data.encode(learn, arrays["fold"])
    model = network.Tagger(int(arrays["rows"].max()) + 1)
    model.load_state_dict(torch.load(given.work / "network.pt"))
    model.rounded = True
    tables = (arrays["rows"], arrays["lexicon"])
    network.train(model, [encoded] * 16, tables, given.seed, given.work / "throw_away")
    model.eval()
    print("half of bdci, unseen:", figures(gold[1::2], [_tag(model, text, arrays) for text in texts[1::2]]))


def _tag(model: network.Tagger, text: str, arrays: np.lib.npyio.NpzFile) -> set[tuple[int, int]]:
    encoded = data.encode([(text, [], [])], arrays["fold"])
    if len(encoded.codes) != len(text):
        return set()
    rows, words, pairs, _ = next(iter(network.Batches(encoded, arrays["rows"], arrays["lexicon"])))
    with torch.no_grad():
        best = model(rows, words, pairs)[0].argmax(-1).tolist()
    spans, start = set(), None
    for i, tag in enumerate(best):
        if tag in (data.BEGIN, data.SINGLE):
            start = i
        if tag in (data.END, data.SINGLE) and start is not None:
            spans.add((start, i + 1))
            start = None
        if tag == data.OUT:
            start = None
    return spans


if __name__ == "__main__":
    main()
