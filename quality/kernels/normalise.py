"""Folding look-alikes and cleaning white space, with the edits that say what changed. Rules: quality.folding.

A scan looks for the places where something could change; most text is left behind by it. Around such a place two
passes are made: the first maps characters and drops those without a glyph (code points, source ranges and causes into
scratch arrays), the second decides on runs of white space and writes edits. White space is judged on the folded
text, so that doing it twice changes nothing. A place ends with two characters that stay whatever happens, as the rules
look at no more than two characters on either side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.joiners import carries
from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, encode, width

# actions of quality.folding.Action, and its flags; compiled code cannot see an IntEnum
_RADICAL, _WIDE, _WIDE_MARK, _INVISIBLE, _LINE, _SPACE, _JOINER, _VERTICAL, _CJK, _HAN = 1, 2, 3, 4, 6, 7, 8, 9, 0x80, 0x40
# causes of edits, in the order of quality.normalising.CAUSES; controls count as invisible
SAME, RADICAL, FULL_WIDTH, INVISIBLE, LINE_BREAK, SPACE, VERTICAL = map(
    np.int64, range(7)
)  # typed: literals compile one by one
_TAB, _LF, _CR, _BLANK, _DEL, _NBSP = 9, 10, 13, 32, 127, 0xA0
_ANY_MODE, _RUNS_MODE, _KEEP_MODE = 0, 1, 2


@inlined
def _action(cp: Any, actions: Any) -> Any:
    if cp < 0x10000:
        return int(actions[cp])
    if cp < 0x40000:
        return _CJK | _HAN if cp >= 0x20000 else 0
    return _INVISIBLE if 0xE0000 <= cp <= 0xE007F else 0


@lean
def _fold(data: Any, place: Any, actions: Any, targets: Any, cps: Any, starts: Any, ends: Any, causes: Any) -> Any:
    """Pass 1 over one place (begin and end of the string, begin and end of the place): what is left, with byte ranges
    relative to the string; returns how many code points."""
    begin, end, first, last = place
    n = np.int64(0)
    i = first
    wide = False  # the character before is a full-width digit
    while i < last:
        cp = decode(data, i)
        size = width(data[i])
        after = i + size
        action = _action(cp, actions) & 0x3F
        cause = SAME
        was_wide, wide = wide, False
        if action != 0:
            if action == _RADICAL:
                cp, cause = int(targets[cp]), RADICAL
            elif action == _WIDE:
                wide = cp <= 0xFF19
                cp, cause = int(targets[cp]), FULL_WIDTH
            elif action == _WIDE_MARK:
                following = decode(data, after) if after < end else 0
                if was_wide or 0xFF10 <= following <= 0xFF19:
                    cp, cause = int(targets[cp]), FULL_WIDTH
            elif action == _VERTICAL:
                cp, cause = int(targets[cp]), VERTICAL
            elif action == _LINE:
                if cp == _CR and after < end and data[after] == _LF:
                    after += 1
                cp, cause = _LF, LINE_BREAK
            elif action == _SPACE:
                cp, cause = _NBSP, SPACE
            elif action == _JOINER:
                following = decode(data, after) if after < end else 0
                before = np.int64(cps[n - 1]) if n > 0 else 0
                cause = SAME if carries(cp, before, following) else INVISIBLE
            else:
                cause = INVISIBLE  # _INVISIBLE and _CONTROL
        if cause != INVISIBLE:
            cps[n], starts[n], ends[n], causes[n] = cp, i - begin, after - begin, cause
            n += 1
        i = after
    return n


@inlined
def _white(cp: Any) -> Any:
    return cp in (_BLANK, _TAB, _LF, _NBSP)


@inlined
def _alone(cps: Any, at: Any, step: Any, n: Any, actions: Any) -> Any:
    """The character at `at` is followed (step 1) or preceded (step -1) by no ideograph: it stands by itself."""
    return at + step < 0 or at + step >= n or not _action(cps[at + step], actions) & _HAN


@lean
def _inside(cps: Any, a: Any, b: Any, n: Any, actions: Any, mode: Any) -> Any:
    """What a run of blanks and tabs a:b inside a line becomes: 0 (nothing), a blank or a tab."""
    tab = False
    for k in range(a, b):
        tab = tab or cps[k] == _TAB
    if tab:
        return _TAB
    left, right = _action(cps[a - 1], actions), _action(cps[b], actions)
    if mode == _KEEP_MODE or not left & _CJK or not right & _CJK:
        return _BLANK
    both_han = left & _HAN and right & _HAN
    both_alone = both_han and _alone(cps, a - 1, -1, n, actions) and _alone(cps, b, 1, n, actions)
    if both_alone or not both_han:
        return 0
    if b - a > 1:
        return _TAB
    return _BLANK if mode == _RUNS_MODE else 0


@lean
def _white_run(cps: Any, a: Any, b: Any, n: Any, actions: Any, mode: Any, buffer: Any) -> Any:
    """Writes to `buffer` what the white-space run a:b becomes (never longer than the run); returns its length."""
    lines = 0
    last = a - 1
    for k in range(a, b):
        if cps[k] == _LF:
            lines += 1
            last = k
    if lines == 0 and a > 0:
        if b == n:
            return 0
        buffer[0] = _inside(cps, a, b, n, actions, mode)
        return 1 if buffer[0] else 0
    o = 0
    for _ in range(min(lines, 2)):
        buffer[o] = _LF
        o += 1
    indent = b < n
    for k in range(last + 1, b):
        indent = indent and cps[k] != _NBSP
    if indent:
        for k in range(last + 1, b):
            buffer[o] = cps[k]
            o += 1
    return o


@lean
def _edit(text: Any, start: Any, end: Any, cause: Any, at: Any, e: Any, edits: Any) -> Any:
    """Records an edit, or extends the last one when it touches it and has the same cause; returns the new count."""
    if e > 0 and edits[e - 1, 0] == text and edits[e - 1, 2] == start and edits[e - 1, 3] == cause:
        edits[e - 1, 2] = end
        return e
    edits[e, 0], edits[e, 1], edits[e, 2], edits[e, 3], edits[e, 4] = text, start, end, cause, at
    return e + 1


@inlined
def _bare(b: Any) -> Any:
    """The byte beside a blank belongs to a character with a glyph, or to one that is looked at by itself."""
    return b > _BLANK and b != _DEL


@inlined
def _stays(data: Any, i: Any, begin: Any, end: Any) -> Any:
    """The ASCII character at byte i is no control, and if it is white, then a run by itself that no rule changes."""
    c = data[i]
    if c > _BLANK:
        return c != _DEL
    if (c != _BLANK and c != _LF and c != _TAB) or i == begin or i + 1 == end:
        return False
    before, after = data[i - 1], data[i + 1]
    return _bare(before) and _bare(after) and (c != _BLANK or before < 128 or after < 128)


_1, _2, _3, _6, _12 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(6), np.uint64(12)


@lean
def _first_place(data: Any, first: Any, begin: Any, end: Any, actions: Any) -> Any:
    """The next byte from `first` on whose character could change; `end` when there is none.

    Unsigned indices spare the check for negative ones, which in this loop is a third of the time.
    """
    i, stop = np.uint64(first), np.uint64(end)
    while i < stop:
        lead = data[i]
        if lead >= 0xE0 and lead < 0xF0:
            cp = (np.uint64(lead & 0x0F) << _12) | (np.uint64(data[i + _1] & 0x3F) << _6) | np.uint64(data[i + _2] & 0x3F)
            if actions[cp] & 0x3F:
                return np.int64(i)
            i += _3
        elif lead < 0x80:
            if (lead <= _BLANK or lead == _DEL) and not _stays(data, np.int64(i), begin, end):
                return np.int64(i)
            i += _1
        else:
            if _action(decode(data, np.int64(i)), actions) & 0x3F:
                return np.int64(i)
            i += np.uint64(width(lead))
    return end


@lean
def _place_begins(data: Any, i: Any, begin: Any) -> Any:
    """Two characters before byte i, and more where that would cut a run of white space."""
    seen = 0
    while i > begin and (seen < 2 or data[i] <= _BLANK):
        i -= 1
        while data[i] & 0xC0 == 0x80:
            i -= 1
        seen += 1
    return i


@lean
def _place_ends(data: Any, i: Any, end: Any, actions: Any) -> Any:
    """Behind the first two characters in a row, from byte i on, that are neither white nor could change."""
    calm = 0
    while i < end and calm < 2:
        lead = data[i]
        plain = _bare(lead) if lead < 0x80 else _action(decode(data, i), actions) & 0x3F == 0
        calm = calm + 1 if plain else 0
        i += width(lead)
    return i


@lean
def rewrite(
    data: Any, offsets: Any, rows: Any, actions: Any, targets: Any, mode: Any, scratch: Any, new: Any, edits: Any
) -> Any:
    """The strings `rows`. new: as many bytes as these have; edits: int32 (bytes, 5): text, start, end, cause, begin in new.

    scratch: five int32 rows as long as the longest string, plus one. Returns (bytes of new, number of edits).
    """
    w, e = np.int64(0), np.int64(0)
    for r in rows:
        begin, end = offsets[r], offsets[r + 1]
        i = _first_place(data, begin, begin, end, actions)
        while i < end:
            first, last = _place_begins(data, i, begin), _place_ends(data, i, end, actions)
            w, e = _place(data, (begin, end, first, last), r, actions, targets, mode, scratch, new, w, edits, e)
            i = _first_place(data, last, begin, end, actions)
    return w, e


@lean
def _place(
    data: Any, place: Any, r: Any, actions: Any, targets: Any, mode: Any, scratch: Any, new: Any, w: Any, edits: Any, e: Any
) -> Any:
    """Both passes over one place; returns the new (bytes of new, number of edits)."""
    begin, _, start, stop = place
    cps, starts, ends, causes, buffer = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    n = _fold(data, place, actions, targets, cps, starts, ends, causes)
    done = start - begin  # bytes of the string that are dealt with
    k = np.int64(0)
    while k < n:
        if starts[k] > done:  # something without a glyph stood here
            e = _edit(r, done, np.int64(starts[k]), INVISIBLE, w, e, edits)
        if not _white(cps[k]):
            if causes[k] != SAME:
                e = _edit(r, np.int64(starts[k]), np.int64(ends[k]), np.int64(causes[k]), w, e, edits)
                w = encode(cps[k], new, w)
            done = np.int64(ends[k])
            k += 1
            continue
        first = k
        same = True
        while k < n and _white(cps[k]):
            same = same and causes[k] == SAME and (k == first or starts[k] == ends[k - 1])
            k += 1
        size = _white_run(cps, first, k, n, actions, mode, buffer)
        same = same and size == k - first
        cause = SPACE
        for q in range(size):
            same = same and buffer[q] == cps[first + q]
            cause = LINE_BREAK if buffer[q] == _LF else cause
        if not same:
            e = _edit(r, np.int64(starts[first]), np.int64(ends[k - 1]), cause, w, e, edits)
            for q in range(size):
                new[w] = buffer[q]
                w += 1
        done = np.int64(ends[k - 1])
    if done < stop - begin:
        e = _edit(r, done, stop - begin, INVISIBLE, w, e, edits)
    return w, e
