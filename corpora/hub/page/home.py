"""The front page: search, facets, the list of what this visitor may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from corpora.catalog.entries import SIZES, Entry
from corpora.catalog.index import Index, fits
from corpora.hub.page.desk import Desk, Visit, page
from corpora.hub.page.words import term
from corpora.hub.reading.desk import in_thread

FACETS = {"industry": "industry", "licence": "licences", "access": "access", "size": "size"}
"""Name in the address → facet of the index."""
_PAGE, _MOST_VALUES, _LONGEST = 20, 12, 200
_SORTS = ("modified", "rows", "name")


@page
async def home(visit: Visit) -> Response:
    """`GET /?q=&industry=&licence=&access=&size=&sort=&page=`."""
    return visit.page("home.html", **await in_thread(lambda: _look(visit)))


@page
async def datasets(visit: Visit) -> Response:
    """`GET /datasets`: the front page."""
    return visit.finish(RedirectResponse("/", 302))


def seen(desk: Desk, visit: Visit, found: Sequence[Entry]) -> list[str]:
    """Names of those among entries that this visitor may see; what nobody verified only for its organisation's people."""
    names = desk.reading.people.access.visible(visit.who, [(one.corpus, one) for one in found])
    trusted = {one.corpus for one in found if one.verified or visit.who.holds(one.corpus)}
    return [name for name in names if name in trusted]


def _look(visit: Visit) -> dict[str, Any]:
    query, desk = visit.request.query_params, visit.desk
    asked = query.get("q", "")[:_LONGEST].strip()
    wanted = {name: [one for one in query.getlist(name)[:20] if one] for name in FACETS}
    sort = query.get("sort", "") if query.get("sort") in _SORTS else ""

    def search(text: str, *, relaxed: bool = False) -> list[Entry]:
        return desk.index.search(text, sort=sort, relaxed=relaxed, visible=lambda found: seen(desk, visit, found))

    everything = search(asked)
    loose = bool(asked) and not everything
    if loose:
        everything = search(asked, relaxed=True)
    filters = {FACETS[name]: values for name, values in wanted.items()}
    found = [one for one in everything if fits(one, filters)]
    pages = max(1, -(-len(found) // _PAGE))
    at = min(pages, int(query["page"])) if query.get("page", "").isdecimal() and len(query["page"]) < 7 else 1
    at = max(1, at)
    return {
        "q": asked, "sort": sort, "sorts": _SORTS, "wanted": wanted, "loose": loose, "total": len(found),
        "rows": sum(one.rows for one in found), "facets": _facets(visit, everything, filters, wanted, asked, sort),
        "found": found[(at - 1) * _PAGE : at * _PAGE], "at": at, "pages": pages,
        "link": lambda number: _address(asked, wanted, sort, number), "everything": bool(desk.index.entries()),
        "term": lambda kind, key: term(kind, key, visit.look.language),
    }  # fmt: skip


def _address(asked: str, wanted: dict[str, list[str]], sort: str, number: int = 1) -> str:
    said = [("q", asked)] * bool(asked) + [(name, one) for name, values in wanted.items() for one in values]
    said += [("sort", sort)] * bool(sort) + [("page", str(number))] * (number > 1)
    return "/?" + urlencode(said, errors="replace") if said else "/"


def _facets(
    visit: Visit, everything: list[Entry], filters: dict[str, list[str]], wanted: dict[str, list[str]], asked: str, sort: str
) -> list[dict[str, Any]]:
    """Every facet with its values; counted among what fits the others, so that a second value of one widens the list."""
    made = []
    for name, facet in FACETS.items():
        others = {key: values for key, values in filters.items() if key != facet}
        counts = Index.facets(one for one in everything if fits(one, others))[facet]
        chosen = wanted[name]
        values = [
            {
                "label": term(name, value, visit.look.language), "count": counts.get(value, 0), "chosen": value in chosen,
                "address": _address(asked, {**wanted, name: _toggled(chosen, value)}, sort),
            }
            for value in _ordered(name, counts, chosen)
        ]  # fmt: skip
        if values:
            made.append({"name": name, "values": values})
    return made


def _toggled(chosen: list[str], value: str) -> list[str]:
    return [one for one in chosen if one != value] if value in chosen else [*chosen, value]


def _ordered(name: str, counts: Counter[str], chosen: Iterable[str]) -> list[str]:
    """Sizes from small to large, the rest by how many there are."""
    if name == "size":
        return [one for one in SIZES if one in counts or one in set(chosen)]
    most = [value for value, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_MOST_VALUES]]
    return most + [one for one in chosen if one not in most]
