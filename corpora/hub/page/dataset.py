"""The page of a dataset: what it is, whether it may be used and how, its card, first rows, files and versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from corpora.catalog import closed
from corpora.catalog.audit import utc_now
from corpora.catalog.entries import shown
from corpora.catalog.refs import MAIN
from corpora.catalog.repository import version_of
from corpora.errors import VersionClosed
from corpora.hub.identity import address
from corpora.hub.page import card_html, overview, rows, versions
from corpora.hub.page.desk import Visit, page
from corpora.hub.page.found import Found, find
from corpora.hub.page.words import term
from corpora.hub.reading import resolve
from corpora.hub.reading.desk import Gated, in_thread

TABS = ("overview", "card", "rows", "files", "versions")
_MOST_FILES = 1000


@page
async def dataset(visit: Visit, corpus: str) -> Response:
    """`GET /datasets/{namespace}/{name}?tab=&v=&split=`."""
    query = visit.request.query_params
    tab = query.get("tab", "") if query.get("tab") in TABS else TABS[0]
    found: Found = await in_thread(lambda: find(visit.desk, visit.who, corpus, query.get("v", "")))
    values = await in_thread(lambda: _common(visit, found, tab))
    if tab == "rows":
        values["preview"] = await _preview(visit, found, query.get("split", ""))
    else:
        values |= await in_thread(lambda: _TABS[tab](visit, found))
    return visit.page("dataset.html", **values)


def _common(visit: Visit, found: Found, tab: str) -> dict[str, Any]:
    repository, manifest, language = found.repository, found.manifest, visit.look.language
    entry = next((one for one in visit.desk.index.entries() if one.corpus == repository.corpus), None)
    files, settings = found.commit["files"], repository.settings
    latest = shown(repository, repository.refs.read())
    said = manifest.get("rows")
    return {
        "corpus": repository.corpus, "entry": entry, "tab": tab, "tabs": TABS, "revision": found.revision,
        "version": found.version, "settings": settings, "files_count": len(files), "date": found.commit["date"],
        "access": "private" if settings.private else "gated" if settings.gated else "open",
        "size": sum(one["size"] for one in files.values()), "rows": said if isinstance(said, int) else 0,
        "query": f"&v={found.name}" if found.name != latest else "", "latest": version_of(latest),
        "older": bool(found.version) and found.name != latest, "state": _state(visit, found), "base": visit.base,
        "downloads": visit.desk.reading.people.downloads.of([repository.corpus]).get(repository.corpus, 0),
        "has_manifest": bool(manifest), "grade": manifest.get("grade") if isinstance(manifest.get("grade"), str) else "",
        "term": lambda kind, key: term(kind, key, language),
    }  # fmt: skip


def _state(visit: Visit, found: Found) -> dict[str, Any]:
    """What this visitor may do here, and what became of what he asked for."""
    desk, corpus, who = visit.desk, found.repository.corpus, visit.who
    answer = desk.reading.people.access.reading(
        who, corpus, found.repository.settings, version=version_of(found.revision.tag)
    )
    asked = desk.reading.people.grants.all(user=who.name, corpus=corpus) if who.name and not who.local else []
    last = asked[-1] if asked else None
    return {"reads": answer.answer == "yes", "gated": answer.answer == "gated", "grant": last,
            "said": last.said(utc_now()) if last else ""}  # fmt: skip


def _overview(visit: Visit, found: Found) -> dict[str, Any]:
    return {"overview": overview.of(found.manifest, visit.look.language), "card": _card(visit, found)}


def _card(visit: Visit, found: Found) -> dict[str, Any]:
    entry = found.commit["files"].get("README.md")
    blobs = found.repository.blobs
    if entry is None or blobs.has(entry["sha256"]) is None or not closed.is_open(found.repository, entry["sha256"]):
        return {"html": "", "headings": [], "cut": False}
    html, headings = card_html.of_file(blobs.path(entry["sha256"]))
    return {"html": html, "headings": headings, "cut": entry["size"] > 4 * card_html.LARGEST}


def _files(visit: Visit, found: Found) -> dict[str, Any]:
    files, shut = found.commit["files"], closed.contents(found.repository)
    listed = [
        {
            "path": path,
            **entry,
            "gone": bool(found.repository.blobs.purged(entry["sha256"])),
            "closed": entry["sha256"] in shut,
        }
        for path, entry in sorted(files.items())[:_MOST_FILES]
    ]
    return {"files": listed, "left": max(0, len(files) - _MOST_FILES)}


def _card_alone(visit: Visit, found: Found) -> dict[str, Any]:
    return {"card": _card(visit, found)}


def _versions(visit: Visit, found: Found) -> dict[str, Any]:
    return {"listed": versions.of(found.repository, visit.who, visit.look.language)}


_TABS: dict[str, Callable[[Visit, Found], dict[str, Any]]] = {
    "overview": _overview, "card": _card_alone, "files": _files, "versions": _versions,
}  # fmt: skip


async def _preview(visit: Visit, found: Found, split: str) -> dict[str, Any]:
    """First rows, for who may read them; logged before they are shown."""
    if not found.revision.verified:
        return {"why": "unverified"}

    def look() -> dict[str, Any]:
        paths = rows.tables(found.manifest, found.commit["files"])
        splits = sorted(paths, key=lambda one: (one != "train", one))
        chosen = split if split in paths else next(iter(splits), "")
        if not chosen:
            return {"why": "none"}
        grant = visit.desk.reading.check_reading(visit.who, found.repository, found.revision, paths[chosen])
        blob = found.repository.blobs.path(found.commit["files"][paths[chosen]]["sha256"])
        read = rows.first(blob, overview.labels(found.manifest), found.manifest.get("leaves") or ["text"])
        return {"why": "", **read, "grant": grant, "splits": splits, "split": chosen, "path": paths[chosen]}

    try:
        preview: dict[str, Any] = await in_thread(look)
    except Gated:
        return {"why": "gated"}
    except VersionClosed:
        return {"why": "closed"}
    if not preview["why"]:
        await visit.desk.reading.recorder.record(
            what="preview", who=visit.who.name or "anonymous", corpus=found.repository.corpus, version=found.version or None,
            commit=found.revision.commit, path=preview["path"], bytes=preview["bytes"], rows=len(preview["rows"]),
            address=address(visit.request), grant=preview["grant"], token=visit.who.token, result=200,
        )  # fmt: skip
    return preview


@page
async def download(visit: Visit, corpus: str, revision: str, path: str) -> Response:
    """`GET /datasets/{id}/download/{revision}/{path}`: a file for who signed in here; the same rules and log as `resolve`."""
    return await resolve.resolve(visit.desk.reading, visit.request, visit.who, corpus, revision, path)


@page
async def moved(visit: Visit, corpus: str, revision: str = MAIN, path: str = "") -> Response:
    """Addresses that clients print (`/tree/main`, `/blob/main/README.md`, `/commit/…`): to the page that tells the same."""
    found: Found = await in_thread(lambda: find(visit.desk, visit.who, corpus, revision))
    return visit.finish(RedirectResponse(f"/datasets/{corpus}?" + urlencode({"tab": "files", "v": found.name}), 302))
