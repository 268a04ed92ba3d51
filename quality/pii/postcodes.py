"""Postcodes that stand beside an address without a label: 宁波市鄞州区中山东路12号，315000.

Six digits of which the first two are 01 to 86 (STANDARDS 3.6, status: memory). Alone they are any number; only what touches
a sure address, but for a blank, a bracket or a comma, is taken for one.
"""

from __future__ import annotations

import re

import numpy as np

from corpora.text_buffers import Texts
from quality.pii.findings import EVIDENCE_INDEX, KIND, MEDIUM, Findings

_BETWEEN = "(?: |\t|,|;|\\(|\u3000|\uff0c|\uff1b|\u3001|\uff08)"
_CODE = "(?!00|8[7-9]|9)[0-9]{6}"
_BEHIND = re.compile(f"{_BETWEEN}{{1,2}}({_CODE})(?![0-9A-Za-z.-])".encode())
_BEFORE = re.compile(f"(?<![0-9A-Za-z.-])({_CODE}){_BETWEEN}{{1,2}}$".encode())
_LOOK = 16  # bytes on either side


def beside(texts: Texts, addresses: Findings) -> Findings:
    """Postcodes right behind or in front of sure addresses. A Python loop over these, which few strings have."""
    rows = []
    for k in np.flatnonzero(addresses.confidence >= np.float32(MEDIUM)).tolist():
        text = int(addresses.text[k])
        low, high = int(texts.offsets[text]), int(texts.offsets[text + 1])
        start, end = low + int(addresses.start_byte[k]), low + int(addresses.end_byte[k])
        behind = _BEHIND.match(texts.data[end : min(high, end + _LOOK)].tobytes())
        if behind:
            rows.append(_row(text, int(addresses.end[k]), end - low, behind.group(0), behind.start(1)))
        head = texts.data[max(low, start - _LOOK) : start].tobytes()
        before = _BEFORE.search(head)
        if before:
            tail = head[before.start(1) :]
            rows.append((text, int(addresses.start[k]) - _points(tail), start - low - len(tail)))
    if not rows:
        return Findings.none()
    text_, start_, byte_ = np.array(rows, np.int64).T
    return Findings.of(
        text_, start_, start_ + 6, byte_, byte_ + 6, KIND["postcode"], 0, 0.8, EVIDENCE_INDEX["pattern+context"]
    )


def _row(text: int, point: int, byte: int, matched: bytes, before: int) -> tuple[int, int, int]:
    return text, point + _points(matched[:before]), byte + before


def _points(data: bytes) -> int:
    """Code points of UTF-8."""
    return sum(byte & 0xC0 != 0x80 for byte in data)
