"""Identifiers with a form that can be checked: numbers, mailboxes, plates, network addresses.

Stored text is not changed: recognisers read a shadow (quality.pii.shadow) and report positions in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import pii as kernel
from quality.kernels.pii_region import Tables, scratch
from quality.pii import kinds as data
from quality.pii import shadow
from quality.pii.findings import Findings
from quality.pii.kinds import INDEX, KINDS


def find(texts: Texts) -> Findings:
    """Identifiers in every string. A string boundary is a hard break.

    Kinds compete for the same characters, so that a mailbox named after a mobile number never counts as one.
    """
    strings = read_only(texts)
    size = int(strings[1][-1] - strings[1][0])
    regions = filled(5, size, lambda room: kernel.scan(*strings, _tables(), room))
    return _unpack(filled(6, size, lambda room: kernel.resolve(strings[1], _tables(), regions, scratch(strings[0], room))))


def read_only(texts: Texts) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Arrow's buffers cannot be written; marking ours so too keeps the kernels at one compiled signature."""
    data, offsets = texts.data.view(), texts.offsets.view()
    data.flags.writeable = offsets.flags.writeable = False
    return data, offsets


def filled(width: int, size: int, fill: Callable[[NDArray[np.int64]], int]) -> NDArray[np.int64]:
    """The rows that `fill` writes; it says how many there are, and is called again if they did not fit.

    size: bytes it reads. Room for a row every 32 bytes costs nothing before it is written.
    """
    room = np.empty((4096 + size // 32, width), np.int64)
    count = fill(room)
    if count > len(room):
        room = np.empty((count, width), np.int64)
        fill(room)
    return room[:count]


def _unpack(rows: NDArray[np.int64]) -> Findings:
    text, start, end, start_byte, end_byte, code = rows.T
    return Findings.of(text, start, end, start_byte, end_byte, code & 0xFF, 0, (code >> 16) / 1000, code >> 8 & 0xFF)


@cache
def _tables() -> Tables:
    lists = list(chain.from_iterable((kind.near, kind.refuse_before, kind.refuse_after) for kind in KINDS))
    words = [word for words in lists for word in words]
    return Tables(
        fold=np.concatenate([shadow.fold_table(), shadow.math_table()]),
        context=shadow.context_table(),
        shapes=np.array([_row(shape) for shape in data.SHAPES], np.int64),
        words=np.array([ord(c) for c in "".join(words)], np.uint16),
        starts=_starts(words, lists),
        hints=_hints(),
        allocated=allocated(),
        glued=np.array([int.from_bytes(label.encode(), "big") for label in data.GLUED_LABELS], np.int64),
    )


def allocated() -> NDArray[np.uint8]:
    """uint8[3, 1000]: provinces, mobile prefixes and area codes in use."""
    return np.stack([_flags(numbers) for numbers in (data.PROVINCES, data.MOBILE_PREFIXES, data.AREA_CODES)])


def _row(shape: data.Shape) -> tuple[int, ...]:
    evidence = 0 if shape.check in data.UNCHECKED else 2
    return (
        *(INDEX[shape.kind], shape.low, shape.high, shape.form, shape.check, shape.group, shape.split),
        *(shape.alone, shape.labelled, shape.chained, evidence),
    )


def _starts(words: list[str], lists: list[tuple[str, ...]]) -> NDArray[np.int64]:
    """int64[2, …]: where each word begins in the joined letters, where each list begins among the words."""
    table = np.zeros((2, len(words) + 1), np.int64)
    table[0] = [0, *accumulate(len(word) for word in words)]
    table[1, : len(lists) + 1] = [0, *accumulate(len(words) for words in lists)]
    return table


def _flags(numbers: Sequence[int]) -> NDArray[np.uint8]:
    table = np.zeros(1000, np.uint8)
    table[list(numbers)] = 1
    return table


def _hints() -> NDArray[np.uint32]:
    """uint32[3, 1024]: which kinds have a word that begins (ends, for refuse_before) with a character, modulo 1024."""
    table = np.zeros((3, 1024), np.uint32)
    for kind in KINDS:
        for row, words, place in ((0, kind.near, 0), (1, kind.refuse_before, -1), (2, kind.refuse_after, 0)):
            for word in words:
                table[row, ord(word[place]) % 1024] |= 1 << INDEX[kind.key]
    return table
