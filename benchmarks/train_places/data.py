"""Sentences with places and organisations, as letters and tags, for training and for development."""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_places import generated
from benchmarks.train_places.daily import Span
from quality.kernels import pii_places as kernel
from quality.pii import letters

Sentence = tuple[str, list[Span]]
_SHORT = re.compile(
    "[中美日俄英法德韩朝印巴越泰欧加澳以伊京津沪渝苏浙皖鲁冀晋豫陕粤桂湘鄂赣闽琼川黔滇藏甘宁青新蒙辽吉黑港台]{1,4}"
)
"""Abbreviations in a row (中美, 京津): nobody lives there, and no list of places holds them."""


class Table(NamedTuple):
    letters: NDArray[np.uint16]  # of all sentences, a BREAK behind each
    tags: NDArray[np.uint8]
    bounds: NDArray[np.int64]  # (sentences + 1)


def silver(path: Path) -> Iterator[tuple[str, bool, Sentence]]:
    """(source, held out, sentence). A tenth of each source is held out, by the text's checksum."""
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        spans = [tuple(s) for s in row["spans"] + row.get("gold", [])]
        held = zlib.crc32(row["text"].encode()) % 10 == 0
        yield row["source"], held, (row["text"], settled(row["text"], spans))


def settled(text: str, spans: Iterable[Span]) -> list[Span]:
    """Places in a row are one; what touches an organisation's name is part of it."""
    owners = _joined(s for s in spans if s[2] == "ORG")
    places = _joined(
        s for s in spans
        if s[2] == "LOC" and not (_SHORT.fullmatch(text[s[0] : s[1]]) and text[s[0] : s[1]] not in _KEPT)
    )  # fmt: skip
    free = [p for p in places if not any(p[0] < o[1] and o[0] < p[1] for o in owners) and p[1] - p[0] > 1]
    return sorted(free + owners)


_KEPT = frozenset(
    ["印巴", "新加", "新疆", "黑河", "吉林", "青藏", "苏州", "台中", "台湾", "新浙", "巴中", "中原", "中台", "加沪", "甘宁"]
) - {
    "印巴",
    "新加",
    "新浙",
    "中台",
    "加沪",
}


def _joined(spans: Iterable[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end, kind in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]), kind)
        else:
            out.append((start, end, kind))
    return out


def mixture(path: Path, invented: int, seed: int) -> list[Sentence]:
    """All training sentences: silver and the People's Daily, half of those with places once more with others, and invented."""
    rng = random.Random(seed)
    places = generated.Places(rng)
    rows = [row for _, held, row in silver(path) if not held]
    rows += [generated.moved(*row, places) for row in rows if rng.random() < 0.5 and any(s[2] == "LOC" for s in row[1])]
    rows += generated.sentences(invented, rng)
    rng.shuffle(rows)
    return rows


def table(rows: list[Sentence]) -> Table:
    """Letters are folded as the recogniser folds them."""
    fold = letters.fold_table()
    texts, tags, bounds = [], [], [0]
    for text, spans in rows:
        letter = fold[np.minimum(np.array([*map(ord, text)]), 65535)]
        tag = np.zeros(len(text), np.uint8)
        for start, end, kind in spans:
            if kind == "ORG":
                tag[start:end] = kernel.G
            else:
                tag[start:end] = kernel.I
                tag[start], tag[end - 1] = kernel.B, kernel.E
                if end - start == 1:
                    tag[start] = kernel.S
        seen = letter != 0
        texts.append(np.append(letter[seen], np.uint16(1)))
        tags.append(np.append(tag[seen], np.uint8(0)))
        bounds.append(bounds[-1] + len(texts[-1]))
    return Table(np.concatenate(texts), np.concatenate(tags), np.array(bounds, np.int64))
