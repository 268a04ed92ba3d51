"""Files over a real connection: whole, in parts, one call behind another, and clients that go away or stop reading."""

from __future__ import annotations

import inspect
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http import h11_impl

from corpora.catalog import Catalog
from corpora.catalog.changes import Add
from corpora.catalog.database import DatabaseAway
from corpora.catalog.people import People
from corpora.catalog.spool import Spool
from corpora.hub import http_protocol, recorder, sending
from tests.corpora.hub.threaded import Running, add, everything, reply, running

LARGE = os.urandom(1 << 20) * 24
SMALL = "一、主轴异响。\n".encode() * 100
AT = "/datasets/nb/a/resolve/main"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    catalog = Catalog(tmp_path_factory.mktemp("sending") / "catalog")
    add(catalog, "nb/a", {"large.parquet": LARGE, "small.txt": SMALL, "empty.txt": b""})
    with running(catalog) as found:
        yield found


def head(path: str, *headers: str, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {AT}/{path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def one_reply(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of one answer on a connection that stays open."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += connection.recv(1 << 16)
    told, _, body = raw.partition(b"\r\n\r\n")
    wanted = int(reply(raw).headers["content-length"])
    while len(body) < wanted:
        body += connection.recv(1 << 20)
    assert len(body) == wanted
    return told, body


def test_whole_files(server: Running) -> None:
    for path, content in (("large.parquet", LARGE), ("small.txt", SMALL), ("empty.txt", b"")):
        found = server.get(f"{AT}/{path}")
        assert (found.status, found.headers["content-length"]) == (200, str(len(content)))
        assert found.body == content


def test_parts_on_one_connection(server: Running) -> None:
    with server.connect() as connection:
        for start, end in ((0, 0), (5, 5_000_000), (len(LARGE) - 1, len(LARGE) - 1), (1 << 22, (1 << 23) + 3)):
            connection.sendall(head("large.parquet", f"Range: bytes={start}-{end}"))
            told, body = one_reply(connection)
            assert b" 206 " in told and f"bytes {start}-{end}/{len(LARGE)}".encode() in told
            assert body == LARGE[start : end + 1]


def test_calls_one_behind_the_other(server: Running) -> None:
    """Three requests in one write: three answers, in order, every byte in its place."""
    with server.connect() as connection:
        connection.sendall(
            head("large.parquet", "Range: bytes=7-4000006") + head("small.txt", method="HEAD")
            + head("small.txt", "Connection: close")
        )  # fmt: skip
        raw = everything(connection)
    told, raw = raw.split(b"\r\n\r\n", 1)
    assert b" 206 " in told and raw[:4_000_000] == LARGE[7:4_000_007]
    told, raw = raw[4_000_000:].split(b"\r\n\r\n", 1)
    assert told.startswith(b"HTTP/1.1 200 ") and reply(told).headers["content-length"] == str(len(SMALL))
    told, raw = raw.split(b"\r\n\r\n", 1)  # nothing came between: the answer to HEAD has no body
    assert told.startswith(b"HTTP/1.1 200 ") and raw == SMALL


@pytest.mark.parametrize("path", ["large.parquet", "small.txt", "empty.txt"])
def test_head_says_the_same_without_a_body(server: Running, path: str) -> None:
    whole, bare = server.get(f"{AT}/{path}"), server.get(f"{AT}/{path}", method="HEAD")
    assert bare.body == b"" and bare.status == 200
    drop = {"date"}
    assert {k: v for k, v in bare.headers.items() if k not in drop} == {
        k: v for k, v in whole.headers.items() if k not in drop
    }


def test_http_1_0(server: Running) -> None:
    found = reply(server.ask(f"GET {AT}/small.txt HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode()))
    assert (found.status, found.body) == (200, SMALL)


def test_conditions(server: Running) -> None:
    etag = server.get(f"{AT}/small.txt").headers["etag"]
    assert server.get(f"{AT}/small.txt", f"If-None-Match: {etag}").status == 304
    assert server.get(f"{AT}/small.txt", 'If-None-Match: "other"').status == 200
    assert server.get(f"{AT}/small.txt", "Range: bytes=0-3", f"If-Range: {etag}").status == 206
    for changed in ('"other"', f"W/{etag}", "Wed, 25 Nov 2026 00:00:00 GMT"):
        found = server.get(f"{AT}/small.txt", "Range: bytes=0-3", f"If-Range: {changed}")
        assert (found.status, found.body) == (200, SMALL), "not known to be the same file: all of it"
    past = server.get(f"{AT}/small.txt", f"Range: bytes={len(SMALL)}-")
    assert (past.status, past.headers["content-range"], past.body) == (416, f"bytes */{len(SMALL)}", b"")


def test_a_client_that_goes_away_is_told_with_what_it_got(server: Running) -> None:
    before = len([one for one in server.catalog.audit.entries() if one["what"] == "download_broken"])
    with server.connect() as connection:
        connection.sendall(head("large.parquet"))
        got = 0
        while got < 1 << 20:  # well into the body
            got += len(connection.recv(1 << 16))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closes with a reset
    line = server.audit("download_broken", before + 1)[-1]
    assert 0 < line["bytes"] < len(LARGE) and line["promised"] == len(LARGE) and line["path"] == "large.parquet"
    assert server.get(f"{AT}/small.txt").body == SMALL


def _breaks_off(server: Running, path: str) -> int:
    """A client that takes a megabyte of a large file and goes; how much it took."""
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.sendall(head(path))
        got = 0
        while got < 1 << 20:
            got += len(connection.recv(1 << 16))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return got


HUGE = 300 << 20
_UNDERWAY = 24 << 20  # what both ends' buffers and one step of sendfile may hold at most
_HEAD = 4096  # of an answer: it counts among what came, not among the bytes of the file


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """300 MB of zeros."""
    catalog = Catalog(tmp_path_factory.mktemp("huge") / "catalog")
    repository = catalog.repository("nb/a")
    repository.create(by="test", private=False)
    with catalog.blobs.writing() as writer:
        for _ in range(HUGE >> 20):
            writer.write(bytes(1 << 20))
        file = Add("huge.parquet", writer.finish(), HUGE, lfs=True)
    commit = repository.commit("main", [file], title="huge", by="test")
    repository.mark_verified(commit, "", by="test")
    with running(catalog) as found:
        yield found


def _broken(server: Running) -> int:
    return len(list(server.catalog.audit.entries(what="download_broken")))


def test_of_300_megabytes_only_what_went_is_told(huge: Running) -> None:
    before = _broken(huge)
    got = _breaks_off(huge, "huge.parquet")
    line = huge.audit("download_broken", before + 1)[-1]
    assert line["promised"] == HUGE and got - _HEAD <= line["bytes"] <= got + _UNDERWAY
    assert huge.audit("download")[-1]["bytes"] == HUGE and huge.catalog.audit.broken() is None


def test_also_when_the_database_was_away_at_the_break(huge: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line waits in the spool, with its bytes, and comes into the log when the database is back."""
    monkeypatch.setattr(recorder, "_PATIENCE", 0.05)
    spool, counted, before = Spool(huge.catalog.root), People.count_downloads, _broken(huge)
    away = threading.Event()

    def count(people: People, entries: Any) -> int:
        if away.is_set():
            raise DatabaseAway("away / it is away")
        return counted(people, entries)

    monkeypatch.setattr(People, "count_downloads", count)
    with huge.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.sendall(head("huge.parquet"))
        got = 0
        while got < 1 << 20:
            got += len(connection.recv(1 << 16))
        away.set()  # it is logged before its first byte, so it goes away in the middle
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for _ in range(1200):
        if spool.waiting():
            break
        time.sleep(0.05)
    assert spool.waiting() == 1 and _broken(huge) == before
    away.clear()
    line = huge.audit("download_broken", before + 1)[-1]
    assert line["promised"] == HUGE and got - _HEAD <= line["bytes"] <= got + _UNDERWAY and line["noted"] <= line["at"]
    assert huge.catalog.audit.broken() is None


def test_a_client_that_stops_reading_is_let_go(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STALLED_AFTER", 0.3)
    before = len([one for one in server.catalog.audit.entries() if one["what"] == "download_broken"])
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(head("large.parquet"))
        line = server.audit("download_broken", before + 1)[-1]
        assert 0 <= line["bytes"] < len(LARGE)


def test_a_client_that_reads_slowly_is_not(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer in all than the patience with a standstill, but always moving."""
    monkeypatch.setattr(sending, "STALLED_AFTER", 0.5)
    with server.connect() as connection:
        connection.sendall(head("large.parquet"))
        found = b""
        for _ in range(8):
            while len(found) % (3 << 20) > (1 << 19) or not found:
                found += connection.recv(1 << 19)
            time.sleep(0.1)
            found += connection.recv(1 << 20)
        connection.settimeout(10)
        while len(found.partition(b"\r\n\r\n")[2]) < len(LARGE):
            data = connection.recv(1 << 20)
            assert data, "broken off"
            found += data
        assert found.partition(b"\r\n\r\n")[2] == LARGE


def test_a_file_that_shrank_is_never_half_an_answer(server: Running, tmp_path: Path) -> None:
    """Damage on disk: an error before the first byte, not a short body under a longer Content-Length."""
    catalog = Catalog(tmp_path / "catalog")
    add(catalog, "nb/a", {"large.parquet": LARGE})
    blob = catalog.blobs.path(catalog.repository("nb/a").files()["large.parquet"]["sha256"])
    blob.chmod(0o600)
    os.truncate(blob, 1000)
    with running(catalog) as damaged:
        found = damaged.get(f"{AT}/large.parquet")
        assert found.status == 422 and b"fsck" in found.body
        blob.unlink()
        assert damaged.get(f"{AT}/large.parquet").status == 422
        assert not [one for one in catalog.audit.entries() if one["what"] == "download"]


def test_silent_and_dripping_connections_are_closed(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEADERS_WITHIN", 0.4)
    with server.connect() as silent, server.connect() as dripping:
        start = time.monotonic()
        with pytest.raises(ConnectionError):
            for byte in b"GET /" + b"x" * 1000:
                dripping.sendall(bytes([byte]))
                time.sleep(0.02)
        assert silent.recv(1) == b"" and time.monotonic() - start < 15


def test_a_second_request_has_a_time_limit_too(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEADERS_WITHIN", 0.4)
    with server.connect() as connection:
        connection.sendall(head("small.txt"))
        one_reply(connection)
        connection.sendall(b"GET /half")
        with connection.makefile("rb") as told:
            assert told.readline().startswith(b"HTTP/1.1 408 ") and told.read().endswith(b"}"), "and then it is closed"


def test_uvicorn_is_the_one_that_this_was_written_for() -> None:
    """What is leaned upon: the name that is replaced, and the parts of a cycle that are used."""
    events = h11_impl.H11Protocol.handle_events
    assert {"RequestResponseCycle", "service_unavailable"} <= {*events.__code__.co_names}
    refusing = inspect.getsource(events).partition("except h11.RemoteProtocolError:")[2].partition("return")[0]
    assert "self.send_400_response(" in refusing  # called while the error is being handled: it says which status
    cycle = inspect.getsource(h11_impl.RequestResponseCycle)
    for name in ("self.disconnected", "self.flow", "self.transport", "self.conn", "self.response_started"):
        assert name in cycle
    assert "await self.flow.drain()" in cycle and "app_state.copy()" in inspect.getsource(h11_impl)
