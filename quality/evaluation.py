"""How well findings agree with gold: precision, recall and F1 per kind, and every error by its cause.

*strict*: same start, end and kind. *overlapping*: a finding of the same kind shares a character with the gold span.
*touched*: a finding of any kind does; that is what de-identification needs (the character goes, whatever it is called).
Findings of kinds that the gold never marks are not counted: the gold says nothing about them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from corpora import text_buffers
from corpora.vocabulary import PII_KINDS
from quality import pii
from quality.gold import Gold, Span

CAUSES = {
    "missed": "完全漏掉",
    "cut_short": "找短了",
    "too_long": "找长了",
    "shifted": "边界错位",
    "wrong_kind": "种类不对",
    "spurious": "误报",
}
"""Causes of errors. All but the last belong to gold spans; spurious findings overlap no gold span at all."""


@dataclass
class Counts:
    """Of one kind: gold spans, findings, and how many of each agree."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    overlapped_gold: int = 0
    overlapped_found: int = 0
    touched: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))

    def to_dict(self) -> dict[str, Any]:
        return {
            "gold": self.gold,
            "found": self.found,
            "strict": _scores(self.exact, self.found, self.exact, self.gold),
            "overlapping": _scores(self.overlapped_found, self.found, self.overlapped_gold, self.gold),
            "touched": round(self.touched / self.gold, 6) if self.gold else None,
        }


def _scores(right: int, found: int, hit: int, gold: int) -> dict[str, float | None]:
    precision = right / found if found else None
    recall = hit / gold if gold else None
    total = (precision or 0) + (recall or 0)
    f1 = 2 * (precision or 0) * (recall or 0) / total if total else 0.0
    return {
        name: None if v is None else round(v, 6) for name, v in (("precision", precision), ("recall", recall), ("f1", f1))
    }


@dataclass(frozen=True)
class Error:
    """One disagreement. gold or found is None where there is none; row: its place in the gold file."""

    cause: str
    row: int
    gold: Span | None
    found: Span | None


@dataclass
class Evaluation:
    """Counts per kind, and all errors in the order of the rows."""

    gold: Gold
    min_confidence: float
    kinds: dict[str, Counts] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)

    def to_dict(self, *, with_text: bool = False) -> dict[str, Any]:
        """The JSON contract of `yuliao pii eval --json`. Text of errors only if asked for."""
        by_cause = Counter(error.cause for error in self.errors)
        return {
            "rows": len(self.gold.texts),
            "min_confidence": self.min_confidence,
            "kinds": {kind: counts.to_dict() for kind, counts in self.kinds.items()},
            "all": sum(self.kinds.values(), Counts()).to_dict(),
            "not_measured": dict(self.gold.unmeasured.most_common()),
            "skipped": self.gold.skipped,
            "errors": {
                cause: {
                    "count": by_cause[cause],
                    "spans": [self.error(e, with_text) for e in self.errors if e.cause == cause],
                }
                for cause in CAUSES
            },
        }

    def error(self, error: Error, with_text: bool) -> dict[str, Any]:
        """One error as plain data."""
        said: dict[str, Any] = {"id": self.gold.ids[error.row]}
        for name, span in (("gold", error.gold), ("found", error.found)):
            if span is not None:
                words = {"text": self.gold.texts[error.row][span.start : span.end]} if with_text else {}
                said[name] = {"kind": span.kind, "start": span.start, "end": span.end, **words}
        return said


def evaluate(gold: Gold, *, min_confidence: float = pii.MEDIUM, kinds: Sequence[str] | None = None) -> Evaluation:
    """Searches the gold's texts and compares. `kinds`: measure only those."""
    measured = [kind for kind in gold.kinds if kinds is None or kind in kinds]
    done = Evaluation(gold, min_confidence, {kind: Counts() for kind in measured})
    for row, found in enumerate(find(gold.texts, min_confidence)):  # gold sets are small: a Python loop
        _compare(done, row, gold.spans[row], found)
    return done


def find(texts: Sequence[str], min_confidence: float = pii.MEDIUM) -> list[list[Span]]:
    """The findings in each text."""
    wanted = [kind for kind in PII_KINDS]
    found = pii.find(text_buffers.texts(pa.array(texts, pa.large_string())), wanted)
    found = found.take(found.confidence >= np.float32(min_confidence))
    rows: list[list[Span]] = [[] for _ in texts]
    names = list(PII_KINDS)
    for text, start, end, kind in zip(found.text, found.start, found.end, found.kind, strict=True):
        rows[text].append(Span(int(start), int(end), names[kind]))
    return rows


def _compare(done: Evaluation, row: int, gold: list[Span], found: list[Span]) -> None:
    for span in gold:
        if span.kind in done.kinds:
            _judge_gold(done, row, span, [other for other in found if _overlap(span, other)])
    for span in found:
        if span.kind in done.kinds:
            near = [other for other in gold if _overlap(span, other)]
            counts = done.kinds[span.kind]
            counts.found += 1
            counts.overlapped_found += any(other.kind == span.kind for other in near)
            if not near:
                done.errors.append(Error("spurious", row, None, span))
            elif not any(other.kind in done.kinds for other in near):  # on a span of a label that is not measured
                done.errors.append(Error("wrong_kind", row, near[0], span))


def _judge_gold(done: Evaluation, row: int, span: Span, near: list[Span]) -> None:
    counts = done.kinds[span.kind]
    same = [other for other in near if other.kind == span.kind]
    counts.gold += 1
    counts.touched += bool(near)
    counts.overlapped_gold += bool(same)
    if span in same:
        counts.exact += 1
        return
    best = max(same or near, key=lambda other: min(span.end, other.end) - max(span.start, other.start), default=None)
    done.errors.append(Error(_cause(span, best), row, span, best))


def _cause(span: Span, found: Span | None) -> str:
    if found is None:
        return "missed"
    if found.kind != span.kind:
        return "wrong_kind"
    if found.start >= span.start and found.end <= span.end:
        return "cut_short"
    return "too_long" if found.start <= span.start and found.end >= span.end else "shifted"


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
