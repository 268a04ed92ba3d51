"""What makes a name doubtful that no label or title vouches for: it is counted (0.45), not replaced.

Terms and eponyms (施耐德, 帕金森病), beginnings of a clause (患者常先…), pieces of a word, authors of old who are quoted,
and authors of a reference, who have published their names themselves. The lists of doubts.txt were written for this project.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_citations, name_doubts, name_labels
from quality.pii.names import labels, model
from quality.pii.names.lists import load

if TYPE_CHECKING:
    from quality.pii.names.reading import Read
    from quality.pii.names.tagging import Names

DOUBTFUL = np.float32(0.45)
"""Confidence of a doubtful name at most."""

_PLACES, _SHARE = 6, 4
"""A foreign name that stands in at least 6 places of a text, fewer than a quarter of which look like a name's, is a word."""

_DIGITS = np.array([ord(c) for c in "0123456789一二两三四五六七八九十几数每"], np.uint16)
_WEEK = ord("周")
_CHARACTERS = {
    name_doubts.HEAD: "常应由尤向均经从连因",
    name_doubts.HELPER: "先立伴有见用做作为是被将可能多少其此该各需认瞪卧须会要使让把不未也都就仍再又很较最每首下给予行在于随同",
    name_doubts.NUMERAL: "一二两三四五六七八九十百千至或第",
    name_doubts.SITE: "墓祠庙寺坟",
    name_doubts.SPEECH: "曰云谓",
    name_doubts.FAMILIAR: "老小阿",
    name_doubts.OPENER: "由均经从因",
}
_CLASSES = {
    "law": name_doubts.LAW,
    "kind": name_doubts.OF_A_KIND,
    "word": name_doubts.WORD,
    "figure": name_doubts.FIGURE,
    "plain_name": name_doubts.PLAIN_NAME,
}


@dataclass(frozen=True)
class _Tables:
    words: NDArray[np.uint16]  # of name_lexicon, classes of name_doubts
    marks: NDArray[np.uint8]  # [65536] bits of name_doubts


@cache
def _tables() -> _Tables:
    words = {word: _CLASSES[key] for key, listed in load("doubts.txt").items() for word in listed}
    marks = np.zeros(65536, np.uint8)
    for bit, characters in _CHARACTERS.items():
        marks[[ord(c) for c in characters]] |= bit
    return _Tables(labels.hashed(words, size=1 << 13), marks)


def lowered(codes: NDArray[np.uint16], found: Names) -> Names:
    """The same names, doubtful ones at 0.45 at most. codes: with at least 8 breaks at both ends."""
    if len(found.spans) == 0:
        return found
    return _lower(found, reasons(codes, found.spans, found.evidence) > 0)


def unsupported(block: Read, found: Names, spread: Names) -> tuple[Names, Names]:
    """`found` and the places `spread` of its sure names, lowered where a word of a text is taken for a name in few of its
    many places: names of a foreign form that no label or title means (a drug behind 患者, once)."""
    spans = np.concatenate([found.spans, spread.spans])
    if len(spread.spans) == 0:
        return found, spread
    vouch, group = _vouched(block.codes, spans), _groups(block, spans)
    here = np.arange(len(spans)) < len(found.spans)
    seen = np.bincount(group, here & (np.concatenate([found.confidence, spread.confidence]) > DOUBTFUL))
    places, said = np.bincount(group, ~here), np.bincount(group, vouch == name_doubts.SAID)
    chinese = labels.tables().surnames[block.codes[spans[:, 0]]] & (name_labels.COMMON | name_labels.COMPOUND) > 0
    doubted = ((places >= _PLACES) & (seen * _SHARE < places) & (said == 0))[group] & ~chinese
    return _lower(found, doubted[here]), _lower(spread, doubted[~here])


def _groups(block: Read, spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[m]: the same number for spans of the same codes in the same document."""
    keys = np.empty(len(spans), np.uint64)
    name_doubts.keys(block.codes, spans, keys)
    document = np.searchsorted(block.documents, spans[:, 0], side="right")
    _, group = np.unique(np.stack([document, keys.view(np.int64)], axis=1), axis=0, return_inverse=True)
    return group.reshape(-1).astype(np.int64)


def _lower(names: Names, doubted: NDArray[np.bool_]) -> Names:
    return replace(names, confidence=np.where(doubted, np.minimum(names.confidence, DOUBTFUL), names.confidence))


def _vouched(codes: NDArray[np.uint16], spans: NDArray[np.int64]) -> NDArray[np.uint8]:
    known, vouch = labels.tables(), np.empty(len(spans), np.uint8)
    name_doubts.vouched(codes, spans, known.labels, known.titles, known.surnames, vouch)
    return vouch


def reasons(codes: NDArray[np.uint16], spans: NDArray[np.int64], evidence: NDArray[np.int64]) -> NDArray[np.uint8]:
    """uint8[m]: reasons of name_doubts, or one more than those for an author of a reference; 0: not doubtful."""
    known, tables, net = labels.tables(), _tables(), model.load()
    vouch, why, cited = _vouched(codes, spans), np.empty(len(spans), np.uint8), np.empty(len(spans), np.bool_)
    name_doubts.weigh(codes, spans, vouch, evidence, tables.words, net.weights.lexicon, known.surnames, tables.marks, why)
    name_citations.cited(codes, spans, cited)
    glued = (vouch == name_doubts.GLUED) & _is_term(codes, spans, net.terms)
    why[glued & (why == 0)] = name_doubts.TERM
    why[cited & (vouch == name_doubts.NOTHING) & (why == 0)] = name_doubts.QUOTED + 1
    return why


def _is_term(codes: NDArray[np.uint16], spans: NDArray[np.int64], terms: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """bool[m]: spans that are a term from end to end."""
    size = spans[:, 1] - spans[:, 0]
    whole = [(size == n) & _listed(codes, spans[:, 0], n, terms) for n in (2, 3, 4)]
    return whole[0] | whole[1] | whole[2]


def doubtful(
    codes: NDArray[np.uint16], spans: NDArray[np.int64], terms: NDArray[np.uint64], whole: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """bool[m]: shares a character with a medical term, or begins with the 周 of a number of weeks.

    codes: with at least 4 breaks at both ends; spans: int64[m, 2] of codes; terms, whole: of `model.Model`."""
    found = np.zeros(len(spans), bool)
    start, end = spans[:, 0], spans[:, 1]
    for n in (2, 3, 4):
        for back in range(n):  # a run that begins before the name …
            found |= _listed(codes, start - back, n, terms) & (start - back < end)
        for ahead in range(1, 8):  # … or inside of it
            at = start + ahead
            found |= _listed(codes, np.minimum(at, end), n, terms) & (at < end)
    for n in (2, 3):  # a drug or a dish as a whole
        found |= (end - start == n) & _listed(codes, start, n, whole)
    return found | ((codes[start] == _WEEK) & np.isin(codes[start - 1], _DIGITS))


def _listed(codes: NDArray[np.uint16], at: NDArray[np.int64], n: int, terms: NDArray[np.uint64]) -> NDArray[np.bool_]:
    key = np.zeros(len(at), np.uint64)
    for k in range(n):
        key = key << np.uint64(16) | codes[np.minimum(at + k, len(codes) - 1)].astype(np.uint64)
    place = np.minimum(np.searchsorted(terms, key), max(len(terms) - 1, 0))
    return terms[place] == key if len(terms) else np.zeros(len(at), bool)
