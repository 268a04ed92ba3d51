"""Scans that are pictures (.png, .jpg, .tif, .bmp): one document a file, or one a frame (`unit: page`), read by OCR.

Without the extra `ocr` the file is one quarantined item, needs_ocr.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from corpora.sources.items import BadFile, Item
from corpora.sources.pdf import ocr
from corpora.sources.pdf.flow import Flow
from corpora.sources.pdf.page import Page
from corpora.sources.spec import Shard

_PIXELS = 4000  # the longer side at most: A4 at 300 dpi has 3508
_WIDTH = 595.0  # points of a page, where the picture does not say how large it is


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The text of the frames. Raises BadFile: empty, needs_ocr, not_readable."""
    if not data:
        raise BadFile("empty_file")
    if not shard.layout.ocr:
        raise BadFile("needs_ocr")
    name = hashlib.sha256(data).hexdigest()
    flow, weights = Flow(0), [0.0, 0.0]
    for number, picture in enumerate(_frames(data)):
        page, confidence = _read(number, picture, not_text)
        if shard.layout.unit == "page":
            alone = Flow(0)
            alone.add(page, not_text)
            yield Item.text(alone.text, raw=f"{name}/{number}".encode(), part=number, ocr=f"{confidence:.3f}")
            continue
        size = flow.add(page, not_text)
        weights = [weights[0] + confidence * size, weights[1] + size]
    if shard.layout.unit != "page":
        yield Item.text(flow.text, raw=data, ocr=f"{weights[0] / max(1.0, weights[1]):.3f}")


def _read(number: int, picture: NDArray[np.uint8], not_text: Counter[str]) -> tuple[Page, float]:
    scale = picture.shape[1] / _WIDTH
    lines, confidence = ocr.read(picture, scale)
    not_text["ocr_page" if lines else "figure"] += 1
    return Page(number, _WIDTH, picture.shape[0] / scale, lines, ocr=confidence), confidence


def _frames(data: bytes) -> Iterator[NDArray[np.uint8]]:
    """uint8 (height, width, 3), blue green red, upright. Raises BadFile("not_readable")."""
    from PIL import Image, ImageOps, ImageSequence

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            for frame in ImageSequence.Iterator(Image.open(io.BytesIO(data))):
                picture = ImageOps.exif_transpose(frame).convert("RGB")
                picture.thumbnail((_PIXELS, _PIXELS))
                yield np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    except Exception:  # Pillow's decoders raise what they like, SyntaxError among them
        raise BadFile("not_readable") from None
