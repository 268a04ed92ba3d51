"""What a recogniser reports, and how the reports of several recognisers become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from corpora.vocabulary import PII_KINDS, PII_SUBTYPES
from quality.kernels import pii_merge as kernel

MEDIUM = 0.5
"""Lowest confidence that is replaced by default."""

KIND = {key: index for index, key in enumerate(PII_KINDS)}
SUBTYPE = {key: index for index, key in enumerate(PII_SUBTYPES)}
EVIDENCE = (
    "pattern", "pattern+context", "checksum", "checksum+context", "context", "model", "model+context", "propagated",
    "list", "column", "surrogate", "restored", "marked",
)  # fmt: skip
"""Why something is taken for a finding: its form, check digit, words or labels around it, a trained model, the same name
elsewhere in the document, a list of the house, another column of the row, our own surrogate; `restored`: a person who may has judged that it is none, and it stays;
`marked`: a person has seen what everything else had missed."""
EVIDENCE_INDEX = {key: index for index, key in enumerate(EVIDENCE)}


@dataclass(frozen=True)
class Findings:
    """m findings, sorted by (text, start), not overlapping."""

    text: NDArray[np.int32]  # index of the string
    start: NDArray[np.int32]  # code points of the string, half-open
    end: NDArray[np.int32]
    start_byte: NDArray[np.int64]  # bytes of the string, half-open
    end_byte: NDArray[np.int64]
    kind: NDArray[np.int8]  # index into PII_KINDS
    subtype: NDArray[np.int16]  # index into PII_SUBTYPES
    confidence: NDArray[np.float32]  # 0…1
    evidence: NDArray[np.int8]  # index into EVIDENCE

    def __len__(self) -> int:
        return len(self.text)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Findings:
        return Findings(*(getattr(self, f.name)[index] for f in fields(self)))

    @classmethod
    def of(cls, text: object, start: object, end: object, start_byte: object, end_byte: object, kind: object,
           subtype: object, confidence: object, evidence: object) -> Findings:  # fmt: skip
        """From columns of any integer or float type (lists welcome), in any order of rows; a scalar stands for all."""
        types = (np.int32, np.int32, np.int32, np.int64, np.int64, np.int8, np.int16, np.float32, np.int8)
        given = (text, start, end, start_byte, end_byte, kind, subtype, confidence, evidence)
        columns = [np.asarray(values, dtype) for values, dtype in zip(given, types, strict=True)]
        rows = len(columns[0])
        found = cls(*(np.full(rows, values) if values.ndim == 0 else values for values in columns))
        return found.take(np.lexsort((found.start, found.text)))

    @classmethod
    def none(cls) -> Findings:
        return cls.of(*([] for _ in fields(cls)))


def joined(parts: Sequence[Findings]) -> Findings:
    """Reports one behind the other, as they are."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else Findings.none()
    return Findings(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Findings)))


def merge(parts: Sequence[Findings]) -> Findings:
    """One report from several: where two overlap, a sure finding beats an unsure one (which goes), then the longer wins
    and the other keeps only what lies outside of it, so that nothing sure is left uncovered."""
    parts = [part for part in parts if len(part)]
    if len(parts) == 0:
        return Findings.none()
    if len(parts) == 1:
        return parts[0]
    all_ = joined(parts)
    all_ = all_.take(np.lexsort((-all_.end, all_.start, all_.text)))
    sure = all_.confidence >= np.float32(MEDIUM)
    bounds = np.stack([all_.text, all_.start, all_.end, all_.start_byte, all_.end_byte], axis=1).astype(np.int64)
    out = np.empty((2 * len(bounds), 5), np.int64)
    source = np.empty(2 * len(bounds), np.int64)
    count = kernel.merge(bounds, sure, all_.confidence, out, source)
    chosen = all_.take(source[:count])
    text, start, end, start_byte, end_byte = out[:count].T
    return Findings.of(
        text, start, end, start_byte, end_byte, chosen.kind, chosen.subtype, chosen.confidence, chosen.evidence
    )


def touching(these: Findings, those: Findings) -> NDArray[np.bool_]:
    """bool per finding of `these`: whether it shares a character with one of `those` (which do not overlap each other)."""
    if len(these) == 0 or len(those) == 0:
        return np.zeros(len(these), bool)
    place = those.text.astype(np.int64) << 32
    before = np.searchsorted(place + those.start, (these.text.astype(np.int64) << 32) + these.end)
    ends = (place + those.end)[np.maximum(before - 1, 0)]
    return (before > 0) & (ends > (these.text.astype(np.int64) << 32) + these.start)
