"""Scanning until nothing sure is left: what a second scan of scrubbed text would find is found in the first.

A placeholder is a break, and the text around it reads differently from what stood there: a tagger may see a name that
the number in front of it had hidden. So documents with sure findings are read again with these taken out, and what is
sure then joins them, until a round finds nothing more. A recogniser may remember what it read, and look only at what is
different now; and it may leave out what is not sure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.text_buffers import Texts
from quality.kernels import pii_splice as kernel
from quality.pii.findings import MEDIUM, Findings, merge
from quality.pii.names import Origin

Recognise = Callable[[Texts, NDArray[np.int64], Origin], Findings]
"""(strings, document offsets, where the strings stood) → what is sure in them, and what else it finds."""
Places: TypeAlias = NDArray[Any]

_MARK = np.frombuffer(b"[*]", np.uint8)
"""Stands for any placeholder: every recogniser takes square brackets for a break, whatever they hold."""
_ROUNDS = 8  # a round adds characters, so it ends anyway; two or three are the rule


def settled(texts: Texts, documents: NDArray[np.int64], recognise: Recognise, first: Findings) -> Findings:
    """`first` (findings in `texts`) and all that `recognise` is sure of once sure findings are taken out.

    documents: int64 (n+1) offsets over the strings.
    """
    found, fresh = first, _sure(first)
    for _ in range(_ROUNDS):
        if len(fresh) == 0:
            break
        at = np.unique(np.searchsorted(documents, fresh.text, side="right") - 1)
        strings, bounds = _strings(documents, at)
        taken = _sure(found)
        taken = taken.take(np.isin(taken.text, strings))
        masked = _Masked(texts, strings, replace(taken, text=np.searchsorted(strings, taken.text).astype(np.int32)))
        fresh = masked.back(_sure(recognise(masked.texts, bounds, masked.origin(texts))))
        found = merge([found, fresh])
    return found


def _sure(found: Findings) -> Findings:
    return found.take(found.confidence >= np.float32(MEDIUM))


def _strings(documents: NDArray[np.int64], at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of all strings of the documents `at`, and the documents' offsets over them."""
    counts = documents[at + 1] - documents[at]
    bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return np.repeat(documents[at] - bounds[:-1], counts) + np.arange(bounds[-1]), bounds


class _Masked:
    """Some strings with findings replaced by _MARK, and the way back to their own positions."""

    def __init__(self, texts: Texts, strings: NDArray[np.int64], taken: Findings) -> None:
        array = text_buffers.to_array(texts.data, texts.offsets).take(strings)
        plain = text_buffers.texts(array)
        bounds = np.stack([taken.start_byte, taken.end_byte], axis=1) + plain.offsets[taken.text][:, None]
        growth = len(_MARK) * len(taken) - int((bounds[:, 1] - bounds[:, 0]).sum())
        data = np.empty(int(plain.offsets[-1] - plain.offsets[0]) + growth, np.uint8)
        offsets = np.empty(len(plain) + 1, np.int64)
        ends, choice = np.array([0, len(_MARK)], np.int64), np.zeros(len(taken), np.int64)
        kernel.splice(plain.data, plain.offsets, taken.text.astype(np.int64), bounds, _MARK, ends, choice, data, offsets)
        self.texts, self._strings, self._taken = Texts(data, offsets), strings, taken

    def origin(self, texts: Texts) -> Origin:
        """Where the masked strings stood in `texts`: every string and what is behind a mark moved as a whole."""
        taken, own = self._taken, texts.offsets[self._strings]
        _, marks = self._marks(taken.start_byte, taken.end_byte)
        places = np.concatenate([self.texts.offsets[taken.text] + marks + len(_MARK), self.texts.offsets[:-1]])
        stood = np.concatenate([own[taken.text] + taken.end_byte, own])
        order = np.argsort(places, kind="stable")  # a string that begins where a mark ends comes after it
        return Origin(places[order], (stood - places)[order])

    def back(self, found: Findings) -> Findings:
        """The same findings at their places in the original strings."""
        taken, text = self._taken, found.text
        return Findings.of(
            self._strings[text],
            self._original(text, found.start, taken.start, taken.end),
            self._original(text, found.end, taken.start, taken.end),
            self._original(text, found.start_byte, taken.start_byte, taken.end_byte),
            self._original(text, found.end_byte, taken.start_byte, taken.end_byte),
            found.kind, found.subtype, found.confidence, found.evidence,
        )  # fmt: skip

    def _original(self, text: Places, place: Places, start: Places, end: Places) -> Places:
        """`place` counted in the masked strings → counted in their own; start, end: the taken findings in the same unit."""
        total, marks = self._marks(start, end)
        marked = (self._taken.text.astype(np.int64) << 32) + marks
        before = np.searchsorted(marked, (text.astype(np.int64) << 32) + place)
        return place + total[before] - total[np.searchsorted(self._taken.text, text)]

    def _marks(self, start: Places, end: Places) -> tuple[Places, Places]:
        """(how much shorter the text became by the first k marks, where in its masked string each mark begins)."""
        total = np.concatenate([[0], np.cumsum(end.astype(np.int64) - start - len(_MARK))])
        heads = np.searchsorted(self._taken.text, self._taken.text)
        return total, start - (total[:-1] - total[heads])
