"""What `quality.pii.find` says about samples, as spans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.eval_pii.gold import Sample, Span
from corpora import text_buffers
from quality import pii

BATCH = 4096  # samples; a batch ends where a document ends


def find(samples: Sequence[Sample]) -> tuple[list[list[Span]], list[list[Span]]]:
    """(findings that are replaced by default, findings of any confidence), one list per sample, default kinds."""
    sure: list[list[Span]] = [[] for _ in samples]
    every: list[list[Span]] = [[] for _ in samples]
    names = pii.kind_names()
    offsets = documents(samples)
    for first, last in _batches(offsets):
        low, high = int(offsets[first]), int(offsets[last])
        array = pa.array([sample.text for sample in samples[low:high]], pa.large_string())
        found = pii.find(text_buffers.texts(array), documents=offsets[first : last + 1] - low)
        columns = (found.text, found.start, found.end, found.kind, found.confidence)
        for text, start, end, kind, confidence in zip(*(column.tolist() for column in columns), strict=True):
            every[low + text].append((start, end, names[kind]))
            if confidence >= pii.MEDIUM:
                sure[low + text].append((start, end, names[kind]))
    return sure, every


def documents(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """Offsets of runs of samples with the same document number; a sample without one is a document."""
    if not samples:
        return np.zeros(1, np.int64)
    breaks = [i for i, (a, b) in enumerate(pairwise(samples), 1) if a.document != b.document or b.document < 0]
    return np.array([0, *breaks, len(samples)], np.int64)


def _batches(offsets: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Ranges of documents with about BATCH samples each."""
    bounds = [0]
    for document in range(1, len(offsets)):
        if offsets[document] - offsets[bounds[-1]] >= BATCH or document == len(offsets) - 1:
            bounds.append(document)
    return list(pairwise(bounds))
