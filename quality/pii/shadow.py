"""The shadow that recognisers read: every code point folded to what a person would read it as.

Text itself is never changed. Full-width, mathematical and other scripts' digits fold to 0-9, letters to A-Z (one
case), look-alike separators to one; Chinese numerals, circled and super-script digits are *weak* digits that count
only inside long runs (STANDARDS 3.6); zero-width characters vanish. Offsets always refer to the text.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

OTHER = 0  # ends a region
INVISIBLE = 1  # skipped: zero-width, bidi control, soft hyphen
MARK = 2  # skipped, belongs to the character before it: variation selector, keycap
EXTENSION = 26  # 转 between a number and its extension
WEAK = 0x80  # 0x80 … 0x89: a digit only among many
PROVINCE = 0x90  # first character of a licence plate

MATH = 0x1D400
"""First code point of the mathematical alphanumerics, which have their own table of 1024."""

_PLAIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ@.-_+:/()%  "
_LOOKALIKES = {
    "-": "‐‑‒–—―−﹣－ｰ",
    ".": "．·•・‧･﹒",
    "(": "（﹙",
    ")": "）﹚",
    ":": "：﹕",
    "@": "＠﹫",
    "_": "＿",
    "+": "＋﹢",
    "/": "／",
    "%": "％",
    " ": "\u00a0\u3000\u2002\u2003\u2009\u202f",
}
_NUMERALS = ("零〇○", "一壹幺弌", "二贰貳两兩弍", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_CIRCLED = ((0x2460, 1), (0x2474, 1), (0x2488, 1), (0x24F5, 1), (0x2776, 1), (0x2780, 1), (0x278A, 1))
_CIRCLED_ZEROS = (0x24EA, 0x24FF)
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_INVISIBLE = (
    (0x00AD, 0x00AD),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x2069),
    (0xFEFF, 0xFEFF),
)
_MARKS = ((0x20E3, 0x20E3), (0xFE00, 0xFE0F))
_LATE_RADICALS = dict(
    zip(
        "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰",
        "民西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙",
        strict=True,
    )
)
"""Radicals that NFKC leaves alone and PDF text is full of (STANDARDS 3.5)."""


@cache
def fold_table() -> NDArray[np.uint8]:
    """uint8[65536]: class or folded ASCII character of every code point of the basic plane."""
    table = np.zeros(65536, np.uint8)
    for cp in range(65536):
        digit = unicodedata.decimal(chr(cp), None)
        if digit is not None:
            table[cp] = 48 + int(digit)
    for start in (0x41, 0x61, 0xFF21, 0xFF41):
        table[start : start + 26] = np.arange(65, 91)
    for char in _PLAIN[36:]:
        table[ord(char)] = ord(char)
    for char, others in _LOOKALIKES.items():
        table[[ord(c) for c in others]] = ord(char)
    for ranges, value in ((_INVISIBLE, INVISIBLE), (_MARKS, MARK)):
        for first, last in ranges:
            table[first : last + 1] = value
    table[[ord(c) for c in _PROVINCES]] = PROVINCE
    table[[ord(c) for c in "转轉"]] = EXTENSION
    _fold_weak(table)
    return table


def _fold_weak(table: NDArray[np.uint8]) -> None:
    for value, chars in enumerate(_NUMERALS):
        table[[ord(c) for c in chars]] = WEAK + value
    for start, first in _CIRCLED:
        table[start : start + 9] = WEAK + first + np.arange(9)
    table[list(_CIRCLED_ZEROS)] = WEAK
    for value, char in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹"):
        table[ord(char)] = WEAK + value
    table[0x2080:0x208A] = WEAK + np.arange(10)


@cache
def math_table() -> NDArray[np.uint8]:
    """uint8[1024]: the same for U+1D400 … U+1D7FF."""
    table = np.zeros(1024, np.uint8)
    for i in range(1024):
        plain = unicodedata.normalize("NFKC", chr(MATH + i)).upper()
        if len(plain) == 1 and plain in _PLAIN[:36]:
            table[i] = ord(plain)
    return table


@cache
def context_table() -> NDArray[np.uint16]:
    """uint16[65536]: what a context word is compared with: small letters, full-width folded, radicals as characters."""
    table = np.arange(65536, dtype=np.uint16)
    table[0x41:0x5B] += 32
    table[0xFF01:0xFF5F] -= 0xFEE0
    table[0xFF21:0xFF3B] = np.arange(97, 123)
    table[0x3000] = 32
    for cp in range(0x2F00, 0x2FD6):
        table[cp] = ord(unicodedata.normalize("NFKC", chr(cp)))
    for radical, char in _LATE_RADICALS.items():
        table[ord(radical)] = ord(char)
    table[[cp for first, last in _INVISIBLE + _MARKS for cp in range(first, last + 1)]] = 0
    return table
