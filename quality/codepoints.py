"""One class per code point, and what else the signals ask of a single character: one byte for each.

Low four bits: the class. High four bits: flags (Traditional-only, Simplified-only, ends a sentence, closes a bracket).
Classes come from the Unicode general category (`unicodedata`) and blocks; full-width forms are classed by what they
are (Ａ is latin, ５ is a digit). Signs of quantities (± ≥ ℃ μ Φ %) have a class of their own: they are the substance
of clinical and shop-floor text, not decoration. Sources: Unicode Standard annex #44 (categories), #24 (scripts);
scripts of single characters from OpenCC's dictionaries (configs/lexicons/README.md).
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

CODE_POINTS = 0x110000


class CharacterClass(IntEnum):
    """What a code point is. `table()[cp] & CLASS` gives it."""

    OTHER = 0  # letters of other scripts, combining marks, variation selectors, unassigned
    HAN = 1
    KANA = 2
    HANGUL = 3
    LATIN = 4
    DIGIT = 5  # 0-9 in any script and width, ① Ⅲ ² ½
    PUNCTUATION = 6  # CJK and ASCII
    SYMBOL = 7  # decoration: ★ ■ ─ | emoji
    UNIT = 8  # signs of quantities: % ± ≥ ℃ μ Φ ㎡ ￥ ↑
    SPACE = 9
    CONTROL = 10  # control, format, private use, surrogate; the signals count joiners that carry meaning as OTHER
    REPLACEMENT = 11  # U+FFFD and non-characters


CLASSES = 12
CLASS = 0x0F
TRADITIONAL = 0x10  # written so in Traditional Chinese only
SIMPLIFIED = 0x20  # written so in Simplified Chinese only
TERMINAL = 0x40  # a line that ends with it is a finished sentence or clause
CLOSER = 0x80  # may follow a terminal: ” ） 】

_TERMINALS = "。！？；：…．｡.!?;:⋯"
_CLOSERS = "”’」』）〕】》〉］｝\"')]}＂＇"
_UNITS = "µ%‰‱％٪°′″~～￥$↑↓→←↔⇌Ø⌀㏑ºª"
_SYMBOLS = "|^`￨｜＾｀¦"

_LETTER_BLOCKS = (
    (CharacterClass.LATIN, ((0x41, 0x24F), (0x250, 0x2AF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F))),
    (CharacterClass.LATIN, ((0xA720, 0xA7FF), (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFF21, 0xFF5A))),
    (CharacterClass.KANA, ((0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF))),
    (CharacterClass.KANA, ((0x31F0, 0x31FF), (0xFF66, 0xFF9F))),
    (CharacterClass.HANGUL, ((0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97F), (0xAC00, 0xD7FB), (0xFFA0, 0xFFDC))),
    (CharacterClass.UNIT, ((0x391, 0x3C9), (0x2100, 0x213A))),  # Greek letters name quantities here
)
_WHOLE_BLOCKS = (
    (CharacterClass.HAN, 0x2E80, 0x2FDF),  # radicals: `normalise` folds them into ideographs
    (CharacterClass.HAN, 0x3005, 0x3007),
    (CharacterClass.HAN, 0x3021, 0x3029),
    (CharacterClass.HAN, 0x3400, 0x4DBF),
    (CharacterClass.HAN, 0x4E00, 0x9FFF),
    (CharacterClass.HAN, 0xF900, 0xFAFF),
    (CharacterClass.KANA, 0x3099, 0x309C),
    (CharacterClass.UNIT, 0x3371, 0x33DF),  # ㎎ ㎡ ㏄
    (CharacterClass.CONTROL, 0xD800, 0xF8FF),
    (CharacterClass.SPACE, 0x09, 0x0D),
    (CharacterClass.SPACE, 0x85, 0x85),
    (CharacterClass.REPLACEMENT, 0xFFFD, 0xFFFF),
    (CharacterClass.KANA, 0x1AFF0, 0x1B16F),
    (CharacterClass.LATIN, 0x1D400, 0x1D6A7),
    (CharacterClass.DIGIT, 0x1D7CE, 0x1D7FF),
    (CharacterClass.SYMBOL, 0x1F000, 0x1FAFF),
    (CharacterClass.HAN, 0x20000, 0x3FFFF),
    (CharacterClass.CONTROL, 0xE0000, 0x10FFFF),
    (CharacterClass.OTHER, 0xE0100, 0xE01EF),  # variation selectors of ideographs
)

_CATEGORIES = {
    "Nd": CharacterClass.DIGIT,
    "Nl": CharacterClass.DIGIT,
    "No": CharacterClass.DIGIT,
    "Sm": CharacterClass.UNIT,
    "Sc": CharacterClass.UNIT,
    "So": CharacterClass.SYMBOL,
    "Sk": CharacterClass.SYMBOL,
    "Zs": CharacterClass.SPACE,
    "Zl": CharacterClass.SPACE,
    "Zp": CharacterClass.SPACE,
    "Cc": CharacterClass.CONTROL,
    "Cf": CharacterClass.CONTROL,
    "Co": CharacterClass.CONTROL,
    "Cs": CharacterClass.CONTROL,
    **{f"P{letter}": CharacterClass.PUNCTUATION for letter in "cdsefio"},
}


@cache
def table() -> NDArray[np.uint8]:
    """uint8 (0x110000), read-only: class and flags of every code point. Built once per process, about 20 ms."""
    classes = np.zeros(CODE_POINTS, np.uint8)
    classes[:0x10000] = [_CATEGORIES.get(unicodedata.category(chr(cp)), 0) for cp in range(0x10000)]
    _fill_letters(classes)
    for kind, first, last in _WHOLE_BLOCKS:
        classes[first : last + 1] = kind
    _fill(classes, _UNITS, CharacterClass.UNIT)
    _fill(classes, _SYMBOLS, CharacterClass.SYMBOL)
    for characters, flag in _flags():
        classes[_points(characters)] |= flag
    classes.flags.writeable = False
    return classes


def _fill_letters(classes: NDArray[np.uint8]) -> None:
    """Letters (class 0 so far) of the scripts that have a class; signs between them keep their category."""
    for kind, blocks in _LETTER_BLOCKS:
        for first, last in blocks:
            block = classes[first : last + 1]
            letters = np.array([unicodedata.category(chr(cp))[0] == "L" for cp in range(first, last + 1)])
            block[(letters | (kind == CharacterClass.UNIT)) & ((block == 0) | (block == CharacterClass.SYMBOL))] = kind


def _fill(classes: NDArray[np.uint8], characters: str, kind: CharacterClass) -> None:
    classes[_points(characters)] = kind


def _points(characters: str) -> NDArray[np.uint32]:
    return np.frombuffer(characters.encode("utf-32-le"), np.uint32)


def _flags() -> tuple[tuple[str, int], ...]:
    return (
        (script_characters("traditional"), TRADITIONAL),
        (script_characters("simplified"), SIMPLIFIED),
        (_TERMINALS, TERMINAL),
        (_CLOSERS, CLOSER),
    )


def script_characters(script: str) -> str:
    """The characters that only one Chinese script uses: `traditional` or `simplified`."""
    text = resources.files("configs").joinpath("lexicons", "script", f"{script}.txt").read_text("utf-8")
    return "".join(line for line in text.splitlines() if not line.startswith("#"))


def classify(character: str) -> CharacterClass:
    """Class of one character; the plain way to ask the table."""
    return CharacterClass(int(table()[ord(character)]) & CLASS)
