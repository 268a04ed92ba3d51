"""Latin names by label or title: 患者：John Smith, 操作员 Zhang Wei, 操作员: zhang wei, Dr. Smith."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined
from quality.kernels.name_labels import BLANK, COLON, STRONG, label_before

SURE, LIKELY = 900, 620
"""Confidence in thousandths."""

_STOP, _APOSTROPHE, _HYPHEN = 0x2E, 0x27, 0x2D
_WORDS = 4


@inlined
def capital(code: Any) -> Any:
    return 0x41 <= code < 0x5B


@inlined
def small(code: Any) -> Any:
    return 0x61 <= code < 0x7B


@inlined
def letter(code: Any) -> Any:
    return 0x41 <= code < 0x5B or 0x61 <= code < 0x7B or 0xC0 <= code < 0x250


@inlined
def packed(codes: Any, i: Any, end: Any) -> Any:
    """The letters of a word of at most eight, in small ones, as one number; -1 if it is longer."""
    if end - i > 8:
        return np.int64(-1)
    key = np.int64(0)
    for k in range(i, end):
        key = key << 7 | (codes[k] | 0x20 if codes[k] < 0x80 else 0x7F)
    return key


@inlined
def _among(keys: Any, key: Any) -> Any:
    for other in keys:  # noqa: SIM110
        if other == key:
            return True
    return False


@inlined
def _word_end(codes: Any, i: Any) -> Any:
    while letter(codes[i]) or (codes[i] == _APOSTROPHE or codes[i] == _HYPHEN) and letter(codes[i + 1]):
        i += 1
    return i


@inlined
def _capitalised(codes: Any, i: Any) -> Any:
    """(end, number) of the words with a capital that begin at i, initials among them."""
    end, words, at = i, 0, i
    while words < _WORDS and capital(codes[at]):
        stop = _word_end(codes, at)
        initial = stop == at + 1
        if not initial and not small(codes[at + 1]) and codes[at + 1] != _APOSTROPHE:
            return end, words
        if initial and words == 0 and codes[stop] != _STOP:
            return end, words
        words += not initial
        end = stop + (initial and codes[stop] == _STOP)
        at = end + (codes[end] == BLANK)
        if at == end and not initial:
            break
    return end, words


@inlined
def by_label_or_title(codes: Any, i: Any, labels: Any, latin: Any) -> Any:
    """患者：John Smith, 操作员 Zhang Wei, Dr. Smith: (end, role, confidence)."""
    end, words = _capitalised(codes, i)
    if words == 0:
        return 0, 0, LIKELY
    first = _word_end(codes, i)
    if _among(latin[2], packed(codes, i, first)):
        return 0, 0, LIKELY
    at = i - 1 if codes[i - 1] == BLANK else i
    stopped = codes[at - 1] == _STOP and at < i
    back = at - stopped
    start = back
    while letter(codes[start - 1]) and back - start < 6:
        start -= 1
    if (
        at < i
        and start < back
        and capital(codes[start])
        and small(codes[start + 1])
        and _among(latin[1], packed(codes, start, back))
    ):
        return end, 0, SURE
    colon = codes[at - 1] == COLON
    kind = label_before(codes, at - colon, labels) if colon or at < i else 0
    if kind == 0:
        return 0, 0, LIKELY
    known = _among(latin[0], packed(codes, i, first)) and words > 1
    if words > 1 and (colon or known or kind & STRONG):
        return end, kind & 7, SURE
    return end if colon and kind & STRONG and first - i > 2 else 0, kind & 7, LIKELY


@inlined
def pinyin(codes: Any, i: Any, labels: Any, surnames: Any) -> Any:
    """操作员: zhang wei: (end, role). The label must mean it, and the first word be a surname."""
    at = i - 1 if codes[i - 1] == COLON else i - 2
    kind = label_before(codes, at, labels)
    first = _word_end(codes, i)
    if kind == 0 or codes[first] != BLANK or not small(codes[first + 1]) or not _among(surnames, packed(codes, i, first)):
        return 0, 0
    end = _word_end(codes, first + 1)
    return end if 2 <= end - first - 1 <= 12 else 0, kind & 7
