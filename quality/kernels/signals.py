"""Everything the signals count, in one pass over the bytes; repetition and lexicons over what that pass decoded."""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np
from numba import njit

from quality.codepoints import CLASS, CLASSES, CLOSER, SIMPLIFIED, TERMINAL, TRADITIONAL, CharacterClass
from quality.kernels.lexicon import GAP, POINT, SEPARATOR, match
from quality.kernels.repetition import HASH, MAX_GRAM, MAX_TOP, duplicates, repetition, tables
from quality.kernels.utf8 import decode, width

WINDOW = 1 << 20  # repeats are looked for within so many code points: bounds the memory of documents of any length
CHUNK = 1 << 19  # bytes
SHORT_LINE = 10  # code points that are no spaces

# Columns of the counts matrix: the classes first.
CHARACTERS = CLASSES
LINES = CLASSES + 1
SOLID_LINES = CLASSES + 2  # lines with something else than spaces
SHORT_LINES = CLASSES + 3
BULLET_LINES = CLASSES + 4
ENDED_LINES = CLASSES + 5
DUPLICATE_LINES = CLASSES + 6
TRADITIONALS = CLASSES + 7
SIMPLIFIEDS = CLASSES + 8
JAPANESE = CLASSES + 9  # kana, and han in lines where at least one in five of the two is kana
URLS = CLASSES + 10  # code points inside URLs
SOLID = CLASSES + 11  # code points that are no spaces
MOJIBAKE = CLASSES + 12  # code points of 锟斤拷 (U+FFFD read as GBK) and 锛 銆 鐨 (，。的 in UTF-8 read as GBK)
REPEATED = CLASSES + 13  # + n - 2: code points covered by n-grams that occur more than once, n = 2 … 10
TOP = REPEATED + MAX_GRAM - 1  # + n - 2: occurrences of the most frequent n-gram, n = 2, 3, 4
COUNTS = TOP + MAX_TOP - 1

_HAN, _KANA, _SPACE = int(CharacterClass.HAN), int(CharacterClass.KANA), int(CharacterClass.SPACE)
_U1, _U2, _U3 = np.uint64(1), np.uint64(2), np.uint64(3)

# Slots of the line state that a chunk hands to the next.
_L_SOLID, _L_ENDED, _L_BULLET, _L_HASH, _L_HAN, _L_KANA, _L_GAP, _L_URL, _L_PREVIOUS, _L_LINES = range(10)
STATE = 10


@njit(nogil=True, cache=True)
def _bullet(cp: Any, spaced: Any) -> Any:
    """Whether a line that begins with cp is a bullet line; ASCII marks count only before a space (-5 ℃ is a number)."""
    if cp < 0x80 or cp == 0x2013 or cp == 0x2014:
        return spaced and (cp == 0x2A or cp == 0x2B or cp == 0x2D or cp == 0x2013 or cp == 0x2014)
    if cp < 0x2000:
        return cp == 0xB7
    return (
        cp == 0x2022 or cp == 0x2023 or cp == 0x25E6 or cp == 0x203B or 0x25A0 <= cp <= 0x25CF
        or cp == 0x2605 or cp == 0x2606 or 0x2713 <= cp <= 0x2714 or 0x2794 <= cp <= 0x27BE or cp == 0x30FB
    )  # fmt: skip


@njit(nogil=True, cache=True)
def _url(data: Any, i: Any, start: Any, end: Any) -> Any:
    """(length, first byte) of the URL whose `://` or `www.` stands at byte i; length 0 if there is none."""
    begin, body = i, i + 4
    if data[i] == 0x3A:
        body = i + 3
        if body >= end or data[i + 1] != 0x2F or data[i + 2] != 0x2F:
            return 0, i
        while begin > start and (0x61 <= (data[begin - 1] | 0x20) <= 0x7A):
            begin -= 1
        if begin == i:
            return 0, i
    elif body >= end or not _www(data, i) or _alphanumeric(data, i, start):
        return 0, i
    stop = body
    while stop < end and 0x21 <= data[stop] <= 0x7E and data[stop] != 0x22 and data[stop] != 0x3C and data[stop] != 0x3E:
        stop += 1
    return (stop - begin if stop > body else 0), begin


@njit(nogil=True, cache=True)
def _mojibake(cp: Any, data: Any, i: Any, end: Any) -> Any:
    """Code points of mojibake that begin at byte i: 3 for 锟斤拷, 1 for 锛 銆 鐨, which nobody writes."""
    if cp != 0x951F:
        return 1 if cp == 0x951B or cp == 0x9286 or cp == 0x9428 else 0  # noqa: SIM109  numba
    following: Any = 0
    for k in range(i + 3, min(i + 9, end)):
        following = following << 8 | np.int64(data[k])
    return 3 if following == 0xE696A4E68BB7 else 0  # 斤拷


@njit(nogil=True, cache=True)
def _end_line(state: Any, counts: Any, lines: Any) -> None:
    """Books the line that ends here; its hash joins lines[state[_L_LINES]]."""
    counts[LINES] += 1
    if state[_L_SOLID]:
        counts[SOLID_LINES] += 1
        counts[SHORT_LINES] += state[_L_SOLID] < SHORT_LINE
        counts[BULLET_LINES] += state[_L_BULLET]
        counts[ENDED_LINES] += state[_L_ENDED]
        lines[state[_L_LINES]] = state[_L_HASH] | 1
        state[_L_LINES] += 1
    kana = counts[_KANA] - state[_L_KANA]
    both = kana + counts[_HAN] - state[_L_HAN]
    if kana:
        counts[JAPANESE] += both if kana * 5 >= both else kana
    state[_L_KANA] = counts[_KANA]
    state[_L_HAN] = counts[_HAN]
    state[_L_SOLID] = state[_L_ENDED] = state[_L_BULLET] = state[_L_HASH] = 0


@njit(nogil=True, cache=True, inline="always")
def _decode(data: Any, i: Any) -> Any:
    """(code point, next i); the branches in the order in which Chinese text takes them."""
    lead = data[i]
    if 0xE0 <= lead < 0xF0:
        return (int(lead & 0x0F) << 12) | (int(data[i + _U1] & 0x3F) << 6) | int(data[i + _U2] & 0x3F), i + _U3
    if lead < 0x80:
        return int(lead), i + _U1
    return decode(data, i), i + np.uint64(width(lead))


@njit(nogil=True, cache=True)
def _scan(
    classes: Any,
    data: Any,
    begin: Any,
    stop: Any,
    start: Any,
    end: Any,
    counts: Any,
    state: Any,
    lines: Any,
    points: Any,
    size: Any,
    frequency: Any,
) -> Any:
    """Counts bytes begin … stop of the leaf start … end; writes points[size:]; returns the new size.

    Flags are added up, not branched on, and indices are unsigned: both matter at a few nanoseconds a character.
    """
    solid, hashed, ended, gap = state[_L_SOLID], np.uint64(state[_L_HASH]), state[_L_ENDED], state[_L_GAP]
    url, characters, traditional, simplified = np.uint64(state[_L_URL]), 0, 0, 0
    i, last, o = np.uint64(begin), np.uint64(stop), np.uint64(size)
    while i < last:
        here = i
        cp, i = _decode(data, i)
        flags = int(classes[cp])
        kind = flags & CLASS
        counts[kind] += 1
        characters += 1
        if kind == _SPACE:
            gap = GAP
            if cp == 0x0A:
                state[_L_SOLID], state[_L_HASH], state[_L_ENDED] = solid, np.int64(hashed), ended
                _end_line(state, counts, lines)
                solid, hashed, ended = 0, np.uint64(0), 0
            continue
        if cp < 0x80:
            if (cp == 0x3A or cp | 0x20 == 0x77) and here >= url:
                length, first = _url(data, np.int64(here), start, end)
                if length:
                    counts[URLS] += length
                    url = np.uint64(first + length)
        elif 0x9286 <= cp <= 0x951F:
            counts[MOJIBAKE] += _mojibake(cp, data, np.int64(here), end)
        if solid == 0:
            after = np.int64(i)
            state[_L_BULLET] = _bullet(cp, after < end and (data[after] == 0x20 or data[after] == 0x09))
        traditional += (flags & TRADITIONAL) // TRADITIONAL
        simplified += (flags & SIMPLIFIED) // SIMPLIFIED
        ended = ended if flags & CLOSER else (flags & TERMINAL) // TERMINAL
        solid += 1
        hashed = (hashed + np.uint64(cp)) * HASH
        points[o] = cp | gap
        frequency[cp] += np.uint32(1)
        gap = 0
        o += _U1
    counts[CHARACTERS] += characters
    counts[TRADITIONALS] += traditional
    counts[SIMPLIFIEDS] += simplified
    state[_L_SOLID], state[_L_HASH], state[_L_ENDED] = solid, np.int64(hashed), ended
    state[_L_GAP], state[_L_URL] = gap, np.int64(url)
    return np.int64(o)


@njit(nogil=True, cache=True)
def _www(data: Any, i: Any) -> Any:
    """Whether the w at byte i begins `www.`."""
    return data[i + 1] | 0x20 == 0x77 and data[i + 2] | 0x20 == 0x77 and data[i + 3] == 0x2E


@njit(nogil=True, cache=True)
def _alphanumeric(data: Any, i: Any, start: Any) -> Any:
    """Whether an ASCII letter or digit stands right before byte i."""
    if i == start:
        return False
    before = data[i - 1]
    return 0x30 <= before <= 0x39 or 0x61 <= (before | 0x20) <= 0x7A


@njit(nogil=True, cache=True)
def _entropy(points: Any, size: Any, flushed: Any, frequency: Any, logarithms: Any, solid: Any) -> Any:
    """Shannon entropy of the characters, bits; leaves the frequencies at zero."""
    total = 0.0
    if flushed:
        for point in range(len(frequency)):
            total += _weight(frequency[point], logarithms)
        frequency[:] = 0
    else:
        for i in range(size):
            point = points[i] & np.uint32(POINT)
            total += _weight(frequency[point], logarithms)
            frequency[point] = 0
    return max(0.0, log2(solid) - total / solid) if solid else 0.0


@njit(nogil=True, cache=True, inline="always")
def _weight(occurrences: Any, logarithms: Any) -> Any:
    """f log2 f."""
    if occurrences < len(logarithms):
        return logarithms[occurrences]
    return occurrences * log2(occurrences)


@njit(nogil=True, cache=True)
def measure(
    classes: Any,
    data: Any,
    leaf_offsets: Any,
    document_offsets: Any,
    capacity: Any,
    lexicon: Any,
    counts: Any,
    hits: Any,
    entropy: Any,
) -> None:
    """Fills counts int64 (n, COUNTS, zeroed), hits int64 (n, lexicons, zeroed) and entropy float64 (n).

    capacity: code points that the scratch arrays hold, at least min(WINDOW, the longest document's bytes + leaves).
    lexicon: the arrays of `quality.lexicon.Tables`.
    """
    points, lines = np.empty(capacity, np.uint32), np.empty(capacity, np.uint64)
    frequency = np.zeros(SEPARATOR + 1, np.uint32)
    scratch = tables(capacity)
    logarithms = np.array([f * log2(f) if f else 0.0 for f in range(4096)])
    state, free = np.zeros(STATE, np.int64), np.zeros(hits.shape[1], np.int64)
    for d in range(len(document_offsets) - 1):
        row, size, flushed = counts[d], 0, False
        state[:] = 0
        for leaf in range(document_offsets[d], document_offsets[d + 1]):
            start, end = leaf_offsets[leaf], leaf_offsets[leaf + 1]
            begin = start
            state[_L_URL] = state[_L_GAP] = 0
            while begin < end:
                stop = _chunk_end(data, begin, end)
                if size + stop - begin + 1 > WINDOW:
                    _repeats(points, size, frequency, row, state, lines, scratch)
                    match(classes, points, size, lexicon, free, hits[d])
                    size, state[_L_LINES], flushed = 0, 0, True
                size = _scan(classes, data, begin, stop, start, end, row, state, lines, points, size, frequency)
                begin = stop
            if end > start:
                if data[end - 1] != 0x0A:
                    _end_line(state, row, lines)
                points[size] = SEPARATOR
                size += 1
        _repeats(points, size, frequency, row, state, lines, scratch)
        match(classes, points, size, lexicon, free, hits[d])
        row[SOLID] = row[CHARACTERS] - row[_SPACE]
        entropy[d] = _entropy(points, size, flushed, frequency, logarithms, row[SOLID])


@njit(nogil=True, cache=True)
def _repeats(points: Any, size: Any, frequency: Any, counts: Any, state: Any, lines: Any, scratch: Any) -> None:
    """Books duplicated lines and repeated n-grams of points[:size]."""
    counts[DUPLICATE_LINES] += duplicates(lines, state[_L_LINES], scratch)
    repetition(points, size, frequency, counts[REPEATED:TOP], counts[TOP:COUNTS], scratch)


@njit(nogil=True, cache=True, inline="always")
def _chunk_end(data: Any, begin: Any, end: Any) -> Any:
    """Where the chunk that begins at `begin` stops: CHUNK bytes on, at the start of a code point."""
    stop = min(end, begin + CHUNK)
    while stop < end and data[stop] & 0xC0 == 0x80:
        stop -= 1
    return stop
