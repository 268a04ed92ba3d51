"""A term of the vocabulary."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A label for people and one line that says what it means."""

    label: str
    meaning: str
