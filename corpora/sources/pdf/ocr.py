"""OCR of a page's picture by rapidocr, whose models come with its package: nothing is fetched. An extra: `ocr`.

Same picture, same versions, same machine: same text. Another processor may round the network's sums differently, so
texts read by OCR are marked with their confidence, and their version is part of what a run depends on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.sources.pdf.page import Line

Read = Callable[[NDArray[np.uint8]], tuple[list[Line], float]]


def version() -> str:
    """What reads scans on this machine, "" if nothing does."""
    if importlib.util.find_spec("rapidocr") is None or importlib.util.find_spec("onnxruntime") is None:
        return ""
    return f"rapidocr {metadata.version('rapidocr')}, onnxruntime {metadata.version('onnxruntime')}"


def read(picture: NDArray[np.uint8], scale: float) -> tuple[list[Line], float]:
    """Lines of a picture (height, width, 3), blue green red, and the mean confidence of their characters, 0 to 1.

    scale: pixels per point; the lines' places are in points.
    """
    found = _engine()(picture)
    if found.boxes is None or found.txts is None or found.scores is None:
        return [], 0.0
    lines = [_line(box / scale, text) for box, text in zip(found.boxes, found.txts, strict=True)]
    weights = [len(text) for text in found.txts]
    scores = [float(score) for score in found.scores]
    return lines, sum(a * b for a, b in zip(weights, scores, strict=True)) / max(1, sum(weights))


def _line(box: NDArray[np.float32], text: str) -> Line:
    (x0, y0), (x1, y1) = box.min(axis=0).tolist(), box.max(axis=0).tolist()
    return Line(text, x0, y0, x1, y1, y1 - y0)


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    return RapidOCR(params={"Global.log_level": "critical", **threads})
