"""Known values in text: folded code points, then comparing at the places where one may begin."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

TEXT, NUMBER, NAME, ADDRESS, DATE = 0, 1, 2, 3, 4  # how a value is looked for
FULL, TITLED, HIDDEN, GIVEN, NICK, TAIL, PART = 0, 1, 2, 3, 4, 5, 6  # what of it was found
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SPACE = 32
_TAIL = 4
_BACK = 8  # code points in front of a tail in which 尾号 has to stand


@lean
def fold(data: Any, start: Any, stop: Any, table: Any, points: Any, point_at: Any, byte_at: Any) -> Any:
    """Folded code points of data[start:stop], where each stood (code point and byte); how many there are."""
    n, at, point = 0, start, 0
    while at < stop:
        cp = decode(data, at)
        folded = table[cp] if cp < 65536 else cp
        if folded:
            points[n], point_at[n], byte_at[n] = folded, point, at - start
            n += 1
        at += width(data[at])
        point += 1
    return n


@lean
def fold_all(data: Any, offsets: Any, table: Any, points: Any, starts: Any) -> Any:
    """Folded code points of all strings end to end; fills starts (n+1)."""
    n = 0
    for i in range(len(offsets) - 1):
        starts[i] = n
        at = offsets[i]
        while at < offsets[i + 1]:
            cp = decode(data, at)
            folded = table[cp] if cp < 65536 else cp
            if folded:
                points[n] = folded
                n += 1
            at += width(data[at])
    starts[len(offsets) - 1] = n


@inlined
def word(point: Any) -> Any:
    """ASCII letter (small) or digit."""
    return 48 <= point <= 57 or 97 <= point <= 122


@inlined
def _loose(point: Any, mode: Any) -> Any:
    """Whether this may stand between two characters of a value: a space; in numbers - . · _ / ( ) too."""
    return point == 32 or (
        mode == NUMBER and (point == 45 or point == 183 or point == 95 or 40 <= point <= 41 or point == 47)
    )


@lean
def match_at(points: Any, n: Any, i: Any, values: Any, first: Any, length: Any, mode: Any) -> Any:
    """Where values[first:first+length] ends if it stands at i, standing free where it has letters or digits at its edges; else -1."""
    j = i
    for k in range(length):
        wanted = values[first + k]
        if k:
            for _ in range(2):
                if j < n and points[j] != wanted and _loose(points[j], mode):
                    j += 1
        if j >= n or points[j] != wanted:
            return -1
        j += 1
    if word(values[first]) and i > 0 and word(points[i - 1]):
        return -1
    if word(values[first + length - 1]) and j < n and word(points[j]):
        return -1
    return j


@lean
def _bit(point: Any) -> Any:
    return np.uint64(1) << ((np.uint64(point) * _SPREAD) >> np.uint64(58))


@lean
def _starts_part(values: Any, first: Any, k: Any, stop: Any) -> Any:
    """Whether an address can go on from its k-th character alone: behind 省 市 区 县 镇 道 乡 旗 州, six characters, a digit."""
    c = values[k - 1]
    if (
        k == first
        or stop - k < 6
        or not (
            c == 0x7701
            or c == 0x5E02
            or c == 0x533A
            or c == 0x53BF
            or c == 0x9547
            or c == 0x9053
            or c == 0x4E61
            or c == 0x65D7
            or c == 0x5DDE
        )
    ):
        return False
    for m in range(k, stop):  # noqa: SIM110  numba
        if 48 <= values[m] <= 57:
            return True
    return False


@lean
def _beginnings(values: Any, starts: Any, modes: Any, cuts: Any, dates: Any, low: Any, high: Any) -> Any:
    """Bits of the characters that some form of these values begins with."""
    bits = np.uint64(0)
    for v in range(low, high):
        first, stop = starts[v], starts[v + 1]
        if stop <= first:
            continue
        bits |= _bit(values[first])
        if modes[v] == NAME:
            bits |= _bit(0x5C0F) | _bit(0x8001) | _bit(0x963F)
            for k in range(first, stop):
                if k == first + cuts[v] or (k > first and values[k - 1] == 183):
                    bits |= _bit(values[k])
        elif modes[v] == NUMBER and stop - first >= 8:
            bits |= _bit(values[stop - _TAIL])
        elif modes[v] == ADDRESS:
            for k in range(first + 1, stop):
                if _starts_part(values, first, k, stop):
                    bits |= _bit(values[k])
        elif modes[v] == DATE and dates[v]:
            bits |= _bit(48 + dates[v] // 10000000)
    return bits


@lean
def _title(points: Any, n: Any, j: Any, titles: Any, title_starts: Any) -> Any:
    """End of the title at j (longest first), or j."""
    for t in range(len(title_starts) - 1):
        first, length = title_starts[t], title_starts[t + 1] - title_starts[t]
        if j + length <= n:
            k = 0
            while k < length and points[j + k] == titles[first + k]:
                k += 1
            if k == length:
                return j + length
    return j


@inlined
def _veil(point: Any) -> Any:
    """某 x * × ○"""
    return point == 0x67D0 or point == 120 or point == 42 or point == 0xD7 or point == 0x25CB


@lean
def _name(points: Any, n: Any, i: Any, values: Any, first: Any, stop: Any, cut: Any, titles: Any, title_starts: Any) -> Any:
    """(end, form) of a shorter way of naming values[first:stop] at i; (-1, 0) if there is none."""
    nick = points[i] == 0x5C0F or points[i] == 0x8001 or points[i] == 0x963F
    if (
        nick
        and cut == 1
        and i + 1 < n
        and points[i + 1] == values[first]
        and not (i > 0 and points[i - 1] >= 0x4E00 and points[i - 1] == points[i])
    ):
        return i + 2, NICK
    if cut and points[i] == values[first]:
        j = i
        while j < n and j - i < cut and points[j] == values[first + j - i]:
            j += 1
        if j - i == cut:
            end = _title(points, n, j, titles, title_starts)
            if end > j:
                return end, TITLED
            while end < n and end - j < 3 and _veil(points[end]):
                end += 1
            if end > j and not (end < n and word(points[end])):
                return end, HIDDEN
    if stop - first - cut >= 2 and cut:
        end = match_at(points, n, i, values, first + cut, stop - first - cut, TEXT)
        if end > 0 and not (
            end < n and (points[end] == 0x8DEF or points[end] == 0x8857 or points[end] == 0x6751 or points[end] == 0x9547)
        ):
            return end, GIVEN
    if cut == 0:  # parts of a name with ·
        k = first
        while k < stop:
            m = k
            while m < stop and values[m] != 183:
                m += 1
            if m - k >= 2 and m - k < stop - first:
                end = match_at(points, n, i, values, k, m - k, TEXT)
                if end > 0:
                    return end, GIVEN
            k = m + 1
    return -1, 0


@lean
def _is_tail(points: Any, n: Any, i: Any, values: Any, stop: Any) -> Any:
    """Whether the last four of a number stand free at i with 尾 or 后四位, 末四位 shortly before."""
    if i + _TAIL > n or (i and word(points[i - 1])) or (i + _TAIL < n and word(points[i + _TAIL])):
        return False
    for k in range(_TAIL):
        if points[i + k] != values[stop - _TAIL + k]:
            return False
    for k in range(max(0, i - _BACK), i):
        if points[k] == 0x5C3E:
            return True
        if (points[k] == 0x540E or points[k] == 0x672B) and k + 1 < i and (points[k + 1] == 0x56DB or points[k + 1] == 52):
            return True
    return False


@lean
def _number_at(points: Any, n: Any, i: Any, longest: Any) -> Any:
    """(value, end) of up to `longest` digits at i."""
    value, j = 0, i
    while j < n and j - i < longest and 48 <= points[j] <= 57:
        value = value * 10 + points[j] - 48
        j += 1
    return value, j


@lean
def _date(points: Any, n: Any, i: Any, date: Any) -> Any:
    """End of the day yyyymmdd written at i with any separators or none, or -1."""
    if i and 48 <= points[i - 1] <= 57:
        return -1
    year, j = _number_at(points, n, i, 4)
    if j - i < 4 or year != date // 10000 or j >= n:
        return -1
    solid = 48 <= points[j] <= 57
    month, k = _number_at(points, n, j + (0 if solid else 1), 2)
    if k >= n or month != date // 100 % 100:
        return -1
    day, m = _number_at(points, n, k + (0 if solid else 1), 2)
    if day != date % 100 or (m < n and 48 <= points[m] <= 57):
        return -1
    return m + 1 if m < n and (points[m] == 0x65E5 or points[m] == 0x53F7) else m


@lean
def _unique(values: Any, starts: Any, modes: Any, cuts: Any, low: Any, high: Any, v: Any) -> Any:
    """Whether no other name of the row has the same given name."""
    for w in range(low, high):
        if w == v or modes[w] != NAME or starts[w + 1] - starts[w] - cuts[w] != starts[v + 1] - starts[v] - cuts[v]:
            continue
        a, b, same = starts[v] + cuts[v], starts[w] + cuts[w], True
        for k in range(starts[v + 1] - a):
            same &= values[a + k] == values[b + k]
        if same and values[starts[v]] != values[starts[w]]:
            return False
    return True


@lean
def _best(points: Any, n: Any, i: Any, low: Any, high: Any, table: Any, titles: Any, title_starts: Any) -> Any:
    """(end, value, form) of the longest thing known at i; end is i if there is none."""
    values, starts, modes, cuts, dates = table
    end, value, form = i, -1, 0
    for v in range(low, high):
        first, stop = starts[v], starts[v + 1]
        if stop <= first:
            continue
        e, f = -1, FULL
        if points[i] == values[first]:
            e = match_at(points, n, i, values, first, stop - first, modes[v])
        if e < 0 and modes[v] == NAME:
            e, f = _name(points, n, i, values, first, stop, cuts[v], titles, title_starts)
            if e > 0 and f == GIVEN and not _unique(values, starts, modes, cuts, low, high, v):
                e = -1
        elif e < 0 and modes[v] == NUMBER and stop - first >= 8 and _is_tail(points, n, i, values, stop):
            e, f = i + _TAIL, TAIL
        elif e < 0 and modes[v] == DATE and dates[v]:
            e = _date(points, n, i, dates[v])
        elif e < 0 and modes[v] == ADDRESS:
            for k in range(first + 1, stop):
                if points[i] == values[k] and _starts_part(values, first, k, stop):
                    e = match_at(points, n, i, values, k, stop - k, TEXT)
                    f = PART
                    if e > 0:
                        break
        if e > end:
            end, value, form = e, v, f
    return end, value, form


@lean
def find_rows(
    data: Any, offsets: Any, text_row: Any, row_starts: Any, table: Any, folds: Any, titles: Any, title_starts: Any,
    points: Any, point_at: Any, byte_at: Any, out: Any,
) -> Any:  # fmt: skip
    """Fills out int64 (m, 7): text, start, end, start byte, end byte, value, form. Returns how many, also beyond m.

    Values row_starts[r] … row_starts[r+1]-1 belong to row r; table: (points of the values, starts, modes, length of the
    surname, yyyymmdd or 0). Leftmost, then longest.
    """
    values, starts, modes, cuts, dates = table
    count = 0
    for i in range(len(offsets) - 1):
        low, high = row_starts[text_row[i]], row_starts[text_row[i] + 1]
        if low == high:
            continue
        bits = _beginnings(values, starts, modes, cuts, dates, low, high)
        n = fold(data, offsets[i], offsets[i + 1], folds, points, point_at, byte_at)
        k = 0
        while k < n:
            if bits & _bit(points[k]):
                end, value, form = _best(points, n, k, low, high, table, titles, title_starts)
                if end > k:
                    count = emit(data, offsets[i], i, k, end, value, form, point_at, byte_at, out, count)
                    k = end
                    continue
            k += 1
    return count


@lean
def emit(
    data: Any,
    base: Any,
    text: Any,
    k: Any,
    end: Any,
    value: Any,
    form: Any,
    point_at: Any,
    byte_at: Any,
    out: Any,
    count: Any,
) -> Any:
    if count < len(out):
        last = byte_at[end - 1]
        out[count, 0], out[count, 1], out[count, 2] = text, point_at[k], point_at[end - 1] + 1
        out[count, 3], out[count, 4] = byte_at[k], last + width(data[base + last])
        out[count, 5], out[count, 6] = value, form
    return count + 1


@lean
def pair_at(points: Any, n: Any, i: Any) -> Any:
    """The code point at i and the next one that is no space or hyphen; 0 at the end of the text."""
    j = i + 1
    for _ in range(2):
        if j < n and (points[j] == _SPACE or points[j] == 45):
            j += 1
    return np.uint64(points[i]) << np.uint64(21) | np.uint64(points[j]) if j < n else np.uint64(0)


@lean
def _bound(values: Any, starts: Any, low: Any, high: Any, depth: Any, point: Any, above: Any) -> Any:
    """First of the sorted entries low … high-1 whose character at `depth` is not below `point` (above: is beyond it)."""
    while low < high:
        middle = (low + high) >> 1
        c = values[starts[middle] + depth]
        if c < point or (above and c == point):
            low = middle + 1
        else:
            high = middle
    return low


@lean
def _longest(points: Any, n: Any, i: Any, values: Any, starts: Any, modes: Any, low: Any, high: Any) -> Any:
    """(end, entry) of the longest of the sorted entries low … high-1 that stands at i, or (i, -1): the range of entries that
    begin as the text does narrows character by character."""
    end, value, depth, j = i, -1, 0, i
    while True:
        while low < high and starts[low + 1] - starts[low] == depth:
            last = values[starts[low] + depth - 1] if depth else 0
            if not (word(last) and j < n and word(points[j])) and j > end:
                end, value = j, low
            low += 1
        skips = 0
        while low < high and j < n:
            first = _bound(values, starts, low, high, depth, points[j], False)
            stop = _bound(values, starts, first, high, depth, points[j], True)
            if first < stop:
                low, high = first, stop
                break
            if skips == 2 or not _loose(points[j], modes[low]):
                low = high
            skips += 1
            j += 1
        if low >= high or j >= n:
            break
        depth += 1
        j += 1
    if value >= 0 and word(values[starts[value]]) and i > 0 and word(points[i - 1]):
        return i, -1
    return end, value


@lean
def find_listed(
    data: Any, offsets: Any, table: Any, seen: Any, slots: Any, pairs: Any, groups: Any, folds: Any,
    points: Any, point_at: Any, byte_at: Any, out: Any,
) -> Any:  # fmt: skip
    """Like find_rows, for entries that are looked for everywhere. table: (points of the entries, starts, modes), entries
    sorted by code points; group g, of the same first two, holds entries groups[g] … groups[g+1]-1; seen: bits and
    slots: open addressing, both by the top bits of pair × factor."""
    values, starts, modes = table
    seen_shift, slot_shift = np.uint64(64 - _log2(len(seen) * 64)), np.uint64(64 - _log2(len(slots)))
    count = 0
    for i in range(len(offsets) - 1):
        n = fold(data, offsets[i], offsets[i + 1], folds, points, point_at, byte_at)
        k = 0
        while k < n - 1:
            pair = pair_at(points, n, k)
            hashed = pair * _SPREAD
            bit = hashed >> seen_shift
            if not seen[bit >> np.uint64(6)] >> (bit & np.uint64(63)) & np.uint64(1):
                k += 1
                continue
            slot = np.int64(hashed >> slot_shift)
            while slots[slot] >= 0 and pairs[slots[slot]] != pair:
                slot = (slot + 1) & (len(slots) - 1)
            end, value = k, -1
            if slots[slot] >= 0:
                group = slots[slot]
                end, value = _longest(points, n, k, values, starts, modes, groups[group], groups[group + 1])
            if end > k:
                count = emit(data, offsets[i], i, k, end, value, FULL, point_at, byte_at, out, count)
                k = end
            else:
                k += 1
    return count


@lean
def _log2(size: Any) -> Any:
    bits = 0
    while (1 << bits) < size:
        bits += 1
    return bits
