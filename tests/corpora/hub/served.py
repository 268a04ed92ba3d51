"""`yuliao serve` on one port, which a test may kill and start again, and raw calls that break off where asked."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent.parent.parent.parent


class Server:
    def __init__(self, root: Path, *, largest_file: int = 0, program: Sequence[str] = ("cli", "serve")) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.root, self.log, self.largest_file, self.program = root, root.parent / "server.log", largest_file, program
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", *self.program, "--port", str(self.port), "--catalog", str(self.root)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=_HERE, stdout=log, stderr=log, preexec_fn=self._bounded)
        for _ in range(600):
            with contextlib.suppress(OSError), self.connect():
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def _bounded(self) -> None:
        """No file grows beyond `largest_file` bytes: as if the disk were full there."""
        if self.largest_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest_file, self.largest_file))

    def check_log(self) -> None:
        """The server tells kind and place of every defect."""
        said = self.log.read_text()
        assert "Traceback" not in said and ".py:" not in said and "Error" not in said, said[-3000:]

    def handles(self) -> list[str]:
        """What the process holds open: sockets, and files other than its database and what libraries are loaded from."""
        found = []
        for one in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = os.readlink(one)
                if target.startswith("socket:"):
                    found.append("socket")
                elif target.startswith("/") and ".sqlite" not in target and not target.startswith(("/dev", "/proc", "/sys")):
                    found.append(target)
        return sorted(found)

    def has(self, count: int) -> None:
        """Waits until so many are connected."""
        import psutil

        found = -1
        for _ in range(600):
            found = sum(one.status != psutil.CONN_LISTEN for one in psutil.Process(self.process.pid).net_connections("tcp"))
            if found == count:
                return
            time.sleep(0.05)
        raise AssertionError(f"{found} are connected, not {count}")

    def rests(self) -> None:
        """Waits until nobody is connected."""
        self.has(0)

    def settles(self, before: list[str]) -> None:
        """Waits until nothing more is open than before."""
        for _ in range(600):
            if (now := self.handles()) == before:
                return
            time.sleep(0.05)
        raise AssertionError(f"left open: {Counter(now) - Counter(before)}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def begin(self, method: str, path: str, token: str, body: bytes, *, length: int | None) -> socket.socket:
        """Sends head and body; `length`: what Content-Length says, None to leave it out. The connection stays open."""
        connection = self.connect()
        said = f"Content-Length: {length}\r\n" if length is not None else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {token}\r\n{said}\r\n"
        with contextlib.suppress(ConnectionError):  # an answer may come, and the door close, before everything is sent
            connection.sendall(head.encode() + body)
        return connection


def answer(connection: socket.socket) -> int:
    """The status of the answer; 0 when the server just closed."""
    data = b""
    with contextlib.suppress(ConnectionError), connection:
        while b"\r\n" not in data and (more := connection.recv(4096)):
            data += more
    return int(data.split()[1]) if data else 0


@contextlib.contextmanager
def serving(root: Path, **options: Any) -> Iterator[Server]:
    server = Server(root, **options)
    try:
        yield server
    finally:
        server.kill()
