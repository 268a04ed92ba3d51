"""Where canaries go: clause boundaries of a text, one canary each, set off by commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quality.canaries.values import Canary
from quality.identities import Draw

_END = re.compile(r"[。；！？，\n]")


@dataclass(frozen=True)
class Planted:
    """A text with its canaries in it: positions in the list that was given, in the order of the text."""

    text: str
    canaries: tuple[int, ...]


def plant(draw: Draw, texts: Sequence[str], canaries: Sequence[Canary], shares: Sequence[Sequence[int]]) -> list[Planted]:
    """Each text with its share of the canaries (positions in the list) at boundaries of its clauses; the text itself is
    all there, in order. A Python loop: there are some hundred copies, not rows of a release.
    """
    return [
        Planted(_planted(draw, text, [canaries[i] for i in mine]), tuple(mine))
        for text, mine in zip(texts, shares, strict=True)
    ]


def dealt(count: int, texts: int) -> list[list[int]]:
    """0 … count - 1 dealt to the texts in runs of nearly the same length, in order."""
    edges = [count * i // texts for i in range(texts + 1)]
    return [list(range(a, b)) for a, b in zip(edges, edges[1:], strict=False)]


def _planted(draw: Draw, text: str, canaries: Sequence[Canary]) -> str:
    places = [0, *(found.end() for found in _END.finditer(text))]
    if places[-1] != len(text):
        places.append(len(text))
    chosen = sorted(places[draw.below(len(places))] for _ in canaries)
    out, done = [], 0
    for place, canary in zip(chosen, canaries, strict=True):
        out.append(text[done:place])
        out.append(_set_off(canary, text[place - 1 : place] if place > done or not done else "，"))
        done = place
    return "".join([*out, text[done:]])


def _set_off(canary: Canary, before: str) -> str:
    lead = "，" if before and not _END.match(before) else ""
    return f"{lead}{canary.text}，"
