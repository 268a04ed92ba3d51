"""Folding look-alikes and cleaning white space, with the edits that say what changed. Rules: quality.folding.

Two passes per string. The first maps characters and drops those without a glyph (code points, source ranges and
causes into scratch arrays), the second decides on runs of white space and writes text and edits. White space is
judged on the folded text, so that doing it twice changes nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.utf8 import decode, encode, width

# actions of quality.folding.Action, and its flags; compiled code cannot see an IntEnum
_RADICAL, _WIDE, _WIDE_MARK, _INVISIBLE, _LINE, _SPACE, _JOINER, _CJK, _HAN = 1, 2, 3, 4, 6, 7, 8, 0x80, 0x40
# causes of edits, in the order of quality.normalising.CAUSES; controls count as invisible
SAME, RADICAL, FULL_WIDTH, INVISIBLE, LINE_BREAK, SPACE = 0, 1, 2, 3, 4, 5
_TAB, _LF, _CR, _BLANK, _NBSP = 9, 10, 13, 32, 0xA0
_ANY_MODE, _RUNS_MODE, _KEEP_MODE = 0, 1, 2


@njit(nogil=True, cache=True, inline="always")
def _action(cp: Any, actions: Any) -> Any:
    if cp < 0x10000:
        return int(actions[cp])
    if cp < 0x40000:
        return _CJK | _HAN if cp >= 0x20000 else 0
    return _INVISIBLE if 0xE0000 <= cp <= 0xE007F else 0


@njit(nogil=True, cache=True, inline="always")
def _pictograph(cp: Any) -> Any:
    return cp >= 0x1F000 and cp < 0x20000 or 0x2190 <= cp <= 0x2BFF


@njit(nogil=True, cache=True)
def fold(data: Any, begin: Any, end: Any, actions: Any, targets: Any, cps: Any, starts: Any, ends: Any, causes: Any) -> Any:
    """Pass 1 over one string: what is left, with byte ranges relative to `begin`; returns how many code points."""
    n = 0
    i = begin
    wide = False  # the character before is a full-width digit
    while i < end:
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
            elif action == _LINE:
                if cp == _CR and after < end and data[after] == _LF:
                    after += 1
                cp, cause = _LF, LINE_BREAK
            elif action == _SPACE:
                cp, cause = _NBSP, SPACE
            elif action == _JOINER:
                following = decode(data, after) if after < end else 0
                before = cps[n - 1] if n > 0 else 0
                cause = SAME if (before == 0xFE0F or _pictograph(before)) and _pictograph(following) else INVISIBLE
            else:
                cause = INVISIBLE  # _INVISIBLE and _CONTROL
        if cause != INVISIBLE:
            cps[n], starts[n], ends[n], causes[n] = cp, i - begin, after - begin, cause
            n += 1
        i = after
    return n


@njit(nogil=True, cache=True, inline="always")
def _white(cp: Any) -> Any:
    return cp in (_BLANK, _TAB, _LF, _NBSP)


@njit(nogil=True, cache=True, inline="always")
def _alone(cps: Any, at: Any, step: Any, n: Any, actions: Any) -> Any:
    """The character at `at` is followed (step 1) or preceded (step -1) by no ideograph: it stands by itself."""
    return at + step < 0 or at + step >= n or not _action(cps[at + step], actions) & _HAN


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
def _edit(text: Any, start: Any, end: Any, cause: Any, at: Any, e: Any, edits: Any) -> Any:
    """Records an edit, or extends the last one when it touches it and has the same cause; returns the new count."""
    if e > 0 and edits[e - 1, 0] == text and edits[e - 1, 2] == start and edits[e - 1, 3] == cause:
        edits[e - 1, 2] = end
        return e
    edits[e, 0], edits[e, 1], edits[e, 2], edits[e, 3], edits[e, 4] = text, start, end, cause, at
    return e + 1


@njit(nogil=True, cache=True)
def rewrite(
    data: Any,
    offsets: Any,
    actions: Any,
    targets: Any,
    mode: Any,
    longest: Any,
    out: Any,
    out_offsets: Any,
    new: Any,
    edits: Any,
) -> Any:
    """All strings. out, new: as many bytes as data; edits: int32 (bytes, 5): text, start, end, cause, begin in `new`.

    Returns (bytes of new, number of edits).
    """
    cps, starts, ends = np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int32), np.empty(longest + 1, np.int32)
    causes, buffer = np.empty(longest + 1, np.uint8), np.empty(longest + 1, np.int32)
    o, w, e = 0, 0, 0
    out_offsets[0] = 0
    for r in range(len(offsets) - 1):
        begin, end = offsets[r], offsets[r + 1]
        n = fold(data, begin, end, actions, targets, cps, starts, ends, causes)
        done = 0  # bytes of the string that are dealt with
        k = 0
        while k < n:
            if starts[k] > done:  # something without a glyph stood here
                e = _edit(r, done, starts[k], INVISIBLE, w, e, edits)
            if not _white(cps[k]):
                o2 = encode(cps[k], out, o)
                if causes[k] != SAME:
                    e = _edit(r, starts[k], ends[k], causes[k], w, e, edits)
                    for q in range(o, o2):
                        new[w] = out[q]
                        w += 1
                o, done = o2, ends[k]
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
                out[o] = buffer[q]
                o += 1
            if not same:
                e = _edit(r, starts[first], ends[k - 1], cause, w, e, edits)
                for q in range(size):
                    new[w] = buffer[q]
                    w += 1
            done = ends[k - 1]
        if done < end - begin:
            e = _edit(r, done, end - begin, INVISIBLE, w, e, edits)
        out_offsets[r + 1] = o
    return w, e
