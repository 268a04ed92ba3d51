"""Postcodes beside an address. All examples are invented."""

from __future__ import annotations

import pyarrow as pa
import pytest

from corpora.text_buffers import texts
from quality import pii


def postcodes(text: str) -> list[str]:
    found = pii.find(texts(pa.array([text], pa.large_string())), ["postcode", "address"])
    return [text[a:b] for a, b, k in zip(found.start, found.end, found.kind, strict=True) if k == pii.KIND["postcode"]]


@pytest.mark.parametrize(
    ("text", "wanted", "why"),
    [
        ("浙江省宁波市鄞州区中山东路12号3幢402室，315040", ["315040"], "behind, after a comma"),
        ("\U00020bb7寄往浙江省宁波市鄞州区中山东路12号（315040）。", ["315040"], "in brackets, an astral character before"),
        ("邮件：315040 浙江省宁波市鄞州区中山东路12号", ["315040"], "in front"),
        ("浙江省宁波市鄞州区中山东路12号，31504001", [], "part of a longer number"),
        ("浙江省宁波市鄞州区中山东路12号，990040", [], "no such region"),
        ("浙江省宁波市鄞州区中山东路12号，315040.5元", [], "an amount"),
        ("产量315040件", [], "no address near"),
        ("邮编：315040", ["315040"], "behind its label"),
    ],
)
def test_beside_an_address(text: str, wanted: list[str], why: str) -> None:
    assert postcodes(text) == wanted, why
