"""Applying byte-range edits to many strings at once, and finding what such edits could have touched."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean

_LF, _BLANK, _ZERO, _NINE = 10, 32, 48, 57
_NEAR = 3  # characters on either side of an edit that a trigger may look at, blanks aside


@lean
def copy(source: Any, start: Any, size: Any, out: Any, o: Any) -> None:
    """out[o:o+size] = source[start:start+size]. Slices, because an index that cannot be negative makes this a block copy."""
    there, here = out[o : o + size], source[start : start + size]
    for k in range(size):
        there[k] = here[k]


@lean
def apply(
    data: Any, offsets: Any, text: Any, start: Any, end: Any, new: Any, new_offsets: Any, out: Any, out_offsets: Any
) -> Any:
    """Writes the edited strings to `out` (large enough) and their offsets; returns bytes written.

    Edit j replaces bytes start[j]:end[j] of string text[j] by new[new_offsets[j]:new_offsets[j+1]].
    Edits are sorted by (text, start) and do not overlap. What lies between two edits is copied in one go.
    """
    at = offsets[0]
    o, i = at - at, 0
    out_offsets[0] = o
    for j in range(len(text)):
        while i < text[j]:  # the strings before this edit's string end here
            i += 1
            out_offsets[i] = o + offsets[i] - at
        left = offsets[i] + start[j]
        copy(data, at, left - at, out, o)
        o += left - at
        size = new_offsets[j + 1] - new_offsets[j]
        copy(new, new_offsets[j], size, out, o)
        o += size
        at = offsets[i] + end[j]
    while i < len(offsets) - 1:
        i += 1
        out_offsets[i] = o + offsets[i] - at
    left = offsets[i]
    copy(data, at, left - at, out, o)
    return o + left - at


@lean
def joins_digits(data: Any, offsets: Any, text: Any, start: Any, end: Any, new_size: Any, joined: Any) -> None:
    """joined (bool per edit): it removes what stood between two digits and puts nothing there, so two numbers become one."""
    for j in range(len(text)):
        left = offsets[text[j]] + start[j] - 1
        right = offsets[text[j]] + end[j]
        joined[j] = False
        if new_size[j] == 0 and left >= offsets[text[j]] and right < offsets[text[j] + 1]:
            joined[j] = _ZERO <= data[left] <= _NINE and _ZERO <= data[right] <= _NINE


@lean
def _separates(data: Any, i: Any) -> Any:
    """Byte i is a blank, a line feed or part of a character of U+4000–U+9FFF: no value token runs across it."""
    while data[i] & 0xC0 == 0x80:
        i -= 1
    return data[i] == _BLANK or data[i] == _LF or 0xE4 <= data[i] <= 0xE9


@lean
def token_windows(
    old: Any, offsets: Any, text: Any, start: Any, end: Any, new_sizes: Any, new_offsets: Any, windows: Any
) -> Any:
    """Ranges that hold every value token an edit may have changed, before and after; returns how many.

    windows: int64 (5, edits): string, begin and end in `old`, begin and end in the new data (absolute bytes).
    A window ends where no token can run across its edge, in text that no edit touches; edits that are closer share one.
    """
    n, j = 0, 0
    while j < len(text):
        string = text[j]
        first, last = offsets[string], offsets[string + 1]
        begin, stop = first + start[j], first + end[j]
        shift = new_offsets[string] - first  # new position of what follows the edits so far
        if j > 0 and text[j - 1] == string:
            shift = windows[4, n - 1] - windows[2, n - 1]
        floor = windows[2, n - 1] if n > 0 and windows[0, n - 1] == string else first
        while begin > floor and not _separates(old, begin - 1):
            begin -= 1
        windows[0, n], windows[1, n], windows[3, n] = string, begin, begin + shift
        shift += new_sizes[j] - (end[j] - start[j])
        j += 1
        while True:
            following = first + start[j] if j < len(text) and text[j] == string else last
            while stop < following and not _separates(old, stop):
                stop += 1
            if stop < following or following == last and (j == len(text) or text[j] != string):
                break
            stop = first + end[j]
            shift += new_sizes[j] - (end[j] - start[j])
            j += 1
        windows[2, n], windows[4, n] = stop, stop + shift
        n += 1
    return n


@lean
def _leftwards(data: Any, i: Any, edge: Any) -> Any:
    """Where the text to look at begins: _NEAR characters before byte i, and more if the first is a blank."""
    seen = 0
    while i > edge and (seen < _NEAR or data[i] == _BLANK):
        i -= 1
        while data[i] & 0xC0 == 0x80:
            i -= 1
        seen += 1
    return i


@lean
def _rightwards(data: Any, i: Any, edge: Any) -> Any:
    """Where the text to look at ends: _NEAR characters from byte i on, and more if the last is a blank."""
    seen = 0
    while i < edge and (seen < _NEAR or data[i - 1] == _BLANK):
        i += 1
        while i < edge and data[i] & 0xC0 == 0x80:
            i += 1
        seen += 1
    return i


@lean
def near(data: Any, offsets: Any, text: Any, start: Any, end: Any, sizes: Any, begins: Any, ends: Any) -> None:
    """Per edit, the bytes begins[j]:ends[j] of the new `data` with all characters that it has new neighbours for."""
    shift, before = sizes[0] - sizes[0], -1
    for j in range(len(text)):
        string = text[j]
        if string != before:
            shift, before = sizes[0] - sizes[0], string
        left = offsets[string] + start[j] + shift
        right = left + sizes[j]
        shift += sizes[j] - (end[j] - start[j])
        begins[j] = _leftwards(data, left, offsets[string])
        ends[j] = _rightwards(data, right, offsets[string + 1])
