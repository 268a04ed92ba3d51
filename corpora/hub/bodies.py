"""A part of a file as the body of a response: by the system's sendfile where the server offers it, else in pieces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from corpora.hub.underway import Moved, silent

PIECE = 1 << 20
EXTENSION = "http.response.zerocopysend"  # of the ASGI specification

Ended = Callable[[int], Awaitable[None]]
Followed = Callable[[], AbstractContextManager[Moved]]


class FilePart(Response):
    """Bytes [start, start + count) of a blob. `broken` is called with the bytes that were sent when the client went away.
    `followed`: a block around it all, which gives what is told of the bytes so far.
    """

    def __init__(
        self, path: Path, start: int, count: int, *, status: int, headers: dict[str, str], broken: Ended,
        followed: Followed = lambda: nullcontext(silent),
    ) -> None:  # fmt: skip
        super().__init__(None, status, {**headers, "content-length": str(count)})
        self._path, self._start, self._count, self._broken = path, start, count, broken
        self._followed = followed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._followed() as moved:
            await self._send(scope, send, moved)

    async def _send(self, scope: Scope, send: Send, moved: Moved) -> None:
        file = await to_thread.run_sync(lambda: self._path.open("rb"))
        sent = 0
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if EXTENSION in scope.get("extensions", {}):
                part = {"file": file, "offset": self._start, "count": self._count, "more_body": False}
                await send({"type": EXTENSION, **part, "moved": moved})
            else:
                sent = await self._pieces(file, send, moved)
        except OSError as error:
            await self._broken(getattr(error, "sent", sent))
            raise
        finally:
            file.close()

    async def _pieces(self, file: BinaryIO, send: Send, moved: Moved) -> int:
        await to_thread.run_sync(lambda: file.seek(self._start))
        left = self._count
        while left:
            data = await to_thread.run_sync(lambda: file.read(min(PIECE, left)))  # noqa: B023  run before the next turn
            left -= len(data)
            message: dict[str, Any] = {"type": "http.response.body", "body": data, "more_body": left > 0}
            await send(message)
            moved(self._count - left)
            if not data:
                break
        if not self._count:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        return self._count - left
