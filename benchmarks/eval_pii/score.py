"""Exact precision, recall and F1 of spans, and how much of the gold is touched at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.eval_pii.gold import Span


@dataclass(frozen=True)
class Score:
    """Counts over a gold set for one kind. A gold span is touched when a finding shares a character with it."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    touched: int = 0  # by a finding of the same kind
    covered: int = 0  # by a finding of any kind: what de-identification needs
    right: int = 0  # findings of the kind that share a character with gold of the kind

    @property
    def precision(self) -> float:
        return self.exact / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.exact / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.exact / (self.gold + self.found) if self.gold + self.found else 0.0

    @property
    def touched_recall(self) -> float:
        return self.touched / self.gold if self.gold else 0.0

    @property
    def covered_recall(self) -> float:
        return self.covered / self.gold if self.gold else 0.0

    @property
    def touched_precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))

    def figures(self) -> dict[str, float]:
        """Counts and ratios for a report."""
        names = ("precision", "recall", "f1", "touched_recall", "covered_recall", "touched_precision")
        return {**asdict(self), **{name: round(getattr(self, name), 4) for name in names}}


def score(gold: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]], kinds: Sequence[str],
          alias: Mapping[str, str] | None = None) -> dict[str, Score]:  # fmt: skip
    """Per kind, over texts side by side. `alias`: a kind of a finding → the kind it counts as. Repeated spans count once."""
    totals = dict.fromkeys(kinds, Score())
    for wanted, seen in zip(gold, found, strict=True):
        if not wanted and not seen:
            continue
        known = {(start, end, (alias or {}).get(kind, kind)) for start, end, kind in seen}
        for kind in {span[2] for span in wanted} | {span[2] for span in known}:
            if kind in totals:
                totals[kind] += _one({s for s in wanted if s[2] == kind}, {s for s in known if s[2] == kind}, known)
    return totals


def _one(gold: set[Span], same: set[Span], known: set[Span]) -> Score:
    return Score(
        gold=len(gold),
        found=len(same),
        exact=len(gold & same),
        touched=sum(_meets(span, same) for span in gold),
        covered=sum(_meets(span, known) for span in gold),
        right=sum(_meets(span, gold) for span in same),
    )


def _meets(span: Span, others: set[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end, _ in others)


def total(scores: Mapping[str, Score], kinds: Sequence[str]) -> Score:
    """Micro sum over the given kinds."""
    return sum((scores[kind] for kind in kinds if kind in scores), Score())
