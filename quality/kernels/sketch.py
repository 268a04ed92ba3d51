"""Keys of documents in one pass: fold, mark values, hash, sketch. Meaning and sources: quality.sketch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.lean import inlined, lean
from quality.kernels.shadow import LEAF, NOWHERE, blank, widen
from quality.kernels.value_sequence import mark
from quality.kernels.values import mix

_P1, _P2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_P3, _ROUND = np.uint64(0x165667B19E3779F9), np.uint64(0xD6E8FEB86659FD93)
_LOW = np.uint64(0xFFFFFFFF)
_S29, _S32 = np.uint64(29), np.uint64(32)
_NOTHING = np.uint64(0xFFFFFFFFFFFFFFFF)
_BLOCK = np.uint64(1024)  # shingles hashed at a time: they stay in the nearest cache
_MASKED, _BLANK = np.uint64(0x1FFFFF), np.uint64(0x20)  # all marks and blanks are at or below 0x20
_U0, _U1, _U2, _U4 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4)


@inlined
def _stir(h: Any, cp: Any, prime: Any) -> Any:
    h = (h ^ cp) * prime
    return h ^ (h >> _S29)


@lean
def _widen_document(
    data: Any, leaves: Any, first: Any, last: Any, folding: Any, trusted: Any, wide: Any, starts: Any
) -> Any:
    """Code points of leaves first … last-1, LEAF before each; (length or NOWHERE, number of starts), see widen."""
    m, found = _U0, _U0
    for leaf in range(first, last):
        wide[m] = LEAF
        m, found = widen(data, leaves[leaf], leaves[leaf + 1], folding, trusted, wide, m + _U1, starts, found)
        if m == NOWHERE:
            break
    return m, found


@inlined
def _spread(h: Any) -> Any:
    h = (h ^ (h >> _S32)) * _P3
    return h ^ (h >> _S29)


@lean
def _hash(wide: Any, m: Any, marked: Any, exact: Any) -> Any:
    """Drops blanks and marks in place, writes each leaf's length where its LEAF was, and hashes what stays.

    Fills exact[0] and exact[1]; returns (length, template hash). Three chains of multiplications run side by side.
    """
    a, b, template = _P2, _P3, _P1
    o, leaf, masked = _U0, _U0, False
    for i in range(m):
        cp = np.uint64(wide[i])
        if cp <= _BLANK:
            if cp != LEAF:
                continue
            wide[leaf] = o - leaf
            leaf = o
        value = marked[i] != 0
        a, b = _stir(a, cp, _P1), _stir(b, cp, _P2)
        stirred = _stir(template, _MASKED if value else cp, _P3)
        template = template if value and masked else stirred
        masked = value
        wide[o] = cp
        o += _U1
    wide[leaf] = o - leaf
    exact[0], exact[1] = mix(a), mix(b)
    return o, mix(template)


@lean
def _compact(wide: Any, m: Any) -> Any:
    """What _hash does to the text, without the hashes."""
    o, leaf = _U0, _U0
    for i in range(m):
        if blank(wide[i]):
            continue
        if wide[i] == LEAF:
            wide[leaf] = o - leaf
            leaf = o
        wide[o] = wide[i]
        o += _U1
    wide[leaf] = o - leaf
    return o


@lean
def _shingles(wide: Any, m: Any, width: Any, out: Any) -> Any:
    """64-bit hashes of all `width`-grams inside leaves (a shorter leaf is one shingle); returns how many.

    wide[:m]: leaves as _hash leaves them, length first. A shingle's hash is the polynomial Σ (cp + P3) × P1^(width−1−j).
    """
    count, leaf = _U0, _U0
    while leaf < m:
        begin, following = leaf + _U1, leaf + np.uint64(wide[leaf])
        size = min(width, following - begin)
        while size and begin + size <= following:
            end = min(begin + _BLOCK, following - size + _U1)
            _grams(wide[begin:following], size, out[count : count + end - begin])
            count += end - begin
            begin = end
        leaf = following
    return np.int64(count)


@lean
def _grams(text: Any, width: Any, out: Any) -> None:
    """out[k] = hash of text[k : k + width]. No step waits for the one before: compiled for several k at a time."""
    out[:] = 0
    for j in range(width):
        for k in range(len(out)):
            out[k] = out[k] * _P1 + (np.uint64(text[k + j]) + _P3)
    for k in range(len(out)):
        out[k] = _spread(out[k])


@inlined
def _any_empty(sketch: Any) -> Any:
    worst = np.uint64(0)
    for k in range(len(sketch)):
        worst = max(worst, sketch[k])
    return worst == _NOTHING


@lean
def _sketch(shingles: Any, count: Any, sketch: Any) -> None:
    """Fast similarity sketch of the set: sketch[bin] = (round, hash) of the smallest element that fell there."""
    bins, n = np.uint64(len(sketch)), np.uint64(count)
    sketch[:] = _NOTHING
    for k in range(n if bins else _U0):
        h = shingles[k] * _P2
        place = ((h >> _S32) * bins) >> _S32
        sketch[place] = min(sketch[place], (h ^ (h >> _S32)) & _LOW)
    turn = _U1
    # a round too many changes nothing, its values are larger: so look only when the bins are likely full
    while n and turn < _U2 * bins and (n * turn < _U4 * bins or _any_empty(sketch)):
        if turn < bins:
            _fill(shingles, n, sketch, turn, bins)
        elif sketch[turn - bins] == _NOTHING:
            _fill_one(shingles, n, sketch, turn, turn - bins)
        turn += _U1


@lean
def _fill(shingles: Any, n: Any, sketch: Any, turn: Any, bins: Any) -> None:
    """A round after the first: elements that fall into bins which earlier rounds left empty."""
    high, salt = turn << _S32, turn * _ROUND
    for k in range(n):
        h = (shingles[k] ^ salt) * _P2
        place = ((h >> _S32) * bins) >> _S32
        if sketch[place] >= high:
            sketch[place] = min(sketch[place], high | ((h ^ (h >> _S32)) & _LOW))


@lean
def _fill_one(shingles: Any, n: Any, sketch: Any, turn: Any, place: Any) -> None:
    """A round for one bin, which takes the smallest of all elements."""
    high, salt = turn << _S32, turn * _ROUND
    for k in range(n):
        h = (shingles[k] ^ salt) * _P2
        sketch[place] = min(sketch[place], high | ((h ^ (h >> _S32)) & _LOW))


@lean
def keys(
    data: Any, leaves: Any, rows: Any, which: Any, folding: Any, flags: Any, trusted: Any, width: Any,
    salted: Any, wide: Any, marked: Any, shingles: Any, sketch: Any,
    exact: Any, value: Any, template: Any, bands: Any, size: Any,
) -> None:  # fmt: skip
    """Fills column which[i] of the outputs for document i; size is -1 where the text needs unicodedata."""
    per_band = len(sketch) // max(len(bands), 1)
    for i in range(len(rows) - 1):
        at = which[i]
        m, found = _widen_document(data, leaves, rows[i], rows[i + 1], folding, trusted, wide, shingles)
        if m == NOWHERE:
            size[at] = -1
            continue
        value[at] = mark(wide, m, flags, shingles, found, marked)
        m, template[at] = _hash(wide, m, marked, exact[at])
        count = _shingles(wide, m, np.uint64(width), shingles)
        exact[at, 1] ^= value[at]
        size[at] = count
        _sketch(shingles, count, sketch)
        for b in range(len(bands)):
            h = np.uint64(b + 1) * _P1 ^ (value[at] if salted else np.uint64(0))
            for k in range(b * per_band, (b + 1) * per_band):
                h = _stir(h, sketch[k], _P2)
            bands[b, at] = mix(h)


@njit(nogil=True, cache=True)
def shingle_sets(
    data: Any, leaves: Any, rows: Any, which: Any, folding: Any, trusted: Any, width: Any,
    wide: Any, room: Any, starts: Any, ends: Any, out: Any, o: Any,
) -> Any:  # fmt: skip
    """Appends the sorted distinct shingle hashes of document i to out at o: out[starts[which[i]]:ends[which[i]]].

    Returns the new o; ends is -1 where the text needs unicodedata.
    """
    for i in range(len(rows) - 1):
        at = which[i]
        starts[at], ends[at] = o, -1
        m, _ = _widen_document(data, leaves, rows[i], rows[i + 1], folding, trusted, wide, room)
        if m == NOWHERE:
            continue
        count = _shingles(wide, _compact(wide, m), np.uint64(width), room)
        ordered = np.sort(room[:count])
        for k in range(count):
            if k == 0 or ordered[k] != ordered[k - 1]:
                out[o] = ordered[k]
                o += 1
        ends[at] = o
    return o


@njit(nogil=True, cache=True)
def jaccard(sets: Any, starts: Any, ends: Any, pairs: Any, out: Any) -> None:
    """out[p] = |A∩B| / |A∪B| of the sorted sets pairs[p]; 1 for two empty sets."""
    for p in range(len(pairs)):
        i, i_end = starts[pairs[p, 0]], ends[pairs[p, 0]]
        j, j_end = starts[pairs[p, 1]], ends[pairs[p, 1]]
        total, common = i_end - i + j_end - j, 0
        while i < i_end and j < j_end:
            x, y = sets[i], sets[j]
            common += x == y
            i += x <= y
            j += y <= x
        out[p] = np.float32(common / (total - common)) if total else np.float32(1)
