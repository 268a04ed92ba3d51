"""Which canaries can still be read once a text is treated: whole, or by a tell-tale part.

Texts are compared in a folded form (NFKC, digits of all scripts as ASCII, separators gone), so that no disguise hides a
survivor. A part counts only as often as it occurs more in the treated copy than in the same row without canaries, and
not where it is also part of a neighbour, whose own survival it would tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from quality.canaries.values import Canary
from quality.intervals import clopper_pearson

_NUMERALS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
_GONE = re.compile(r"[\W_]+")
TELL_TALE = {"person_name": 2, "address": 6, "date_of_birth": 0, "age": 0, "url": 6}
"""Length of a part that tells (0: only the whole value does): two characters of a name, six of an address; else four."""


def fold(text: str) -> str:
    """The form in which texts are compared."""
    return _GONE.sub("", unicodedata.normalize("NFKC", text).translate(_NUMERALS).lower())


def parts(canary: Canary, *, whole: bool = False) -> set[str]:
    """Folded parts that would give the value away. `whole`: only the value itself (kinds that are masked or coarsened)."""
    value = canary.value.split("@")[0] if canary.kind == "email" and not whole else canary.value
    folded = fold(value)
    length = 0 if whole else TELL_TALE.get(canary.kind, 4)
    if length == 0 or len(folded) <= length:
        return {folded}
    return {folded[i : i + length] for i in range(len(folded) - length + 1)}


def survivors(canaries: Sequence[Canary], before: str, after: str, *, whole: Sequence[str] = ()) -> list[Canary]:
    """Canaries of one copy that can be read in `after`, its treated text. `before`: the treated row without canaries.

    whole: kinds whose treatment keeps a part on purpose; they survive only whole.
    """
    old, new = fold(before), fold(after)
    there = []
    for canary in canaries:
        others = fold(" ".join(other.text for other in canaries if other is not canary))
        telling = {part for part in parts(canary, whole=canary.kind in whole) if part not in others}
        if any(new.count(part) > old.count(part) for part in telling):
            there.append(canary)
    return there


@dataclass
class Recall:
    """How many canaries were planted and how many can no longer be read, with the exact 95 % interval."""

    planted: int = 0
    found: int = 0

    def add(self, survived: bool) -> None:
        self.planted += 1
        self.found += not survived

    def to_dict(self) -> dict[str, Any]:
        share = clopper_pearson(self.found, self.planted)
        numbers = {"recall": share.value, "low": share.low, "high": share.high}
        return {"planted": self.planted, "found": self.found, **{name: round(v, 6) for name, v in numbers.items()}}


@dataclass
class _Groups:
    all: Recall = field(default_factory=Recall)
    by: dict[str, dict[str, Recall]] = field(default_factory=lambda: {"kinds": {}, "forms": {}, "contexts": {}})

    def add(self, canary: Canary, survived: bool) -> None:
        self.all.add(survived)
        for name, key in (("kinds", canary.kind), ("forms", canary.form), ("contexts", canary.context)):
            self.by[name].setdefault(key, Recall()).add(survived)


def recall(canaries: Sequence[Canary], survived: Sequence[bool]) -> dict[str, Any]:
    """{planted, found, recall, low, high}, and the same by kind, by form and by context."""
    groups = _Groups()
    for canary, still_there in zip(canaries, survived, strict=True):
        groups.add(canary, still_there)
    split = {name: {key: one.to_dict() for key, one in sorted(them.items())} for name, them in groups.by.items()}
    return {**groups.all.to_dict(), **split}
