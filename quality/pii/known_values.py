"""What the searches for known columns and known lists share: how a value is looked for, how text is folded, how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import pii_known_match as kernel
from quality.pii import shadow
from quality.pii.normal_form import NUMBERS

CONFIDENCE = np.array([0.99, 0.95, 0.9, 0.9, 0.8, 0.9, 0.95], np.float32)
"""By form: full, with a title, veiled (王某某), given name, 小王, last digits, part of an address."""
UNSURE = np.float32(0.3)  # a given name alone, or an entry of a list, that is an everyday word: counted, not replaced
_WORDS = (
    "国庆 健康 平安 和平 胜利 高峰 黎明 文化 文明 阳光 红旗 光明 建设 春天 向阳 新华 团结 幸福 永远 安全 安静 清明 家庭 "
    "长江 黄河 东方 时间 高原 高级 方法 方向 白天 石头 金属 马上 水平 明天 和平 成功 小雨 海洋 文学 万能 元旦 冰雪 温馨 程度 常规"
)
LEAST = {kernel.NAME: 2, kernel.TEXT: 2, kernel.NUMBER: 4, kernel.ADDRESS: 4, kernel.DATE: 6}


def mode_of(kind: str) -> int:
    """How values of a kind are looked for."""
    if kind in NUMBERS:
        return kernel.NUMBER
    return {"person_name": kernel.NAME, "address": kernel.ADDRESS, "date_of_birth": kernel.DATE}.get(kind, kernel.TEXT)


def points(view: Texts) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Folded code points of all strings, and where each string's begin."""
    points = np.empty(max(int(view.offsets[-1] - view.offsets[0]), 1), np.uint32)
    starts = np.empty(len(view) + 1, np.int64)
    kernel.fold_all(*frozen(view), folds(), points, starts)
    return points[: max(starts[-1], 1)], starts


def everyday(values: pa.Array) -> NDArray[np.bool_]:
    """Values that mean something else most of the time: everyday words, and words that stand around names (患者, 家属)."""
    return pc.is_in(values, _everyday()).to_numpy(zero_copy_only=False)


@cache
def _everyday() -> pa.Array:
    from quality.pii.names.labels import words_beside_names

    return pa.array([*_WORDS.split(), *words_beside_names()], pa.large_string())


@cache
def folds() -> NDArray[np.uint16]:
    """uint16[65536]: context folding plus digits of every script, one hyphen, one dot (·), one space; × ○ ＊ for veils."""
    table = shadow.context_table().copy()
    plain = shadow.fold_table()
    digits = (plain >= 48) & (plain < 58)
    table[digits] = plain[digits]
    for sign in "-":
        table[plain == ord(sign)] = ord(sign)
    for signs, to in (("•‧・･.．﹒", "·"), ("\u00a0\u2002\u2003\u2009\u202f\t", " "), ("Ｘ✕✖╳", "x"), ("〇Ｏ◯", "○")):
        table[[ord(c) for c in signs]] = ord(to)
    return table


def scratch(strings: Texts) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    longest = int(np.diff(strings.offsets).max(initial=0)) + 1
    return np.empty(longest, np.uint32), np.empty(longest, np.int64), np.empty(longest, np.int64)


def frozen(view: Texts) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read-only: Arrow's buffers are, and kernels are compiled once."""
    data, offsets = view.data.view(), view.offsets.view()
    data.flags.writeable = offsets.flags.writeable = False
    return data, offsets


def filled(fill: Callable[[NDArray[np.int64]], int]) -> NDArray[np.int64]:
    """The rows that `fill` writes; called again if they did not fit."""
    room = np.empty((4096, 7), np.int64)
    count = fill(room)
    if count > len(room):
        room = np.empty((count, 7), np.int64)
        fill(room)
    return room[:count]
