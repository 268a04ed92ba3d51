"""The pass over all bytes, and what each cue leads to."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.pii_broken import across, mailbox, said_before
from quality.kernels.pii_cues import (
    BED,
    BED_SUBTYPE,
    BREAK,
    CARD,
    CASE,
    EMAIL,
    EMPLOYEE,
    LABEL,
    LINK,
    MAILBOX,
    MEDICAL,
    MILITARY,
    MOBILE,
    NUMBERED,
    RESIDENT,
    STAFF,
    URL,
    coded,
    folded,
    note,
)
from quality.kernels.pii_labels import label_at, past_fillers
from quality.kernels.pii_links import is_personal, link_bounds
from quality.kernels.pii_values import fits, goes_on, is_day, value_at
from quality.kernels.pii_words import bed_end, bed_start, case_start, is_court, military_start, staff_number
from quality.kernels.utf8 import decode, width

_BED_FORM = 4
_NONE: Any = np.int64(0)  # what begins as a Python literal is compiled for the literal, and once more for any number


@lean
def find(data: Any, offsets: Any, cues: Any, word: Any, out: Any) -> Any:
    """Rows of out int64[capacity, 6]: text, start, end (code points), start, end (bytes of the string), `coded`.

    word: uint8[80] scratch. Returns how many there are, which may be more than fit.
    """
    count, trigger = _NONE, cues.trigger
    for text in range(len(offsets) - 1):
        low, high = offsets[text], offsets[text + 1]
        i, cp, linked = low, _NONE, low
        while i < high:
            c = int(data[i])
            step = 1
            if c >= 0x80:
                step = width(c)
                c = decode(data, i)
            if c < 65536 and trigger[c] != 0 and _may(data, i, high, c):
                bits = int(trigger[c])
                if bits & LINK and i >= linked:
                    count, linked = _link(data, (text, low, i, cp), high, i + step, cues, out, count)
                count = _cue(data, (text, low, i, cp), high, i + step, bits, cues, word, out, count)
            i += step
            cp += 1
    return count


@inlined
def _may(data: Any, i: Any, high: Any, c: Any) -> Any:
    """Whether the cheapest test lets an ASCII cue through: a letter ends a word, a line ends before a digit, : before //."""
    if c >= 0x80 or i + 1 >= high:
        return c >= 0x80
    following = data[i + 1]
    if c == 10:
        return 48 <= following <= 57
    if c == 58:
        return following == 47
    letter = 97 <= following <= 122 or 65 <= following <= 90
    return not (letter and (65 <= c <= 90 or 97 <= c <= 122))


@lean
def _cue(data: Any, place: Any, high: Any, e: Any, bits: Any, cues: Any, word: Any, out: Any, count: Any) -> Any:
    """What the character data[i:e] announces; each branch looks at one neighbour before it does anything else."""
    low, i = place[1], place[2]
    if bits & LABEL and e < high:
        count = _labelled(data, place, high, e, cues, word, out, count)
    if bits & NUMBERED and i > low:
        count = _numbered(data, place, e, cues, out, count)
    if bits & BED and i > low:
        s = bed_start(cues, data, low, i, e, high)
        if s >= 0:
            code = coded(cues.kinds[MEDICAL], cues.kinds[BED_SUBTYPE], 600) | 4 << 16
            count = note(data, out, count, place, s, e, code)
    if bits & MAILBOX and i > low:
        s, stop = mailbox(cues, data, low, i, high)
        if s >= 0:
            count = note(data, out, count, place, s, stop, coded(cues.kinds[EMAIL], 0, 900))
    if bits & STAFF and i > low and data[i - 1] >= 0x80:
        s, stop = staff_number(cues, data, low, i, high)
        if s >= 0:
            count = note(data, out, count, place, s, stop, coded(cues.kinds[EMPLOYEE], 0, 700) | 4 << 16)
    if bits & BREAK and i > low and e < high and 48 <= data[e] <= 57 and (48 <= data[i - 1] <= 57 or data[i - 1] == 13):
        count = _parted(data, place, high, cues, word, out, count)
    return count


@lean
def _link(data: Any, place: Any, high: Any, e: Any, cues: Any, out: Any, count: Any) -> Any:
    """(findings, byte before which no :// needs a look): what a link holds is no link of its own, however many it holds."""
    low, i = place[1], place[2]
    if e + 1 >= high or data[e] != 47 or data[e + 1] != 47:
        return count, i
    s, stop = link_bounds(data, low, i, high)
    if s < 0:
        return count, i
    if is_personal(cues.keys, data, e, stop):
        count = note(data, out, count, place, s, stop, coded(cues.kinds[URL], 0, 900))
    return count, stop


@lean
def _labelled(data: Any, place: Any, high: Any, e: Any, cues: Any, word: Any, out: Any, count: Any) -> Any:
    if 97 <= folded(cues, data, e) <= 122 and 97 <= folded(cues, data, place[2]) <= 122:
        return count  # inside a Latin word
    at, colon = past_fillers(cues, data, e, high)
    if at < 0:
        return count
    first = folded(cues, data, at)
    if not (48 <= first <= 57 or 97 <= first <= 122 or first == 0x52A0):
        return count
    row = label_at(cues, data, place[1], e)
    while row >= 0:
        stop = _value_end(data, at, high, cues, cues.labels[row, 4], word, colon)
        if stop >= 0:
            kind, subtype, confidence = cues.labels[row, 2], cues.labels[row, 3], cues.labels[row, 5]
            return note(data, out, count, place, at, stop, coded(kind, subtype, confidence) | 4 << 16)
        row = cues.labels[row, 7]  # the same label of another kind
    return count


@lean
def _value_end(data: Any, at: Any, high: Any, cues: Any, shape: Any, word: Any, colon: Any) -> Any:
    """End byte of a value of this shape at byte `at`, or -1."""
    form = cues.shapes[shape, 0]
    if form == _BED_FORM:
        stop = bed_end(cues, data, at, high, word)
        return -1 if stop < 0 or goes_on(cues, data, stop, high) else stop
    stop, n, digits = value_at(cues, data, at, high, cues.shapes[shape], word)
    if stop < 0 or not fits(word, n, form, cues.shapes[shape, 4], cues.allocated):
        return -1
    return -1 if goes_on(cues, data, stop, high) or is_day(word, n) or (digits == 0 and not colon) else stop


@lean
def _numbered(data: Any, place: Any, e: Any, cues: Any, out: Any, count: Any) -> Any:
    """号 behind a digit: a court case or a military paper."""
    last = data[place[2] - 1]
    if not (48 <= last <= 57 or last >= 0x80):
        return count
    s = case_start(cues, data, place[1], place[2])
    if s >= 0 and is_court(cues, data, s, e):
        return note(data, out, count, place, s, e, coded(cues.kinds[CASE], 0, 950))
    s = military_start(cues, data, place[1], place[2])
    if s >= 0:
        return note(data, out, count, place, s, e, coded(cues.kinds[MILITARY], 0, 950))
    return count


@lean
def _parted(data: Any, place: Any, high: Any, cues: Any, word: Any, out: Any, count: Any) -> Any:
    s, e, what = across(cues, data, place[1], place[2], high, word)
    if what == 0 or (what > 1 and not said_before(cues, data, place[1], s)):
        return count
    kind = cues.kinds[RESIDENT] if what == 1 else (cues.kinds[CARD] if what == 2 else cues.kinds[MOBILE])
    return note(data, out, count, place, s, e, coded(kind, 0, 600 if what > 1 else 700) | 3 << 16)
