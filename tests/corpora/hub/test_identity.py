"""Whose word counts for where a call came from: a proxy's on this machine, never a stranger's."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from corpora.hub import identity, local_peer, urls
from corpora.hub.server import Settings


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
    assert urls.scheme_of(_call("data.example.cn", peer=peer, said=said)) == expected, why


def _call(host: str, *, at: str = "127.0.0.1", peer: str = "192.0.2.9", said: bytes = b"", **settings: Any) -> Request:
    headers = [
        (b"host", host.encode()),
        *[(b"x-forwarded-proto", said)] * bool(said),
        (b"x-forwarded-host", b"evil.example"),
    ]
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "query_string": b"", "headers": headers}
    app = SimpleNamespace(state=Settings(**settings))
    return Request({**scope, "client": (peer, 40000), "server": (at, 8080), "app": app})


@pytest.mark.parametrize(
    ("host", "at", "hosts", "ours", "why"),
    [
        ("127.0.0.1:8080", "127.0.0.1", (), True, "as it was called"),
        ("localhost:9090", "127.0.0.1", (), True, "a tunnel has another port"),
        ("[::1]:8080", "::1", (), True, "IPv6"),
        ("10.0.0.5:8080", "10.0.0.5", (), True, "the address the call came in at, whatever is bound"),
        ("[2001:db8::5]:8080", "2001:db8::5", (), True, "the same by IPv6"),
        (f"{socket.gethostname().upper()}:8080", "10.0.0.5", (), True, "this machine's name"),
        ("data.example.cn:8080", "10.0.0.5", ("data.example.cn",), True, "named"),
        ("data.example.cn:9000", "10.0.0.5", ("data.example.cn:9000",), True, "named with a port"),
        ("data.example.cn:9000", "10.0.0.5", ("data.example.cn",), False, "named, another port is another service"),
        ("evil.example", "127.0.0.1", (), False, "a forged name, or a proxy that nobody told of"),
        ("evil.example:8080", "10.0.0.5", (), False, "a forged name on a network"),
        ("localhost:8080", "10.0.0.5", (), False, "loopback, but called over a network"),
        ("10.0.0.5:9999", "10.0.0.5", (), False, "another port of this machine"),
        ("10.0.0.6:8080", "10.0.0.5", (), False, "another machine"),
        ("127.0.0.1:8080@evil.example", "127.0.0.1", (), False, "no host at all"),
        ("127.0.0.1.evil.example:8080", "127.0.0.1", (), False, "only begins like ours"),
        ("", "127.0.0.1", (), False, "nothing said"),
    ],
)
def test_only_a_host_of_ours_makes_links(host: str, at: str, hosts: tuple[str, ...], ours: bool, why: str) -> None:
    call = _call(host, at=at, hosts=hosts)
    if ours:
        assert urls.base_of(call) == urls.shown(call) == f"http://{host}", why
        return
    with pytest.raises(urls.Misdirected, match="--url"):
        urls.base_of(call)
    assert urls.shown(call) == f"http://{f'[{at}]' if ':' in at else at}:8080", why
    assert urls.base_of(_call(host, at=at, url="https://data.example.cn")) == "https://data.example.cn", why


@pytest.mark.parametrize(
    ("state", "inode", "ours", "why"),
    [
        ("01", "4711", True, "an open socket of this user"),
        ("08", "0", False, "its process has closed it: it stands there as root's"),
        ("06", "0", False, "it waits for its end"),
        ("01", "0", False, "nobody has it"),
    ],
)
def test_a_socket_that_its_process_has_left_is_nobody_s(
    state: str, inode: str, ours: bool, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = f"  0: 0100007F:D431 0100007F:1F90 {state} 00000000:00000000 00:00000000 00000000 {os.getuid():5} 0 {inode} 1"
    monkeypatch.setattr(Path, "read_text", lambda self, *_, **__: f"head\n{fields}\n" if self.name == "tcp" else "head\n")
    assert local_peer.is_ours(("127.0.0.1", 0xD431), ("127.0.0.1", 0x1F90)) is ours, why
