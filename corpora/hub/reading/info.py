"""What a dataset is: the answer to `dataset_info`, and one line of a listing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog import cards, closed
from corpora.catalog.people import Principal
from corpora.catalog.refs import MAIN
from corpora.catalog.repository import Repository
from corpora.catalog.revisions import Revision
from corpora.hub.reading.desk import Desk, in_thread, warnings

_TAGS = ("license", "language", "task_categories", "task_ids", "size_categories", "multilinguality", "annotations_creators")
_LARGEST_CARD = 2 << 20


async def info(desk: Desk, request: Request, who: Principal, corpus: str, revision: str = MAIN) -> Response:
    """`GET /api/datasets/{id}[/revision/{rev}]?blobs=true`."""
    blobs = request.query_params.get("blobs", "").lower() in ("true", "1")

    def look() -> Response:
        repository = desk.repository(who, corpus)
        found = desk.revision(who, repository, revision)
        times = desk.people.downloads.of([corpus]).get(corpus, 0)
        told = describe(repository, found, blobs=blobs, files=True, downloads=times)
        return JSONResponse(told, headers=warnings(repository, found))

    return await in_thread(look)


def describe(
    repository: Repository, revision: Revision, *, blobs: bool = False, files: bool = False, downloads: int = 0
) -> dict[str, Any]:
    """A dataset as the Hub's clients read it."""
    commit, settings = repository.commits.get(revision.commit), repository.settings
    card = card_data(repository, commit["files"])
    tags = card_tags(card)
    if not revision.verified:
        tags.append("未经核验")
    if revision.withdrawn:
        tags.append("已撤回")
    found = {
        "_id": hashlib.sha1(repository.corpus.encode(), usedforsecurity=False).hexdigest()[:24],
        "id": repository.corpus,
        "author": repository.corpus.split("/")[0],
        "sha": revision.commit,
        "createdAt": settings.created_at or commit["date"],
        "lastModified": commit["date"],
        "private": settings.private,
        "gated": settings.gated,
        "disabled": False,
        "downloads": downloads,
        "likes": 0,
        "tags": tags,
        "description": str(card.get("pretty_name") or ""),
        "cardData": card,
        "usedStorage": sum(entry["size"] for entry in commit["files"].values()),
    }
    if files:
        found["siblings"] = [_sibling(path, entry, blobs=blobs) for path, entry in sorted(commit["files"].items())]
    return found


def _sibling(path: str, entry: Mapping[str, Any], *, blobs: bool) -> dict[str, Any]:
    if not blobs:
        return {"rfilename": path}
    lfs = entry["lfs"]
    large = {"lfs": {"sha256": lfs["oid"], "size": lfs["size"], "pointerSize": lfs["pointerSize"]}} if lfs else {}
    return {"rfilename": path, "size": entry["size"], "blobId": entry["oid"], **large}


def card_data(repository: Repository, files: Mapping[str, Any]) -> dict[str, Any]:
    """The YAML head of the card; empty when there is none, or when it can't be read."""
    entry = files.get("README.md")
    if entry is None or entry["size"] > _LARGEST_CARD or repository.blobs.has(entry["sha256"]) is None:
        return {}
    if not closed.is_open(repository, entry["sha256"]):  # data of a closed version under this name
        return {}
    return _card(repository.blobs.path(entry["sha256"]))


@lru_cache(maxsize=2048)
def _card(path: Path) -> dict[str, Any]:
    """By the blob's path, which its content decides: never changes."""
    import json

    try:
        plain = json.loads(json.dumps(cards.head(path.read_text("utf-8", "replace")), ensure_ascii=False, default=str))
    except (ValueError, TypeError, RecursionError):  # keys that JSON has not, aliases within aliases
        return {}
    return plain if isinstance(plain, dict) else {}


def card_tags(card: Mapping[str, Any]) -> list[str]:
    """`license:…`, `language:…` and the like, then the card's own tags."""
    found = []
    for key in _TAGS:
        values = card.get(key)
        listed = values if isinstance(values, list) else [values] if values else []
        found += [f"{key}:{one}" for one in listed if isinstance(one, str | int | float)]
    own = card.get("tags")
    return found + [str(one) for one in (own if isinstance(own, list) else []) if isinstance(one, str)]
