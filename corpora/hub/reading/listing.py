"""The list of datasets: search, filters, order, page by page. Only what the caller may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog.people import Principal
from corpora.errors import YuliaoError
from corpora.hub.reading.desk import Desk, in_thread
from corpora.hub.reading.info import describe
from corpora.hub.reading.tree import page_size, whole_number
from corpora.hub.urls import base_of

_ORDER = {
    "createdAt": "createdAt",
    "created_at": "createdAt",
    "lastModified": "lastModified",
    "last_modified": "lastModified",
}


async def datasets(desk: Desk, request: Request, who: Principal) -> Response:
    """`?search=&filter=&author=&gated=&sort=&direction=&limit=&full=`; every filter has to fit."""
    asked = request.query_params
    limit = page_size(asked.get("limit"))
    full = asked.get("full", "").lower() in ("true", "1")

    def look() -> Response:
        found = [one for one in _visible(desk, who) if _fits(one, asked)]
        if key := _ORDER.get(asked.get("sort", "")):
            found.sort(key=lambda one: one[key], reverse=asked.get("direction", "-1") != "1")
        start = whole_number(asked.get("skip"), "skip", default=0)
        page = found[start : start + limit]
        headers = {}
        if len(found) > start + limit:  # clients take `limit` for the size of a page, and stop by themselves
            again = [(k, v) for k, v in asked.multi_items() if k != "skip"] + [("skip", str(start + limit))]
            headers["Link"] = f'<{base_of(request)}/api/datasets?{urlencode(again)}>; rel="next"'
        return JSONResponse(
            [one if full else {k: v for k, v in one.items() if k != "cardData"} for one in page], headers=headers
        )

    return await in_thread(look)


def _visible(desk: Desk, who: Principal) -> list[dict[str, Any]]:
    repositories = [desk.catalog.repository(name) for name in desk.catalog.datasets()]
    names = set(desk.people.access.visible(who, [(one.corpus, one.settings) for one in repositories]))
    found = []
    for one in repositories:
        if one.corpus in names:
            try:
                found.append(describe(one, desk.revision(who, one, "main")))
            except YuliaoError:  # nothing that this caller may see, or damaged: `fsck` tells, a listing goes on
                continue
    return found


def _fits(one: dict[str, Any], asked: Any) -> bool:
    words = " ".join(asked.getlist("search")).lower().split()
    text = f"{one['id']} {one['description']} {' '.join(one['tags'])}".lower()
    gated = asked.get("gated")
    return (
        all(word in text for word in words)
        and set(asked.getlist("filter")) <= set(one["tags"])
        and asked.get("author", one["author"]) == one["author"]
        and (gated is None or (gated.lower() in ("true", "auto", "manual")) == bool(one["gated"]))
    )
