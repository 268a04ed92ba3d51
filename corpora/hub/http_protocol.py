"""uvicorn's HTTP/1.1 protocol with what it lacks: file parts by sendfile; no patience with requests that never come and answers
that nobody takes; answers of our own form to what never reaches the server; an answer for who has closed his half.

Held against uvicorn 0.54 (`RequestResponseCycle.send` and `H11Protocol.handle_events`); a test fails when their shape changes.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, BinaryIO

import h11
from starlette.responses import Response
from starlette.types import ASGIApp
from uvicorn.protocols.http import h11_impl

from corpora.hub import sending
from corpora.hub.answers import failure
from corpora.hub.bodies import EXTENSION
from corpora.hub.identity import CONNECTION

HEADERS_WITHIN = 30.0
"""Seconds from the first byte of a request (or from the connection) to the end of its headers."""

HEADERS = 64 << 10
"""Bytes of a request's headers at most."""
LINGERING = 2.0
"""Seconds for a client to read why it was refused; what it still sends is thrown away."""
_TOLD = {"Connection": "close"}


def too_many() -> Response:
    """503: the Hub's clients wait and come again."""
    return failure(503, "连接太多，请稍后再试 / too many connections: come again", headers={**_TOLD, "Retry-After": "5"})


def _malformed(status: int) -> Response:
    told = {
        400: "不是合格的 HTTP/1.1 请求 / this is no HTTP/1.1 request",
        408: "请求头没有按时发完 / the head of the request did not come in time",
        431: "请求头太大 / the headers of the request are too large",
        501: "不支持这种传输编码 / this transfer encoding is not supported",
    }
    return failure(status, told.get(status, told[400]), headers=_TOLD)


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

    async def run_asgi(self, app: ASGIApp) -> None:  # type: ignore[override]  # the same, as starlette types it
        """Headers that came all at once were measured by nobody yet."""
        size = len(self.scope["raw_path"]) + len(self.scope["query_string"])
        size += sum(len(name) + len(value) + 4 for name, value in self.scope["headers"])
        await super().run_asgi(app if size <= HEADERS else _malformed(431))  # type: ignore[arg-type]

    async def send(self, message: Any) -> None:
        if message["type"] != EXTENSION:
            if self.disconnected and self.response_started:
                raise sending.BrokenOff(0)
            return await super().send(message)
        await self._send_file(message["file"], message["offset"], message["count"], message.get("moved", lambda _: None))

    async def _send_file(self, file: BinaryIO, offset: int, count: int, moved: Callable[[int], None]) -> None:
        if self.scope["method"] != "HEAD" and count:
            self.conn.send_with_data_passthrough(h11.Data(data=_Placeholder(count)))  # type: ignore[arg-type]
            await self.flow.drain()
            try:
                await sending.send_file(
                    self.transport,
                    file,
                    offset,
                    count,
                    gone=lambda: self.disconnected or self.transport.is_closing(),
                    moved=moved,
                )
            except BaseException:
                self.transport.abort()  # the length that was promised can't be kept any more
                raise
        await super().send({"type": "http.response.body", "body": b"", "more_body": False})


# uvicorn names its cycle and its 503 in the middle of this function: the same code, with ours under these names
_handle_events = FunctionType(
    h11_impl.H11Protocol.handle_events.__code__,
    {**vars(h11_impl), "RequestResponseCycle": Cycle, "service_unavailable": too_many()},
    "handle_events",
)


class Protocol(h11_impl.H11Protocol):
    """One connection."""

    _leaving = _half_closed = False
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # `drain` then means: all of it is with the system
        # asyncio does so only where the listening socket names its protocol; else a body waits 40 ms behind its head
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, CONNECTION: {}}
        self._headers_due = self.loop.call_later(HEADERS_WITHIN, self._too_slow)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency * 5 // 4:
            self._refuse(too_many())  # those below are refused when they ask; beyond, not even that: handles are finite
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_due.cancel()
        self._moving()
        super().connection_lost(exc)

    # --- what comes --------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._leaving:
            return
        if self._headers_due.cancelled() and (self.cycle is None or self.cycle.response_complete):
            self._headers_due = self.loop.call_later(HEADERS_WITHIN, self._too_slow)
        super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio asks, uvicorn never answers
        """Whether the connection stays open: for who has sent a whole request and waits for the answer. Half a head is told so."""
        self._half_closed = True
        if self._half_a_head():
            self._refuse(_malformed(400))
        waiting = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        return waiting and not self._leaving

    def handle_events(self) -> None:
        before = self.cycle
        _handle_events(self)
        if self.cycle is not before:
            self._headers_due.cancel()

    def _half_a_head(self) -> bool:
        """Something of a request came, not all of its head, and no answer is under way.

        Where nothing came there is nothing to answer: who sends just then would take it for an answer to his request.
        """
        if self._leaving or self.transport.is_closing() or self.conn.our_state is not h11.IDLE:
            return False
        return (self.cycle is None or self.cycle.response_complete) and bool(self.conn.trailing_data[0])

    def _too_slow(self) -> None:
        if self._half_a_head():
            self._refuse(_malformed(408))
            self._leave()
        elif not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

    # --- what goes ---------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.cycle.response_complete:
            return
        if self._half_closed:
            self.transport.close()
        elif self.conn.trailing_data[0]:  # half a request came before this answer ended
            self._headers_due.cancel()
            self._headers_due = self.loop.call_later(HEADERS_WITHIN, self._too_slow)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._moving()

    def _moving(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()

    def _watch(self) -> None:
        """What nobody takes is given up when none of it moved for a while, as with files (`sending`)."""
        before = self.transport.get_write_buffer_size()

        def look() -> None:
            if self.transport.get_write_buffer_size() >= before:
                self.transport.abort()
            else:
                self._watch()

        self._stalled = self.loop.call_later(sending.STALLED_AFTER, look)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP; called where h11 says so."""
        self._headers_due.cancel()
        if self.conn.our_state is h11.SEND_BODY:  # an answer has begun: it ends here
            return self.transport.close()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._refuse(_malformed(getattr(sys.exception(), "error_status_hint", 400)))
        self._leave()

    def _leave(self) -> None:
        self._leaving = True  # to close at once could throw the answer away (RFC 9112, 9.6)
        self.transport.write_eof()
        self._headers_due = self.loop.call_later(LINGERING, self.transport.abort)

    def _refuse(self, answer: Response) -> None:
        body = bytes(answer.body)
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whoever waits for the rest of this request waits for nothing
            self.cycle.message_event.set()
            body = b"" if self.cycle.scope["method"] == "HEAD" else body
        headers = [*self.server_state.default_headers, *answer.raw_headers]
        reason = h11_impl.STATUS_PHRASES[answer.status_code]
        head = h11.Response(status_code=answer.status_code, headers=headers, reason=reason)
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
