"""The sequence of values of a text: what makes two records different however alike the rest is.

Read on the shadow (quality.shadow) with its blanks still there, so that `12 3` is not `123` and `10²` is not `102`.
In reading order, the sequence holds

- numbers: digits with single `.` or `,` inside; Han numerals where they count something: two or more in a row (二十,
  二〇二四), after 第 周 期 初 or a digit, or before a measure word (三天, 两次, 一级; not 一般, 统一, 一些, 一个);
- units: up to three measure characters after a number (天, 毫克, 小时), Latin letters that touch one;
- identifiers: letters that touch a digit or follow an operator, hold an inner capital, stand alone (A 泵) or are at most
  three long and not among longer words; other Latin words are words;
- operators: < = > % ± × ÷ ≥ ≤ ° ‰ and other mathematical signs always; + - / ~ – before a digit or after a value;
- the distinct characters of the recipe: by default 左 右 阴 阳 男 女, one character that tells two findings or two
  patients apart. Longer terms are left to the rules.

Unlike `quality.values` it reads context, orders and knows Han numerals; it is no fidelity check.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quality.kernels import value_sequence as kernel
from quality.shadow import Tables, tables

DISTINCT = "左右阴阳男女"

_NUMERALS = "〇零一二三四五六七八九十百千万亿两廿壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸"
_MEASURES = (
    "天日周月年岁次级度期型号类个种片粒支台件例名人位口瓶盒包袋滴针剂服组套根条块张层步项章节款页行列倍成折分秒时点刻"
    "克斤吨米尺寸升毫厘微公元角圈转档段楼室床区处枚颗遍回轮班代届世阶维联价叶指眼耳侧腔孔极相路芯线端门小钟季星疗程尖"
    "週歲級號類種個張層項節頁倍時點頓釐圓轉檔樓區處顆輪階維聯價葉側極線門鐘療"
)
_NOT_AFTER_ONE = "个個种種点點时時回面行代世口人线線角块成分指处處位路"  # 一个, 一种, 一点, 一时 … are grammar
_PREFIXES = "第周期初"
_WEAK = "+-/~–—‐〜"
_STRONG = "<=>%°‰′"


@lru_cache(maxsize=8)
def flags(distinct: str = DISTINCT) -> NDArray[np.uint16]:
    """uint16[65536]: what a code point of the basic plane can be in the sequence, bits of kernels.value_sequence."""
    table = np.zeros(0x10000, np.uint16)
    for cp in range(0x10000):
        table[cp] = _flag(chr(cp))
    for characters, bit in (
        (_NUMERALS, kernel.NUMERAL),
        (_MEASURES, kernel.MEASURE),
        ("".join(set(_MEASURES) - set(_NOT_AFTER_ONE)), kernel.ONE),
        (_PREFIXES, kernel.PREFIX),
        (distinct, kernel.DISTINCT),
        (".", kernel.POINT),
    ):
        table[[ord(c) for c in characters if ord(c) < 0x10000]] |= bit
    return table


@lru_cache(maxsize=8)
def folding(distinct: str = DISTINCT) -> Tables:
    """The folding tables of the shadow that also say where a token of the sequence may begin."""
    return tables().starting((flags(distinct) & kernel.STARTS) != 0)


def _flag(character: str) -> int:
    cp, category = ord(character), unicodedata.category(character)
    if category == "Nd":
        return kernel.DIGIT
    if category[0] in "LM" and (cp < 0x590 or 0x1D00 <= cp < 0x2000):
        return kernel.UPPER if category == "Lu" else kernel.LOWER
    if character in _WEAK:
        return kernel.WEAK
    signs = cp >= 0x80 and category in ("Sm", "Sc")
    return kernel.STRONG if signs or character in _STRONG else 0
