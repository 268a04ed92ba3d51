"""Zip containers from strangers: archive_bombs, passwords and broken entries are causes."""

from __future__ import annotations

import pytest

from corpora.sources.items import BadFile
from corpora.sources.zip_guard import Limits, member, opened
from tests.corpora.documents import zipped


def cause_of(data: bytes, limits: Limits = Limits()) -> str | None:  # noqa: B008
    try:
        archive = opened(data, limits)
        for name in archive.namelist():
            member(archive, name, limits)
    except BadFile as bad:
        return bad.cause
    return None


def _encrypted() -> bytes:
    data = bytearray(zipped({"a": "x"}, stored=True))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _lying() -> bytes:
    """Says that it holds 10 bytes, holds 100 000."""
    data = bytearray(zipped({"a": b"\0" * 100_000}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "limits", "cause"),
    [
        (zipped({"a": "正常"}), Limits(), None),
        (zipped({"a": b"\0" * 100_000}), Limits(), None),  # dense but small: an empty bitmap is
        (zipped({"a": b"\0" * 100_000}), Limits(small=1000), "archive_bomb"),
        (zipped({"a": b"\0" * 100_000}), Limits(total=1000), "archive_bomb"),
        (zipped({"a": b"\0" * 3_000_000}), Limits(member=2_000_000), "archive_bomb"),
        (zipped({str(i): "" for i in range(11)}), Limits(entries=10), "archive_bomb"),
        (_lying(), Limits(member=50_000), "not_readable"),  # the check sum is wrong as soon as it ends early
        (_encrypted(), Limits(), "password"),
        (b"PK\x05\x06", Limits(), "not_readable"),
        (zipped({"a": "x" * 1000})[:-10], Limits(), "not_readable"),
    ],
)
def test_causes(data: bytes, limits: Limits, cause: str | None) -> None:
    assert cause_of(data, limits) == cause


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(BadFile, match="not_readable"):
        member(opened(zipped({"a": "x"})), "b")
