"""A server that is killed in the middle of a download: the next one tells how far it came."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from corpora.catalog import Catalog
from corpora.catalog.spool import Spool
from corpora.hub import underway
from tests.corpora.hub.served import serving
from tests.corpora.hub.threaded import add

SIZE = 64 << 20
LINE = {"what": "download_broken", "corpus": "nb/a", "promised": SIZE, "result": "stopped"}


def _broken(catalog: Catalog) -> dict[str, Any]:
    for _ in range(1200):
        if found := list(catalog.audit.entries(what="download_broken")):
            return found[-1]
        time.sleep(0.05)
    raise AssertionError("no line of it")


def test_a_killed_server(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog")
    add(catalog, "nb/a", {"large.parquet": bytes(SIZE)})
    with serving(catalog.root) as server:
        with server.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            head = f"GET /datasets/nb/a/resolve/main/large.parquet HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n"
            connection.sendall(head.encode())
            raw = b""
            while len(raw) < 1 << 20:
                raw += connection.recv(1 << 16)
            server.kill()
            while more := connection.recv(1 << 20):  # what was with the system still comes
                raw += more
        assert raw.startswith(b"HTTP/1.1 200 ")
        got = len(raw) - raw.index(b"\r\n\r\n") - 4
        assert got < SIZE and not list(catalog.audit.entries(what="download_broken"))
        server.start()
        line = _broken(catalog)
    assert got - underway.LEAST <= line["bytes"] <= got, "at most one step went after the last figure"
    assert (line["promised"], line["path"], line["result"]) == (SIZE, "large.parquet", "stopped")
    assert catalog.audit.broken() is None and not list((catalog.root / "underway").iterdir())


def test_one_that_ended_or_was_told_leaves_nothing(tmp_path: Path) -> None:
    spool, folder = Spool(tmp_path), tmp_path / "underway"
    with underway.followed(tmp_path, SIZE, LINE) as moved:
        moved(7)
        assert underway.settle(tmp_path, spool) == 0, "its server lives"
    with pytest.raises(OSError), underway.followed(tmp_path, SIZE, LINE):
        raise ConnectionError
    with underway.followed(tmp_path, underway.LEAST - 1, LINE) as moved:
        moved(7)
        assert not list(folder.iterdir())
    assert underway.settle(tmp_path, spool) == spool.waiting() == 0


def test_one_that_nobody_ended_is_settled_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(RuntimeError), underway.followed(tmp_path, SIZE, LINE) as moved:
        moved(1234)
        moved(5 << 20)
        raise RuntimeError  # as a server that stops without waiting for it
    (tmp_path / "underway" / "0.json").write_text("000")  # cut off as it was made
    assert (underway.settle(tmp_path, spool), underway.settle(tmp_path, spool)) == (1, 0)
    assert b'"bytes": 5242880' in (tmp_path / "audit.spool").read_bytes()
