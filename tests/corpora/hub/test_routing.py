"""Addresses are split before they are decoded, and what is decoded is never split again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.hub.reading import info, resolve
from corpora.hub.reading.routes import ROUTES
from corpora.hub.routing import Route, find, methods, segments


@pytest.mark.parametrize(
    ("raw", "found", "why"),
    [
        (b"/api/datasets", ["api", "datasets"], "plain"),
        (b"/a/refs%2Fconvert%2Fparquet", ["a", "refs/convert/parquet"], "a slash inside stays inside"),
        (b"/a/%E8%AE%AD%E7%BB%83%20.csv", ["a", "训练 .csv"], "Chinese and spaces"),
        (b"/a/%252e%252e/b", ["a", "%2e%2e", "b"], "decoded once only"),
        (b"/a/%2e%2e/b", None, "leads out"),
        (b"/a/../b", None, "leads out"),
        (b"/a/.%2e", None, "leads out"),
        (b"/a/%2e", None, "means nothing"),
        (b"/a/b%00c", None, "a NUL"),
        (b"/a/%ff", None, "not UTF-8"),
        (b"/a/%c0%ae%c0%ae", None, "dots written too long: not UTF-8"),
        (b"/a/%ed%a0%80", None, "half a surrogate: not UTF-8"),
    ],
)
def test_segments(raw: bytes, found: list[str] | None, why: str) -> None:
    assert segments(raw) == found, why


def test_a_revision_is_one_segment_and_a_path_the_rest() -> None:
    route, arguments = find(ROUTES, "GET", segments(b"/datasets/nb/a/resolve/refs%2Ftags%2Fv1/data/x%20y.parquet") or []) or (
        None, {},
    )  # fmt: skip
    assert route and route.handler is resolve.resolve
    assert arguments == {"corpus": "nb/a", "revision": "refs/tags/v1", "path": "data/x y.parquet"}


def test_a_slash_in_a_file_name_or_a_repository_is_no_route() -> None:
    for raw in (b"/datasets/nb/a/resolve/main/data%2Fx", b"/api/datasets/nb%2Fx/a", b"/api/datasets/nb/x%2Fa"):
        assert find(ROUTES, "GET", segments(raw) or []) is None


def test_head_is_answered_where_get_is() -> None:
    found = find(ROUTES, "HEAD", ["api", "datasets", "nb", "a"])
    assert found and found[0].handler is info.info
    assert find(ROUTES, "HEAD", ["api", "datasets", "nb", "a", "paths-info", "main"]) is None  # POST only
    assert methods(ROUTES, ["api", "datasets"]) == ["GET", "HEAD"]
    assert methods(ROUTES, ["nowhere"]) == []


def test_every_address_has_one_handler_a_method() -> None:
    keys = [(route.method, route.address) for route in ROUTES]
    assert len(keys) == len(set(keys))
    assert all(isinstance(route, Route) and not route.address.startswith("/") for route in ROUTES)


@given(st.binary(max_size=60))
def test_any_path_is_segments_or_nothing(raw: bytes) -> None:
    found = segments(raw)
    if found is not None:
        assert not any("\0" in one or one in (".", "..") for one in found)
        find(ROUTES, "GET", found)
