"""The trained tables that ship with the package: loaded once, read only. What is in them: model/README.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_network
from quality.kernels.name_tagger import Weights
from quality.kernels.vectors import aligned

FORMAT = 1
FILE = "model/names.npz"


@dataclass(frozen=True)
class Model:
    """Folding, sieve, network and the confidence of a margin."""

    fold: NDArray[np.uint16]  # [65536] code of every code point
    able: NDArray[np.uint8]  # [65536] codes that names are made of
    sieve: NDArray[np.int16]
    bound: int  # what the sieve lets through
    least: int  # how far below O a tag may score, for the neighbourhood to be looked at
    bonus: int  # what every tag but O gets, in scores: recall before precision
    weights: Weights
    terms: NDArray[np.uint64]  # ascending: runs of two to four codes that belong to medical terms
    whole: NDArray[np.uint64]  # ascending: drugs and foods of two or three characters
    margins: NDArray[np.int64]  # ascending, in scores
    confidences: NDArray[np.float32]  # of margins up to the next of `margins`; one more than those


@cache
def load() -> Model:
    """The shipped model. ValueError if its format is not ours."""
    with resources.files(__package__).joinpath(FILE).open("rb") as handle, np.load(handle) as file:
        arrays = {name: file[name] for name in file.files}
    return of_arrays(arrays)


def of_arrays(arrays: dict[str, NDArray[np.generic]]) -> Model:
    """A model from the arrays of its file."""
    if int(arrays["format"]) != FORMAT:
        raise ValueError("模型文件的格式不认识 / unknown format of the name model")
    return Model(
        fold=arrays["fold"].astype(np.uint16),
        able=arrays["able"].astype(np.uint8),
        sieve=arrays["sieve"].astype(np.int16),
        bound=int(arrays["bound"]),
        least=int(arrays["least"]),
        bonus=int(arrays["bonus"]),
        weights=_weights(arrays),
        terms=arrays["terms"].astype(np.uint64),
        whole=arrays["words_whole"].astype(np.uint64),
        margins=arrays["margins"].astype(np.int64),
        confidences=arrays["confidences"].astype(np.float32),
    )


def _weights(arrays: dict[str, NDArray[np.generic]]) -> Weights:
    layers = range(name_network.LAYERS)
    return Weights(
        rows=arrays["rows"].astype(np.uint16),
        lexicon=arrays["lexicon"].astype(np.uint16),
        characters=arrays["characters"].astype(np.int8),
        words=arrays["words"].astype(np.int8),
        pairs=arrays["pairs"].astype(np.int8),
        layers=_aligned(np.stack([name_network.packed(arrays[f"layer{k}_weight"].astype(np.int8)) for k in layers])),
        biases=np.stack([arrays[f"layer{k}_bias"] for k in layers]).astype(np.int32),
        factors=np.array([arrays[f"layer{k}_factor"] for k in layers], np.float32),
        head=np.ascontiguousarray(arrays["head_weight"].T.astype(np.int32)),
        head_bias=arrays["head_bias"].astype(np.int32),
    )


def _aligned(array: NDArray[np.int8]) -> NDArray[np.int8]:
    out = aligned(*array.shape, dtype=np.int8)
    out[:] = array
    return out
