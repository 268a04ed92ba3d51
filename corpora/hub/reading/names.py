"""Names: branches and tags, history, who the caller is, whether it may."""

from __future__ import annotations

from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog.people import Principal
from corpora.catalog.refs import MAIN
from corpora.hub.protocol import Forbidden
from corpora.hub.reading.desk import Desk, NotFound, in_thread, shown_refs, shows, warnings

_MOST_COMMITS = 1000


async def refs(desk: Desk, request: Request, who: Principal, corpus: str) -> Response:
    """Branches and tags; those of commits that nobody verified only for the organisation's own people."""

    def look() -> Response:
        found = shown_refs(who, desk.repository(who, corpus))

        def ref(kind: str, name: str, commit: str) -> dict[str, Any]:
            return {"name": name, "ref": f"refs/{kind}/{name}", "targetCommit": commit}

        branches = [ref("heads", name, commit) for name, commit in sorted(found["branches"].items())]
        tags = [ref("tags", name, commit) for name, commit in sorted(found["tags"].items())]
        return JSONResponse({"branches": branches, "tags": tags, "converts": [], "pullRequests": []})

    return await in_thread(look)


async def commits(desk: Desk, request: Request, who: Principal, corpus: str, revision: str) -> Response:
    """The history of a revision, newest first; commits in it that nobody verified only for the organisation's own people."""

    def look() -> Response:
        repository = desk.repository(who, corpus)
        found = desk.revision(who, repository, revision)
        shown = shows(who, repository)
        told = [
            {"id": one["id"], "title": one["title"], "message": one["message"], "authors": [{"user": one["author"]}],
             "date": one["date"]}
            for one in islice(repository.history(found.commit), _MOST_COMMITS)
            if shown(one["id"])
        ]  # fmt: skip
        return JSONResponse(told, headers=warnings(repository, found))

    return await in_thread(look)


async def whoami(desk: Desk, request: Request, who: Principal) -> Response:
    """401 for nobody in particular."""
    if not who.name:
        raise NotSignedIn("需要令牌 / a token is needed", hint="HF_TOKEN")
    orgs = [{"name": org, "type": "org", "fullname": org} for org in sorted(who.roles) if org != "*"]
    role = "write" if who.may_write() else "read"
    auth = {"type": "access_token", "accessToken": {"displayName": who.token or "local", "role": role}}
    return JSONResponse({"type": "user", "id": who.name, "name": who.name, "fullname": who.name, "orgs": orgs, "auth": auth})


class NotSignedIn(Forbidden):
    status = 401


async def auth_check(desk: Desk, request: Request, who: Principal, corpus: str) -> Response:
    """200 when the files of the newest revision may be read."""

    def look() -> Response:
        repository = desk.repository(who, corpus)
        desk.check_reading(who, repository, desk.revision(who, repository, MAIN))
        return JSONResponse({"success": True})

    return await in_thread(look)


async def auth_check_write(desk: Desk, request: Request, who: Principal, corpus: str) -> Response:
    """200 when the caller may write."""

    def look() -> Response:
        desk.repository(who, corpus)
        if not who.name and not who.local:
            raise NotFound(corpus, who)
        if not desk.people.access.writing(who, corpus):
            raise Forbidden(f"没有写 {corpus} 的权限 / no right to write to {corpus}")
        return JSONResponse({"success": True})

    return await in_thread(look)
