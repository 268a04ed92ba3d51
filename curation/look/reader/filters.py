"""What was put into the filters of the page of rows, as conditions of curation.look.rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

NUMBERS = {"≥": ">=", "≤": "<=", "=": "=", "≠": "!="}
TEXTS = {"=": "=", "≠": "!=", "∋": "contains"}
SHOWN = 160
"""Characters of a text in the table."""


def signs(kind: str) -> list[str]:
    """Comparisons that a kind of column knows."""
    return list(TEXTS if kind == "text" else NUMBERS)


def condition(column: str, kind: str, sign: str, given: str) -> tuple[str, str, Any] | None:
    """One condition; None where nothing, or no number, was put in."""
    said = given.strip()
    if not said:
        return None
    if kind == "number":
        try:
            return column, NUMBERS[sign], float(said)
        except ValueError:
            return None
    if kind == "truth":
        return column, "=", said.lower() in ("1", "true", "是", "yes")
    return column, TEXTS[sign], said


def text_of(row: dict[str, Any], leaves: Iterable[str]) -> str:
    """A row's text in one line: strings as they are, messages one after another."""
    parts = []
    for leaf in leaves:
        value = row.get(leaf)
        parts += [str(one.get("content", "")) for one in value] if isinstance(value, list) else [str(value or "")]
    return " ⏎ ".join(part for part in parts if part)
