"""The sieve: a linear model over hashed characters that says where a name may be. Tuned for recall; sees everything."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean

FEATURES = 13
SLOTS = 1 << 18
"""Entries of the weight table."""

MARGIN = 3
"""Codes that features look at on either side; an array of codes needs that many breaks at both ends."""

LONGEST_LATIN = 30
"""Codes of the longest run of Latin words that is looked at."""

_U4, _U8, _U12, _U15, _U16, _U32 = (np.uint64(k) for k in (4, 8, 12, 15, 16, 32))
_UNREAD = np.uint64(name_lexicon.UNREAD)


@inlined
def _slot(kind: Any, key: Any) -> Any:
    return name_lexicon.mix((key << _U4 ^ np.uint64(kind)) * np.uint64(0xD6E8FEB86659FD93)) & np.uint32(SLOTS - 1)


@inlined
def _near(codes: Any, i: Any) -> Any:
    """The three codes before code i, nearest last, and the three behind it; beyond a break there are breaks."""
    a1, b1 = np.uint64(codes[i - 1]), np.uint64(codes[i + 1])
    a2, b2 = np.uint64(codes[i - 2]) * np.uint64(a1 != 0), np.uint64(codes[i + 2]) * np.uint64(b1 != 0)
    return np.uint64(codes[i - 3]) * np.uint64(a2 != 0), a2, a1, b1, b2, np.uint64(codes[i + 3]) * np.uint64(b2 != 0)


@inlined
def features(codes: Any, i: Any, words: Any, out: Any) -> None:
    """out int64[FEATURES]: slots of the features of code i. words: the classes of the runs at i, packed to 24 bits."""
    a3, a2, a1, b1, b2, b3 = _near(codes, i)
    c = np.uint64(codes[i])
    before, after = a1 << _U16 | c, c << _U16 | b1
    out[0] = _slot(0, c)
    out[1] = _slot(1, before)
    out[2] = _slot(2, after)
    out[3] = _slot(3, before << _U16 | b1)
    out[4] = _slot(4, a2 << _U32 | before)
    out[5] = _slot(5, after << _U16 | b2)
    out[6] = _slot(6, a1 << _U16 | b1)
    out[7] = _slot(7, a2 << _U16 | a1)
    out[8] = _slot(8, b1 << _U16 | b2)
    out[9] = _slot(9, np.uint64(words))
    out[10] = _slot(10, a3 << _U32 | a2 << _U16 | a1)
    out[11] = _slot(11, b1 << _U32 | b2 << _U16 | b3)
    out[12] = _slot(12, a1)


@inlined
def latin(code: Any) -> Any:
    """Letters of Latin words."""
    return 0x41 <= code < 0x5B or 0x61 <= code < 0x7B


@inlined
def joins(code: Any) -> Any:
    """What stands between the words of a name in Latin letters."""
    return code == 0x20 or code == 0x2E or code == 0x27 or code == 0x2D or code == 0xB7


@inlined
def _foreign_end(codes: Any, i: Any) -> Any:
    """End of the run of Latin words that begins at i if no name can be in it, else i: running text and code hold none.

    A name in Latin letters is at most LONGEST_LATIN codes, has a capital or stands between Han characters, and no ASCII sign
    but brackets, quotes, commas and colons touches it.
    """
    end, capitals = i, 0
    while latin(codes[end]) or joins(codes[end]) and codes[end + 1] != 0:
        capitals += codes[end] < 0x5B and codes[end] >= 0x41
        end += 1
    before, behind = codes[i - 1], codes[end]
    if end - i > LONGEST_LATIN or _sign(before) or _sign(behind) or before < 0x80 and behind < 0x80 and capitals == 0:
        return end
    return i


@inlined
def _sign(code: Any) -> Any:
    """ASCII signs and digits that belong to code, numbers and addresses."""
    if code >= 0x7F or code <= 0x20:
        return False
    return not (code == 0x22 or code == 0x28 or code == 0x29 or code == 0x2C or code == 0x3A or code == 0x3B or code == 0x27)


@lean
def sift(
    codes: Any, n: Any, look: Any, able: Any, lexicon: Any, weights: Any, bound: Any, begun: Any, slots: Any, hot: Any
) -> Any:
    """hot uint8[n] = 1 where the sum of the weights reaches `bound`; returns how many.

    look uint8[n]: codes that count, all if it is empty; of words in Latin letters all or none. able uint8[65536]: codes that
    names are made of, others are not looked at. weights int16[SLOTS], the first three and last three codes are breaks.
    begun uint16[n] becomes name_lexicon.begins of what is looked at, UNREAD elsewhere, for who comes next. slots
    int64[FEATURES] is scratch.
    """
    count, foreign = 0, 0
    one = two = three = _UNREAD  # classes of the runs that begin one, two, three codes before
    for i in range(n):
        hot[i], begun[i] = 0, name_lexicon.UNREAD
    for i in range(MARGIN, n - MARGIN):
        if codes[i] == 0 or len(look) > 0 and not look[i]:
            one = two = three = _UNREAD
            continue
        begins = _UNREAD
        if i >= foreign and latin(codes[i]):
            foreign = _foreign_end(codes, i)
        if i >= foreign and able[codes[i]]:
            begins = _begins(lexicon, codes, i)
            features(codes, i, begins << _U12 | _ends(lexicon, codes, i, one, two, three), slots)
            total = 0
            for k in range(FEATURES):
                total += int(weights[slots[k]])
            hot[i] = total >= bound
            count += total >= bound
            if codes[i + 1] != 0 and codes[i + 2] != 0 and codes[i + 3] != 0:
                begun[i] = begins
        one, two, three = begins, one, two
    return count


@inlined
def _begins(lexicon: Any, codes: Any, i: Any) -> Any:
    """Packed classes of the runs of 2, 3, 4 codes that begin at code i; a break is read as a code."""
    _, _, _, b1, b2, b3 = _near(codes, i)
    two = np.uint64(codes[i]) << _U16 | b1
    three = two << _U16 | b2
    first, second = name_lexicon.find(lexicon, two), name_lexicon.find(lexicon, three)
    return np.uint64(first << 8 | second << 4 | name_lexicon.find(lexicon, three << _U16 | b3))


@inlined
def _ends(lexicon: Any, codes: Any, i: Any, one: Any, two: Any, three: Any) -> Any:
    """Packed classes of the runs of 2, 3, 4 codes that end with code i; `one` … are those that begin before it, if read."""
    a3, a2, a1, _, _, _ = _near(codes, i)
    key = a1 << _U16 | np.uint64(codes[i])
    last2 = np.uint64(name_lexicon.find(lexicon, key)) if one == _UNREAD else one >> _U8
    key |= a2 << _U32
    last3 = np.uint64(name_lexicon.find(lexicon, key)) if two == _UNREAD else two >> _U4 & _U15
    key |= a3 << np.uint64(48)
    last4 = np.uint64(name_lexicon.find(lexicon, key)) if three == _UNREAD else three & _U15
    return last2 << _U8 | last3 << _U4 | last4


@inlined
def classes(lexicon: Any, codes: Any, i: Any) -> Any:
    """Packed classes of the runs of 2, 3, 4 codes that begin at, and that end with, code i."""
    return _begins(lexicon, codes, i) << _U12 | _ends(lexicon, codes, i, _UNREAD, _UNREAD, _UNREAD)
