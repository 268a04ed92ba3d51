"""The one comparison form of text: two texts with the same shadow are the same text to deduplication.

shadow = NFKC (Unicode Standard Annex #15), then every blank, control, zero-width and variation character removed.
NFKC folds the width of punctuation, letters and digits, radicals, ligatures, ℃ and ㎡. Case stays: mA is not MA, and
Chinese text gains nothing from folding it. Stored text is never replaced by its shadow.

The kernel folds by a table, one code point at a time, which equals NFKC as long as nothing combines. Strings with
combining marks, conjoining jamo, rare long expansions or characters above the basic plane (other than Han extensions
and pictographs) go through `unicodedata`: a Python loop over few strings.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Documents, Texts
from quality.kernels import shadow as kernel

MARK = "\ufdd0"  # a noncharacter: stands before and after digits that NFKC makes (10² is not 102)


_CHANGING = (range(0x3400), range(0x4DC0, 0x4E00), range(0xA000, 0xAC00), range(0xD7A4, 0xE000), range(0xF900, 0x10000))
"""All of the basic plane but Han ideographs, Hangul syllables and private use, which fold to themselves."""


class Tables(NamedTuple):
    """entries: uint32[65536], see kernels.shadow; expansion k is code points expansions[bounds[k]:bounds[k+1]]."""

    entries: NDArray[np.uint32]
    bounds: NDArray[np.int32]
    expansions: NDArray[np.uint32]

    def starting(self, starts: NDArray[np.bool_]) -> Tables:
        """The same tables with START on the code points of the basic plane for which starts[cp]."""
        mark = np.append(np.where(starts, np.uint32(kernel.START), np.uint32(0)), np.uint32(0))  # above the plane: none
        entries = np.where(self.entries < kernel.EXPAND, self.entries | _of(mark, self.entries), self.entries)
        return Tables(entries, self.bounds, self.expansions | _of(mark, self.expansions))


def _of(mark: NDArray[np.uint32], entries: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return mark[np.minimum(entries & kernel.POINT, 0x10000)]


def shadow(text: str) -> str:
    """The definition, in plain Python."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not _removed(c))


def shadows(texts: Texts) -> Texts:
    """Shadows of n strings."""
    ends, out = _shadows(texts, trusted=False)
    slow = np.flatnonzero(ends < 0)
    if not len(slow):
        return Texts(out, np.concatenate([[0], ends]).astype(np.int64))
    strings = [bytes(out[a:b]) for a, b in zip(*_ranges(ends), strict=True)]
    for i in slow:  # few strings, see above
        strings[i] = shadow(bytes(texts.data[texts.offsets[i] : texts.offsets[i + 1]]).decode()).encode()
    return _joined(strings)


def normalised(documents: Documents, rows: NDArray[np.int64]) -> Documents:
    """Those documents after NFKC, compatibility digits set off by MARK: input for kernels with `trusted`."""
    leaves, bounds = [], [0]
    for row in rows:  # few documents, see above
        for leaf in range(documents.document_offsets[row], documents.document_offsets[row + 1]):
            text = bytes(documents.data[documents.leaf_offsets[leaf] : documents.leaf_offsets[leaf + 1]]).decode()
            leaves.append(_normalised(text).encode())
        bounds.append(len(leaves))
    flat = _joined(leaves)
    return Documents(flat.data, flat.offsets, np.array(bounds, np.int64))


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The folding table of the basic plane, from this Python's unicodedata."""
    entries, expansions, bounds = np.arange(0x10000, dtype=np.uint32), list[int](), [0]
    seconds = _seconds()
    for cp in itertools.chain(*_CHANGING):
        entry, expansion = _entry(chr(cp), seconds)
        if expansion:
            entry = kernel.EXPAND + len(bounds) - 1
            expansions.extend(expansion)
            bounds.append(len(expansions))
        entries[cp] = entry
    return Tables(entries, np.array(bounds, np.int32), np.array(expansions or [0], np.uint32))


def _entry(character: str, seconds: frozenset[str]) -> tuple[int, list[int]]:
    """(entry, expansion); the expansion is empty where the entry says it all."""
    if character == MARK:
        return 0, [kernel.SEPARATOR]
    if "\ud800" <= character <= "\udfff":
        return kernel.DROP, []
    slow = kernel.SLOW + ord(character)
    folded = unicodedata.normalize("NFKC", character)
    if any(unicodedata.combining(c) or c in seconds for c in folded):
        return slow, []
    expansion = [_marked(c) for c in _set_off(character)]
    expansion = [cp for cp in expansion if cp != kernel.DROP]
    if len(folded) == 1 and _removed(folded):
        return _blank(folded), []
    if len(expansion) == 1:
        return expansion[0], []
    if not expansion or len(expansion) > kernel.ROOM * len(character.encode()):
        return slow, []
    return 0, expansion


def _marked(c: str) -> int:
    if c == MARK:
        return kernel.SEPARATOR
    return _blank(c) if _removed(c) else ord(c)


def _blank(c: str) -> int:
    if c in "\n\r\x0b\x0c\x85\u2028\u2029":
        return 0x0A
    return 0x20 if c == "\t" or unicodedata.category(c) == "Zs" else kernel.DROP


def _removed(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp") or _variation(ord(c)) or c == MARK


def _variation(cp: int) -> bool:
    return 0xFE00 <= cp <= 0xFE0F or 0xE0100 <= cp <= 0xE01EF or cp == 0x34F or 0x180B <= cp <= 0x180F


def _set_off(character: str) -> str:
    """NFKC of one character, with MARK where the character is not itself a digit but turns into some."""
    folded = unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) == "Nd" or folded == character:
        return folded
    before = MARK if folded[:1].isdecimal() else ""
    return before + folded + (MARK if folded[-1:].isdecimal() else "")


def _normalised(text: str) -> str:
    text = "".join(_set_off(c) if unicodedata.category(c) in ("No", "So") else c for c in text)
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not _removed(c) or c == MARK or _blank(c) != kernel.DROP)


def _seconds() -> frozenset[str]:
    """Characters of the basic plane that can combine with the one before them."""
    jamo = [chr(c) for c in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))]
    parts = (unicodedata.decomposition(chr(c)).split() for c in range(0x10000))
    return frozenset(jamo) | frozenset(chr(int(p[1], 16)) for p in parts if len(p) == 2 and p[0][0] != "<")


def _shadows(texts: Texts, *, trusted: bool) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    longest = int(np.diff(texts.offsets).max(initial=0))
    size = int(texts.offsets[-1] - texts.offsets[0])
    ends, out = np.empty(len(texts), np.int64), np.empty(size * kernel.ROOM * 3 + 4, np.uint8)
    wide, starts = np.empty(longest * kernel.ROOM + 1, np.uint32), np.empty(longest * kernel.ROOM + 1, np.uint64)
    kernel.shadows(texts.data, texts.offsets, tuple(tables()), trusted, wide, starts, out, ends)
    return ends, out[: max(-1 - ends[-1], ends[-1]) if len(ends) else 0]


def _ranges(ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ends = np.where(ends < 0, -1 - ends, ends)
    return np.concatenate([[0], ends[:-1]]), ends


def _joined(strings: Sequence[bytes]) -> Texts:
    offsets = np.zeros(len(strings) + 1, np.int64)
    np.cumsum([len(s) for s in strings], out=offsets[1:])
    return Texts(np.frombuffer(b"".join(strings), np.uint8), offsets)
