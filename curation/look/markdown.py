"""Cells and tables of Markdown, for what is rendered from the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; bars and line breaks inside cells are made harmless."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def code(value: Any) -> str:
    return f"`{value}`"


def chinese(text: str) -> str:
    """The Chinese half of a bilingual text."""
    return re.split(r"\s*/ (?=[A-Za-z\"])", text)[0].strip().rstrip("。")


def grouped(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows that differ in their first cell only become one, in the order of their first appearance."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for first, *rest in rows:
        groups.setdefault(tuple(rest), []).append(first)
    return [(" ".join(firsts), *rest) for rest, firsts in groups.items()]
