"""A door that stays while the server behind it is killed and comes again elsewhere: bytes both ways, nothing looked at."""

from __future__ import annotations

import contextlib
import socket
import threading


class Relay:
    """url: the door; port: where the server is now, 0 for nowhere. cut(): every connection ends, as when a server dies."""

    def __init__(self) -> None:
        self.port = 0
        self._listen = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listen.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listen.accept()
                far = socket.create_connection(("127.0.0.1", self.port)) if self.port else None
            except OSError:
                if self._listen.fileno() < 0:
                    return
                near.close()
                continue
            if far is None:
                near.close()
                continue
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listen.close()
