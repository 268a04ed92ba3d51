"""Connections as strangers make them, against a real server process: half-closed, a thousand at once, slow, broken, full of headers.

Each is answered in our form or let go; afterwards no handle is open that was not open before, and nothing half-written lies about.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
import time
from collections.abc import Iterator

import pytest

from tests.corpora.hub import xet_files
from tests.corpora.hub.calls import Calls, large, sha, small
from tests.corpora.hub.impatient import SILENCE
from tests.corpora.hub.served import Server, answer, serving
from tests.corpora.hub.threaded import Reply, everything, reply

DATA = b"PAR1" + os.urandom(2_000_000)
AT = "/datasets/nb/repairs/resolve/main"
FORM = ("x-error-message", "content-type", "content-length")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calls]:
    with Calls(tmp_path_factory.mktemp("connections") / "catalog").open() as one:
        one.create()
        assert one.put(one.link(DATA), DATA).status_code == 200
        one.commit(large("a.parquet", DATA), small("README.md", b"# a\n"), small("训练.txt", b"b"))
        repository = one.catalog.repository("nb/repairs")
        repository.mark_verified(repository.refs.head, "0" * 64, by="test")
        repository.set(by="test", private=False)
        yield one


@pytest.fixture(scope="module")
def server(calls: Calls) -> Iterator[Server]:
    with serving(calls.catalog.root, program=("tests.corpora.hub.impatient",)) as found:
        yield found
        found.check_log()


@pytest.fixture(autouse=True)
def nothing_stays(calls: Calls, server: Server) -> Iterator[None]:
    """Whatever a test did: the same handles as before, and no half-written upload."""
    assert ask(server, f"{AT}/README.md").status == 200  # whatever is opened once is open now
    server.rests()
    held = server.handles()
    yield
    server.settles(held)
    assert not [*calls.catalog.root.glob("blobs/.uploads/*"), *calls.catalog.root.glob("xet/.uploads/*")]
    assert ask(server, f"{AT}/README.md").body == b"# a\n"


def raw(server: Server, said: str | bytes) -> socket.socket:
    connection = server.connect()
    with contextlib.suppress(ConnectionError):  # it may have heard enough before the end
        connection.sendall(said if isinstance(said, bytes) else said.encode())
    return connection


def ask(server: Server, target: str, *headers: str, method: str = "GET", body: bytes = b"") -> Reply:
    lines = "".join(f"{line}\r\n" for line in ("Host: 127.0.0.1", "Connection: close", *headers))
    with raw(server, f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body) as connection:
        return reply(everything(connection))


def ours(found: Reply) -> str:
    """What an answer says, which has to be of our form."""
    assert all(name in found.headers for name in FORM) and found.headers["content-type"] == "application/json"
    assert len(found.body) == int(found.headers["content-length"]) and found.headers["x-error-message"].isprintable()
    return str(json.loads(found.body)["error"])


# --- half-closed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "size"), [(f"{AT}/a.parquet", len(DATA)), (f"{AT}/README.md", 4), ("/api/datasets/nb/repairs", None)]
)
def test_who_closes_his_half_after_the_request_is_answered(server: Server, target: str, size: int | None) -> None:
    with raw(server, f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as connection:
        connection.shutdown(socket.SHUT_WR)
        found = reply(everything(connection))  # and the server closes then, though nobody asked it to
    assert found.status == 200 and len(found.body) == (size or int(found.headers["content-length"]))


def test_requests_behind_each_other_are_answered_after_the_half_is_closed(server: Server) -> None:
    one = f"GET {AT}/README.md HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with raw(server, one * 5) as connection:
        connection.shutdown(socket.SHUT_WR)
        found = everything(connection)
    assert found.count(b"HTTP/1.1 200 OK") == found.count(b"# a\n") == 5


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "nothing"),
        (b"POST /api/validate-yaml HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{", "half a body"),
        (b"POST /api/validate-yaml HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", "half a chunk"),
    ],
)  # fmt: skip
def test_half_a_request_is_none(server: Server, said: bytes, why: str) -> None:
    with raw(server, said) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert everything(connection) == b"", why


def uploads(calls: Calls) -> dict[str, tuple[str, str, str, bytes]]:
    """name → method, path, token, body of what may break off half-way."""
    fresh = os.urandom(400_000)
    name, xorb, _, _ = xet_files.upload([fresh[:60_000], fresh[60_000:120_000]], 1)
    cas, ticket = calls.xet()
    lines = [{"key": "header", "value": {"summary": "a"}}, small("b.txt", fresh)]
    commit = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return {
        "lfs": ("PUT", calls.link(fresh), "-", fresh),
        "xorb": ("POST", f"{cas}/v1/xorbs/default/{name}", ticket, xorb),
        "commit": ("POST", "/api/datasets/nb/repairs/commit/main", calls.tokens["wang"], commit),
    }


@pytest.mark.parametrize("deed", ["lfs", "xorb", "commit"])
@pytest.mark.parametrize("how", ["half", "whole", "reset"])
def test_an_upload_that_is_left_half_way(calls: Calls, server: Server, deed: str, how: str) -> None:
    method, path, token, body = uploads(calls)[deed]
    stored = calls.catalog.blobs.names()
    connection = server.begin(method, path, token, body[: len(body) // 2], length=len(body))
    with connection:
        if how == "half":
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
        elif how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    server.rests()
    assert [*calls.catalog.blobs.names()] == [*stored] and calls.catalog.repository("nb/repairs").files().keys() == {
        "a.parquet", "README.md", "训练.txt",
    }  # fmt: skip


# --- slow -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("deed", "drip"), [("lfs", True), ("xorb", True), ("commit", True), ("commit", False)])
def test_a_slow_upload_is_given_up(calls: Calls, server: Server, deed: str, drip: bool) -> None:
    """Silence, and a byte now and then, which would hold the place for as long as it likes."""
    method, path, token, body = uploads(calls)[deed]
    with server.begin(method, path, token, body[:200], length=len(body)) as connection:
        connection.settimeout(SILENCE / 8 if drip else 30)
        said, at = b"", 200
        while b"\r\n\r\n" not in said:
            try:
                if not (more := connection.recv(1 << 16)):
                    break
                said += more
            except TimeoutError:
                assert at < len(body), "it never had enough"
                with contextlib.suppress(ConnectionError):
                    connection.sendall(body[at : at + 1])
                at += 1
    found = reply(said)
    assert found.status == 408 and found.headers["connection"] == "close" and found.headers["x-error-message"]


def test_a_body_that_comes_in_parts_is_not_slow(calls: Calls, server: Server) -> None:
    """It stands still again and again, but in all it is faster than the slowest."""
    fresh = os.urandom(4000)
    with server.begin("PUT", calls.link(fresh), "-", b"", length=len(fresh)) as connection:
        for at in range(0, len(fresh), 500):  # more than 500 bytes in each stretch of patience
            connection.sendall(fresh[at : at + 500])
            time.sleep(SILENCE / 4)
        assert answer(connection) == 200
    assert calls.catalog.blobs.has(sha(fresh)) == 4000


def test_an_answer_that_nobody_takes_is_given_up(calls: Calls, server: Server) -> None:
    """Not files alone: a list is held for whoever stops reading, and then no more."""
    one = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(1)
        with contextlib.suppress(OSError):  # until nothing goes any more, either way
            for _ in range(20_000):
                connection.sendall(one * 50)
        connection.settimeout(30)
        server.rests()  # it has let go, while we still hold our end


# --- malformed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        (b"hello\r\n\r\n", 400, "no request line"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "the start of TLS"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "HTTP/2 without asking"),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400, "a version to come"),
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "a space in the target"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "no Host"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "two Hosts"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded: 1\r\n:\r\n\r\n", 400, "a header without a name"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n", 400, "a NUL in a header"),
        (b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400, "two lengths"),
        (b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, "a length below zero"),
        (b"POST /signin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "an encoding that we have not"),
        (b"POST /signin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "a chunk without a length"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 300_000 + b"\r\n\r\n", 431, "a header too large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: a\r\n" * 50_000 + b"\r\n", 431, "too many headers"),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431, "a target too large"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * (64 << 10) + b"\r\n\r\n", 431, "just too large, all at once"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 2_000_000, 431, "headers without end"),
    ],
)  # fmt: skip
def test_what_is_no_request(server: Server, said: bytes, status: int, why: str) -> None:
    with raw(server, said) as connection:
        found = reply(everything(connection))
    assert found.status == status, why
    assert " / " in ours(found) and found.headers["connection"] == "close"


def test_what_breaks_in_the_middle_of_a_body(calls: Calls, server: Server) -> None:
    """The handler has begun to read: it is told, its half-written file is gone, and one answer is sent."""
    link = calls.link(fresh := os.urandom(300_000))
    head = f"PUT {link} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with raw(server, head + b"20000\r\n" + fresh[:131_072] + b"\r\nnonsense\r\n") as connection:
        found = everything(connection)
    assert found.count(b"HTTP/1.1 4") == 1 and ours(reply(found)) and reply(found).status == 400


def test_nonsense_after_an_answer_ends_the_connection(server: Server) -> None:
    """An answer came before the body's end (no such address); what then breaks is not answered once more."""
    head = b"PUT /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"
    with raw(server, head) as connection:
        said = connection.recv(1 << 16)
        connection.sendall(b"nonsense\r\n")
        said += everything(connection)
    assert said.count(b"HTTP/1.1 4") == 1 and said.startswith(b"HTTP/1.1 404")


def test_a_request_then_nonsense(server: Server) -> None:
    with raw(server, f"GET {AT}/a.parquet HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nnonsense\r\n\r\n") as connection:
        found = everything(connection)
    first, _, rest = found.partition(DATA)
    assert reply(first).status == 200 and reply(rest).status == 400 and ours(reply(rest))


# --- many -----------------------------------------------------------------------------------------------


@pytest.fixture
def handles() -> Iterator[None]:
    """Enough of them for a thousand connections of ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this user may have {hard} open files: {wanted} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_more_than_a_thousand_at_once(calls: Calls, handles: None) -> None:
    """Who comes after them is told to come again, in our form; a quarter more, and the door is shut. Then all is as before."""
    with serving(calls.catalog.root) as server, contextlib.ExitStack() as held:
        assert ask(server, f"{AT}/README.md").status == 200
        server.rests()
        before = server.handles()
        for _ in range(1000):
            held.enter_context(server.connect())
        server.has(1000)
        found = ask(server, f"{AT}/README.md")
        assert found.status == 503 and "connections" in ours(found)
        assert int(found.headers["retry-after"]) > 0 and found.headers["connection"] == "close"
        assert ask(server, f"{AT}/README.md", method="HEAD").status == 503
        for _ in range(250):
            held.enter_context(server.connect())
        server.has(1250)
        with server.connect() as late:  # it has not even asked
            found = reply(everything(late))
            assert found.status == 503 and "connections" in ours(found)
        held.close()
        server.settles(before)
        assert ask(server, f"{AT}/README.md").body == b"# a\n"
        server.check_log()


def test_few_handles_mean_fewer_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    from corpora.hub import serving as program

    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, pair: limits.append(pair))
    for now, room, asked in (
        ((1024, 1 << 20), 1000, [(4096, 1 << 20)]), ((1024, 1024), 274, [(1024, 1024)]), ((1 << 16, 1 << 16), 1000, []),
        ((256, 256), 18, [(256, 256)]), ((64, resource.RLIM_INFINITY), 1000, [(4096, resource.RLIM_INFINITY)]),
    ):  # fmt: skip
        monkeypatch.setattr(resource, "getrlimit", lambda what, now=now: now)
        limits.clear()
        assert (program._room(), limits) == (room, asked)
