"""Names of persons: labels and titles, a compiled sieve, a small character network, and names seen again.

    findings = names.find(text_buffers.texts(array))

The sieve looks at everything, the network only at the neighbourhood of what the sieve lets through; labels add what is
plain from the form. All arithmetic is on whole numbers: a string has the same findings on every machine and in any batch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import name_text
from quality.pii import blocks
from quality.pii.findings import EVIDENCE_INDEX, KIND, SUBTYPE, Findings, joined
from quality.pii.names import labels, reading, tagging
from quality.pii.names.reading import Read
from quality.pii.names.seen import Origin, Seen
from quality.pii.names.tagging import Names

__all__ = ["Origin", "Seen", "find"]

_EVIDENCE = np.array([EVIDENCE_INDEX[key] for key in ("model", "context", "model+context", "propagated")], np.int8)
_SUBTYPES = np.array([SUBTYPE[role] for role in labels.ROLES], np.int16)


def find(
    texts: Texts, documents: NDArray[np.int64] | None = None, *, seen: Seen | None = None, origin: Origin | None = None
) -> Findings:
    """Names in every string. A string boundary is a hard break, and so is a placeholder in square brackets.

    documents: int64 (n+1) offsets over the strings; names that are sure are found again in all strings of their document.
    Left out: every string is a document. Confidence from 0.5 on means: replace. seen: keeps what was read; given again with
    `origin`, where strings stood in it, only what is around a change is read anew. The findings are the same.
    """
    bounds = np.arange(len(texts) + 1, dtype=np.int64) if documents is None else np.asarray(documents, np.int64)
    data, offsets = texts.data.view(), np.ascontiguousarray(texts.offsets, np.int64).view()
    data.flags.writeable = offsets.flags.writeable = False
    runs = blocks.runs(offsets[bounds], blocks.BYTES)
    return joined([_block(data, offsets, bounds[a : b + 1], seen, origin) for a, b in runs])


def _block(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], bounds: NDArray[np.int64], seen: Seen | None, origin: Origin | None
) -> Findings:
    read = reading.read(data, offsets, bounds)
    found = tagging.names(read, seen, origin)
    return _report(data, offsets, int(bounds[0]), read, found) if len(found.spans) else Findings.none()


def _report(data: NDArray[np.uint8], offsets: NDArray[np.int64], first: int, read: Read, found: Names) -> Findings:
    bytes_ = np.stack([read.at[found.spans[:, 0]], _after(data, read.at[found.spans[:, 1] - 1])], axis=1)
    text = first + np.searchsorted(offsets[first:], bytes_[:, 0], side="right") - 1
    points = np.empty_like(bytes_)
    name_text.code_points(data, offsets, text, bytes_, points)
    at = offsets[text]
    return Findings.of(
        text, points[:, 0], points[:, 1], bytes_[:, 0] - at, bytes_[:, 1] - at, KIND["person_name"],
        _SUBTYPES[found.role], found.confidence, _EVIDENCE[found.evidence],
    )  # fmt: skip


def _after(data: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Byte after the code point that begins at each byte."""
    lead = data[at]
    return at + 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)
