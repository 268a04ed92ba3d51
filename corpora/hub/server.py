"""The server: a catalog at the Hub's door. One dispatcher over the tables of routes; what goes wrong becomes a typed answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from corpora.catalog import Catalog
from corpora.catalog.index import Index
from corpora.catalog.people import ANONYMOUS, People, Principal
from corpora.catalog.spool import Spool
from corpora.errors import UsageError, YuliaoError
from corpora.hub import answers, identity, routing, underway, upstream
from corpora.hub.page.desk import Desk as PageDesk
from corpora.hub.page.routes import ROUTES as PAGE
from corpora.hub.page.sessions import Sessions
from corpora.hub.protocol import broken
from corpora.hub.reading.desk import Desk, NotFound
from corpora.hub.reading.routes import ROUTES as READING
from corpora.hub.recorder import Recorder
from corpora.hub.routing import Route
from corpora.hub.writing.bodies import SILENCE
from corpora.hub.writing.desk import desk_of
from corpora.hub.writing.routes import ROUTES as WRITING

_log = logging.getLogger("yuliao.hub")
_CLOSE = {"Connection": "close"}
_REFUSED = (401, 403, 404, 410)


@dataclass(frozen=True)
class Settings:
    """How it is served. loopback: bound to this machine only. url: its address as clients see it, if a proxy changes that.
    hosts: further names (with or without a port) that mean this server. silence: seconds for which an upload may stand still, or
    bring next to nothing.
    """

    loopback: bool = False
    upstream: str = ""
    url: str = ""
    silence: float = SILENCE
    hosts: tuple[str, ...] = ()


class Server:
    """The ASGI application."""

    def __init__(self, catalog: Catalog, settings: Settings = Settings()) -> None:
        self.people, self.settings, self.catalog = People(catalog.database), settings, catalog
        self.recorder = Recorder(self.people, Spool(catalog.root))
        self.state = settings  # what `urls.base_of` and `bodies.pieces` read
        self.reading = Desk(catalog, self.people, self.recorder, Index(catalog))
        self.writing = desk_of(catalog, self.people)
        self.page = PageDesk(self.reading, Sessions(self.writing.links), loopback=settings.loopback)
        self.routes: tuple[Route, ...] = (*READING, *WRITING, *PAGE)
        desks = ((self.reading, READING), (self.writing, WRITING), (self.page, PAGE))
        self._desks: dict[int, Any] = {id(one): desk for desk, routes in desks for one in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        if scope["type"] != "http":
            return
        scope["app"] = self
        request = Request(scope, receive)
        response = await self._answer(request)
        try:
            await response(scope, receive, send)
        except (OSError, ClientDisconnect):
            return  # the client went away

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        async with self.running():
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = 40
        await to_thread.run_sync(underway.settle, self.catalog.root, Spool(self.catalog.root))
        self.recorder.start()
        try:
            yield
        finally:
            await self.recorder.stop()

    async def _answer(self, request: Request) -> Response:
        who, told = ANONYMOUS, dict[str, Any]()
        try:
            if "transfer-encoding" in request.headers and "content-length" in request.headers:
                # a proxy might believe the other one (RFC 9112, 6.1)
                raise broken("长度说了两遍", "two lengths of one body").with_headers(_CLOSE)
            if request.scope.get("http_version") not in ("1.0", "1.1"):
                return answers.failure(400, "只懂 HTTP/1.1 / HTTP/1.1 only", headers=_CLOSE)
            path = routing.segments(request.scope["raw_path"])
            found = None if path is None else routing.find(self.routes, request.method, path)
            if path is None or found is None:
                return self._no_route(request, path)
            route, arguments = found
            told = {"corpus": arguments.get("corpus")}
            if not route.own:
                who = await to_thread.run_sync(lambda: identity.who(request, self.people, loopback=self.settings.loopback))
            response = await self._handled(request, route, arguments, who)
        except YuliaoError as error:
            response = answers.of(error)
        except (OSError, ClientDisconnect) as error:
            response = answers.failure(503, "服务器暂时不可用 / the server is not available", headers={"Retry-After": "5"})
            _log.error("%s", type(error).__name__)
        except Exception as error:  # noqa: BLE001  a defect: its kind and place, never its message
            response = answers.failure(500, "服务器出错 / the server failed", hint="请报告管理员 / tell whoever runs it")
            _log.error("%s at %s", type(error).__name__, _place(error))
        if response.status_code in _REFUSED:
            await self._refused(request, request.scope.get("yuliao.who", who), response.status_code, told)
        return response

    async def _handled(self, request: Request, route: Route, arguments: dict[str, str], who: Principal) -> Response:
        desk = self._desks[id(route)]
        if route.own:
            return await route.handler(desk, request, **arguments)
        try:
            return await route.handler(desk, request, who, **arguments)
        except NotFound:
            if not self.settings.upstream or not await to_thread.run_sync(self._elsewhere, arguments):
                raise
            return await upstream.answer(request, self.settings.upstream)

    def _elsewhere(self, arguments: dict[str, str]) -> bool:
        """Whether the repository is in none of our namespaces: a private one of ours is never asked for elsewhere, and a name that
        is sent on must not tell that another one, which is not, exists."""
        try:
            return not any(self.catalog.repository(arguments["corpus"]).folder.parent.glob("*/refs.json"))
        except (UsageError, KeyError):
            return False

    def _no_route(self, request: Request, path: Sequence[str] | None) -> Response:
        if path is not None and (allowed := routing.methods(self.routes, path)):
            return answers.failure(405, f"不支持的方法 / use {', '.join(allowed)}", headers={"Allow": ", ".join(allowed)})
        return answers.failure(404, "没有这个地址 / no such address", code="EntryNotFound" if path else "")

    async def _refused(self, request: Request, who: Principal, status: int, told: dict[str, Any]) -> None:
        line = {"who": who.name or "anonymous", "address": identity.address(request), "token": who.token, **told}
        await self.recorder.note(what="refused", result=status, method=request.method, **line)


def _place(error: Exception) -> str:
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}" if frame else "?"
