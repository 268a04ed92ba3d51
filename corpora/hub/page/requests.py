"""Requests: what waits for an officer's decision, and the forms with which he decides. Nobody else sees any of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from starlette.responses import RedirectResponse, Response

from corpora.catalog.people import Grant
from corpora.catalog.people.grants import DAYS, MOST_DAYS
from corpora.errors import UsageError
from corpora.hub.identity import address
from corpora.hub.page.desk import Visit, page
from corpora.hub.protocol import Forbidden
from corpora.hub.reading.desk import in_thread

PAGE = "/requests"


@page
async def requests(visit: Visit) -> Response:
    """`GET /requests`."""
    _check_officer(visit)
    waiting = await in_thread(lambda: visit.desk.requests.waiting(visit.who))
    today = dt.date.fromisoformat(visit.desk.reading.people.now()[:10])
    days: dict[str, Any] = {name: (today + dt.timedelta(count)).isoformat() for name, count in _DAYS.items()}
    return visit.page("requests.html", waiting=waiting, **days)


_DAYS = {"first": 1, "until": DAYS, "last": MOST_DAYS}


@page
async def approved(visit: Visit, number: str) -> Response:
    """`POST /requests/{number}/approve`: until a day."""
    said = await visit.desk.sessions.fields(visit.request, visit.visit, visit.who)
    return await _decided(
        visit,
        lambda: visit.desk.requests.approve(
            visit.who, _number(number), until=said.get("until", ""), address=address(visit.request), token=visit.who.token
        ),
    )


@page
async def refused(visit: Visit, number: str) -> Response:
    """`POST /requests/{number}/refuse`: with a reason."""
    said = await visit.desk.sessions.fields(visit.request, visit.visit, visit.who)
    return await _decided(
        visit,
        lambda: visit.desk.requests.refuse(
            visit.who, _number(number), reason=said.get("reason", ""), address=address(visit.request), token=visit.who.token
        ),
    )


async def _decided(visit: Visit, decide: Callable[[], Grant]) -> Response:
    _check_officer(visit)
    await in_thread(decide)
    return visit.finish(RedirectResponse(PAGE, 303))


def _check_officer(visit: Visit) -> None:
    if not visit.who.is_officer:
        raise Forbidden(
            "申请只由数据安全官查看和决定 / requests are seen and decided by officers only",
            hint="用数据安全官的令牌登录 / sign in with an officer's token",
        )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError("没有这个编号的申请 / no such request", hint=PAGE)
    return int(text)
