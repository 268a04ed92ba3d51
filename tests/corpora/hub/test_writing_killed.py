"""The server is killed (SIGKILL) in the middle of every kind of upload: nothing half is ever visible, and it goes on after."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.catalog import Catalog
from tests.corpora.hub import xet_files
from tests.corpora.hub.calls import Calls, large, sha, small
from tests.corpora.hub.served import Server, answer, serving

DATA = b"PAR1" + os.urandom(3_000_000)
CHUNKS = [DATA[at : at + 60_000] for at in range(0, len(DATA), 60_000)]


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[Calls]:
    with Calls(tmp_path / "catalog").open() as one:
        one.create()
        yield one


def _commit(*lines: dict[str, object]) -> bytes:
    head = {"key": "header", "value": {"summary": "a", "description": ""}}
    return b"".join(json.dumps(one).encode() + b"\n" for one in (head, *lines))


def _visible(calls: Calls) -> list[str]:
    """What a reader of the catalog can see, by a fresh look at the disk."""
    catalog = Catalog(calls.catalog.root)
    assert catalog.fsck(deep=True) == []
    files = list(catalog.repository("nb/repairs").files())
    xorbs = [path.name for path in catalog.root.glob("xet/nb/*/*/*")]
    return [
        *files,
        *catalog.blobs.names(),
        *xorbs,
        *(path.name for path in catalog.root.glob("datasets/nb/repairs/uploads/*/*")),
    ]


def _deeds(calls: Calls) -> dict[str, tuple[str, str, str, bytes]]:
    """name → method, path, token, body of every kind of upload."""
    name, xorb, shard, _ = xet_files.upload(CHUNKS, 1)
    cas, ticket = calls.xet()
    commit = "/api/datasets/nb/repairs/commit/main"
    return {
        "lfs": ("PUT", calls.link(DATA), "-", DATA),
        "xorb": ("POST", f"{cas}/v1/xorbs/default/{name}", ticket, xorb),
        "shard": ("POST", f"{cas}/v1/shards", ticket, shard),
        "commit": (
            "POST",
            commit,
            calls.tokens["wang"],
            _commit(*(small(f"{n}.md", DATA[n : n + 90_000]) for n in range(20))),
        ),
    }


def _ready(calls: Calls, deed: str, deeds: dict[str, tuple[str, str, str, bytes]]) -> None:
    if deed == "shard":
        method, path, token, body = deeds["xorb"]
        assert calls.call(method, path, body, token=token).status_code == 200


@pytest.mark.parametrize("deed", ["lfs", "xorb", "shard", "commit"])
def test_killed_in_the_middle_of_a_body(calls: Calls, deed: str) -> None:
    deeds = _deeds(calls)
    _ready(calls, deed, deeds)
    before = _visible(calls)
    method, path, token, body = deeds[deed]
    with serving(calls.catalog.root) as server:
        connection = server.begin(method, path, token, body[: len(body) * 2 // 3], length=len(body))
        time.sleep(0.4)
        server.kill()
        connection.close()
        after = _visible(calls)
        assert [
            one for one in after if one not in before and len(one) != 64
        ] == []  # files, uploads; loose blobs are not named
        assert (
            Catalog(calls.catalog.root).repository("nb/repairs").refs.head
            == calls.catalog.repository("nb/repairs").refs.head
        )
        server.start()
        assert answer(server.begin(method, path, token, body, length=len(body))) == 200
    assert Catalog(calls.catalog.root).fsck(deep=True) == []


@pytest.mark.parametrize("deed", ["lfs", "xorb", "shard", "commit"])
def test_killed_anywhen_after_the_body(calls: Calls, deed: str) -> None:
    """Either all of it happened or nothing, and to do it again is right in both cases."""
    deeds = _deeds(calls)
    _ready(calls, deed, deeds)
    method, path, token, body = deeds[deed]
    with serving(calls.catalog.root) as server:
        for wait in (0.0, 0.004, 0.02, 0.06):
            server.begin(method, path, token, body, length=len(body))
            time.sleep(wait)
            server.kill()
            catalog = Catalog(calls.catalog.root)
            assert catalog.fsck(deep=True) == []
            assert len(catalog.repository("nb/repairs").files()) in (0, 20 if deed == "commit" else 0)
            server.start()
        assert answer(server.begin(method, path, token, body, length=len(body))) == 200
    if deed in ("lfs", "shard"):
        assert calls.commit(large("a.parquet", DATA)).status_code == 200
    leftovers = [path for pattern in ("blobs/.uploads/*", "xet/.uploads/*") for path in calls.catalog.root.glob(pattern)]
    for path_ in leftovers:
        os.utime(path_, (0, 0))  # a day later
    calls.catalog.gc()
    assert not [path_ for path_ in leftovers if path_.exists()]


def _no_crash(server: Server) -> None:
    server.check_log()


def test_clients_that_break_off_or_lie(calls: Calls) -> None:
    deeds = _deeds(calls)
    before = _visible(calls)
    with serving(calls.catalog.root) as server:
        for method, path, token, body in deeds.values():
            server.begin(method, path, token, body[: len(body) // 2], length=len(body)).close()
        method, path, token, body = deeds["lfs"]
        assert answer(server.begin(method, path, token, body, length=len(body) + 1)) == 400
        assert answer(server.begin(method, path, token, body, length=5)) == 400
        assert answer(server.begin(method, path, token, b"", length=0)) == 400
        assert answer(server.begin(method, path, token, b"", length=1 << 62)) == 400
        chunked = b"%x\r\n" % (len(DATA) + 9) + DATA + b"123456789\r\n0\r\n\r\n"
        head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        connection = server.connect()
        connection.sendall(head + chunked)
        assert answer(connection) == 413
        commit = deeds["commit"][1]
        assert answer(server.begin("POST", commit, calls.tokens["wang"], _commit() + b"{" * 100, length=1 << 40)) == 413
        time.sleep(0.5)
        assert [one for one in _visible(calls) if one not in before and len(one) != 64] == []
        assert calls.catalog.blobs.has(sha(DATA)) is None
        assert not list(calls.catalog.root.glob("blobs/.uploads/*")) and not list(calls.catalog.root.glob("xet/.uploads/*"))
        _no_crash(server)


def test_a_line_of_a_gigabyte_stays_out_of_memory(calls: Calls) -> None:
    import psutil

    with serving(calls.catalog.root) as server:
        connection = server.begin(
            "POST", "/api/datasets/nb/repairs/commit/main", calls.tokens["wang"], b'{"key":"', length=190 << 20
        )
        status = 0
        try:
            for _ in range(190):
                connection.sendall(b"a" * (1 << 20))
        except ConnectionError:
            pass
        status = answer(connection)
        assert status in (413, 0)  # 0: it closed the door while we were still talking
        assert psutil.Process(server.process.pid).memory_info().rss < 400 << 20
        _no_crash(server)


def test_a_full_disk(calls: Calls) -> None:
    """507, nothing left of it, and the server goes on."""
    deeds = _deeds(calls)
    _ready(calls, "shard", deeds)
    before = _visible(calls)
    with serving(calls.catalog.root, largest_file=1 << 20) as server:
        for name in ("lfs", "xorb", "shard"):
            method, path, token, body = deeds[name]
            assert answer(server.begin(method, path, token, body, length=len(body))) == 507, name
        small_one = _commit(small("a.md", b"1"))
        assert answer(server.begin("POST", deeds["commit"][1], deeds["commit"][2], small_one, length=len(small_one))) == 200
        _no_crash(server)
    assert sorted(_visible(calls)) == sorted(["a.md", *before, sha(b"1")])
    assert not list(calls.catalog.root.glob("blobs/.uploads/*")) and not list(calls.catalog.root.glob("xet/.uploads/*"))
