"""The server on a thread of the test, for what has to be looked into: its catalog, its audit, its time limits. And raw calls."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from corpora.catalog import Catalog
from corpora.catalog.changes import Add
from corpora.hub.server import Settings
from corpora.hub.serving import listening, server_of


@dataclass
class Running:
    """A server on loopback and its catalog."""

    catalog: Catalog
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, head: bytes) -> bytes:
        """All that comes back for these bytes until the server closes the connection."""
        with self.connect() as connection:
            connection.sendall(head)
            return everything(connection)

    def get(self, target: str | bytes, *headers: str, method: str = "GET", host: str = "127.0.0.1") -> Reply:
        """One call whose target and headers go out exactly as they are written here."""
        raw = target if isinstance(target, bytes) else target.encode()
        lines = "".join(f"{line}\r\n" for line in (f"Host: {host}", "Connection: close", *headers))
        return reply(self.ask(method.encode() + b" " + raw + b" HTTP/1.1\r\n" + lines.encode("latin-1") + b"\r\n"))

    def audit(self, what: str, count: int = 1) -> list[dict[str, Any]]:
        """The lines of one kind, once there are `count` of them."""
        for _ in range(400):
            found = [dict(one) for one in self.catalog.audit.entries() if one["what"] == what]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"no {count} lines {what}")


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def everything(connection: socket.socket) -> bytes:
    found = b""
    while data := connection.recv(1 << 20):
        found += data
    return found


def reply(raw: bytes) -> Reply:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Reply(int(first.split()[1]), headers, body)


@contextmanager
def running(catalog: Catalog, *, loopback: bool = True) -> Iterator[Running]:
    bound = listening("127.0.0.1", 0)
    port = bound.getsockname()[1]
    server = server_of(catalog, Settings(loopback=loopback))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Running(catalog, port)
    finally:
        server.should_exit = True
        thread.join(40)


def add(catalog: Catalog, corpus: str, files: dict[str, bytes], *, private: bool = False) -> str:
    """A dataset that counts as verified; returns its commit."""
    repository = catalog.repository(corpus)
    repository.create(by="test", private=private)
    operations = []
    for path, content in files.items():
        with catalog.blobs.writing() as writer:
            writer.write(content)
            operations.append(Add(path, writer.finish(), len(content)))
    commit = repository.commit("main", operations, title="first", by="test")
    repository.mark_verified(commit, "", by="test")
    return commit
