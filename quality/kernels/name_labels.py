"""Labels in front of names and titles behind them, read from the codes of name_text."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean
from quality.kernels.name_text import BREAK

BLANK, COLON, BAR, EQUALS, COMMA, DOT = 0x20, 0x3A, 0x7C, 0x3D, 0x2C, 0xB7
STRONG = 8
"""Set in the class of a label that is followed by nothing but names."""

COMMON, RARE, COMPOUND = 1, 2, 4
"""Bits of a character: frequent surname, other surname, first character of a compound surname."""

_LONGEST_VALUE = 16


@inlined
def han(code: Any) -> Any:
    return 0x3400 <= code < 0xA000


@inlined
def label_before(codes: Any, i: Any, labels: Any) -> Any:
    """Class of the label that ends just before code i; 0 if there is none. The longest one counts."""
    for n in (4, 3, 2):
        whole = True
        for k in range(n):
            whole = whole and codes[i - n + k] != BREAK
            if codes[i - n + k] == BREAK:
                break
        if whole:
            kind = name_lexicon.find(labels, name_lexicon.run_key(codes, i - n, n))
            if kind:
                return kind
    return 0


@inlined
def _value_start(codes: Any, i: Any) -> Any:
    """First code after the blanks and the one separator that begin at i."""
    parted = False
    for _ in range(8):
        code = codes[i]
        if code == COLON or code == BAR or code == EQUALS or code == COMMA:
            if parted and code != BAR:
                return i
            parted = True
        elif code != BLANK:
            return i
        i += 1
    return i


@inlined
def _value_end(codes: Any, start: Any) -> Any:
    """End of the Han characters and middle dots from start on; single ones with single blanks between count as one value."""
    i = start
    while i - start < _LONGEST_VALUE and (han(codes[i]) or codes[i] == DOT and i > start and han(codes[i - 1])):
        i += 1
    if i != start + 1:
        return i
    for _ in range(2):
        if codes[i] == BLANK and han(codes[i + 1]) and not han(codes[i + 2]):
            i += 2
    return i


@inlined
def _visible(codes: Any, start: Any, end: Any) -> Any:
    """Codes between that are no blanks."""
    count = 0
    for i in range(start, end):
        count += codes[i] != BLANK
    return count


@inlined
def _plausible(codes: Any, start: Any, end: Any, kind: Any, surnames: Any, compounds: Any, lexicon: Any, plain: Any) -> Any:
    """How much codes[start:end] look like a name: 0 not, 1 if the label is sure, 2 by themselves."""
    n = _visible(codes, start, end)
    for i in range(start + 1, end):
        if codes[i] == DOT:
            return 2 if n >= 4 else 0
    if n < 2 or n > 4:
        return 0
    if n == end - start and plain[name_lexicon.find(lexicon, name_lexicon.run_key(codes, start, n))]:
        return 0
    flags = surnames[codes[start]]
    if n <= 3 and flags & (COMMON | RARE):
        return 2
    if n >= 3 and flags & COMPOUND and _compound(codes, start, compounds):
        return 2
    if n == 4 and flags & COMMON and surnames[codes[start + 1]] & (COMMON | RARE):
        return 2
    return 1 if kind & STRONG else 0


@inlined
def _compound(codes: Any, i: Any, compounds: Any) -> Any:
    key = np.uint32(codes[i]) << np.uint32(16) | np.uint32(codes[i + 1])
    for k in range(len(compounds)):  # noqa: SIM110
        if compounds[k] == key:
            return True
    return False


@lean
def labelled(
    codes: Any, n: Any, labels: Any, surnames: Any, compounds: Any, lexicon: Any, plain: Any, stops: Any, out: Any
) -> Any:
    """Values of labels that look like names: rows of out int64[m, 4] = start, end, class of the label, how plausible.

    Returns how many there are. labels, stops: tables of name_lexicon; plain uint8[16]: classes of words that are no names.
    """
    count = 0
    for i in range(4, n - 4):
        code = codes[i]
        if code != COLON and code != BLANK and code != BAR and code != EQUALS and code != COMMA:
            continue
        if not han(codes[i - 1]):
            continue
        kind = label_before(codes, i, labels)
        if kind == 0:
            continue
        start = _value_start(codes, i)
        end = _value_end(codes, start)
        size = end - start
        if size < 2 or size <= 4 and name_lexicon.find(stops, name_lexicon.run_key(codes, start, size)):
            continue
        sure = _plausible(codes, start, end, kind, surnames, compounds, lexicon, plain)
        if sure == 0 or codes[i] == BLANK and not kind & STRONG and start == i + 1 and sure < 2:
            continue
        if count < len(out):
            out[count, 0], out[count, 1], out[count, 2], out[count, 3] = start, end, kind, sure
        count += 1
    return count


@lean
def surroundings(codes: Any, spans: Any, labels: Any, titles: Any, out: Any) -> None:
    """out uint8[m, 2]: class of the label before and of the title behind each span int64[m, 2…] of codes."""
    for k in range(len(spans)):
        i = spans[k, 0]
        for _ in range(4):
            code = codes[i - 1]
            if code == COLON or code == BLANK or code == BAR or code == EQUALS or code == COMMA:
                i -= 1
        out[k, 0] = label_before(codes, i, labels)
        out[k, 1] = _title_behind(codes, spans[k, 1], titles)


@inlined
def _title_behind(codes: Any, i: Any, titles: Any) -> Any:
    if codes[i] == BLANK:
        i += 1
    for n in (4, 3, 2):
        whole = True
        for k in range(n):
            if codes[i + k] == BREAK:
                whole = False
                break
        if whole:
            kind = name_lexicon.find(titles, name_lexicon.run_key(codes, i, n))
            if kind:
                return kind
    return 0


@lean
def uncapitalised(codes: Any, spans: Any, out: Any) -> None:
    """out bool[m]: spans int64[m, 2] of Latin letters without a capital."""
    for k in range(len(spans)):
        out[k] = 0x61 <= codes[spans[k, 0]] < 0x7B
        for i in range(spans[k, 0], spans[k, 1]):
            out[k] = out[k] and not 0x41 <= codes[i] < 0x5B


@lean
def masked(codes: Any, spans: Any, out: Any) -> None:
    """out bool[m]: spans that hide a name already (王某某, 张**, 李×) or hold no letter at all."""
    for k in range(len(spans)):
        hidden, letters = False, 0
        for i in range(spans[k, 0], spans[k, 1]):
            code = codes[i]
            hidden = hidden or code == 0x67D0 or code == 0x2A or code == 0xD7 or code == 0x25CB or 0x30 <= code < 0x3A
            letters += han(code) or 0x41 <= code < 0x5B or 0x61 <= code < 0x7B or code >= 0xC0
        out[k] = hidden or letters == 0


@lean
def settle(spans: Any, confidence: Any, kept: Any) -> None:
    """kept bool[m]: of spans that overlap, the surer one, then the longer, then the first. spans are sorted by start."""
    last = -1
    for k in range(len(spans)):
        kept[k] = True
        if last >= 0 and spans[k, 0] < spans[last, 1]:
            longer = spans[k, 1] - spans[k, 0] > spans[last, 1] - spans[last, 0]
            if confidence[k] > confidence[last] or confidence[k] == confidence[last] and longer:
                kept[last] = False
            else:
                kept[k] = False
                continue
        last = k
