"""Adds the table of medical terms to a model's file: python -m benchmarks.train_names.terms DATA names.npz

Runs of two to four codes that belong to names of drugs, diseases, symptoms and examinations: whole short terms, and the
inner runs of longer ones. Lists: med_kg_dicts (Apache-2.0).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

LISTS = ("med_kg_dicts/drug", "med_kg_dicts/disease", "med_kg_dicts/symptom", "med_kg_dicts/check")
SHORT = "symptom"
"""Only this list gives terms of two characters: short drug and plant names (紫雪, 杜仲) are given names too."""


WHOLE = ("med_kg_dicts/drug", "med_kg_dicts/food")
"""Short terms of these lists are doubted only where they are the whole name: 陈皮 is a drug, 陈皮英 is not."""


def runs(word: str, *, short: bool) -> Iterator[str]:
    if len(word) == 2 and short:
        yield word
    for n in (3, 4):
        yield from (word[i : i + n] for i in range(len(word) - n + 1))


def table(data: Path, fold: np.ndarray) -> np.ndarray:
    """uint64[n], ascending: `name_lexicon.run_key` of every run."""
    found: set[int] = set()
    for name in LISTS:
        for line in (data / "lexicons" / f"{name}.txt").read_text("utf-8-sig").splitlines():
            word = line.split("\t")[0].strip()
            if re.fullmatch("[\u4e00-\u9fff]{2,12}", word):
                found |= {_key(run, fold) for run in runs(word, short=name.endswith(SHORT))}
    return np.array(sorted(found), np.uint64)


def whole(data: Path, fold: np.ndarray) -> np.ndarray:
    """uint64[n], ascending: terms of WHOLE with two or three characters, and what at least three longer ones begin with."""
    words = {w.strip() for n in WHOLE for w in (data / "lexicons" / f"{n}.txt").read_text("utf-8-sig").splitlines()}
    words = {w for w in words if re.fullmatch("[\u4e00-\u9fff]{2,12}", w)}
    heads = Counter(w[:2] for w in words if len(w) > 3)
    chosen = {w for w in words if len(w) <= 3} | {head for head, count in heads.items() if count >= 3}
    return np.array(sorted(_key(w, fold) for w in chosen), np.uint64)


def _key(run: str, fold: np.ndarray) -> int:
    return int.from_bytes(b"".join(int(fold[ord(c)]).to_bytes(2, "big") for c in run), "big")


if __name__ == "__main__":
    path = Path(sys.argv[2])
    arrays = dict(np.load(path))
    arrays["terms"] = table(Path(sys.argv[1]), arrays["fold"])
    arrays["words_whole"] = whole(Path(sys.argv[1]), arrays["fold"])
    np.savez_compressed(path, **arrays)
    print(f"{len(arrays['terms'])} runs")
