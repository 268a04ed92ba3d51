"""Scans that are pictures: read by OCR where it is installed, else quarantined with the way out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from corpora.sources import Layout, Want
from corpora.sources.pdf import ocr
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, everything, write

WANT = Want((Leaf("text", None),), None, ("ocr",), KEY, "来源")
needs_ocr = pytest.mark.skipif(not ocr.version(), reason="the extra `ocr` is not installed")


def picture(*texts: str, format: str = "PNG") -> bytes:
    """A picture of each text, as frames of one file."""
    frames = []
    for text in texts:
        frame = Image.new("RGB", (900, 300), "white")
        ImageDraw.Draw(frame).text((60, 100), text, "black", ImageFont.load_default(size=70))
        frames.append(frame)
    held = io.BytesIO()
    frames[0].save(held, format, **({"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}))
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "version", "expected"),
    [
        (picture("SPINDLE"), "", ["needs_ocr"]),
        (b"", "", ["empty_file"]),
        (b"\x89PNG\r\n\x1a\n", "some", ["not_readable"]),
        (picture("SPINDLE")[:200], "some", ["not_readable"]),
    ],
)
def test_what_can_not_be_read_has_a_cause(tmp_path: Path, data: bytes, version: str, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, "a.png"), WANT, layout=Layout(ocr=version)) == expected


@needs_ocr
def test_frames_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, picture("SPINDLE 2000", "FEED 300", format="TIFF"), "a.tif")
    rows, lost, count = everything(path, WANT)
    assert (len(rows), lost, count) == (1, [], 1) and "2000" in rows[0]["text"] and "300" in rows[0]["text"]
    assert 0.5 < float(rows[0]["ocr"]) <= 1
    pages, _, _ = everything(path, WANT, layout=Layout("page"))
    assert [row["_part"] for row in pages] == [0, 1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.binary(max_size=60) | st.integers(0, 300).map(lambda size: picture("A")[:size]))
def test_any_bytes_are_accounted_for(tmp_path: Path, data: bytes) -> None:
    assert len(causes(write(tmp_path, data, "a.png"), WANT, layout=Layout(ocr="some"))) == 1
