"""Places by name, in running text: cities, countries, scenic spots, landmarks. A trained tagger: places/model/README.md."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import pii_address_parts as part
from quality.kernels import pii_places as kernel
from quality.kernels import pii_places_features as features
from quality.pii import letters
from quality.pii.findings import EVIDENCE_INDEX, KIND, MEDIUM, Findings, touching
from quality.pii.letters import Tree

FILE = "model/places.npz"
FORMAT = 1
ALONE = 0.4
"""Confidence of a place by itself: below MEDIUM, so it is counted and not replaced."""
DIVISION, WORLD, DICTIONARY, WEB = range(1, 5)
"""Which list a name is of."""


class Model(NamedTuple):
    weights: NDArray[np.uint64]  # [2**BITS] a byte for each tag: its weight + 128
    bits: NDArray[np.uint8]  # [2**PAIRS / 8] pairs of letters that names begin or end with
    tree: Tree
    moves: NDArray[np.int32]  # [TAGS, TAGS] from, to
    least: int  # how far below O a place may score, for a letter's neighbourhood to be tagged
    sieve: NDArray[np.int8]  # [2**SIEVE_BITS]
    bound: int  # what the sieve lets through


Room = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int32], NDArray[np.int64]]
"""Marks, tags, way back, scores, slots."""


def find(texts: Texts) -> NDArray[np.int64]:
    """int64[m, 7], sorted: text, start, end (code points), start, end (bytes), 0, 1 for an organisation's name, 0 a place."""
    strings, given = letters.read_only(texts), letters.room(texts)
    model, space = load(), room(len(given[0]))
    return letters.filled(len(texts.data), lambda out: kernel.scan(*strings, letters.fold_table(), model, given, space, out))


def room(size: int) -> Room:
    """For strings of `size` letters at most."""
    return (
        np.zeros((4, size), np.uint8), np.zeros(size, np.uint8), np.zeros((size, kernel.TAGS), np.uint8),
        np.zeros((size, kernel.TAGS), np.int32), np.zeros(features.FEATURES, np.int64),
    )  # fmt: skip


@cache
def load() -> Model:
    """The shipped model. ValueError if its format is not ours."""
    with resources.files("quality.pii").joinpath("places", FILE).open("rb") as handle, np.load(handle) as file:
        if int(file["format"]) != FORMAT:
            raise ValueError("地名模型文件的格式不认识 / unknown format of the model of places")
        arrays = {name: file[name] for name in file.files}
    return Model(
        packed(arrays["weights"]),
        arrays["bits"],
        tree(),
        arrays["moves"].astype(np.int32),
        int(arrays["least"]),
        arrays["sieve"],
        int(arrays["bound"]),
    )


def packed(weights: NDArray[np.int8]) -> NDArray[np.uint64]:
    """From int8[2**BITS, TAGS]."""
    table = np.zeros((len(weights), 8), np.uint8)
    table[:, : kernel.TAGS] = (weights.astype(np.int16) + 128).astype(np.uint8)
    return table.view("<u8").ravel()


@cache
def tree() -> Tree:
    """Listed places, and the heads of names of places and organisations."""
    divisions, words, listed = (letters.lists(f) for f in ("divisions.txt", "words.txt", "model/gazetteer.txt"))
    names = dict.fromkeys(listed["web"], WEB) | dict.fromkeys(listed["dictionary"], DICTIONARY)
    names |= dict.fromkeys(words["world"] + divisions["place"], WORLD)
    for key in ("district", "city", "province"):
        names |= dict.fromkeys(divisions[key] + words.get(f"recent_{key}", ()), DIVISION)
    heads: dict[str, int] = {}
    for key, code in (
        ("poi", part.POI), ("zone", part.ZONE), ("estate", part.ESTATE), ("village", part.VILLAGE), ("town", part.TOWN),
        ("road", part.ROAD), ("admin_district", part.DISTRICT), ("admin_city", part.CITY), ("spot", part.PLACE),
        ("organisation", features.ORGANISATION),
    ):  # fmt: skip
        heads |= dict.fromkeys(words[key], code)
    return letters.tree([{word: code for word, code in names.items() if len(word) > 1}, heads])


def joined(known: Findings, texts: Texts) -> Findings:
    """`known` (addresses of the grammar, not overlapping) with the places of the tagger; pieces that overlap or follow one
    another become one. A place alone is reported at ALONE. What the grammar is not sure of goes where the tagger sees a
    place, whose bounds are better, or the name of an organisation."""
    rows = find(texts)
    owner = rows[:, 6] == 1
    organisations, places = _findings(rows[owner]), _findings(rows[~owner])
    sure = known.confidence >= np.float32(MEDIUM)
    known = known.take(sure | ~(touching(known, organisations) | touching(known, places)))
    if len(places) == 0:
        return known
    both = Findings(*(np.concatenate([getattr(known, f.name), getattr(places, f.name)]) for f in fields(Findings)))
    return _maximal(both.take(np.lexsort((both.start, both.text))))


def _findings(rows: NDArray[np.int64]) -> Findings:
    text, start, end, start_byte, end_byte = rows.T[:5]
    return Findings.of(text, start, end, start_byte, end_byte, KIND["address"], 0, ALONE, EVIDENCE_INDEX["model"])


def _maximal(found: Findings) -> Findings:
    """One finding of each run that has no gap, as sure as the surest of it. found: by text and start."""
    far = found.text.astype(np.int64) << 32
    reach = np.maximum.accumulate(far + found.end)
    first = np.ones(len(found), bool)
    first[1:] = (far + found.start)[1:] > reach[:-1]
    run, heads = np.cumsum(first) - 1, np.flatnonzero(first)
    best = np.lexsort((-found.confidence, run))[heads]
    return Findings.of(
        found.text[heads], found.start[heads], np.maximum.reduceat(found.end, heads), found.start_byte[heads],
        np.maximum.reduceat(found.end_byte, heads), found.kind[heads], found.subtype[best], found.confidence[best],
        found.evidence[best],
    )  # fmt: skip
