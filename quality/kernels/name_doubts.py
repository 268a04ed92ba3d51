"""Why a name that no label and no title vouches for may be none: terms, eponyms, beginnings of a clause, pieces of a word."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels import name_lexicon
from quality.kernels.lean import inlined, lean
from quality.kernels.name_labels import (
    BAR,
    BLANK,
    COLON,
    COMMA,
    COMMON,
    COMPOUND,
    DOT,
    EQUALS,
    RARE,
    STRONG,
    han,
    label_before,
)
from quality.kernels.name_text import BREAK

NOTHING, GLUED, SAID = 0, 1, 2
"""What vouches for a span: nothing; a weak label right before it, or before a comma; a label or title that means it."""

LAW, OF_A_KIND, WORD, FIGURE, PLAIN_NAME = 1, 2, 3, 4, 5
"""Classes of the table of words: what follows an eponym of any form, or of a foreign form only; a brand, drug, unit or
place; an author of old; a word that is given as a name."""

FRAGMENT, TERM, CLAUSE, EPONYM, QUOTED = 1, 2, 3, 4, 5
"""Reasons."""

HEAD, HELPER, NUMERAL, SITE, SPEECH, FAMILIAR, OPENER = 1, 2, 4, 8, 16, 32, 64
"""Bits of a character: a word that opens a clause and is a surname too; what may follow it there; a numeral; what a
tomb or a temple ends with; what follows somebody who is quoted; 老 and 小 before a surname; a head that is hardly a surname."""

_WEEK = 0x5468  # 周
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_VERB, _PLAIN_NOUN, _FUNCTION, _JAPANESE = 3, 1, 7, 11  # classes of the lexicon


@inlined
def latin(code: Any) -> Any:
    return 0x41 <= code < 0x5B or 0x61 <= code < 0x7B


@inlined
def _capital(code: Any) -> Any:
    return 0x41 <= code < 0x5B


@inlined
def _look(table: Any, codes: Any, i: Any, n: Any) -> Any:
    for k in range(n):
        if codes[i + k] == BREAK:
            return 0
    return name_lexicon.find(table, name_lexicon.run_key(codes, i, n))


@lean
def vouched(codes: Any, spans: Any, labels: Any, titles: Any, surnames: Any, out: Any) -> None:
    """out uint8[m]: NOTHING, GLUED or SAID for each span int64[m, 2] of codes."""
    for k in range(len(spans)):
        out[k] = _title(codes, spans[k, 1], titles)
        i, comma, parted = spans[k, 0], False, False
        for _ in range(4):
            code = codes[i - 1]
            if code == COLON or code == BLANK or code == BAR or code == EQUALS or code == COMMA:
                comma = comma or code == COMMA
                parted = parted or code != COMMA
                i -= 1
        kind = label_before(codes, i, labels)
        if kind == 0 or out[k] == SAID:
            continue
        strong = kind & STRONG and (not comma or surnames[codes[spans[k, 0]]])
        out[k] = SAID if strong or parted and not comma else GLUED


@inlined
def _title(codes: Any, i: Any, titles: Any) -> Any:
    if codes[i] == BLANK:
        i += 1
    for n in (4, 3, 2):
        if _look(titles, codes, i, n):
            return SAID
    return NOTHING


@lean
def weigh(codes: Any, spans: Any, vouch: Any, evidence: Any, words: Any, lexicon: Any, surnames: Any, marks: Any, out: Any) -> None:  # fmt: skip
    """out uint8[m]: why a span is doubtful, 0 if it is not. evidence: int64[m], places of tagging's kinds of evidence.

    words: table of name_lexicon with the classes above; lexicon: the model's; surnames, marks: uint8[65536] of bits.
    """
    for k in range(len(spans)):
        a, b = spans[k, 0], spans[k, 1]
        out[k] = 0
        if _numeral(codes, a, b, marks):
            out[k] = TERM
        elif b - a == 1 and marks[codes[a]] & OPENER:
            out[k] = CLAUSE
        if vouch[k] == SAID or out[k]:
            continue
        if _piece(codes, a, b):
            out[k] = FRAGMENT
        elif _term(codes, a, b, vouch[k], words, lexicon, surnames, marks):
            out[k] = TERM
        elif _clause(codes, a, b, vouch[k], evidence[k], words, lexicon, surnames, marks):
            out[k] = CLAUSE
        elif _eponym(codes, a, b, vouch[k], words, surnames):
            out[k] = EPONYM
        elif _quoted(codes, a, b, words, marks):
            out[k] = QUOTED


@inlined
def _piece(codes: Any, a: Any, b: Any) -> Any:
    """A short abbreviation, letters grown together with Chinese characters, or the middle of a word."""
    letters, capitals, chinese, parted = 0, 0, 0, 0
    for i in range(a, b):
        code = codes[i]
        letters += latin(code)
        capitals += _capital(code)
        chinese += han(code)
        parted += code == BLANK or code == DOT or code == 0x2E or code == 0x2D
    if letters == 0:
        return False
    return (
        chinese > 0
        and parted == 0
        or letters <= 3
        and capitals == letters
        and parted == 0
        or latin(codes[a - 1])
        or latin(codes[b - 1])
        and latin(codes[b])
    )


@inlined
def _numeral(codes: Any, a: Any, b: Any, marks: Any) -> Any:
    """二至四: how many there are; 周 of 4周."""
    numerals = 0
    for i in range(a, b):
        numerals += marks[codes[i]] & NUMERAL > 0
    weeks = b - a == 1 and codes[a] == _WEEK and 0x30 <= codes[a - 1] < 0x3A
    return numerals == b - a or weeks


@inlined
def _term(codes: Any, a: Any, b: Any, vouch: Any, words: Any, lexicon: Any, surnames: Any, marks: Any) -> Any:
    n = b - a
    if n < 2:
        return False
    if marks[codes[b - 1]] & SITE:
        return True
    if n > 4:
        return False
    kind = _look(words, codes, a, n)
    if kind == WORD:
        return True
    if vouch != GLUED or kind == PLAIN_NAME or surnames[codes[a]]:
        return False
    if marks[codes[a]] & FAMILIAR and surnames[codes[a + 1]]:
        return False
    listed = _look(lexicon, codes, a, n)
    return (
        n == 2 and listed != _JAPANESE and han(codes[b]) or listed == _PLAIN_NOUN or listed == _VERB or listed == _FUNCTION
    )


@inlined
def _clause(codes: Any, a: Any, b: Any, vouch: Any, evidence: Any, words: Any, lexicon: Any, surnames: Any, marks: Any) -> Any:  # fmt: skip
    """患者 常先…, 家属 应…, 组长 由…: a label and the beginning of a sentence about it."""
    after = codes[b]
    if vouch == GLUED and b - a == 1 and han(after):
        return True
    listed = codes[a - 1] == COMMA or codes[a - 1] == BLANK and codes[a - 2] == COMMA
    if vouch == GLUED and evidence == 1 and listed and after != COMMA and after != BAR:
        return True
    if not marks[codes[a]] & HEAD or not han(codes[a + 1]):
        return False
    if marks[codes[a + 1]] & HELPER:
        return True
    if not han(codes[a + 2]) or _look(words, codes, a + 1, 2) == PLAIN_NAME:
        return False
    kind = _look(lexicon, codes, a + 1, 2)
    return kind == _VERB or kind == _FUNCTION or kind == _PLAIN_NOUN and not surnames[codes[a]]


@inlined
def _eponym(codes: Any, a: Any, b: Any, vouch: Any, words: Any, surnames: Any) -> Any:
    at = b + (codes[b] == 0x2D or codes[b] == BLANK)
    chinese = b - a <= 3 and surnames[codes[a]] & COMMON or b - a <= 4 and surnames[codes[a]] & (COMPOUND | RARE)
    for n in (4, 3, 2):
        kind = _look(words, codes, at, n)
        if kind == LAW and (vouch != GLUED or not chinese) or kind == OF_A_KIND and not chinese:
            return True
    return False


@inlined
def _quoted(codes: Any, a: Any, b: Any, words: Any, marks: Any) -> Any:
    """An author of old beside a title in 《》, or before 曰, 云, 谓."""
    if b - a < 2 or b - a > 4 or _look(words, codes, a, b - a) != FIGURE:
        return False
    before, after = codes[a - 1], codes[b]
    if before == DOT or before == BLANK or before == 0x28:
        before = codes[a - 2]
    if after == DOT or after == BLANK or after == 0x5728 or after == 0x8457 or after == 0x300C:  # 在 著
        after = codes[b + 1] if codes[b + 1] != BREAK else after
    return before == 0x300B or after == 0x300A or marks[codes[b]] & SPEECH > 0


@lean
def keys(codes: Any, spans: Any, out: Any) -> None:
    """out uint64[m]: equal for spans int64[m, 2] of the same codes."""
    for k in range(len(spans)):
        key = np.uint64(1)
        for i in range(spans[k, 0], spans[k, 1]):
            key = (key ^ np.uint64(codes[i])) * _PRIME
            key ^= key >> np.uint64(29)
        out[k] = key
