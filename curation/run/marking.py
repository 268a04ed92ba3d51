"""Marks that people set over text which the engine had missed: more findings, beyond doubt, for the treatment that follows.

A mark stands at its place in the cleaned text of a row that is still the one it was set in (law 7). The same name, or the
same other value of five characters and more, is marked wherever else it stands in that row: who is one person once is one
person twice, while an age or a bed number means something else elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.text_buffers import Leaf
from curation.run.working_rows import WorkingRows, one_batch
from quality.pii import spans
from quality.pii.findings import EVIDENCE_INDEX, KIND
from quality.pii.spans import Spans

NONE = np.zeros((0, 6), np.int64)
"""No marks; a mark is row, leaf, item, start, end (code points), kind (index)."""
_WHOLE_NAMES, _LONG = frozenset({"person_name", "organisation"}), 5


def places(
    rows: WorkingRows, leaves: tuple[Leaf, ...], said: Iterable[tuple[int, int, int, int, int, str]]
) -> NDArray[np.int64]:
    """int64 (m, 6), in order: marks and the other places of what they mark. said: (row, leaf, item, start, end, kind).

    A loop over rows that people looked at. What lies outside of its string marks nothing.
    """
    by_row: dict[int, list[tuple[int, int, int, int, str]]] = defaultdict(list)
    for row, leaf, item, start, end, kind in said:
        by_row[row].append((leaf, item, start, end, kind))
    found: set[tuple[int, ...]] = set()
    for row, marks in by_row.items():
        strings = dict(_strings(rows, leaves, row))
        for leaf, item, start, end, kind in marks:
            value = strings.get((leaf, item), "")[start:end]
            if kind in KIND and len(value) == end - start > 0:
                found |= {(row, *place, KIND[kind]) for place in ((leaf, item, start, end), *_again(strings, value, kind))}
    return np.array(sorted(found), np.int64).reshape(-1, 6)


def _strings(rows: WorkingRows, leaves: tuple[Leaf, ...], row: int) -> Iterator[tuple[tuple[int, int], str]]:
    columns = list(dict.fromkeys(leaf.column for leaf in leaves))
    batch = one_batch(rows.take(np.array([row], np.int64), columns))
    for number, leaf in enumerate(leaves):
        for item, text in enumerate(text_buffers.leaf_values(batch, leaf)[0].to_pylist()):
            yield (number, item), text or ""


def _again(strings: dict[tuple[int, int], str], value: str, kind: str) -> Iterator[tuple[int, int, int, int]]:
    """Where else in the row the value stands."""
    if len(value.strip()) < (2 if kind in _WHOLE_NAMES else _LONG):
        return
    for (leaf, item), text in strings.items():
        at = text.find(value)
        while at >= 0:
            yield leaf, item, at, at + len(value)
            at = text.find(value, at + len(value))


def added(found: Spans, rows: NDArray[np.int64], marks: NDArray[np.int64]) -> Spans:
    """`found`, whose row i is row rows[i] of the run, with marks in it. A finding that a mark touches becomes one with it: nothing
    that would have been replaced is bare for it. One that people gave back gives way. A loop over marked rows."""
    here = {int(row): i for i, row in enumerate(rows.tolist())}
    mine = [
        _Piece(here[row], leaf, item, start, end, kind, 0, -1)
        for row, leaf, item, start, end, kind in marks.tolist()
        if row in here
    ]
    if not mine:
        return found
    there = _pieces(found, np.flatnonzero(np.isin(found.row, [one.row for one in mine])))
    back = {one.number for one in there if found.evidence[one.number] == EVIDENCE_INDEX["restored"]}
    whole, gone = _merged(mine, [one for one in there if one.number not in back])
    gone |= {one.number for one in there if one.number in back and any(one.touches(other) for other in whole)}
    stay = np.setdiff1d(np.arange(len(found)), np.array(sorted(gone), np.int64))
    return spans.joined([found.take(stay), _spans(whole)])


class _Piece(NamedTuple):
    """A stretch of a string; number: of the finding that it is, -1 for a mark."""

    row: int
    leaf: int
    item: int
    start: int
    end: int
    kind: int
    subtype: int
    number: int

    def touches(self, other: _Piece) -> bool:
        return self[:3] == other[:3] and self.start < other.end and other.start < self.end


def _pieces(found: Spans, at: NDArray[np.int64]) -> list[_Piece]:
    names = ("row", "leaf", "item", "start", "end", "kind", "subtype")
    columns = [getattr(found, name)[at].astype(np.int64) for name in names]
    return [_Piece(*one) for one in np.stack([*columns, at], axis=1).tolist()]


def _merged(marks: list[_Piece], findings: list[_Piece]) -> tuple[list[_Piece], set[int]]:
    """(marks without overlaps, each grown over the findings that it touches; numbers of those findings)."""
    groups: list[list[_Piece]] = []
    for piece in sorted([*marks, *findings]):
        if groups and piece[:3] == groups[-1][0][:3] and piece.start < max(one.end for one in groups[-1]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    groups = [group for group in groups if any(one.number < 0 for one in group)]
    return [_one(group) for group in groups], {one.number for group in groups for one in group if one.number >= 0}


def _one(group: list[_Piece]) -> _Piece:
    """A group as one mark: of the kind that people said, of the subtype that a finding of that kind had."""
    kind = next(one.kind for one in group if one.number < 0)
    subtype = next((one.subtype for one in group if one.number >= 0 and one.kind == kind), 0)
    return group[0]._replace(end=max(one.end for one in group), kind=kind, subtype=subtype, number=-1)


def _spans(pieces: list[_Piece]) -> Spans:
    row, leaf, item, start, end, kind, subtype, _ = np.array(pieces, np.int64).reshape(-1, 8).T
    return Spans(
        row, leaf.astype(np.int8), item.astype(np.int32), start.astype(np.int32), end.astype(np.int32), kind.astype(np.int8),
        subtype.astype(np.int16), np.ones(len(row), np.float32), np.full(len(row), EVIDENCE_INDEX["marked"], np.int8),
    )  # fmt: skip
