"""What a Range header means (RFC 9110, §14), against a plain oracle."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora.hub.ranges import Part, matches, part

WHOLE = Part(200, 0, 10)


@pytest.mark.parametrize(
    ("asked", "found", "why"),
    [
        (None, WHOLE, "nothing is asked"),
        ("bytes=0-0", Part(206, 0, 1), "one byte"),
        ("bytes=2-5", Part(206, 2, 4), "both ends count"),
        ("Bytes=2-5", Part(206, 2, 4), "the unit's case does not matter"),
        ("bytes=7-", Part(206, 7, 3), "to the end"),
        ("bytes=7-99", Part(206, 7, 3), "the end is cut"),
        ("bytes=-3", Part(206, 7, 3), "the last three"),
        ("bytes=-99", Part(206, 0, 10), "more than there is: all, as a part"),
        ("bytes=-0", Part(416, 0, 0), "the last none"),
        ("bytes=10-", Part(416, 0, 0), "begins behind the end"),
        ("bytes=10-12", Part(416, 0, 0), "begins behind the end"),
        ("bytes=5-2", WHOLE, "no range: ignored"),
        ("bytes=0-1,3-4", WHOLE, "several: the whole file is an allowed answer"),
        ("bytes=-", WHOLE, "no number"),
        ("bytes=", WHOLE, "nothing"),
        ("bytes=a-b", WHOLE, "no digits"),
        ("bytes=١-٢", WHOLE, "no ASCII digits"),
        ("bytes=1-²", WHOLE, "no ASCII digits"),
        ("bytes=+1-2", WHOLE, "a sign"),
        ("bytes = 1-2", WHOLE, "spaces where none may be"),
        ("items=0-1", WHOLE, "another unit"),
        ("bytes=" + "9" * 1_000_000 + "-", WHOLE, "digits without end"),
        ("bytes=0-" + "9" * 1_000_000, WHOLE, "digits without end"),
    ],
)
def test_what_is_asked(asked: str | None, found: Part, why: str) -> None:
    assert part(asked, 10) == found, why


@given(size=st.integers(0, 50), start=st.integers(0, 60), end=st.integers(0, 60))
@example(size=0, start=0, end=0)
def test_the_bytes_are_those_of_a_slice(size: int, start: int, end: int) -> None:
    data, found = bytes(range(size)), part(f"bytes={start}-{end}", size)
    if end < start:
        assert found == Part(200, 0, size)
    elif start >= size:
        assert found.status == 416 and found.content_range(size) == f"bytes */{size}"
    else:
        assert data[found.start : found.start + found.length] == data[start : end + 1]
        assert found.content_range(size) == f"bytes {start}-{min(end, size - 1)}/{size}"


@given(st.text(max_size=40), st.integers(0, 100))
def test_any_text_is_a_part_of_the_file(text: str, size: int) -> None:
    found = part(text, size)
    assert found.status in (200, 206, 416)
    assert found.start >= 0 and found.start + found.length <= size


@pytest.mark.parametrize(
    ("header", "same", "why"),
    [
        ('"abc"', True, "the tag"),
        ('W/"abc"', True, "compared weakly"),
        ('"x", "abc"', True, "one of several"),
        ("*", True, "any"),
        (None, False, "nothing is said"),
        ("", False, "nothing is said"),
        ('"abcd"', False, "another one"),
    ],
)
def test_if_none_match(header: str | None, same: bool, why: str) -> None:
    assert matches(header, "abc") is same, why
