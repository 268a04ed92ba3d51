"""Everything the signals count, in one pass over the bytes; repetition and lexicons over what that pass decoded."""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np

from quality.codepoints import CLASS, CLASSES, CLOSER, SIMPLIFIED, TERMINAL, TRADITIONAL, CharacterClass
from quality.kernels.byte_patterns import bullet_at, lookalike_at, mojibake_at, url_at
from quality.kernels.damage import damage_at, latin_damage_at, replacement_run_at
from quality.kernels.joiners import carries_at
from quality.kernels.lean import inlined, lean
from quality.kernels.lexicon import GAP, POINT, SEPARATOR, match
from quality.kernels.repetition import HASH, MAX_GRAM, MAX_TOP, duplicates, pairs, repetition
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
DAMAGE = CLASSES + 13  # places that were read with the wrong codec or lost
PRIVATE_USE = CLASSES + 14
LOOKALIKES = CLASSES + 15  # letters that stand for a digit
REPEATED = CLASSES + 16  # + n - 2: code points covered by n-grams that occur more than once, n = 2 … 10
TOP = REPEATED + MAX_GRAM - 1  # + n - 2: occurrences of the most frequent n-gram, n = 2, 3, 4
COUNTS = TOP + MAX_TOP - 1

_HAN, _KANA, _SPACE = int(CharacterClass.HAN), int(CharacterClass.KANA), int(CharacterClass.SPACE)
RARE = CLASSES  # class, in the table that the pass reads, of the Han characters that give mojibake away
_SPACES, _RARE, _KIND, _CONTROLS = np.uint64(_SPACE), np.uint64(RARE), np.uint64(CLASS), np.uint64(CharacterClass.CONTROL)
_COLON, _W, _CASE, _BREAK = np.uint64(0x3A), np.uint64(0x77), np.uint64(0x20), np.uint64(0x0A)
_O, _ELL, _I = np.uint64(0x6F), np.uint64(0x6C), np.uint64(0x49)
_REPLACED, _PRIVATE, _PRIVATE_END = np.uint64(CharacterClass.REPLACEMENT), np.uint64(0xE000), np.uint64(0xF8FF)
_LATIN_LETTER = np.uint8(0xC3)  # first byte of U+00C0–U+00FF
_U0, _U1, _U2, _U3, _U4 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_HASH2, _HASH3, _HASH4 = (np.uint64(pow(int(HASH), n, 1 << 64)) for n in (2, 3, 4))

_LENGTH = np.int64(0x632BE59BD9B4E019)
# Slots of the line state that a chunk hands to the next.
_L_SOLID, _L_ENDED, _L_BULLET, _L_HASH, _L_HAN, _L_KANA, _L_GAP, _L_URL, _L_LINES = range(9)
STATE = 9


@lean
def _read_line(classes: Any, points: Any, begin: Any, size: Any, state: Any) -> None:
    """Takes points[begin:size] of the line into its state: solid characters, hash, how it ends so far."""
    hashed, k = np.uint64(state[_L_HASH]), begin
    while k + _U3 < size:  # four steps of (hash + point) × HASH in one
        first, second = np.uint64(points[k] & POINT), np.uint64(points[k + _U1] & POINT)
        third, fourth = np.uint64(points[k + _U2] & POINT), np.uint64(points[k + _U3] & POINT)
        hashed = (hashed + first) * _HASH4 + (second * _HASH3 + third * _HASH2 + fourth * HASH)
        k += _U4
    while k < size:
        hashed = (hashed + np.uint64(points[k] & POINT)) * HASH
        k += _U1
    state[_L_HASH] = np.int64(hashed)
    state[_L_SOLID] += np.int64(size - begin)
    while k > begin and classes[points[k - _U1] & POINT] & CLOSER:
        k -= _U1
    if k > begin:
        state[_L_ENDED] = classes[points[k - _U1] & POINT] & TERMINAL != 0


@lean
def _end_line(state: Any, counts: Any, lines: Any) -> None:
    """Books the line that ends here; its hash joins lines[state[_L_LINES]]."""
    counts[LINES] += 1
    if state[_L_SOLID]:
        counts[SOLID_LINES] += 1
        counts[SHORT_LINES] += state[_L_SOLID] < SHORT_LINE
        counts[BULLET_LINES] += state[_L_BULLET]
        counts[ENDED_LINES] += state[_L_ENDED]
        lines[state[_L_LINES]] = (state[_L_HASH] + state[_L_SOLID] * _LENGTH) | 1  # U+0000 in front adds nothing to a hash
        state[_L_LINES] += 1
    kana = counts[_KANA] - state[_L_KANA]
    both = kana + counts[_HAN] - state[_L_HAN]
    if kana:
        counts[JAPANESE] += both if kana * 5 >= both else kana
    state[_L_KANA] = counts[_KANA]
    state[_L_HAN] = counts[_HAN]
    state[_L_SOLID] = state[_L_ENDED] = state[_L_BULLET] = state[_L_HASH] = 0


@lean
def _scan(
    classes: Any,
    signs: Any,
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

    What a line is waits for its end (_read_line). Flags are added up, not branched on, and indices are unsigned: both
    matter at a few nanoseconds a character.
    """
    url, gap, traditional, simplified = np.uint64(state[_L_URL]), np.uint64(state[_L_GAP]), _U0, _U0
    i, last, o, line = np.uint64(begin), np.uint64(stop), np.uint64(size), np.uint64(size)
    if state[_L_SOLID] == 0:
        state[_L_BULLET] = bullet_at(data, begin, end)
    while i < last:
        lead = data[i]
        if lead < 0x80:
            cp = np.uint64(lead)
            if (cp == _COLON or cp | _CASE == _W) and i >= url:
                length, first = url_at(data, np.int64(i), start, end)
                if length:
                    counts[URLS] += length
                    url = np.uint64(first + length)
            elif cp | _CASE == _O or cp == _ELL or cp == _I:
                counts[LOOKALIKES] += lookalike_at(data, np.int64(i), start, end)
            i += _U1
        elif 0xE0 <= lead < 0xF0:
            cp = np.uint64(int(lead & 0x0F) << 12 | int(data[i + _U1] & 0x3F) << 6 | int(data[i + _U2] & 0x3F))
            i += _U3
        else:
            cp = np.uint64(decode(data, i))
            if lead == _LATIN_LETTER:
                counts[DAMAGE] += latin_damage_at(signs[0], data, np.int64(i), start, end)
            i += np.uint64(width(lead))
        flags = np.uint64(classes[cp])
        kind = flags & _KIND
        if kind >= _SPACES:
            if kind == _SPACES:
                counts[_SPACE] += 1
                gap = np.uint64(GAP)
                if cp == _BREAK:
                    _read_line(classes, points, line, o, state)
                    _end_line(state, counts, lines)
                    line = o
                if line == o and state[_L_SOLID] == 0:
                    state[_L_BULLET] = bullet_at(data, np.int64(i), end)
                continue
            if kind == _RARE:
                counts[MOJIBAKE] += mojibake_at(cp, data, np.int64(i - _U3), end)
                counts[DAMAGE] += damage_at(signs, np.int64(cp), data, np.int64(i - _U3), start, end)
                kind = np.uint64(_HAN)
            elif kind == _REPLACED:
                counts[DAMAGE] += replacement_run_at(data, np.int64(i - _U3), start, end)
            elif kind == _CONTROLS and carries_at(cp, data, np.int64(i), start, end):
                kind = _U0  # OTHER, as marks are
            elif _PRIVATE <= cp <= _PRIVATE_END:
                counts[PRIVATE_USE] += 1
        counts[kind] += 1
        traditional += flags & np.uint64(TRADITIONAL)
        simplified += flags & np.uint64(SIMPLIFIED)
        points[o] = cp | gap
        frequency[cp] += np.uint32(1)
        gap = _U0
        o += _U1
    counts[TRADITIONALS] += np.int64(traditional) // TRADITIONAL
    counts[SIMPLIFIEDS] += np.int64(simplified) // SIMPLIFIED
    _read_line(classes, points, line, o, state)
    state[_L_GAP], state[_L_URL] = np.int64(gap), np.int64(url)
    return np.int64(o)


@lean
def _entropy(points: Any, size: Any, flushed: Any, frequency: Any, total: Any, solid: Any) -> Any:
    """Shannon entropy of the characters, bits; leaves the frequencies at zero.

    total: Σ log2 f over the characters, f = their frequency; looked for here if the points are not all of them.
    """
    if flushed:
        total = 0.0
        for point in range(len(frequency)):
            if frequency[point]:
                total += frequency[point] * log2(frequency[point])
        frequency[:] = 0
    else:
        for i in range(np.uint64(size)):
            frequency[points[i] & np.uint32(POINT)] = 0
    return max(0.0, log2(solid) - total / solid) if solid else 0.0


@lean
def measure(
    classes: Any,
    signs: Any,
    data: Any,
    leaf_offsets: Any,
    document_offsets: Any,
    lexicon: Any,
    counts: Any,
    hits: Any,
    entropy: Any,
    memory: Any,
) -> None:
    """Fills counts int64 (n, COUNTS, zeroed), hits int64 (n, lexicons, zeroed) and entropy float64 (n).

    classes: `quality.signals.classes`; signs: `quality.damage_tables.tables`; lexicon: the arrays of `quality.lexicon.Tables`; memory: the arrays of `quality.signals.memory`.
    """
    points, lines, frequency, _, state, _, _ = memory
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
                    _look_back(classes, size, row, hits[d], lexicon, memory)
                    size, state[_L_LINES], flushed = 0, 0, True
                size = _scan(classes, signs, data, begin, stop, start, end, row, state, lines, points, size, frequency)
                begin = stop
            if end > start:
                if data[end - 1] != 0x0A:
                    _end_line(state, row, lines)
                points[size] = SEPARATOR
                size += 1
        total = _look_back(classes, size, row, hits[d], lexicon, memory)
        for kind in range(CLASSES):
            row[CHARACTERS] += row[kind]
        row[SOLID] = row[CHARACTERS] - row[_SPACE]
        entropy[d] = _entropy(points, size, flushed, frequency, total, row[SOLID])


@lean
def _look_back(classes: Any, size: Any, counts: Any, hits: Any, lexicon: Any, memory: Any) -> Any:
    """Books duplicated lines, repeated n-grams and terms of points[:size]; returns Σ log2 f over the points."""
    points, lines, frequency, logarithms, state, free, scratch = memory
    counts[DUPLICATE_LINES] += duplicates(lines, state[_L_LINES], scratch[0])
    if size == 0:
        return 0.0
    found, begun, total = pairs(points, size, frequency, logarithms, lexicon[0], scratch)
    repetition(found, counts[REPEATED:TOP], counts[TOP:COUNTS], scratch)
    match(classes, points, size, scratch[4], begun, lexicon, free, hits)
    return total


@inlined
def _chunk_end(data: Any, begin: Any, end: Any) -> Any:
    """Where the chunk that begins at `begin` stops: CHUNK bytes on, at the start of a code point."""
    stop = min(end, begin + CHUNK)
    while stop < end and data[stop] & 0xC0 == 0x80:
        stop -= 1
    return stop
