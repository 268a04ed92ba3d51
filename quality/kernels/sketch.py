"""Keys of documents in one pass: fold, mark values, hash, sketch. Meaning and sources: quality.sketch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.shadow import LEAF, blank, widen
from quality.kernels.value_sequence import mark
from quality.kernels.values import mix

_P1, _P2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_P3, _ROUND = np.uint64(0x165667B19E3779F9), np.uint64(0xD6E8FEB86659FD93)
_LOW = np.uint64(0xFFFFFFFF)
_S29, _S32 = np.uint64(29), np.uint64(32)
_NOTHING = np.uint64(0xFFFFFFFFFFFFFFFF)
_MASKED = np.uint64(0x1FFFFF)


@njit(nogil=True, cache=True, inline="always")
def _stir(h: Any, cp: Any, prime: Any) -> Any:
    h = (h ^ cp) * prime
    return h ^ (h >> _S29)


@njit(nogil=True, cache=True)
def _widen_document(data: Any, leaves: Any, first: Any, last: Any, folding: Any, trusted: Any, wide: Any) -> Any:
    """Code points of leaves first … last-1, LEAF before each; -1 where the text needs unicodedata."""
    m = 0
    for leaf in range(first, last):
        wide[m] = LEAF
        m = widen(data, leaves[leaf], leaves[leaf + 1], folding[0], folding[1], folding[2], trusted, wide, m + 1)
        if m < 0:
            return -1
    return m


@njit(nogil=True, cache=True)
def _compact(wide: Any, m: Any, marked: Any, exact: Any) -> Any:
    """Drops blanks and marks in place, hashes what stays into exact[0], exact[1]; returns (length, template hash)."""
    a, b, template = _P2, _P3, _P1
    o, masked = 0, False
    for i in range(m):
        if blank(wide[i]):
            continue
        cp = np.uint64(wide[i])
        a, b = _stir(a, cp, _P1), _stir(b, cp, _P2)
        if not marked[i]:
            template = _stir(template, cp, _P3)
        elif not masked:
            template = _stir(template, _MASKED, _P3)
        masked = marked[i] != 0
        wide[o] = wide[i]
        o += 1
    exact[0], exact[1] = mix(a), mix(b)
    return o, mix(template)


@njit(nogil=True, cache=True, inline="always")
def _spread(h: Any) -> Any:
    h = (h ^ (h >> _S32)) * _P3
    return h ^ (h >> _S29)


@njit(nogil=True, cache=True)
def _shingles(wide: Any, m: Any, width: Any, power: Any, out: Any) -> Any:
    """64-bit hashes of all `width`-grams inside leaves (a shorter leaf is one shingle); returns how many."""
    count, run = 0, 0
    h = np.uint64(0)
    for i in range(m + 1):
        if i == m or wide[i] == LEAF:
            if 0 < run < width:
                out[count] = _spread(h)
                count += 1
            run, h = 0, np.uint64(0)
            continue
        if run >= width:
            h -= (np.uint64(wide[i - width]) + _P3) * power
        h = h * _P1 + (np.uint64(wide[i]) + _P3)
        run += 1
        if run >= width:
            out[count] = _spread(h)
            count += 1
    return count


@njit(nogil=True, cache=True, inline="always")
def _any_empty(sketch: Any) -> Any:
    worst = np.uint64(0)
    for k in range(len(sketch)):
        worst = max(worst, sketch[k])
    return worst == _NOTHING


@njit(nogil=True, cache=True)
def _sketch(shingles: Any, count: Any, sketch: Any) -> None:
    """Fast similarity sketch of the set: sketch[bin] = (round, hash) of the smallest element that fell there."""
    bins = len(sketch)
    sketch[:] = _NOTHING
    for turn in range(2 * bins if count else 0):
        high, salt = np.uint64(turn) << _S32, np.uint64(turn) * _ROUND
        for k in range(count):
            h = (shingles[k] ^ salt) * _P2
            place = np.int64(((h >> _S32) * np.uint64(bins)) >> _S32) if turn < bins else turn - bins
            sketch[place] = min(sketch[place], high | ((h ^ (h >> _S32)) & _LOW))
        # a round too many changes nothing, its values are larger: so look only when the bins are likely full
        if count * (turn + 1) >= 4 * bins and not _any_empty(sketch):
            return


@njit(nogil=True, cache=True)
def keys(
    data: Any, leaves: Any, rows: Any, which: Any, folding: Any, flags: Any, trusted: Any, width: Any, power: Any,
    salted: Any, wide: Any, marked: Any, shingles: Any, sketch: Any,
    exact: Any, value: Any, template: Any, bands: Any, size: Any,
) -> None:  # fmt: skip
    """Fills column which[i] of the outputs for document i; size is -1 where the text needs unicodedata."""
    per_band = len(sketch) // max(len(bands), 1)
    for i in range(len(rows) - 1):
        at = which[i]
        m = _widen_document(data, leaves, rows[i], rows[i + 1], folding, trusted, wide)
        if m < 0:
            size[at] = -1
            continue
        value[at] = mark(wide, m, flags, marked)
        m, template[at] = _compact(wide, m, marked, exact[at])
        exact[at, 1] ^= value[at]
        count = _shingles(wide, m, width, power, shingles)
        size[at] = count
        _sketch(shingles, count, sketch)
        for b in range(len(bands)):
            h = np.uint64(b + 1) * _P1 ^ (value[at] if salted else np.uint64(0))
            for k in range(b * per_band, (b + 1) * per_band):
                h = _stir(h, sketch[k], _P2)
            bands[b, at] = mix(h)


@njit(nogil=True, cache=True)
def shingle_sets(
    data: Any, leaves: Any, rows: Any, which: Any, folding: Any, trusted: Any, width: Any, power: Any,
    wide: Any, room: Any, starts: Any, ends: Any, out: Any, o: Any,
) -> Any:  # fmt: skip
    """Appends the sorted distinct shingle hashes of document i to out at o: out[starts[which[i]]:ends[which[i]]].

    Returns the new o; ends is -1 where the text needs unicodedata.
    """
    for i in range(len(rows) - 1):
        at = which[i]
        starts[at], ends[at] = o, -1
        m = _widen_document(data, leaves, rows[i], rows[i + 1], folding, trusted, wide)
        if m < 0:
            continue
        n = 0
        for k in range(m):
            if not blank(wide[k]):
                wide[n] = wide[k]
                n += 1
        count = _shingles(wide, n, width, power, room)
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
