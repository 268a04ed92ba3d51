"""Names known by their form alone: 老李, 何哥, 张师傅, names with spaces between the characters, Latin names by label or title."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean
from quality.kernels.name_labels import BLANK, COLON, STRONG, han, label_before
from quality.kernels.name_text import BREAK

SURNAME, FAMILIAR, SUFFIX, GIVEN, BEFORE, BEHIND, OFFICE, INSIDE, TIBETAN = 1, 2, 4, 8, 16, 32, 64, 128, 256
"""Bits of a character: frequent surname; 老 小; 哥 姐 工 …; character of given names; what a name may follow in a
clause; what it may be followed by; surname that makes a common word with 老, 小, 工, 总; comparison in front of 小; first character of a Tibetan name."""

SURE, LIKELY = 900, 620
"""Confidence in thousandths."""

_COMMON, _RARE_NOUN, _VERB, _PLACE, _FUNCTION, _IDIOM, _BRAND = 1, 2, 3, 4, 7, 6, 5
_STOP, _APOSTROPHE, _HYPHEN = 0x2E, 0x27, 0x2D
_WORDS = 4


@inlined
def _capital(code: Any) -> Any:
    return 0x41 <= code < 0x5B


@inlined
def _small(code: Any) -> Any:
    return 0x61 <= code < 0x7B


@inlined
def _letter(code: Any) -> Any:
    return 0x41 <= code < 0x5B or 0x61 <= code < 0x7B or 0xC0 <= code < 0x250


@inlined
def _word(lexicon: Any, codes: Any, i: Any, n: Any) -> Any:
    """Whether the run is a word of the language, not a name."""
    for k in range(n):
        if not han(codes[i + k]):
            return False
    kind = name_lexicon.find(lexicon, name_lexicon.run_key(codes, i, n))
    return 1 <= kind <= 7


@inlined
def _free_before(codes: Any, i: Any, marks: Any) -> Any:
    """Whether a name may begin at i: after a mark, a blank, or a word that names follow."""
    digit = 0x30 <= codes[i - 1] < 0x3A  # 4周
    return not han(codes[i - 1]) and not _letter(codes[i - 1]) and not digit or marks[codes[i - 1]] & BEFORE > 0


@inlined
def _free_behind(codes: Any, i: Any, marks: Any) -> Any:
    return not han(codes[i]) and not _letter(codes[i]) or marks[codes[i]] & BEHIND > 0


@lean
def find(codes: Any, n: Any, marks: Any, labels: Any, titles: Any, lexicon: Any, tibetan: Any, latin: Any, out: Any) -> Any:  # fmt: skip
    """Rows of out int64[m, 4] = start, end, role, confidence in thousandths; returns how many there are.

    codes: with 8 breaks at both ends. marks: uint16[65536] of the bits above; labels, titles, lexicon, tibetan: tables
    of name_lexicon. latin: (pinyin of surnames, titles, words that are no names), each int64, ascending, see `packed`.
    """
    count = 0
    for i in range(8, n - 8):
        code, end, role, sure = codes[i], 0, 0, LIKELY
        bits = marks[code]
        if bits & FAMILIAR and marks[codes[i + 1]] & SURNAME:
            end = _familiar(codes, i, marks, lexicon)
        elif bits & SURNAME:
            if codes[i + 1] == BLANK:
                end = _spaced(codes, i, marks, lexicon)
                sure = SURE if end == i + 5 else LIKELY
            elif marks[codes[i + 1]] & SUFFIX:
                end = _suffixed(codes, i, marks, lexicon)
            elif han(codes[i + 1]):
                role = _titled(codes, i, marks, titles)
                end = i + 1 if role else 0
        elif bits & TIBETAN and _listed(codes, i, tibetan) and _listed(codes, i + 2, tibetan) and _free_before(codes, i, marks):
            end = i + 4
        elif _capital(code) and not _letter(codes[i - 1]):
            end, role, sure = _latin(codes, i, labels, latin)
        elif _small(code) and codes[i - 1] == COLON or _small(code) and codes[i - 1] == BLANK and codes[i - 2] == COLON:
            end, role = _pinyin(codes, i, labels, latin[0])
        if end > i:
            if count < len(out):
                out[count, 0], out[count, 1], out[count, 2], out[count, 3] = i, end, role, sure
            count += 1
    return count


@inlined
def _listed(codes: Any, i: Any, table: Any) -> Any:
    return han(codes[i]) and han(codes[i + 1]) and name_lexicon.find(table, name_lexicon.run_key(codes, i, 2)) > 0


@inlined
def _familiar(codes: Any, i: Any, marks: Any, lexicon: Any) -> Any:
    """老李, 小王: not 缩小, 小高炉, 老白干."""
    if marks[codes[i + 1]] & OFFICE or marks[codes[i - 1]] & INSIDE or not _free_behind(codes, i + 2, marks):
        return 0
    if _word(lexicon, codes, i - 1, 2) or _word(lexicon, codes, i, 3) or _word(lexicon, codes, i + 1, 2) or _word(lexicon, codes, i, 4):
        return 0
    return i + 2


@inlined
def _suffixed(codes: Any, i: Any, marks: Any, lexicon: Any) -> Any:
    """何哥, 王工, 赵总: not 高工, 王总部."""
    if marks[codes[i]] & OFFICE or not _free_before(codes, i, marks) or not _free_behind(codes, i + 2, marks):
        return 0
    return 0 if _word(lexicon, codes, i, 2) or _word(lexicon, codes, i + 1, 2) else i + 2


@inlined
def _titled(codes: Any, i: Any, marks: Any, titles: Any) -> Any:
    """Role of the title right behind the surname i, which begins a clause."""
    if marks[codes[i]] & OFFICE or not _free_before(codes, i, marks):
        return 0
    for n in (4, 3, 2):
        whole = True
        for k in range(n):
            whole = whole and han(codes[i + 1 + k])
        if whole:
            kind = name_lexicon.find(titles, name_lexicon.run_key(codes, i + 1, n))
            if kind:
                return kind if _free_behind(codes, i + 1 + n, marks) else 0
    return 0


@inlined
def _spaced(codes: Any, i: Any, marks: Any, lexicon: Any) -> Any:
    """张 伟 明, 付 飞: single characters of names with one blank between, and no more of them on either side."""
    if not marks[codes[i + 2]] & GIVEN or not _free_before(codes, i, marks):
        return 0
    if codes[i - 1] == BLANK and han(codes[i - 2]) and (codes[i - 3] == BLANK or not han(codes[i - 3])):
        return 0
    pair = np.uint64(codes[i]) << np.uint64(16) | np.uint64(codes[i + 2])
    kind = name_lexicon.find(lexicon, pair)
    if codes[i + 3] == BLANK and marks[codes[i + 4]] & GIVEN:
        third = pair << np.uint64(16) | np.uint64(codes[i + 4])
        if codes[i + 5] == BLANK and han(codes[i + 6]) and (codes[i + 7] == BLANK or not han(codes[i + 7])):
            return 0
        return i + 5 if not 1 <= name_lexicon.find(lexicon, third) <= 7 and kind != _COMMON else 0
    if 1 <= kind <= 7 or codes[i + 3] == BLANK and han(codes[i + 4]):
        return 0
    return i + 3


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
    while _letter(codes[i]) or (codes[i] == _APOSTROPHE or codes[i] == _HYPHEN) and _letter(codes[i + 1]):
        i += 1
    return i


@inlined
def _capitalised(codes: Any, i: Any) -> Any:
    """(end, number) of the words with a capital that begin at i, initials among them."""
    end, words, at = i, 0, i
    while words < _WORDS and _capital(codes[at]):
        stop = _word_end(codes, at)
        initial = stop == at + 1
        if not initial and not _small(codes[at + 1]) and codes[at + 1] != _APOSTROPHE:
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
def _latin(codes: Any, i: Any, labels: Any, latin: Any) -> Any:
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
    while _letter(codes[start - 1]) and back - start < 6:
        start -= 1
    if at < i and start < back and _capital(codes[start]) and _among(latin[1], packed(codes, start, back)):
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
def _pinyin(codes: Any, i: Any, labels: Any, surnames: Any) -> Any:
    """操作员: zhang wei: (end, role). The label must mean it, and the first word be a surname."""
    at = i - 1 if codes[i - 1] == COLON else i - 2
    kind = label_before(codes, at, labels)
    first = _word_end(codes, i)
    if kind == 0 or codes[first] != BLANK or not _small(codes[first + 1]) or not _among(surnames, packed(codes, i, first)):
        return 0, 0
    end = _word_end(codes, first + 1)
    return end if 2 <= end - first - 1 <= 12 else 0, kind & 7
