"""Term lists: a few lines of text in, the share of a document's characters that the terms cover out.

Matching is blind to spaces and line breaks and to the case of ASCII letters; a term that begins or ends with a Latin
letter or digit must stand free there (CT is not in ACTH). Overlaps: leftmost, then longest. No term crosses a leaf.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpora.errors import SourceMissing, UsageError
from corpora.text_buffers import Documents
from quality.codepoints import CLASS, CharacterClass, table
from quality.kernels.lexicon import PAIR_FACTOR

Words: TypeAlias = NDArray[np.uint64]
Numbers: TypeAlias = NDArray[np.int32]
Tables: TypeAlias = tuple[Words, Numbers, Words, Numbers, NDArray[np.uint32], Numbers]
"""What `kernels.lexicon.match` wants. A pair is the first two code points of a term: first << 21 | second.

seen: bits, set where the hash of a pair in any case falls; slots: int32 (2^b), open addressing by pair hash, a group or -1; pairs: the
pair of each group; groups: its range of places; terms: all code points; places (terms, 3): lexicon, first, length.
"""


@dataclass(frozen=True)
class Lexicon:
    """A named list of terms, folded, unique, sorted; every term has at least two characters."""

    name: str
    terms: tuple[str, ...]

    @classmethod
    def of(cls, name: str, terms: Iterable[str]) -> Lexicon:
        """From terms as people write them. Raises UsageError for a term of one character: it would match anywhere."""
        folded = {fold(term) for term in terms} - {""}
        if any(len(term) < 2 for term in folded):
            raise UsageError(
                f"词表 {name} 里有单字词 / lexicon {name} holds terms of one character",
                hint="词条至少两个字 / write terms of at least two characters",
            )
        return cls(name, tuple(sorted(folded)))

    @classmethod
    def load(cls, path: str, base: str = "") -> Lexicon:
        """From a UTF-8 file, one term a line, `#` begins a comment; or a shipped list by its bare name (`medical`)."""
        text = read(path, base)
        return cls.of(Path(path).stem, (line.partition("#")[0] for line in text.splitlines()))

    def density(self, documents: Documents) -> NDArray[np.float32]:
        """float32 (n): share of each document's characters (spaces aside) that the terms cover."""
        from quality.signals import column, measure  # the fused pass is the one matcher

        return measure(documents, [self])[column(self.name)]


def read(path: str, base: str = "") -> str:
    """Text of the lexicon file: `path` relative to `base`, or the name of a shipped list."""
    shipped = resources.files("configs").joinpath("lexicons", f"{path}.txt")
    if path.isidentifier() and shipped.is_file():
        return shipped.read_text("utf-8")
    try:
        return Path(base, path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceMissing(
            f"读不了词表 {path} / cannot read lexicon {path}",
            hint="写随附词表的名字（medical、manufacturing、advertising、profanity），或 UTF-8 文件的路径 "
            "/ give the name of a shipped list or the path of a UTF-8 file",
        ) from error


def fold(term: str) -> str:
    """As the matcher sees it: without spaces, ASCII letters small."""
    solid = (c for c in term if table()[ord(c)] & CLASS != CharacterClass.SPACE)
    return "".join(c.lower() if c.isascii() else c for c in solid)


@cache
def tables(lexicons: tuple[Lexicon, ...]) -> Tables:
    """Lookup tables over all lexicons together: terms grouped by their first two characters, longest first."""
    entries = sorted(((t[:2], -len(t), t, i) for i, lexicon in enumerate(lexicons) for t in lexicon.terms))
    starts = [k for k, entry in enumerate(entries) if k == 0 or entries[k - 1][0] != entry[0]]
    pairs = np.array([(ord(entries[k][0][0]) << 21) | ord(entries[k][0][1]) for k in starts], np.uint64)
    terms = np.frombuffer("".join(entry[2] for entry in entries).encode("utf-32-le"), np.uint32)
    lengths = np.array([-entry[1] for entry in entries], np.int32)
    first = np.cumsum(lengths, dtype=np.int32) - lengths
    lexicon = np.array([entry[3] for entry in entries], np.int32)
    places = np.ascontiguousarray(np.stack([lexicon, first, lengths], axis=1), np.int32)
    ranges = np.array([*starts, len(entries)], np.int32)
    return _seen(pairs), _slots(pairs), pairs, ranges, terms, places


def _top_bits(pairs: Words, bits: int) -> list[int]:
    top: Any = (pairs * PAIR_FACTOR) >> np.uint64(64 - bits)
    return [int(value) for value in top]


def _seen(pairs: Words) -> Words:
    """One bit in 128 is set at most: nearly all pairs of a text end here. All cases of letters: the text comes as it is."""
    pairs = _cases(pairs)
    bits = max(12, (128 * len(pairs)).bit_length())
    words = np.zeros(1 << (bits - 6), np.uint64)
    for bit in _top_bits(pairs, bits):  # once per lexicon, not per row
        words[bit >> 6] |= np.uint64(1 << (bit & 63))
    return words


def _cases(pairs: Words) -> Words:
    """The pairs with their small ASCII letters large and small."""
    for shift in (0, 21):
        point = (pairs >> np.uint64(shift)) & np.uint64(0x1FFFFF)
        small = (point >= ord("a")) & (point <= ord("z"))
        pairs = np.concatenate([pairs, pairs[small] - np.uint64(32 << shift)])
    return pairs


def _slots(pairs: Words) -> Numbers:
    bits = max(6, (2 * len(pairs)).bit_length())
    slots = np.full(1 << bits, -1, np.int32)
    for group, slot in enumerate(_top_bits(pairs, bits)):
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = group
    return slots
