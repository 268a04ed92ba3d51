"""Superscripts that change a value: 10⁹ must not become 109."""

from __future__ import annotations

import re

_POWER = re.compile(r"\s*[+\-−–]?[0-9A-Za-z]{1,4}[+\-]?\s*")
_ORDINAL = frozenset({"st", "nd", "rd", "th", "tm"})


def raised(before: str, text: str) -> str:
    """`text` in superscript after `before`: `^9` for a power or a charge, as it is for the [1] of a reference and 4th."""
    power = before[-1:].isalnum() and _POWER.fullmatch(text) and text.strip().lower() not in _ORDINAL
    return f"^{text.strip()}" if power else text
