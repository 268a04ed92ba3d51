"""Mailboxes (RFC 5321, as people write them), and what may be glued to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import lean
from quality.kernels.pii_context import look, verdict
from quality.kernels.pii_region import LENGTH, STATE, emit, is_alnum, is_free, is_label, packed

_EMAIL = np.int64(3)  # index in quality.pii.kinds.KINDS
_NONE = np.int64(0)
_FILES = np.array(
    [
        int.from_bytes(name, "big")
        for name in (b"PNG", b"JPG", b"JPEG", b"GIF", b"SVG", b"WEBP", b"JS", b"CSS", b"HTML", b"JSON", b"YAML", b"PY")
    ],
    np.int64,
)


@lean
def find_emails(region: Any, tables: Any) -> Any:
    """Mailboxes; returns whether anything new was found."""
    found = False
    for k in range(2, region.cells[STATE, LENGTH]):
        if region.fold[k] != 64:
            continue
        s = _mailbox(region.fold, k)
        e = _domain(region.fold, tables.glued, k + 1)
        if s < k and e > 0 and k - s <= 64 and is_free(region, s, e):
            look(region, tables, s, e)
            said = verdict(region, tables, _EMAIL) > 0
            emit(region, tables, s, e, _NONE, packed(_EMAIL, _NONE + said, 990 if said else 970))
            found = True
    return found


@lean
def _mailbox(fold: Any, k: Any) -> Any:
    """Start of the local part that ends before k; k if there is none."""
    s = k
    while (
        is_alnum(fold[s - 1])
        or fold[s - 1] == 46
        or fold[s - 1] == 45
        or fold[s - 1] == 95
        or fold[s - 1] == 43
        or fold[s - 1] == 37
    ):
        s -= 1
    while s < k and not is_alnum(fold[s]) and fold[s] != 95:
        s += 1
    return s if fold[k - 1] != 46 else k


@lean
def _domain(fold: Any, glued: Any, k: Any) -> Any:
    """End of the longest domain name at k whose last label is two or more letters, else 0.

    A number or a label (Tel, QQ) may be glued to it: a@b.com13800138000, a@b.comTel.
    """
    best, start = _NONE, k
    while True:
        letters = _NONE
        while is_alnum(fold[k]) or fold[k] == 45:
            if 65 <= fold[k] <= 90 and k == start + letters:
                letters += 1
            k += 1
        if k == start or fold[k - 1] == 45:
            return best
        last = letters >= 2 and fold[start - 1] == 46 and (k - start == letters or 48 <= fold[start + letters] <= 57)
        if last and not _is_file(fold, start, start + letters):
            best = _top_level(fold, glued, start, start + letters)
        if fold[k] != 46 or (0 < best < k):  # nothing follows a number or label that is glued on
            return best
        k += 1
        start = k


@lean
def _top_level(fold: Any, glued: Any, s: Any, e: Any) -> Any:
    """End of com, cn, net or tw where a label is glued to it, else e."""
    for length in range(2, 4):
        known = (length == 2 and fold[s] == 67 and fold[s + 1] == 78) or (
            length == 2 and fold[s] == 84 and fold[s + 1] == 87
        )
        known = known or (length == 3 and fold[s] == 67 and fold[s + 1] == 79 and fold[s + 2] == 77)
        known = known or (length == 3 and fold[s] == 78 and fold[s + 1] == 69 and fold[s + 2] == 84)
        if known and s + length < e <= s + length + 8 and is_label(fold, glued, s + length, e):
            return s + length
    return e


@lean
def _is_file(fold: Any, s: Any, e: Any) -> Any:
    """image@2x.png is not an address."""
    key = _NONE
    for k in range(s, min(e, s + 8)):
        key = key << 8 | int(fold[k])
    for name in _FILES:  # noqa: SIM110  Numba has no any() over generators
        if name == key:
            return True
    return False
