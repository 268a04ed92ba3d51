"""Tags and branches. A version's tag is made once and stays; `main` stays too."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.refs import MAIN
from corpora.catalog.repository import Repository
from corpora.hub import receiving
from corpora.hub.protocol import Forbidden
from corpora.hub.writing.bodies import answer, in_thread, read_json, text_of
from corpora.hub.writing.desk import Desk, Writer


async def tag(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    """409 when the tag exists, 400 for a version's tag on what is no sealed release: it would stay, and take the number."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    body = await read_json(request)
    name, message = text_of(body, "tag"), text_of(body, "message", most=1 << 16, default="")
    await in_thread(lambda: _tag(repository, name, revision, message, who.name), limiter=desk.rebuilds)
    return answer({"success": True})


def _tag(repository: Repository, name: str, revision: str, message: str, by: str) -> None:
    if name not in repository.refs.read()["tags"]:
        revision = receiving.check_tag(repository, name, revision, by=by)
    repository.tag(name, revision, message=message, by=by)


async def untag(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    """409 for a version's tag, 404 when it is not there."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    await in_thread(lambda: repository.untag(revision, by=who.name))
    return answer({"success": True})


async def branch(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    """A branch at `startingPoint` (`main`); 409 when it exists."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    body = await read_json(request)
    start = text_of(body, "startingPoint", default=MAIN)
    await in_thread(lambda: repository.branch(revision, start, by=who.name))
    return answer({"success": True})


async def unbranch(desk: Desk, request: Request, who: Writer, corpus: str, revision: str) -> Response:
    repository = await in_thread(lambda: desk.repository(who, corpus))
    if revision.removeprefix("refs/heads/") == MAIN:
        raise Forbidden("main 不能删除 / main stays", hint="删除整个数据集 / delete the dataset instead")
    await in_thread(lambda: repository.unbranch(revision, by=who.name))
    return answer({"success": True})
