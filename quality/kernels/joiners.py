"""Joiners that carry meaning, told from stray ones: they have no glyph, yet without them the text says something else.

U+200D between two pictographs makes one emoji of them (UTS #51). U+200C and U+200D decide how the letters beside them
join in Arabic, Indic and other scripts (RFC 5892, appendix A; read by script here, not by the joining type of each
letter), U+180E in Mongolian.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode

_NON_JOINER, _JOINER, _VOWEL_SEPARATOR, _EMOJI_STYLE = 0x200C, 0x200D, 0x180E, 0xFE0F


@inlined
def _pictograph(cp: Any) -> Any:
    return cp >= 0x1F000 and cp < 0x20000 or 0x2190 <= cp <= 0x2BFF


@inlined
def _joining(cp: Any) -> Any:
    """Arabic to Mandaic, Indic, Tibetan, Myanmar, Khmer, Mongolian, Phags-pa, Arabic presentation forms."""
    low = 0x0600 <= cp <= 0x0DFF or 0x0F00 <= cp <= 0x109F or 0x1780 <= cp <= 0x18AF
    return low or 0xA840 <= cp <= 0xA87F or 0xFB50 <= cp <= 0xFDFF or 0xFE70 <= cp <= 0xFEFC


@lean
def carries(cp: Any, before: Any, following: Any) -> Any:
    """The code point `cp` is a joiner that its neighbours need (0: none there)."""
    if cp == _JOINER and (before == _EMOJI_STYLE or _pictograph(before)) and _pictograph(following):
        return True
    return (cp == _NON_JOINER or cp == _JOINER or cp == _VOWEL_SEPARATOR) and _joining(before) and _joining(following)


@lean
def carries_at(cp: Any, data: Any, after: Any, begin: Any, end: Any) -> Any:
    """Same, for the code point that ends before byte `after` of the string begin … end."""
    if cp != _NON_JOINER and cp != _JOINER and cp != _VOWEL_SEPARATOR:
        return False
    before = np.int64(after - 4)  # a joiner has three bytes
    while before > begin and data[before] & 0xC0 == 0x80:
        before -= 1
    return before >= begin and after < end and carries(np.int64(cp), decode(data, before), decode(data, after))
