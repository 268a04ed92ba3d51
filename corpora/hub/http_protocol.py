"""uvicorn's HTTP/1.1 protocol with two additions: file parts by sendfile, and no patience with requests that never come.

Held against uvicorn 0.54 (`RequestResponseCycle.send` and `H11Protocol.handle_events`); a test fails when their shape changes.
"""

from __future__ import annotations

import asyncio
from types import FunctionType
from typing import Any, BinaryIO

import h11
from uvicorn.protocols.http import h11_impl

from corpora.hub import sending
from corpora.hub.bodies import EXTENSION
from corpora.hub.identity import CONNECTION

HEADERS_WITHIN = 30.0
"""Seconds from the first byte of a request (or from the connection) to the end of its headers."""


class _Placeholder:
    """Stands for bytes of a file in h11's accounts; it passes through `send_with_data_passthrough` as it is."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count


class Cycle(h11_impl.RequestResponseCycle):
    """One request and its response."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.scope["extensions"] = {EXTENSION: {}}

    async def send(self, message: Any) -> None:
        if message["type"] != EXTENSION:
            if self.disconnected and self.response_started:
                raise sending.BrokenOff(0)
            return await super().send(message)
        await self._send_file(message["file"], message["offset"], message["count"])

    async def _send_file(self, file: BinaryIO, offset: int, count: int) -> None:
        if self.scope["method"] != "HEAD" and count:
            self.conn.send_with_data_passthrough(h11.Data(data=_Placeholder(count)))  # type: ignore[arg-type]
            await self.flow.drain()
            try:
                await sending.send_file(
                    self.transport, file, offset, count, gone=lambda: self.disconnected or self.transport.is_closing()
                )
            except BaseException:
                self.transport.abort()  # the length that was promised can't be kept any more
                raise
        await super().send({"type": "http.response.body", "body": b"", "more_body": False})


# uvicorn names its cycle in the middle of this function: the same code, with ours under that name
_handle_events = FunctionType(
    h11_impl.H11Protocol.handle_events.__code__, {**vars(h11_impl), "RequestResponseCycle": Cycle}, "handle_events"
)


class Protocol(h11_impl.H11Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # `drain` then means: all of it is with the system
        self.app_state = {**self.app_state, CONNECTION: {}}
        self._headers_due = self.loop.call_later(HEADERS_WITHIN, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_due.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._headers_due.cancelled() and (self.cycle is None or self.cycle.response_complete):
            self._headers_due = self.loop.call_later(HEADERS_WITHIN, self._too_slow)
        super().data_received(data)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and self.conn.trailing_data[0]:  # half a request came before this answer ended
            self._headers_due.cancel()
            self._headers_due = self.loop.call_later(HEADERS_WITHIN, self._too_slow)

    def handle_events(self) -> None:
        before = self.cycle
        _handle_events(self)
        if self.cycle is not before:
            self._headers_due.cancel()

    def _too_slow(self) -> None:
        if not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()
