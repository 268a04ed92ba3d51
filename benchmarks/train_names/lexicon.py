"""Tables that the models share: folding of characters, rows of the embedding, classes of words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_names.people import _RARE_SURNAMES
from quality.kernels import name_lexicon, name_text
from quality.pii import shadow

PAD, UNKNOWN, HAN, DIGIT, UPPER, LOWER, KANA, LETTER = range(8)
"""First rows of the embedding: breaks, and classes of characters that have no row of their own."""

CLASSES = (
    "none", "noun", "rare noun", "verb, adjective", "place", "organisation, brand", "idiom", "function word",
    "listed name", "other listed name", "listed foreign name", "Japanese surname",
)  # fmt: skip
_TAGS = {
    "n": 1, "v": 3, "vn": 3, "vd": 3, "a": 3, "ad": 3, "an": 3, "z": 3, "b": 1, "s": 1, "t": 7, "ns": 4, "nt": 5, "nz": 5, "j": 5,
    "i": 6, "l": 6, "nrt": 10, "nr": 9, "nrfg": 9,
}  # fmt: skip
_SLOTS = 1 << 19


def fold_table() -> NDArray[np.uint16]:
    """uint16[65536]: the code of every code point: half width, one middle dot, simplified, radicals as characters."""
    import opencc

    table = np.arange(65536, dtype=np.uint16)
    simple = opencc.OpenCC("t2s")
    for cp in range(0x3400, 0xA000):
        other = simple.convert(chr(cp))
        if len(other) == 1 and ord(other) < 65536:
            table[cp] = ord(other)
    table[0xFF01:0xFF5F] -= 0xFEE0
    table[[0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09]] = 32
    table[[0x2022, 0x2027, 0x30FB, 0xFF65, 0x2219, 0x22C5]] = 0xB7
    for cp in range(0x2F00, 0x2FD6):
        table[cp] = ord(unicodedata.normalize("NFKC", chr(cp)))
    for radical, char in shadow._LATE_RADICALS.items():
        table[ord(radical)] = ord(char)
    for first, last in shadow._INVISIBLE + shadow._MARKS:
        table[first : last + 1] = name_text.SKIP
    table[[0, 0x0D]] = name_text.SKIP
    return table


def row_table(texts: Iterable[str], fold: NDArray[np.uint16], size: int) -> NDArray[np.uint16]:
    """uint16[65536]: the row of the embedding for every code; the `size` most frequent ones get their own."""
    table = np.full(65536, UNKNOWN, np.uint16)
    for code in range(65536):
        char = chr(code)
        if 0x3400 <= code < 0xA000:
            table[code] = HAN
        elif char.isdigit():
            table[code] = DIGIT
        elif 0x3040 <= code < 0x3100:
            table[code] = KANA
        elif char.isalpha():
            table[code] = UPPER if char.isupper() else LOWER if char.islower() else LETTER
    table[name_text.BREAK] = PAD
    counts = Counter(chr(fold[ord(c)]) for text in texts for c in text if ord(c) < 65536)
    letters = {ord(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    own = [
        ord(c)
        for c, n in counts.most_common()
        if n > 1 and 0 < ord(c) < 0xFFFD and (table[ord(c)] in (UNKNOWN, HAN) or ord(c) in letters)
    ]
    table[own[: size - 8]] = np.arange(8, 8 + len(own[: size - 8]))
    return table


def word_table(data: Path, fold: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The hashed table of quality.kernels.name_lexicon: jieba's words (MIT) and frequent Japanese surnames (Apache-2.0)."""
    words = {**_jieba(), **_japanese(data)}
    chosen = sorted(words)
    codes = np.array([fold[ord(c)] for word in chosen for c in word], np.uint16)
    starts = np.concatenate([[0], np.cumsum([len(word) for word in chosen])]).astype(np.int64)
    table = np.zeros(_SLOTS, np.uint16)
    lost = name_lexicon.insert(table, codes, starts, np.array([words[word] for word in chosen], np.uint8))
    print(f"lexicon: {len(chosen)} words, {lost} without a place")
    return table


def _jieba() -> dict[str, int]:
    import jieba

    rows = (line.split() for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines())
    surnames = set(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
    )
    surnames |= {s for s in _RARE_SURNAMES if len(s) == 1}
    found = {}
    for row in rows:
        if len(row) != 3 or not 2 <= len(row[0]) <= 4 or not re.fullmatch("[\u4e00-\u9fff]+", row[0]) or int(row[1]) < 3:
            continue
        found[row[0]] = _class(row[0], int(row[1]), row[2], surnames)
    return found


def _class(word: str, count: int, tag: str, surnames: set[str]) -> int:
    kind = _TAGS.get(tag, 7)
    if kind == 1 and count < 30:
        return 2
    return 8 if kind == 9 and word[0] in surnames and len(word) == 3 else kind


def _japanese(data: Path) -> dict[str, int]:
    """First two characters that begin at least 60 of the Japanese names."""
    path = next(p for p in (data / "lexicons/lex_names").iterdir() if "Japanese" in p.name)
    heads = Counter(line[:2] for line in path.read_text("utf-8-sig").splitlines()[4:] if len(line) == 4)
    return {head: 11 for head, n in heads.items() if n >= 60 and re.fullmatch("[\u4e00-\u9fff]+", head)}
