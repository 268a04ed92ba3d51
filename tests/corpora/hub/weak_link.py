"""A line between client and server that carries so many bytes and then breaks, or goes silent; it notes what was asked for."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_ASKED = re.compile(rb"(?:^|\r\n\r\n)GET (\S+) HTTP/1\.1\r\n(.*?)\r\n\r\n", re.DOTALL)


@dataclass
class Link:
    """budget: bytes that still come from the server, None without end. silent: stays open when they are used up.

    stops_in: (end of a path, bytes): once it is asked for, so many bytes come, and then silence.
    """

    port: int = 0
    budget: int | None = None
    silent: bool = False
    stops_in: tuple[str, int] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    changed: dict[bytes, bytes] = field(default_factory=dict)
    server: str = ""
    catalog: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def files(self) -> dict[str, str]:
        """path → the Range that it was asked for with ("" for all of it), of files, since the last `forget`."""
        return {path.split("/resolve/", 1)[1].split("/", 1)[1]: span for path, span in self.asked if "/resolve/" in path}

    def forget(self, budget: int | None = None) -> None:
        self.budget, self.silent, self.stops_in, self.asked = budget, False, None, []

    def note(self, data: bytes) -> bytes:
        for path, head in _ASKED.findall(data):
            found = re.search(rb"(?im)^range: *(\S+)\r?$", head)
            self.asked.append((path.decode(), found[1].decode() if found else ""))
            if self.stops_in and path.decode().endswith(self.stops_in[0]):
                self.budget, self.silent = self.stops_in[1], True
        return data

    def carry(self, client: socket.socket, server: socket.socket) -> None:
        """What the server says, as far as the line holds."""
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 14):
                for old, new in self.changed.items():
                    data = data.replace(old, new)
                if self.budget is not None and len(data) > self.budget:
                    client.sendall(data[: self.budget])
                    self.budget = 0
                    if self.silent:
                        return
                    break
                if self.budget is not None:
                    self.budget -= len(data)
                client.sendall(data)
        for one in (client, server):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve(self, listener: socket.socket, to: int) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", to))
                threading.Thread(target=self.carry, args=(client, server), daemon=True).start()
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                server.sendall(self.note(data))
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


@contextmanager
def weak_link(to: int) -> Iterator[Link]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        link = Link(listener.getsockname()[1])
        threading.Thread(target=link.serve, args=(listener, to), daemon=True).start()
        yield link
