"""The list of datasets: search, filters, order, page by page. Only what the caller may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog.entries import Entry
from corpora.catalog.people import Principal
from corpora.errors import YuliaoError
from corpora.hub.reading.desk import Desk, in_thread
from corpora.hub.reading.info import describe
from corpora.hub.reading.tree import page_size, whole_number
from corpora.hub.urls import base_of

_ORDER = {"createdAt": "created", "created_at": "created", "lastModified": "modified", "last_modified": "modified"}


async def datasets(desk: Desk, request: Request, who: Principal) -> Response:
    """`?search=&filter=&author=&gated=&sort=&direction=&limit=&full=`; every filter has to fit."""
    asked = request.query_params
    limit = page_size(asked.get("limit"))
    full = asked.get("full", "").lower() in ("true", "1")

    def look() -> Response:
        found = _found(desk, who, asked)
        start = whole_number(asked.get("skip"), "skip", default=0)
        wanted = found[start : start + limit]
        times = desk.people.downloads.of(one.corpus for one in wanted)
        page = [told for one in wanted for told in _told(desk, who, one, times.get(one.corpus, 0))]
        headers = {}
        if len(found) > start + limit:  # clients take `limit` for the size of a page, and stop by themselves
            again = [(k, v) for k, v in asked.multi_items() if k != "skip"] + [("skip", str(start + limit))]
            headers["Link"] = f'<{base_of(request)}/api/datasets?{urlencode(again)}>; rel="next"'
        return JSONResponse(
            [one if full else {k: v for k, v in one.items() if k != "cardData"} for one in page], headers=headers
        )

    return await in_thread(look)


def _found(desk: Desk, who: Principal, asked: Any) -> list[Entry]:
    """From the index: what fits and this caller may see; what nobody verified only for its organisation's people."""
    words, sort, gated = " ".join(asked.getlist("search")), _ORDER.get(asked.get("sort", "")), asked.get("gated")
    found = desk.index.search(
        words, labels=asked.getlist("filter"), author=asked.get("author"), sort=sort or ("" if words.strip() else "name"),
        visible=lambda entries: desk.people.access.visible(who, [(one.corpus, one) for one in entries]),
    )  # fmt: skip
    if sort and asked.get("direction", "-1") == "1":
        found.reverse()
    wanted = None if gated is None else gated.lower() in ("true", "auto", "manual")
    return [
        one for one in found if (one.head_verified or who.holds(one.corpus)) and (wanted is None or wanted == bool(one.gated))
    ]  # fmt: skip


def _told(desk: Desk, who: Principal, entry: Entry, downloads: int) -> Iterator[dict[str, Any]]:
    repository = desk.catalog.repository(entry.corpus)
    try:
        yield describe(repository, desk.revision(who, repository, "main"), downloads=downloads)
    except YuliaoError:  # gone or closed to this caller in the meantime, or damaged: `fsck` tells, a listing goes on
        return
