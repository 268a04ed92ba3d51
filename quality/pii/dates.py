"""Dates of birth, by the words around them, and ages over 89 (the HIPAA Safe Harbor bound, 45 CFR 164.514(b)(2)(i)(C)).

Other dates are not findings; an age that a rule names (90岁以上, 满90周岁) is not a person's.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import pii_dates as kernel
from quality.pii import letters
from quality.pii.findings import EVIDENCE_INDEX, KIND, Findings
from quality.pii.letters import Tree


def _words(text: str) -> dict[str, int]:
    return dict.fromkeys(text.split(), 1)


BIRTH_BEFORE = _words(
    "出生日期 出生年月日 出生年月 出生时间 出生于 生于 生日 诞生于 诞辰 出生 生年月日 出生日 dob birth birthday birthdate 出生年"
)
BIRTH_AFTER = _words("出生 生于 生人 诞生 降生 born") | {"生": 2}
AGE_BEFORE = _words("年龄 年齡 年纪 实足年龄 患者年龄 age 岁数")
AGE_UNIT = _words("岁 周岁 歲")
BOUND_BEFORE = _words(
    "满 滿 达 达到 超过 逾 不满 未满 至 到 大于 小于 高于 低于 不足 ≥ ≤ 以上 每 上限 下限 年满 已满 活到 个"
)
BOUND_AFTER = _words(
    "以上 以下 及以上 及以下 或以上 以内 之间 至 到 ~ - 组 老年人 高龄 人口 人群 人群组 者 以 （含 (含 及其 及 的老年人 ,以上 ，以上 "
    "左右的 之前 之后 前 年龄段 段 时"
)
"""What makes an age one that a rule names."""


def find(texts: Texts) -> Findings:
    """Dates of birth and ages over 89 in every string, confidence 0.9, evidence `context`."""
    given = (*letters.read_only(texts), letters.fold_table(), *_tables(), letters.room(texts))
    rows = letters.filled(len(texts.data), lambda out: kernel.scan(*given, out))
    text, start, end, start_byte, end_byte, code, thousandths = rows.T
    kind = np.where(code == kernel.AGE, KIND["age"], KIND["date_of_birth"])
    return Findings.of(text, start, end, start_byte, end_byte, kind, 0, thousandths / 1000, EVIDENCE_INDEX["context"])


@cache
def _tables() -> tuple[NDArray[np.int8], NDArray[np.uint8], Tree]:
    values = np.full(65536, -1, np.int8)
    values[48:58] = np.arange(10)
    for value, chars in enumerate(
        ("零", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖", "十拾", "百佰")
    ):
        values[[ord(c) for c in chars]] = value
    tree = letters.tree([BIRTH_BEFORE, BIRTH_AFTER, AGE_BEFORE, AGE_UNIT, BOUND_BEFORE, BOUND_AFTER])
    starts = np.zeros(65536, np.uint8)
    starts[(tree.firsts[kernel.BIRTH_BEFORE] >= 0) | (tree.firsts[kernel.BIRTH_AFTER] >= 0)] |= 1
    starts[tree.firsts[kernel.AGE_BEFORE] >= 0] |= 2
    starts[[ord(c) for c in "岁歲"]] |= 2
    return values, starts, tree
