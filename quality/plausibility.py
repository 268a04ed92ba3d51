"""How plausible a text is as Chinese: bits per character, from the frequency of single characters.

Ideographs cost what their share in a large word list says (configs/lexicons/han_frequency.txt); other characters cost by
repertoire: GB 2312-1980 holds the punctuation and signs that Chinese text uses. The difference of two readings of the
same bytes is a logarithmic likelihood ratio: 20 bits mean a million to one. ASCII is free: it reads the same in both.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

PUNCTUATION, GB2312_SIGN, ELSE, RARE_HAN, NEVER = 7, 13, 18, 20, 24
_PUNCTUATION = "，。、；：？！“”‘’（）《》【】—…·　"
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
_NEVER = ((0x80, 0x9F), (0xD800, 0xF8FF), (0xFFF9, 0xFFFF))


@cache
def costs() -> NDArray[np.uint8]:
    """uint8[0x10000], read-only: bits of each code point of the basic plane."""
    table = np.full(0x10000, ELSE, np.uint8)
    for first, last in _HAN:
        table[first : last + 1] = RARE_HAN
    pairs = (bytes((row + 0xA0, cell + 0xA0)) for row in range(1, 10) for cell in range(1, 95))
    table[[ord(c) for c in (pair.decode("gb2312", "ignore") for pair in pairs) if c]] = GB2312_SIGN
    table[[ord(c) for c in _PUNCTUATION]] = PUNCTUATION
    for line in resources.files("configs").joinpath("lexicons", "han_frequency.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cost, characters = line.split("\t")
            table[[ord(c) for c in characters]] = int(cost)
    for first, last in _NEVER:
        table[first : last + 1] = NEVER
    table[:0x80] = 0
    table.flags.writeable = False
    return table


def bits(text: str) -> int:
    """Sum of the costs of its characters; beyond the basic plane each costs as a rare ideograph."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    plain = points[points < 0x10000]
    return int(costs()[plain].sum(dtype=np.int64)) + RARE_HAN * (len(points) - len(plain))
