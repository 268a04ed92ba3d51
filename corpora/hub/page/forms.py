"""Forms: signing in with a token, signing out, asking for a gated dataset. Each carries the token of a page of ours."""

from __future__ import annotations

import re

from starlette.responses import RedirectResponse, Response

from corpora.catalog.people import BadToken, Principal
from corpora.hub.identity import address
from corpora.hub.page.desk import Visit, page
from corpora.hub.page.sessions import HOURS, SESSION
from corpora.hub.protocol import Forbidden
from corpora.hub.reading.desk import in_thread

_OURS = re.compile(r"/(requests|datasets/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?")
_LONGEST_TOKEN = 512


def _next(asked: str) -> str:
    """Where to go on: the front page, a dataset's or the requests', nowhere else."""
    return asked if _OURS.fullmatch(asked) else "/"


def _to(visit: Visit, where: str) -> Response:
    return visit.finish(RedirectResponse(where, 303))


@page
async def sign_in(visit: Visit) -> Response:
    """`GET /signin?next=`."""
    where = _next(visit.request.query_params.get("next", ""))
    return visit.page("signin.html", where=where, wrong=False, plain=_plain(visit))


def _plain(visit: Visit) -> bool:
    """Whether a token would cross a network as it stands."""
    return visit.base.startswith("http://") and not visit.desk.loopback


@page
async def signed_in(visit: Visit) -> Response:
    """`POST /signin`: the token becomes a session; it is stored nowhere."""
    said = await visit.desk.sessions.fields(visit.request, visit.visit, visit.who)
    where, secret = _next(said.get("next", "")), said.get("token", "").strip()[:_LONGEST_TOKEN]
    people = visit.desk.reading.people
    try:
        who = await in_thread(lambda: people.principal(secret)) if secret else None
    except BadToken:
        who = None
    if who is None or not who.name:
        return visit.page("signin.html", 401, where=where, wrong=True, plain=_plain(visit))
    told = {"address": address(visit.request), "token": who.token}
    await visit.desk.reading.recorder.record(what="sign_in", who=who.name, **told)
    word = await in_thread(lambda: _fresh(visit, who))
    visit.cookies[SESSION] = (word, HOURS * 3600)
    return _to(visit, where)


def _fresh(visit: Visit, who: Principal) -> str:
    """A new session; the one that this browser had before is over."""
    _end(visit)
    return visit.desk.sessions.open(who, visit.desk.reading.people)


def _end(visit: Visit) -> None:
    if word := visit.request.cookies.get(SESSION):
        visit.desk.reading.people.sessions.end(word)


@page
async def signed_out(visit: Visit) -> Response:
    """`POST /signout`: here and on the server, so that a copy of the cookie is worth nothing."""
    await visit.desk.sessions.fields(visit.request, visit.visit, visit.who)
    if visit.who.name:
        told = {"address": address(visit.request), "token": visit.who.token}
        await visit.desk.reading.recorder.record(what="sign_out", who=visit.who.name, **told)
    await in_thread(lambda: _end(visit))
    visit.cookies[SESSION] = ("", 0)
    return _to(visit, "/")


@page
async def requested(visit: Visit, corpus: str) -> Response:
    """`POST /datasets/{namespace}/{name}/request`: asks for a gated dataset; an officer decides, or nobody has to."""
    said = await visit.desk.sessions.fields(visit.request, visit.visit, visit.who)
    if not visit.who.name or visit.who.local:
        raise Forbidden("先登录再申请 / sign in to ask for access", hint="/signin")

    def ask() -> None:
        visit.desk.reading.repository(visit.who, corpus)  # NotFound, as for every other page
        purpose = " ".join(said.get("purpose", "").split())
        visit.desk.requests.ask(visit.who, corpus, purpose, address=address(visit.request))

    await in_thread(ask)
    return _to(visit, f"/datasets/{corpus}")
