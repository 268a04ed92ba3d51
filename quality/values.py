"""Value tokens: the numbers, units, operators and identifiers that rewriting must not touch (law 3).

Tokens, after full-width ASCII (U+FF01–U+FF5E, except the comma) is read as ASCII and control, zero-width and
variation characters are read as if they were not there:

- a **number**: a run of digits with single `.` or `,` between digits, and a `.` right before its first digit;
- a **word**: a run of Latin, Greek or Cyrillic letters (mg, mmHg, μm, GB, M): units and identifiers;
- an **operator or unit sign**, each character by itself: % + - / < = > ~, hyphens to en dash, and the characters of
  the Unicode classes Sm, Sc, No and Nl or of the symbol blocks (± × ÷ ≥ ≤ ° ℃ ‰ ′ ″ ① Ⅳ ² ㎡ → ￥).

Everything else (Han with 〇, kana, punctuation, brackets, spaces, line breaks) only separates tokens. So
`A-102` is A, -, 102 and `M8×25` is M, 8, ×, 25. No token depends on its neighbours, hence the sum of a text
is the sum of its parts wherever a cut does not run through a number or a word, and:

- deleting or changing a digit, a decimal point, a letter or an operator changes the sum; so does joining two
  numbers, splitting one, or losing the separator between two words;
- removing spaces, line breaks or punctuation between Han, control characters, or folding width does not;
- removing a markup tag changes it by the sum of the tag itself, which is what `value_sums_between` gives.

The sum has no order: it tells that nothing was lost or made up, not that nothing moved.
"""

from __future__ import annotations

import itertools
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import values as kernel

_SEPARATORS = frozenset("\t\n\x0b\x0c\r\x85")  # Cc that end a token; removing them must leave something behind
_SIGNS = frozenset("%+-/<=>~°′″‰‱‐‑‒–〜")
_SYMBOL_BLOCKS = ((0x2070, 0x20CF), (0x2100, 0x23FF), (0x2460, 0x24FF), (0x3200, 0x33FF))
_WORD_BLOCKS = ((0x41, 0x58F), (0x1C80, 0x1C8F), (0x1D00, 0x1FFF), (0x2C60, 0x2C7F), (0xA640, 0xA69F), (0xA720, 0xA7FF))


def value_sums(texts: Texts) -> NDArray[np.uint64]:
    """uint64[n]: per string, the sum modulo 2⁶⁴ of the hashes of its value tokens; 0 when there is none."""
    return sums(texts.data, texts.offsets[:-1], texts.offsets[1:])


def value_sums_between(
    texts: Texts, string: NDArray[np.int32], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """uint64[m]: the same for m ranges; range k is bytes start[k]:end[k] of string[k], cut between code points."""
    base = texts.offsets[np.asarray(string, np.int64)]
    return sums(texts.data, base + np.asarray(start, np.int64), base + np.asarray(end, np.int64))


def sums(data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """uint64[m]: the same for m ranges of bytes, data[starts[k]:ends[k]]."""
    out = np.empty(len(starts), np.uint64)
    folded, kinds = tables()
    kernel.sums(data, _fixed(starts), _fixed(ends), folded, kinds, out)
    return out


def _fixed(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """Contiguous and read-only, as offsets from Arrow are: one signature, so the kernel is compiled once."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


_UNIFORM = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xD800, 0xDFFF), (0xE000, 0xF8FF))
"""Blocks of one kind throughout: Han, Hangul, surrogates, private use. Spares 48 000 looks at start."""


@lru_cache(maxsize=1)
def tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """(folded, kinds) of the basic plane: full-width ASCII to ASCII, and the class of each code point."""
    folded = np.arange(0x10000, dtype=np.uint16)
    folded[0xFF01:0xFF5F] -= 0xFEE0
    folded[0xFF0C] = 0xFF0C  # ， is Chinese punctuation: 1，000 is two numbers
    kinds = np.zeros(0x10000, np.uint8)
    for cp in itertools.chain(
        range(0x3400), range(0x4DC0, 0x4E00), range(0xA000, 0xAC00), range(0xD7A4, 0xD800), range(0xF900, 0x10000)
    ):
        kinds[cp] = kind(chr(folded[cp]))
    for first, last in _UNIFORM:
        kinds[first : last + 1] = kind(chr(first))
    return folded, kinds


def kind(character: str) -> int:
    """Class of a folded character of the basic plane: one of kernels.values' NONE SKIP DIGIT LETTER SYMBOL POINT."""
    cp, category = ord(character), unicodedata.category(character)
    if category == "Cf" or (category == "Cc" and character not in _SEPARATORS) or 0xFE00 <= cp <= 0xFE0F or cp == 0x34F:
        return kernel.SKIP
    if category == "Nd":
        return kernel.DIGIT
    if character in ".,":
        return kernel.POINT
    if character in _SIGNS:
        return kernel.SYMBOL
    if category[0] in "LM" and _within(cp, _WORD_BLOCKS):
        return kernel.LETTER
    if cp < 0x80 or 0x3000 <= cp < 0x3100:  # | and ^ and $ serve markup more than numbers; 〇 is Han
        return kernel.NONE
    return kernel.SYMBOL if category in ("Sm", "Sc", "No", "Nl") or _within(cp, _SYMBOL_BLOCKS) else kernel.NONE


def _within(cp: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= cp <= last for first, last in blocks)
