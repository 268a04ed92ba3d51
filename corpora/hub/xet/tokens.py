"""Write tokens for Xet: the client gets an address of its namespace and a ticket for it, good for an hour.

The address holds namespace and epoch, because clients remember by address which chunks a server has: so they never refer to
chunks of another namespace, nor to those that were cleared away.
"""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.xorbs import epoch, is_open
from corpora.hub.protocol import Forbidden
from corpora.hub.urls import base_of
from corpora.hub.writing.bodies import answer, in_thread
from corpora.hub.writing.desk import Desk, Writer
from corpora.hub.writing.links import HOUR


async def write_token(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    """{casUrl, exp, accessToken}, in the headers too (older clients read those)."""
    await in_thread(lambda: desk.repository(who, corpus).resolve(revision))
    namespace = corpus.split("/")[0]
    now = epoch(desk.catalog.root)
    url = f"{base_of(request)}/xet/{namespace}/{now}"
    ticket, until = desk.links.sign("xet", corpus=corpus, epoch=now, **desk.signature(who)), int(time.time()) + HOUR
    headers = {"x-xet-cas-url": url, "x-xet-access-token": ticket, "x-xet-token-expiration": str(until)}
    return answer({"casUrl": url, "exp": until, "accessToken": ticket}, headers=headers)


def bearer(desk: Desk, request: Request, namespace: str, asked: str) -> dict[str, Any]:
    """The ticket {corpus, who, token, …} that a call carries. Raises Forbidden."""
    kind, _, ticket = request.headers.get("authorization", "").partition(" ")
    about = desk.links.read(ticket.strip() if kind.lower() == "bearer" else "", "xet")
    if (about["corpus"].split("/")[0], about["epoch"]) != (namespace, asked):
        raise Forbidden("令牌是给别处的 / the token is for another place", hint="重新上传 / upload it again")
    check_open(desk, asked)
    return about


def check_open(desk: Desk, at: str) -> None:
    """Raises Forbidden when xorbs were cleared since the address was given out."""
    if not is_open(desk.catalog.root, at):
        raise Forbidden("上传区已清空 / what was uploaded was cleared away", hint="重新上传 / upload it again")
