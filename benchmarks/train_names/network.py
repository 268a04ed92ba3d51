"""The character network in torch: trained with the rounding that the integer kernel will do."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.train_names.data import IGNORED, Encoded
from benchmarks.train_names.lexicon import CLASSES
from quality.kernels import name_lexicon, name_network

WIDTH, TAGS, PAIRS = 96, 5, 1 << 15
DILATIONS = (1, 2, 4, 1)
STEP = 1 / 32
"""Activations are whole multiples of STEP, from 0 to 127."""
_BATCH = 5000  # code points


class Tagger(nn.Module):
    """Embedding of the character and of the words around it, four dilated convolutions, five tags."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.characters = nn.Embedding(rows, WIDTH)
        self.words = nn.Embedding(6 * len(CLASSES), WIDTH)
        self.pairs = nn.Embedding(PAIRS, WIDTH)
        nn.init.normal_(self.pairs.weight, std=0.05)
        nn.init.normal_(self.characters.weight, std=0.5)
        nn.init.normal_(self.words.weight, std=0.3)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=d, dilation=d) for d in DILATIONS)
        self.head = nn.Linear(WIDTH, TAGS)
        self.drop = nn.Dropout(0.15)
        self.rounded = False

    def forward(self, rows: Tensor, words: Tensor, pairs: Tensor) -> Tensor:
        """rows int64[b, t], words int64[b, t, 6] (class + 12 × column), pairs int64[b, t, 2] → scores float[b, t, 5]."""
        inside = (rows > 0).unsqueeze(1)
        table, more = self._whole(self.characters.weight), self._whole(self.words.weight)
        x = nn.functional.embedding(rows, table) + nn.functional.embedding_bag(
            words.flatten(0, 1), more, mode="sum").view(*rows.shape, WIDTH)  # fmt: skip
        x = x + nn.functional.embedding_bag(pairs.flatten(0, 1), self._whole(self.pairs.weight), mode="sum").view(
            *rows.shape, WIDTH
        )
        x = self.drop(self._active(x)).transpose(1, 2) * inside
        for layer in self.layers:
            y = nn.functional.conv1d(
                x, self._weight(layer.weight), layer.bias, padding=layer.padding, dilation=layer.dilation
            )
            x = self._active(y) * inside
        return nn.functional.linear(self.drop(x.transpose(1, 2)), self._weight(self.head.weight), self.head.bias)

    def _active(self, x: Tensor) -> Tensor:
        return _through(x.clamp(0, 127 * STEP), STEP) if self.rounded else x.clamp(0, 127 * STEP)

    def _weight(self, w: Tensor) -> Tensor:
        return _through(w, float(w.detach().abs().max()) / 127) if self.rounded else w

    def _whole(self, w: Tensor) -> Tensor:
        """Embeddings are whole multiples of STEP within ±127."""
        return _through(w.clamp(-127 * STEP, 127 * STEP), STEP) if self.rounded else w


def _through(x: Tensor, step: float) -> Tensor:
    """Rounded to multiples of step; the gradient passes as if it were not (straight-through estimator)."""
    return x + (torch.round(x / step) * step - x).detach()


class Batches:
    """Sentences of similar length side by side, padded with breaks; the order of batches is seeded."""

    def __init__(self, data: Encoded, rows: NDArray[np.uint16], words: NDArray[np.uint16]) -> None:
        self._rows, self._tags, self._starts = rows[data.codes], data.tags, data.starts
        self._words = word_columns(data, words)
        self._pairs = pair_columns(data)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        for chosen in self._order():
            yield self._batch(chosen)

    def shuffled(self, rng: random.Random) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        batches = self._order()
        rng.shuffle(batches)
        for chosen in batches:
            yield self._batch(chosen)

    def _order(self) -> list[NDArray[np.int64]]:
        lengths = np.diff(self._starts)
        order = np.argsort(lengths, kind="stable")
        batches, begin = [], 0
        while begin < len(order):
            end = begin + 1
            while end < len(order) and (end - begin + 1) * lengths[order[end]] <= _BATCH:
                end += 1
            batches.append(order[begin:end])
            begin = end
        return batches

    def _batch(self, chosen: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        longest = int(np.diff(self._starts)[chosen].max())
        rows = np.zeros((len(chosen), longest), np.int64)
        words = np.zeros((len(chosen), longest, 6), np.int64)
        pairs = np.zeros((len(chosen), longest, 2), np.int64)
        tags = np.full((len(chosen), longest), IGNORED, np.int64)
        for k, s in enumerate(chosen):
            a, b = self._starts[s], self._starts[s + 1]
            pairs[k, : b - a] = self._pairs[a:b]
            rows[k, : b - a], words[k, : b - a], tags[k, : b - a] = self._rows[a:b], self._words[a:b], self._tags[a:b]
        words += np.arange(6) * len(CLASSES)
        return torch.from_numpy(rows), torch.from_numpy(words), torch.from_numpy(pairs), torch.from_numpy(tags)


def word_columns(data: Encoded, table: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """uint8[n, 6] of name_lexicon.classes, sentence by sentence."""
    out = np.zeros((len(data.codes), 6), np.uint8)
    for a, b in zip(data.starts[:-1], data.starts[1:], strict=True):
        codes = np.concatenate([[0], data.codes[a:b], [0]]).astype(np.uint16)
        name_lexicon.classes(table, codes, 1, len(codes) - 1, out[a:b])
    return out


def pair_columns(data: Encoded) -> NDArray[np.int32]:
    """int32[n, 2]: rows of the pairs that end at, and begin with, each code; a break stands around every sentence."""
    out = np.zeros((len(data.codes), 2), np.int32)
    for a, b in zip(data.starts[:-1], data.starts[1:], strict=True):
        codes = np.concatenate([[0], data.codes[a:b], [0]]).astype(np.uint16)
        name_network.pair_rows(codes, 1, len(codes) - 1, out[a:b])
    return out


def train(
    model: Tagger, epochs: list[Encoded], tables: tuple[NDArray[np.uint16], NDArray[np.uint16]], seed: int, work: Path
) -> None:
    """One pass over each epoch's sentences; rounding is switched on for the last third of the steps.

    The state so far is kept in `work` from time to time.
    """
    rng = random.Random(seed)
    stacks = [Batches(data, *tables) for data in epochs]
    total = sum(len(stack._order()) for stack in stacks)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01, fused=True)
    resumed = model.rounded
    rate = 1e-3 if resumed else 3e-3
    done, start, shown = 0, time.time(), 0.0
    for number, stack in enumerate(stacks):
        for rows, words, pairs, tags in stack.shuffled(rng):
            model.rounded = resumed or done > 0.7 * total
            for group in optimiser.param_groups:
                group["lr"] = (
                    rate * min(1, done / min(400, total / 2)) * (0.02 + 0.98 * (1 + math.cos(math.pi * done / total)) / 2)
                )
            loss = nn.functional.cross_entropy(model(rows, words, pairs).flatten(0, 1), tags.flatten(), ignore_index=IGNORED)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            done, shown = done + 1, 0.98 * shown + 0.02 * loss.item()
            if done % 200 == 0:
                print(f"pass {number} step {done}/{total} loss {shown:.4f} {time.time() - start:.0f}s", flush=True)
                torch.save(model.state_dict(), work / "network.pt")
    model.rounded = True


def export(model: Tagger) -> dict[str, NDArray[np.generic]]:
    """Whole numbers for quality.kernels.name_network: embeddings, weights [tap × in, out], biases, factors."""
    arrays: dict[str, NDArray[np.generic]] = {}
    with torch.no_grad():
        for name, table in (
            ("characters", model.characters.weight),
            ("words", model.words.weight),
            ("pairs", model.pairs.weight),
        ):
            arrays[name] = torch.round((table / STEP).clamp(-127, 127)).numpy().astype(np.int8)
        for k, layer in enumerate(model.layers):
            arrays |= _whole(f"layer{k}", layer.weight.permute(2, 1, 0).reshape(3 * WIDTH, WIDTH), layer.bias)
        arrays |= _whole("head", model.head.weight.T, model.head.bias)
    return arrays


def _whole(name: str, weight: Tensor, bias: Tensor) -> dict[str, NDArray[np.generic]]:
    step = float(weight.abs().max()) / 127
    return {
        f"{name}_weight": torch.round(weight / step).numpy().astype(np.int8),
        f"{name}_bias": torch.round(bias / (step * STEP)).numpy().astype(np.int32),
        f"{name}_factor": np.array(step, np.float32),
    }
