"""What `normalise` does to each code point: one action per character of the basic plane, and where radicals go.

Stored text is not NFKC-normalised (that turns ，into , and ① into 1 and ㎡ into m2): only look-alikes and characters
without a glyph are folded. Sources: Unicode blocks Kangxi Radicals and CJK Radicals Supplement; the radicals that
have no compatibility mapping follow Unicode's EquivalentUnifiedIdeograph.txt, BMP targets only.
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class Action(IntEnum):
    """Low six bits of an entry of `actions()`."""

    KEEP = 0
    RADICAL = 1  # becomes targets()[cp]
    WIDE = 2  # full-width letter or digit: becomes ASCII
    WIDE_MARK = 3  # ．％／＋－: becomes ASCII beside a full-width digit
    INVISIBLE = 4  # zero-width, bidirectional control, soft hyphen, byte order mark: goes
    CONTROL = 5  # C0, C1, DEL: goes
    LINE = 6  # carriage return, vertical tab, form feed, NEL, U+2028, U+2029: becomes a line feed
    SPACE = 7  # NBSP and Unicode spaces with U+3000: becomes a space
    VERTICAL = 9  # punctuation in the shape for vertical lines: becomes the usual one
    JOINER = 8  # U+200C, U+200D, U+180E: stays where its neighbours need it (kernels.joiners), else goes


CJK = 0x80  # ideograph or CJK punctuation: a single space between two of these goes
HAN = 0x40  # ideograph

_EQUIVALENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬"
    "⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫罒⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳㓁⺴㓁⺶羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见"
    "⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦"
    "⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_VERTICAL = (
    "︐，︑、︒。︓：︔；︕！︖？︗〖︘〗︙…︰‥︱—︵（︶）︷｛︸｝︹〔︺〕︻【︼】︽《︾》︿〈﹀〉﹁「﹂」﹃『﹄』﹇［﹈］"
)
"""Unicode blocks Vertical Forms and CJK Compatibility Forms; ︲ stays: its usual form – may be a sign of a range (law 3)."""
_CJK_MARKS = "、。〈〉《》「」『』【】〔〕〖〗！（），：；？"
_WIDE_ALNUM = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
_LINES = (0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)
_SPACES = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_INVISIBLE = (0xAD, 0x34F, 0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF)
_INVISIBLE_BLOCKS = ((0x202A, 0x202E), (0x2060, 0x206F), (0xFFF9, 0xFFFB))
_HAN_BLOCKS = ((0x2E80, 0x2FD5), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))


@lru_cache(maxsize=1)
def radicals() -> dict[int, int]:
    """Code point of a radical look-alike → code point of the ideograph it looks like."""
    pairs = {ord(_EQUIVALENT[i]): ord(_EQUIVALENT[i + 1]) for i in range(0, len(_EQUIVALENT), 2)}
    for cp in (*range(0x2E80, 0x2F00), *range(0x2F00, 0x2FD6)):
        folded = unicodedata.normalize("NFKC", chr(cp))
        if folded != chr(cp):
            pairs[cp] = ord(folded)
    return pairs


@lru_cache(maxsize=1)
def vertical() -> dict[int, int]:
    """Code point of a vertical presentation form → code point of the usual punctuation mark."""
    return {ord(_VERTICAL[i]): ord(_VERTICAL[i + 1]) for i in range(0, len(_VERTICAL), 2)}


@lru_cache(maxsize=1)
def targets() -> NDArray[np.uint16]:
    """uint16[65536]: the character that RADICAL, WIDE, WIDE_MARK and VERTICAL actions put in the place of each code point."""
    table = np.arange(0x10000, dtype=np.uint16)
    for cp, ideograph in radicals().items():
        table[cp] = ideograph
    table[0xFF01:0xFF5F] -= 0xFEE0
    for cp, mark in vertical().items():
        table[cp] = mark
    return table


@lru_cache(maxsize=1)
def actions() -> NDArray[np.uint8]:
    """uint8[65536]: Action of each code point, with the flags CJK and HAN."""
    table = np.zeros(0x10000, np.uint8)
    table[0x00:0x20] = table[0x7F:0xA0] = Action.CONTROL
    table[[0x09, 0x0A]] = Action.KEEP
    table[list(_LINES)] = Action.LINE
    table[list(_SPACES)] = Action.SPACE
    table[list(_INVISIBLE)] = Action.INVISIBLE
    for first, last in _INVISIBLE_BLOCKS:
        table[first : last + 1] = Action.INVISIBLE
    table[[0x180E, 0x200C, 0x200D]] = Action.JOINER
    for first, last in _WIDE_ALNUM:
        table[first : last + 1] = Action.WIDE
    table[[ord(mark) for mark in "．％／＋－"]] = Action.WIDE_MARK
    table[list(radicals())] = Action.RADICAL
    table[list(vertical())] = Action.VERTICAL
    for first, last in _HAN_BLOCKS:
        table[first : last + 1] |= CJK | HAN
    table[[0x3005, 0x3006, 0x3007]] = CJK | HAN
    table[[ord(mark) for mark in _CJK_MARKS]] |= CJK
    return table
