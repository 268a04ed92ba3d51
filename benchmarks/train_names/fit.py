"""Fits the network to the arrays that `python -m benchmarks.train_names` wrote, and exports whole numbers."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from benchmarks.train_names import network
from benchmarks.train_names.data import Encoded


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=20260301)
    arguments.add_argument(
        "--resume", type=Path, help="network.pt of an earlier stage: rounded from the start, a third of the rate"
    )
    arguments.add_argument("--passes", type=int, default=3)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    torch.use_deterministic_algorithms(True)
    arrays = np.load(given.work / "data.npz")
    count = sum(key.startswith("codes") and key[5:].isdigit() for key in arrays.files)
    epochs = [encoded(arrays, str(number)) for number in range(min(count, given.passes))]
    model = network.Tagger(int(arrays["rows"].max()) + 1)
    if given.resume:
        model.load_state_dict(torch.load(given.resume))
        model.rounded = True
    network.train(model, epochs, (arrays["rows"], arrays["lexicon"]), given.seed, given.work)
    torch.save(model.state_dict(), given.work / "network.pt")
    np.savez(given.work / "network.npz", **network.export(model))


def encoded(arrays: np.lib.npyio.NpzFile, name: str) -> Encoded:
    return Encoded(arrays[f"codes{name}"], arrays[f"tags{name}"], arrays[f"starts{name}"])


if __name__ == "__main__":
    main()
