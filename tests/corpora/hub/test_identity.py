"""Whose word counts for where a call came from: a proxy's on this machine, never a stranger's."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from corpora.hub import identity, urls


def _from(peer: str, forwarded: str | None) -> Request:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers, "client": (peer, 40000)})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected", "why"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7", "a proxy on this machine"),
        ("::1", "203.0.113.7", "203.0.113.7", "the same by IPv6"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7", "only the last is the proxy's own word"),
        ("127.0.0.1", None, "127.0.0.1", "no proxy"),
        ("192.0.2.9", "203.0.113.7", "192.0.2.9", "not loopback: the header is the client's own invention"),
        ("2001:db8::9", "127.0.0.1", "2001:db8::9", "not loopback, claims to be"),
    ],
)
def test_a_forwarded_address_counts_from_loopback_only(peer: str, forwarded: str | None, expected: str, why: str) -> None:
    assert identity.address(_from(peer, forwarded)) == expected, why


@pytest.mark.parametrize(
    ("peer", "said", "expected", "why"),
    [
        ("127.0.0.1", b"https", "https", "a proxy on this machine ends the TLS"),
        ("127.0.0.1", b"javascript", "http", "not a scheme of ours"),
        ("192.0.2.9", b"https", "http", "not loopback: the client's own invention"),
    ],
)
def test_a_forwarded_scheme_counts_from_loopback_only(peer: str, said: bytes, expected: str, why: str) -> None:
    headers = [(b"host", b"data.example.cn"), (b"x-forwarded-proto", said)]
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": b"", "headers": headers}
    assert urls.base_of(Request({**scope, "client": (peer, 40000)})) == f"{expected}://data.example.cn", why
