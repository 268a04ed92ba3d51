"""Residual audit: what two readers found independently in treated text, and what that says about what is still there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from quality.intervals import chapman, upper_bound


class Remain(NamedTuple):
    """Something a reader found. row: its place in the sample; string: of the row's strings; start, end: code points."""

    row: int
    string: int
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """Of `documents` read by both: finds and documents with finds, by reader and by both, and what is estimated from them."""

    documents: int
    finds: tuple[int, int, int]  # first, second, both
    marked: tuple[int, int, int]  # documents

    @property
    def found(self) -> int:
        """Different finds of the two."""
        return self.finds[0] + self.finds[1] - self.finds[2]

    @property
    def marked_by_any(self) -> int:
        return self.marked[0] + self.marked[1] - self.marked[2]

    @property
    def missed(self) -> float:
        """Finds that both readers are estimated to have missed (Chapman 1951): takes them to read independently."""
        return max(0.0, chapman(*self.finds) - self.found)

    @property
    def marked_estimate(self) -> int:
        """Documents with remains, those that both missed included; a whole number, at most all."""
        return min(self.documents, max(self.marked_by_any, math.ceil(chapman(*self.marked) - 1e-9)))

    @property
    def upper(self) -> float:
        """Upper 95 % bound (exact, one-sided) on the share of documents with remains."""
        return upper_bound(self.marked_estimate, self.documents)

    @property
    def agreement(self) -> float:
        """Share of agreement on finds (Dice 1945): 2 · both / (first + second); 1 where neither found anything."""
        total = self.finds[0] + self.finds[1]
        return 2 * self.finds[2] / total if total else 1.0

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa (1960) on documents; None where both say the same of every document."""
        n, (first, second, both) = self.documents, self.marked
        expected = (first * second + (n - first) * (n - second)) / (n * n)
        observed = (n - first - second + 2 * both) / n
        return None if expected == 1 else (observed - expected) / (1 - expected)

    def to_dict(self) -> dict[str, Any]:
        names = ("first", "second", "both")
        return {
            "documents": self.documents,
            "finds": dict(zip(names, self.finds, strict=True)) | {"any": self.found, "missed": round(self.missed, 3)},
            "documents_marked": dict(zip(names, self.marked, strict=True))
            | {"any": self.marked_by_any, "estimated": self.marked_estimate},
            "agreement": round(self.agreement, 6),
            "kappa": None if self.kappa is None else round(self.kappa, 6),
            "upper_bound": round(self.upper, 8),
        }


def compare(first: Sequence[Remain], second: Sequence[Remain], documents: int) -> Verdict:
    """Two readers' finds; finds of both that share a character are the same find."""
    both = sum(_near(one, second) for one in _merged(first))
    also = sum(_near(one, first) for one in _merged(second))
    counts = (len(_merged(first)), len(_merged(second)), min(both, also))
    rows = [{one.row for one in reader} for reader in (first, second)]
    return Verdict(documents, counts, (len(rows[0]), len(rows[1]), len(rows[0] & rows[1])))


def _near(one: Remain, others: Iterable[Remain]) -> bool:
    return any(one[:2] == other[:2] and one.start < other.end and other.start < one.end for other in others)


def _merged(finds: Sequence[Remain]) -> list[Remain]:
    """Overlapping finds of one reader as one."""
    out: list[Remain] = []
    for one in sorted(set(finds)):
        if out and out[-1][:2] == one[:2] and one.start < out[-1].end:
            out[-1] = out[-1]._replace(end=max(out[-1].end, one.end))
        else:
            out.append(one)
    return out
