"""The desk of the page: who is looking, by token, session or as the owner of this machine, and what a handler gets to work with."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.index import Index
from corpora.catalog.people import ANONYMOUS, BadToken, Principal
from corpora.catalog.requests import Requests
from corpora.errors import RevisionUnknown, VersionClosed, YuliaoError
from corpora.hub import identity
from corpora.hub.page.rendering import Look, render
from corpora.hub.page.sessions import SESSION, VISIT, Sessions
from corpora.hub.page.words import FIRST, LANGUAGES
from corpora.hub.protocol import status_of
from corpora.hub.reading.desk import Desk as ReadingDesk
from corpora.hub.reading.desk import NotFound, in_thread
from corpora.hub.urls import shown

LANGUAGE = "yuliao_lang"


@dataclass(frozen=True)
class Desk:
    """What the handlers of the page share. `reading` says who may see and read what: the same rules as for any client."""

    reading: ReadingDesk
    sessions: Sessions
    loopback: bool = False

    @property
    def index(self) -> Index:
        return self.reading.index

    @property
    def requests(self) -> Requests:
        return Requests(self.reading.catalog, self.reading.people)


@dataclass
class Visit:
    """One request. cookies: to set with the answer; an empty value takes one away."""

    desk: Desk
    request: Request
    who: Principal
    look: Look
    visit: str
    cookies: dict[str, tuple[str, int | None]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return shown(self.request)

    def form(self) -> str:
        """The token that every form of this visitor carries."""
        if self.request.cookies.get(VISIT) != self.visit:
            self.cookies[VISIT] = (self.visit, None)
        return self.desk.sessions.form(self.visit, self.who)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """An HTML answer with the headers that guard it."""
        told = {"form_token": self.form, "who": self.who, "path": self.request.url.path, "turned": self._turned}
        return self.finish(render(self.look, template, status, **told, **values))

    def _turned(self, language: str) -> str:
        """This page in the other language."""
        kept = [one for one in self.request.query_params.multi_items() if one[0] != "lang"]
        return "?" + urlencode([*kept, ("lang", language)], errors="replace")

    def finish(self, response: Response) -> Response:
        secure = self.base.startswith("https://")
        for name, (value, age) in self.cookies.items():
            response.set_cookie(
                name, value, max_age=age if value else 0, httponly=True, samesite="strict", secure=secure, path="/"
            )
        return response


Handler = Callable[..., Awaitable[Response]]


def page(handler: Handler) -> Handler:
    """A handler of the page: gets a Visit, and whatever goes wrong becomes a page that says so."""

    @functools.wraps(handler)
    async def answered(desk: Desk, request: Request, **arguments: str) -> Response:
        visit = await _visit(desk, request)
        request.scope["yuliao.who"] = visit.who  # for the audit, should it be refused
        try:
            return await handler(visit, **arguments)
        except YuliaoError as error:
            return _failed(visit, error)

    return answered


async def _visit(desk: Desk, request: Request) -> Visit:
    cookies = request.cookies
    asked = request.query_params.get("lang", "")
    language = next((one for one in (asked, cookies.get(LANGUAGE)) if one in LANGUAGES), FIRST)
    who, left = await in_thread(lambda: _who(desk, request))
    visit = Visit(desk, request, who, Look(language or FIRST), desk.sessions.visit(cookies.get(VISIT, "")))
    if asked in LANGUAGES and asked != cookies.get(LANGUAGE):
        visit.cookies[LANGUAGE] = (asked, 365 * 86_400)
    if left:
        visit.cookies[SESSION] = ("", 0)
    return visit


def _who(desk: Desk, request: Request) -> tuple[Principal, bool]:
    """Who is looking, and whether a session has ended in the meantime. A token in the header counts before a session."""
    people, ticket = desk.reading.people, request.cookies.get(SESSION)
    if ticket and "authorization" not in request.headers:
        try:
            return desk.sessions.read(ticket, people), False
        except BadToken:
            return ANONYMOUS, True
    try:
        return identity.who(request, people, loopback=desk.loopback), False
    except BadToken:
        return ANONYMOUS, False


def _failed(visit: Visit, error: YuliaoError) -> Response:
    """What went wrong, as a page. A dataset that is not there for this visitor is 404, whether he signed in or not."""
    status = 404 if isinstance(error, NotFound | RevisionUnknown) else status_of(error)
    if isinstance(error, VersionClosed):
        status = 410 if error.tombstone.get("kind") == "purged" else 403
    if status == 500:
        return visit.page(
            "error.html", 500, message="服务器出错 / the server failed", hint="请报告管理员 / tell whoever runs it"
        )
    return visit.page("error.html", status, message=str(error), hint=error.hint, unseen=isinstance(error, NotFound))
