"""Known lists: staff, customers, rosters, code names, looked for in all text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora.text_buffers import Texts, texts
from quality.kernels import pii_known_lists as kernel
from quality.pii.findings import EVIDENCE_INDEX, KIND, SUBTYPE, Findings
from quality.pii.known_values import CONFIDENCE, LEAST, UNSURE, everyday, filled, folds, frozen, mode_of, points, scratch

_COMPANY = re.compile(r"(?:股份有限公司|有限责任公司|有限公司)$")


class Entry(NamedTuple):
    """A value of a list."""

    value: str
    kind: str
    subtype: str = ""


@dataclass(frozen=True)
class Lists:
    """Compiled lists: see kernels.pii_known.find_listed. Holds the values: never logged, never published."""

    table: tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int8]]
    seen: NDArray[np.uint64]
    slots: NDArray[np.int32]
    pairs: NDArray[np.uint64]
    groups: NDArray[np.int64]
    kinds: NDArray[np.int8]
    subtypes: NDArray[np.int16]
    confidence: NDArray[np.float32]

    def __repr__(self) -> str:
        return f"Lists({len(self.kinds)} entries)"

    def find(self, strings: Texts) -> Findings:
        """Every entry in every string."""
        if len(self.kinds) == 0 or len(strings) == 0:
            return Findings.none()
        found = filled(
            lambda room: kernel.find_listed(
                *frozen(strings),
                self.table,
                self.seen,
                self.slots,
                self.pairs,
                self.groups,
                folds(),
                *scratch(strings),
                room,
            )
        )
        text, start, end, start_byte, end_byte, value, _ = found.T
        return Findings.of(
            text,
            start,
            end,
            start_byte,
            end_byte,
            self.kinds[value],
            self.subtypes[value],
            self.confidence[value],
            EVIDENCE_INDEX["list"],
        )


def compiled(entries: Iterable[Entry]) -> Lists:
    """Lists for `find`. Entries of one character are left out: they would stand everywhere. Loops over entries, once a run."""
    every = list(dict.fromkeys(one for entry in entries for one in _spelt(entry)))
    values = pa.array([one.value for one in every], pa.large_string())
    letters, starts = points(texts(values))
    text, bounds = letters[: starts[-1]].tobytes().decode("utf-32-le"), starts.tolist()
    common = everyday(values).tolist() if every else []
    rows = sorted(
        (text[bounds[k] : bounds[k + 1]], mode_of(one.kind), KIND[one.kind], SUBTYPE[one.subtype], common[k])
        for k, one in enumerate(every)
        if bounds[k + 1] - bounds[k] >= LEAST[mode_of(one.kind)]
    )
    flat = np.frombuffer("".join(row[0] for row in rows).encode("utf-32-le") or bytes(4), np.uint32)
    first = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])]).astype(np.int64)
    pair = flat[first[:-1]].astype(np.uint64) << np.uint64(21) | flat[first[:-1] + 1] if rows else np.zeros(0, np.uint64)
    pairs, groups = np.unique(pair, return_index=True)
    mode, kind, subtype, unsure = (np.array([row[i] for row in rows]) for i in range(1, 5))
    return Lists(
        (flat, first, mode.astype(np.int8)),
        _seen(pairs), _slots(pairs), pairs, np.append(groups, len(rows)).astype(np.int64),
        kind.astype(np.int8), subtype.astype(np.int16), np.where(unsure.astype(bool), UNSURE, CONFIDENCE[0]).astype(np.float32),
    )  # fmt: skip


def _spelt(entry: Entry) -> list[Entry]:
    """The entry, and a company without its legal form."""
    value = entry.value.strip()
    short = _COMPANY.sub("", value) if entry.kind == "organisation" else value
    return [Entry(value, entry.kind, entry.subtype)] + (
        [Entry(short, entry.kind, entry.subtype)] if 3 < len(short) < len(value) else []
    )


_FACTOR = 0x9E3779B97F4A7C15


def _top(pairs: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    hashed: Any = pairs * np.uint64(_FACTOR)
    return (hashed >> np.uint64(64 - bits)).astype(np.int64)


def _seen(pairs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One bit in 64 is set at most, so that most places of a text end here."""
    bits = max(12, (64 * len(pairs)).bit_length())
    flags = np.zeros(1 << bits, np.uint8)
    flags[_top(pairs, bits)] = 1
    return np.packbits(flags, bitorder="little").view(np.uint64)


def _slots(pairs: NDArray[np.uint64]) -> NDArray[np.int32]:
    bits = max(6, (2 * len(pairs)).bit_length())
    slots = np.full(1 << bits, -1, np.int32)
    for group, slot in enumerate(_top(pairs, bits).tolist()):  # once per list, not per row
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = group
    return slots
