"""`yuliao serve` on one port, which a test may kill and start again, and raw calls that break off where asked."""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).resolve().parent.parent.parent.parent


class Server:
    def __init__(self, root: Path, *, largest_file: int = 0) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.root, self.log, self.largest_file = root, root.parent / "server.log", largest_file
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "cli", "serve", "--port", str(self.port), "--catalog", str(self.root)]
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
def serving(root: Path, *, largest_file: int = 0) -> Iterator[Server]:
    server = Server(root, largest_file=largest_file)
    try:
        yield server
    finally:
        server.kill()
