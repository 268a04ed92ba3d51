"""What the tests of one recogniser share: its findings in strings, checked to be the same in bytes and code points."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa

from corpora.text_buffers import Texts, texts
from corpora.vocabulary import PII_KINDS
from quality.pii.findings import Findings


class Found(NamedTuple):
    """One finding, as a table of expectations writes it."""

    kind: str
    text: str
    confidence: float


def scan(find: Callable[[Texts], Findings], *strings: str) -> list[list[Found]]:
    """Findings per string."""
    found = find(texts(pa.array(strings, pa.large_string())))
    rows: list[list[Found]] = [[] for _ in strings]
    for i, t in enumerate(found.text):
        span = strings[t][found.start[i] : found.end[i]]
        assert strings[t].encode()[found.start_byte[i] : found.end_byte[i]].decode() == span
        rows[t].append(Found(list(PII_KINDS)[found.kind[i]], span, round(float(found.confidence[i]), 2)))
    return rows
