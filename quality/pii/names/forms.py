"""Names known by their form alone, where the network is not sure: 老李, 何哥, 张 伟 明, 患者：John Smith, Dr. Smith.

The lists of forms.txt: characters of given names from the names in jieba's dictionary (MIT), by how often they stand in
second and third place; the rest was written for this project.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_forms as kernel
from quality.kernels import name_latin
from quality.pii.names import labels, model
from quality.pii.names.lists import load

_BITS = {
    "surname": kernel.SURNAME,
    "familiar": kernel.FAMILIAR,
    "suffix": kernel.SUFFIX,
    "given": kernel.GIVEN,
    "before": kernel.BEFORE,
    "behind": kernel.BEHIND,
    "office": kernel.OFFICE,
    "inside": kernel.INSIDE,
}
_WORDS = {"tibetan": kernel.TIBETAN_NAME, "cue": kernel.CUE, "cue_before": kernel.CUE_BEFORE}
_WEAK = "患者 病人 病员 患儿 产妇 伤者 死者 家属 家长 医师 医生 大夫 护士 护师 钳工 电工 焊工 工程师 技术员 班长 组长 记者 经理 主管 员工 同事 讲师"
"""Weak labels that only a person follows; 设计, 维修, 客户 are followed by products and firms."""


class _Tables(NamedTuple):
    marks: NDArray[np.uint16]  # [65536]
    labels: NDArray[np.uint16]
    words: NDArray[np.uint16]
    latin: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@cache
def _tables() -> _Tables:
    lists = load("forms.txt")
    marks = np.zeros(65536, np.uint16)
    for key, bit in _BITS.items():
        marks[[ord(c) for c in "".join(lists[key])]] |= bit
    marks[[ord(word[0]) for word in lists["tibetan"]]] |= kernel.TIBETAN
    latin = (_packed(lists["pinyin"]), _packed(lists["latin_title"]), _packed(lists["latin_stop"]))
    words = {word: kind for key, kind in _WORDS.items() for word in lists[key]}
    return _Tables(marks, labels.personal(_WEAK.split()), labels.hashed(words), latin)


def _packed(words: tuple[str, ...]) -> NDArray[np.int64]:
    keys = []
    for word in words:
        codes = np.array([ord(c) for c in word], np.uint16)
        keys.append(int(name_latin.packed(codes, 0, len(codes))))
    return np.array(sorted(keys), np.int64)


def find(codes: NDArray[np.uint16]) -> NDArray[np.int64]:
    """int64[m, 4]: start, end, role (place in labels.ROLES), confidence in thousandths. codes: 8 breaks at both ends."""
    tables, lexicon = _tables(), model.load().weights.lexicon
    rows = np.empty((1024, 4), np.int64)
    titles = labels.tables().titles
    for _ in range(2):
        count = kernel.find(
            codes, len(codes), tables.marks, tables.labels, titles, lexicon, tables.words, tables.latin, rows
        )
        if count <= len(rows):
            break
        rows = np.empty((count, 4), np.int64)
    return rows[:count]
