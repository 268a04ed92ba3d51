"""One block of text: what the layers find, and who gets the characters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from threading import local

import numpy as np
from numpy.typing import NDArray

from quality.kernels import name_labels, name_sieve, name_spread, name_tagger
from quality.pii.names import doubts, forms, labels, model
from quality.pii.names.reading import Read
from quality.pii.names.seen import Origin, Seen

MODEL, CONTEXT, BOTH, PROPAGATED = range(4)
"""Evidence of a name."""

CONFIRMED = np.float32(0.8)
"""Confidence from which a name is looked for in the rest of its document."""

_BEYOND_DOUBT, _DOUBTFUL = np.float32(0.95), np.float32(0.45)
_SPARSE = 2000
"""Codes in which a long document has at least one name beyond doubt, if it is about people at all."""

_SCRATCH = local()
_NOTHING = np.empty(0, np.uint8)
_PLAIN_LABEL, _SURE_LABEL, _TITLE_GAIN = np.float32(0.62), np.float32(0.97), np.float32(0.5)


@dataclass(frozen=True)
class Names:
    """m names: spans int64[m, 2] of codes, role (index of labels.ROLES), confidence, evidence."""

    spans: NDArray[np.int64]
    role: NDArray[np.int64]
    confidence: NDArray[np.float32]
    evidence: NDArray[np.int64]

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Names:
        return Names(*(getattr(self, f.name)[index] for f in fields(self)))


def names(block: Read, seen: Seen | None = None, origin: Origin | None = None) -> Names:
    """Every layer's names, settled and spread over their documents.

    seen: keeps what was computed; with `origin` it is used, and says what stood there before.
    """
    codes = block.codes
    layers = _joined(_joined(_tagged(block, seen, origin), _labelled(codes)), _formed(codes))
    found = doubts.lowered(codes, _sober(block, _unmasked(codes, _settled(layers))))
    if len(found.spans) == 0:
        return found
    return _settled(_joined(*doubts.unsupported(block, found, doubts.lowered(codes, _spread(block, found)))))


def _tagged(block: Read, seen: Seen | None, origin: Origin | None) -> Names:
    """The cascade: sieve, network, and what stands around its names."""
    codes, net = block.codes, model.load()
    hot, begun = _warm(block, seen, origin)
    if not hot.any():
        return _none()
    room, rows = _room(), _rows(1024 + len(codes) // 64, 3)
    count = name_tagger.tag(codes, begun, len(codes), hot, net.weights, net.bonus, room, rows)
    if count > len(rows):
        rows = _rows(count, 3)
        name_tagger.tag(codes, begun, len(codes), hot, net.weights, net.bonus, room, rows)
    spans = np.ascontiguousarray(rows[:count, :2])
    role, near = _roles(codes, spans)
    sure = _sureness(codes, spans, rows[:count, 2], near)
    return Names(spans, role, sure.astype(np.float32), np.where(near, BOTH, MODEL))


def _warm(block: Read, seen: Seen | None, origin: Origin | None) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Codes that the sieve and then the network let through, and name_lexicon.begins of what was read on the way."""
    codes, net, size = block.codes, model.load(), len(block.codes)
    look: NDArray[np.uint8] = _NOTHING
    carried: NDArray[np.uint8] = _NOTHING
    if seen and origin:
        look, carried = seen.carried(block, origin)
    hot, begun, slots = np.empty(size, np.uint8), np.empty(size, np.uint16), np.empty(name_sieve.FEATURES, np.int64)
    lexicon = net.weights.lexicon
    if name_sieve.sift(codes, size, look, net.able, lexicon, net.sieve, net.bound, begun, slots, hot):
        name_tagger.cool(codes, begun, size, hot, net.weights, net.least, _room())
    if len(carried):
        hot |= carried
    elif seen:
        seen.keep(block, hot)
    return hot, begun


def _sureness(
    codes: NDArray[np.uint16], spans: NDArray[np.int64], margins: NDArray[np.int64], near: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Confidence by the margin, by what the name looks like and whether a label or a title is `near`."""
    net = model.load()
    sure = net.confidences[np.searchsorted(net.margins, margins, side="right")]
    small = np.empty(len(spans), bool)
    name_labels.uncapitalised(codes, spans, small)
    sure = np.where(small & ~near, np.minimum(sure, _DOUBTFUL), sure)
    doubted = doubts.doubtful(codes, spans, net.terms, net.whole)
    sure = np.where(doubted & ~near, np.minimum(sure, _DOUBTFUL), sure)
    return np.where(near, sure + (1 - sure) * _TITLE_GAIN * (sure > np.float32(0.3)), sure)


def _room() -> name_tagger.Room:
    """The thread's scratch for the shipped model. It remembers scores, never results that they would not have alone."""
    if not hasattr(_SCRATCH, "room"):
        _SCRATCH.room = name_tagger.room()
    room: name_tagger.Room = _SCRATCH.room
    return room


def _roles(codes: NDArray[np.uint16], spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Role by the label before or the title behind, and whether there is either."""
    tables = labels.tables()
    around = np.empty((len(spans), 2), np.uint8)
    name_labels.surroundings(codes, spans, tables.labels, tables.titles, around)
    before, behind = around[:, 0].astype(np.int64) & 7, around[:, 1].astype(np.int64)
    return np.where(before > 0, before, behind), (before > 0) | (behind > 0)


def _labelled(codes: NDArray[np.uint16]) -> Names:
    """Values of labels that look like names."""
    tables, lexicon = labels.tables(), model.load().weights.lexicon
    rows = _rows(1024, 4)
    for _ in range(2):
        count = name_labels.labelled(
            codes, len(codes), tables.labels, tables.surnames, tables.compounds, lexicon, tables.plain, tables.stops, rows
        )
        if count <= len(rows):
            break
        rows = _rows(count, 4)
    rows = rows[:count]
    strong = rows[:, 2] & name_labels.STRONG > 0
    sure = np.where(strong & (rows[:, 3] == 2), _SURE_LABEL, _PLAIN_LABEL).astype(np.float32)
    return Names(np.ascontiguousarray(rows[:, :2]), rows[:, 2] & 7, sure, np.full(count, CONTEXT))


def _formed(codes: NDArray[np.uint16]) -> Names:
    """Names by their form alone."""
    rows = forms.find(codes)
    return Names(
        np.ascontiguousarray(rows[:, :2]), rows[:, 2], (rows[:, 3] / 1000).astype(np.float32), np.full(len(rows), CONTEXT)
    )


def _sober(block: Read, found: Names) -> Names:
    """In a long document with hardly any name beyond doubt (a law, a manual), what the network alone half believes is none."""
    document = np.searchsorted(block.documents, found.spans[:, 0], side="right") - 1
    sizes = np.diff(block.documents)
    certain = found.confidence >= _BEYOND_DOUBT
    counts = np.bincount(document[certain], minlength=len(sizes))
    sparse = (sizes >= _SPARSE) & (counts * _SPARSE < sizes)
    doubted = sparse[document] & ~certain & (found.evidence == MODEL)
    confidence = np.where(doubted, np.minimum(found.confidence, _DOUBTFUL), found.confidence)
    return Names(found.spans, found.role, confidence, found.evidence)


def _unmasked(codes: NDArray[np.uint16], found: Names) -> Names:
    """Without what hides a name already."""
    masked = np.empty(len(found.spans), bool)
    name_labels.masked(codes, found.spans, masked)
    return found.take(~masked)


def _spread(block: Read, found: Names) -> Names:
    """Names that are sure, wherever else they stand in their document."""
    size = found.spans[:, 1] - found.spans[:, 0]
    sure = found.take((found.confidence >= CONFIRMED) & (size >= 2))
    if len(sure.spans) == 0:
        return _none()
    heads, following = np.full(name_spread.SLOTS, -1, np.int64), np.empty(len(sure.spans), np.int64)
    rows = _rows(4 * len(sure.spans) + 1024, 3)
    count = name_spread.spread(block.codes, block.documents, sure.spans, heads, following, rows)
    if count > len(rows):
        rows = _rows(count, 3)
        name_spread.spread(block.codes, block.documents, sure.spans, heads, following, rows)
    rows = rows[:count]
    confidence = np.minimum(sure.confidence[rows[:, 2]], np.float32(0.9)) - np.float32(0.05)
    return Names(np.ascontiguousarray(rows[:, :2]), sure.role[rows[:, 2]], confidence, np.full(count, PROPAGATED))


def _joined(one: Names, other: Names) -> Names:
    return Names(*(np.concatenate([getattr(one, f.name), getattr(other, f.name)]) for f in fields(Names)))


def _settled(found: Names) -> Names:
    """Without overlaps: the surer one stays. Spans that the network and a label agree on carry both as evidence."""
    found = found.take(np.lexsort((-found.confidence, found.spans[:, 1], found.spans[:, 0])))
    same = np.zeros(len(found.spans), bool)
    same[:-1] = (found.spans[1:] == found.spans[:-1]).all(axis=1)
    agreed = same & (found.evidence == CONTEXT) & np.isin(np.roll(found.evidence, -1), (MODEL, BOTH))
    kept = np.empty(len(found.spans), bool)
    name_labels.settle(found.spans, found.confidence, kept)
    return Names(found.spans, found.role, found.confidence, np.where(agreed, BOTH, found.evidence)).take(kept)


def _rows(count: int, width: int) -> NDArray[np.int64]:
    """Room for what a kernel finds."""
    return np.empty((count, width), np.int64)


def _none() -> Names:
    return Names(np.empty((0, 2), np.int64), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.int64))
