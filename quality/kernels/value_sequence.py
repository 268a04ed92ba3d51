"""Marks the value tokens of a widened text and hashes their sequence. Grammar and reasons: quality.value_sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.values import mix

DIGIT, UPPER, LOWER, STRONG, WEAK, NUMERAL, MEASURE, ONE, PREFIX, DISTINCT, POINT = (1 << i for i in range(11))
LETTER = UPPER | LOWER
STARTS = DIGIT | LETTER | STRONG | WEAK | NUMERAL | DISTINCT | POINT

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_NUMBER = np.uint64(0x452821E638D01377)  # begins every number, so that 12 3 is not 123
_LAST = np.uint32(0xFFFF)  # no character: code points above the basic plane have no flag
_DOT, _COMMA = 0x2E, 0x2C


@inlined
def _flag(wide: Any, i: Any, flags: Any) -> Any:
    return int(flags[min(wide[i], _LAST)])


@inlined
def _hashed(h: Any, cp: Any) -> Any:
    return mix((h ^ np.uint64(cp)) * _PRIME)


@inlined
def _past_blanks(wide: Any, i: Any) -> Any:
    while wide[i] == 0x20 or wide[i] == 0x0A:
        i += 1
    return i


@inlined
def _follows(wide: Any, last: Any, i: Any) -> Any:
    """Whether only spaces lie between last, the end of a token or -1, and i."""
    while 0 <= last < i and wide[last] == 0x20:
        last += 1
    return last == i


@inlined
def _letters_from(wide: Any, i: Any, flags: Any) -> Any:
    while _flag(wide, i, flags) & LETTER:
        i += 1
    return i


@lean
def _number_end(wide: Any, i: Any, flags: Any) -> Any:
    while True:
        if _flag(wide, i, flags) & DIGIT:
            i += 1
        elif (wide[i] == _DOT or wide[i] == _COMMA) and _flag(wide, i + 1, flags) & DIGIT:
            i += 2
        else:
            return i


@lean
def _word_counts(wide: Any, start: Any, end: Any, flags: Any, marked: Any, after: Any, word_before: Any) -> Any:
    """Whether the letters wide[start:end] are a unit or an identifier rather than an ordinary word."""
    length = end - start
    if length == 1 or _flag(wide, start - 1, flags) & DIGIT or _flag(wide, end, flags) & DIGIT or marked[start - 1]:
        return True
    if _flag(wide, end, flags) & WEAK and _flag(wide, end + 1, flags) & DIGIT:
        return True
    for i in range(start + 1, end):
        if _flag(wide, i, flags) & UPPER:
            return True
    if after and length <= 4:  # 120 mmHg
        return True
    if length > 3 or word_before:
        return False
    next_word = _past_blanks(wide, end)
    return _letters_from(wide, next_word, flags) - next_word <= 3


@lean
def _numeral_counts(wide: Any, start: Any, end: Any, flags: Any) -> Any:
    """Whether the Han numerals wide[start:end] are a number: 二十, 第一, 三天, 3万; not 一般, 统一."""
    if end - start > 1 or _flag(wide, start - 1, flags) & (PREFIX | DIGIT):
        return True
    return bool(_flag(wide, end, flags) & (ONE if wide[start] == 0x4E00 else MEASURE))


@lean
def mark(wide: Any, m: Any, flags: Any, starts: Any, found: Any, marked: Any) -> Any:
    """Sets marked[i] (uint8) to 1 where wide[i] belongs to a value token, else 0; returns the hash of the sequence.

    wide (uint32) begins with a mark (shadow.LEAF) and has one place more than m, which ends every look-ahead.
    starts[:found]: all places of wide whose flags have one of STARTS, in order.
    """
    wide[m] = 0
    marked[:m] = 0
    h = np.uint64(0)
    last, word_end, following = -1, -1, 0  # ends of the last token, of the last long word that is none, of what was read
    for place in range(found):
        i: Any = np.int64(starts[place])
        if i < following:
            continue
        flag = _flag(wide, i, flags)
        end, measured = i + 1, False
        if flag & DIGIT or (flag & POINT and _flag(wide, end, flags) & DIGIT):
            end = _number_end(wide, i, flags)
            h = _hashed(h, _NUMBER)
            measured = True
        elif flag & LETTER:
            end = _letters_from(wide, i, flags)
            after = _follows(wide, last, i)
            word_before = word_end >= 0 and _past_blanks(wide, word_end) >= i
            if not _word_counts(wide, i, end, flags, marked, after, word_before):
                word_end = end if end - i > 3 else word_end
                following = end
                continue
        elif flag & NUMERAL:
            while _flag(wide, end, flags) & NUMERAL:
                end += 1
            if not _numeral_counts(wide, i, end, flags):
                following = end
                continue
            measured = True
        elif flag & WEAK:
            if not (_flag(wide, end, flags) & DIGIT or _follows(wide, last, i)):
                following = end
                continue
        elif not flag & (STRONG | DISTINCT):
            following = end
            continue
        for k in range(i, end):
            h = _hashed(h, wide[k])
            marked[k] = 1
        if measured:  # the Han unit after it: 天, 毫克, 小时
            k = _past_blanks(wide, end)
            stop = k + 3
            while k < stop and _flag(wide, k, flags) & MEASURE:
                h = _hashed(h, wide[k])
                marked[k] = 1
                k += 1
                end = k
        following = last = end
    return h
