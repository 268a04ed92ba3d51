"""The one list of document signals, and the pass that computes all of them.

Shares are float32 from integer counts; an empty document has 0 everywhere. N-grams and lexicons skip spaces and line
breaks and never cross a leaf. In documents longer than about a million characters repeats are looked for window by
window (`kernels.signals.WINDOW`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.text_buffers import Documents
from quality import damage_tables, mojibake
from quality.codepoints import CLASS, CharacterClass, table
from quality.kernels import signals as kernel
from quality.kernels.lexicon import SEPARATOR
from quality.kernels.repetition import MAX_GRAM
from quality.lexicon import Lexicon, tables

Counts = NDArray[np.int64]


class Signal(NamedTuple):
    """A number about a document; label and meaning are in vocabulary.SIGNALS."""

    name: str
    type: pa.DataType
    numerator: tuple[int, ...]  # columns of the counts, added up
    denominator: tuple[int, ...] = ()  # none: the numerator itself


_LETTERS = tuple(int(CharacterClass[n]) for n in ("HAN", "KANA", "HANGUL", "LATIN", "OTHER"))
_WRITING = (*_LETTERS[:-1], int(CharacterClass.DIGIT))


def _count(name: str, column: int) -> Signal:
    return Signal(name, pa.int32(), (column,))


def _share(name: str, *numerator: int, of: tuple[int, ...] = (kernel.CHARACTERS,)) -> Signal:
    return Signal(name, pa.float32(), numerator, of)


SIGNALS: tuple[Signal, ...] = (
    _count("characters", kernel.CHARACTERS),
    Signal("bytes", pa.int32(), ()),
    Signal("leaves", pa.int32(), ()),
    _count("lines", kernel.LINES),
    _count("solid_lines", kernel.SOLID_LINES),
    *(_share(f"{kind.name.lower()}_share", kind) for kind in CharacterClass if kind != CharacterClass.REPLACEMENT),
    _share("replacement_share", CharacterClass.REPLACEMENT, kernel.MOJIBAKE),
    _count("mojibake", kernel.DAMAGE),
    _count("private_use", kernel.PRIVATE_USE),
    _count("ocr_lookalikes", kernel.LOOKALIKES),
    _share("short_line_share", kernel.SHORT_LINES, of=(kernel.SOLID_LINES,)),
    _share("bullet_line_share", kernel.BULLET_LINES, of=(kernel.SOLID_LINES,)),
    _share("ended_line_share", kernel.ENDED_LINES, of=(kernel.SOLID_LINES,)),
    _share("duplicate_line_share", kernel.DUPLICATE_LINES, of=(kernel.SOLID_LINES,)),
    *(_share(f"repeated_{n}gram_share", kernel.REPEATED + n - 2, of=(kernel.SOLID,)) for n in range(2, MAX_GRAM + 1)),
    *(_share(f"top_{n}gram_share", kernel.TOP + n - 2, of=(kernel.SOLID,)) for n in (2, 3, 4)),
    _share("symbol_density", CharacterClass.SYMBOL, of=_WRITING),
    _share("url_density", kernel.URLS),
    Signal("entropy", pa.float32(), ()),
    _share("chinese_share", CharacterClass.HAN, CharacterClass.KANA, of=_LETTERS),
    _share("traditional_share", kernel.TRADITIONALS, of=(kernel.TRADITIONALS, kernel.SIMPLIFIEDS)),
    _share("japanese_share", kernel.JAPANESE, of=_LETTERS),
    _share("latin_language_share", CharacterClass.LATIN, of=_LETTERS),
)
"""Every signal but the lexicon densities, which are named after their lexicons: `lexicon_<name>`, float32."""


def column(lexicon: str) -> str:
    """Name of the signal of a lexicon."""
    return f"lexicon_{lexicon}"


def fields(lexicons: Sequence[str] = ()) -> tuple[pa.Field, ...]:
    """Arrow fields of all signals, in order."""
    own = tuple(pa.field(s.name, s.type, False) for s in SIGNALS)
    return own + tuple(pa.field(column(name), pa.float32(), False) for name in lexicons)


def measure(documents: Documents, lexicons: Sequence[Lexicon] = ()) -> dict[str, NDArray[Any]]:
    """All signals of n documents: name → int32 or float32 (n), in the order of `fields`. One pass over the bytes."""
    n, leaves = len(documents), np.diff(documents.document_offsets)
    sizes = np.diff(documents.leaf_offsets[documents.document_offsets])
    counts = np.zeros((n, kernel.COUNTS), np.int64)
    hits = np.zeros((n, len(lexicons)), np.int64)
    entropy = np.zeros(n, np.float64)
    if n:
        offsets = (documents.leaf_offsets, documents.document_offsets)
        room = memory(min(kernel.WINDOW, int((sizes + leaves).max()) + 1), len(lexicons))
        kernel.measure(
            classes(), damage_tables.tables(), documents.data, *offsets, tables(tuple(lexicons)), counts, hits, entropy, room
        )
    given = {"bytes": sizes.astype(np.int32), "leaves": leaves.astype(np.int32), "entropy": entropy.astype(np.float32)}
    own = {s.name: given[s.name] if s.name in given else _value(s, counts) for s in SIGNALS}
    return own | {column(lexicon.name): ratio(hits[:, i], counts[:, kernel.SOLID]) for i, lexicon in enumerate(lexicons)}


@cache
def classes() -> NDArray[np.uint8]:
    """The table of quality.codepoints; the characters of mojibake have a class of their own, `kernel.RARE`."""
    out = table().copy()
    rare = [ord(c) for c in mojibake.leads() | set("锟锛銆鐨烫屯") if table()[ord(c)] & CLASS == CharacterClass.HAN]
    out[rare] = (out[rare] & ~np.uint8(CLASS)) | kernel.RARE
    return out


def memory(capacity: int, lexicons: int) -> tuple[Any, ...]:
    """Scratch arrays of `kernel.measure` for documents of up to `capacity` bytes + leaves (or WINDOW): points, lines,
    frequency (zero), log2 f, line state, where each lexicon goes on, and for pairs their table, keys, positions,
    identities, places of terms, sieve."""
    logarithms = np.log2(np.maximum(np.arange(4096), 1))
    scratch = (
        np.empty(1 << (2 * capacity + 2).bit_length(), np.uint64),
        np.empty(capacity, np.uint64),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.uint32),
        np.empty(capacity, np.int32),
        np.empty(1 << (4 * capacity + 2).bit_length(), np.uint8),
    )
    own = (np.empty(capacity, np.uint32), np.empty(capacity, np.uint64), np.zeros(SEPARATOR + 1, np.uint32))
    return *own, logarithms, np.zeros(kernel.STATE, np.int64), np.zeros(lexicons, np.int64), scratch


def _value(signal: Signal, counts: Counts) -> NDArray[Any]:
    numerator = counts[:, signal.numerator].sum(axis=1)
    if signal.name == "chinese_share":
        numerator = numerator - counts[:, kernel.JAPANESE]
    if not signal.denominator:
        return numerator.astype(np.int32)
    return ratio(numerator, counts[:, signal.denominator].sum(axis=1))


def ratio(numerator: Counts, denominator: Counts) -> NDArray[np.float32]:
    """float32 quotient of integer counts; 0 where there is nothing to divide by."""
    return (numerator / np.maximum(denominator, 1)).astype(np.float32)
