"""What makes a name that the network alone saw doubtful: it shares a character with a medical term, or begins with
the 周 of a number of weeks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DIGITS = np.array([ord(c) for c in "0123456789一二两三四五六七八九十几数每"], np.uint16)
_WEEK = ord("周")


def doubtful(
    codes: NDArray[np.uint16], spans: NDArray[np.int64], terms: NDArray[np.uint64], whole: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """bool[m]. codes: with at least 4 breaks at both ends; spans: int64[m, 2] of codes; terms, whole: of `model.Model`."""
    found = np.zeros(len(spans), bool)
    start, end = spans[:, 0], spans[:, 1]
    for n in (2, 3, 4):
        for back in range(n):  # a run that begins before the name …
            found |= _listed(codes, start - back, n, terms) & (start - back < end)
        for ahead in range(1, 8):  # … or inside of it
            at = start + ahead
            found |= _listed(codes, np.minimum(at, end), n, terms) & (at < end)
    for n in (2, 3):  # a drug or a dish as a whole
        found |= (end - start == n) & _listed(codes, start, n, whole)
    return found | ((codes[start] == _WEEK) & np.isin(codes[start - 1], _DIGITS))


def _listed(codes: NDArray[np.uint16], at: NDArray[np.int64], n: int, terms: NDArray[np.uint64]) -> NDArray[np.bool_]:
    key = np.zeros(len(at), np.uint64)
    for k in range(n):
        key = key << np.uint64(16) | codes[np.minimum(at + k, len(codes) - 1)].astype(np.uint64)
    place = np.minimum(np.searchsorted(terms, key), max(len(terms) - 1, 0))
    return terms[place] == key if len(terms) else np.zeros(len(at), bool)
