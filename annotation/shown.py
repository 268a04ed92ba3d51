"""A row as a person sees it: its leaves one under the other, and the way back from a mark in that text to the cleaned text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.replacements import before
from corpora.text_buffers import Leaf
from corpora.vocabulary import COLUMNS

GAP = "\n\n"


@dataclass(frozen=True)
class Segment:
    """Code points start…end of the shown text are the whole string `leaf[item]`."""

    leaf: int
    item: int
    start: int
    end: int


@dataclass(frozen=True)
class Shown:
    """text: what is sent; segments: where its strings stand in it."""

    text: str
    segments: tuple[Segment, ...]

    @property
    def hash(self) -> str:
        """sha256 of what the person saw."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def render(leaves: Sequence[Leaf], values: Mapping[str, Any]) -> Shown:
    """Puts the strings of a row under their names; a row of one string is shown bare."""
    strings = [one for number, leaf in enumerate(leaves) for one in _strings(number, leaf, values[leaf.column])]
    if len(leaves) == 1 and leaves[0].field is None:
        number, item, _, text = strings[0] if strings else (0, 0, "", "")
        return Shown(text, (Segment(number, item, 0, len(text)),))
    strings.sort(key=lambda one: (one[1], one[0]))  # turns of a conversation in their order
    parts, segments, at = list[str](), list[Segment](), 0
    for number, item, head, text in strings:
        parts.append((GAP if parts else "") + f"【{head}】\n")
        at += len(parts[-1])
        segments.append(Segment(number, item, at, at + len(text)))
        parts.append(text)
        at += len(text)
    return Shown("".join(parts), tuple(segments))


def _strings(number: int, leaf: Leaf, value: Any) -> list[tuple[int, int, str, str]]:
    """(leaf, item, name, string) of every string that is there."""
    name = COLUMNS[leaf.column].label if leaf.column in COLUMNS else leaf.column
    if leaf.field is None:
        return [(number, 0, name, value)] if value else []
    turns = enumerate(value or [])
    return [
        (number, i, f"{name} {i + 1} {one.get('role') or ''}".strip(), one[leaf.field])
        for i, one in turns
        if one[leaf.field]
    ]


def placed(segments: Sequence[Segment], spans: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, str]]:
    """(start, end, kind) in the shown text of findings given by leaf and item."""
    at = {(one.leaf, one.item): one for one in segments}
    found = [(at[one["leaf"], one["item"]], one) for one in spans if (one["leaf"], one["item"]) in at]
    return sorted(
        (s.start + one["start"], s.start + one["end"], one["kind"]) for s, one in found if one["end"] > one["start"]
    )


def origin(
    segments: Sequence[Segment], replaced: Sequence[Mapping[str, Any]] | None, start: int, end: int
) -> tuple[int, int, int, int] | None:
    """(leaf, item, start, end) in the cleaned, untreated text of a mark in the shown text; None for a mark that leaves its
    string or whose way back is unknown. A mark that begins or ends inside of a replacement takes the whole of it."""
    home = next((one for one in segments if one.start <= start < end <= one.end), None)
    if home is None or replaced is None:
        return None
    mine = [one for one in replaced if (one["leaf"], one["item"]) == (home.leaf, home.item)]
    return home.leaf, home.item, *before(mine, start - home.start, end - home.start)
