"""Names known by their form alone: 老李, 何哥, 张师傅, names with spaces between the characters, Latin names by label or title."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean
from quality.kernels.name_labels import BLANK, COLON, han, label_before
from quality.kernels.name_latin import LIKELY, SURE, by_label_or_title, capital, letter, pinyin, small

SURNAME, FAMILIAR, SUFFIX, GIVEN, BEFORE, BEHIND, OFFICE, INSIDE, TIBETAN = 1, 2, 4, 8, 16, 32, 64, 128, 256
"""Bits of a character: frequent surname; 老 小; 哥 姐 工 …; character of given names; what a name may follow in a
clause; what it may be followed by; surname that makes a common word with 老, 小, 工, 总; comparison in front of 小; first character of a Tibetan name."""

TIBETAN_NAME, CUE, CUE_BEFORE = 1, 2, 3
"""Classes of words of two characters: a Tibetan name; what only a person does, behind a name; what is done to one, before."""

_COMMON = 1  # class of the lexicon


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
    return not han(codes[i - 1]) and not letter(codes[i - 1]) and not digit or marks[codes[i - 1]] & BEFORE > 0


@inlined
def _free_behind(codes: Any, i: Any, marks: Any) -> Any:
    return not han(codes[i]) and not letter(codes[i]) or marks[codes[i]] & BEHIND > 0


@lean
def find(codes: Any, n: Any, marks: Any, labels: Any, titles: Any, lexicon: Any, words: Any, latin: Any, out: Any) -> Any:  # fmt: skip
    """Rows of out int64[m, 4] = start, end, role, confidence in thousandths; returns how many there are.

    codes: with 8 breaks at both ends. marks: uint16[65536] of the bits above; labels, titles, lexicon, words: tables
    of name_lexicon; classes of words as above. latin: pinyin of surnames, titles, words that are no
    names, each int64, ascending, see name_latin.packed.
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
                end = i + 1 if role else _cued(codes, i, marks, labels, lexicon, words)
        elif (
            bits & TIBETAN
            and _listed(codes, i, words) == TIBETAN_NAME
            and _listed(codes, i + 2, words) == TIBETAN_NAME
            and _free_before(codes, i, marks)
        ):
            end = i + 4
        elif capital(code) and not letter(codes[i - 1]):
            end, role, sure = by_label_or_title(codes, i, labels, latin)
        elif small(code) and codes[i - 1] == COLON or small(code) and codes[i - 1] == BLANK and codes[i - 2] == COLON:
            end, role = pinyin(codes, i, labels, latin[0])
        if end > i:
            if count < len(out):
                out[count, 0], out[count, 1], out[count, 2], out[count, 3] = i, end, role, sure
            count += 1
    return count


@inlined
def _listed(codes: Any, i: Any, table: Any) -> Any:
    return name_lexicon.find(table, name_lexicon.run_key(codes, i, 2)) if han(codes[i]) and han(codes[i + 1]) else 0


@inlined
def _cued(codes: Any, i: Any, marks: Any, labels: Any, lexicon: Any, words: Any) -> Any:
    """患者为付嘉，; 付嘉来电询问; 已告知付嘉，: two or three characters of a name between what only a person stands between."""
    before = codes[i - 1]
    meant = before == 0x4E3A or before == 0x662F or before == 0x53EB  # 为 是 叫
    told = meant and label_before(codes, i - 1, labels) > 0 or _listed(codes, i - 2, words) == CUE_BEFORE
    free = _free_before(codes, i, marks)
    if not (told or free) or not marks[codes[i + 1]] & GIVEN or _word(lexicon, codes, i, 2):
        return 0
    for n in (3, 2):
        end = i + n
        if n == 3 and (not marks[codes[i + 2]] & GIVEN or _word(lexicon, codes, i, 3) or _word(lexicon, codes, i + 1, 2)):
            continue
        closed = not han(codes[end]) and not letter(codes[end]) and codes[end] != 0x3001
        if told and closed or free and _listed(codes, end, words) == CUE:
            return end
    return 0


@inlined
def _familiar(codes: Any, i: Any, marks: Any, lexicon: Any) -> Any:
    """老李, 小王: not 缩小, 小高炉, 老白干."""
    if marks[codes[i + 1]] & OFFICE or marks[codes[i - 1]] & INSIDE or not _free_behind(codes, i + 2, marks):
        return 0
    if (
        _word(lexicon, codes, i - 1, 2)
        or _word(lexicon, codes, i, 3)
        or _word(lexicon, codes, i + 1, 2)
        or _word(lexicon, codes, i, 4)
    ):
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
