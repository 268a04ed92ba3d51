"""What a visitor looks at: a dataset at one of its revisions, if he may see it, and the manifest of its release."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpora.catalog import closed
from corpora.catalog.entries import shown
from corpora.catalog.people import Principal
from corpora.catalog.repository import Repository, version_of
from corpora.catalog.revisions import Revision
from corpora.errors import RevisionUnknown
from corpora.hub.page.desk import Desk
from corpora.hub.reading.desk import NotFound

_LARGEST_MANIFEST = 16 << 20


@dataclass(frozen=True)
class Found:
    """What a visitor looks at. name: the tag, branch or commit that was asked for, or stands for the dataset."""

    repository: Repository
    revision: Revision
    name: str

    @property
    def version(self) -> str:
        return version_of(self.revision.tag) or ""

    @property
    def commit(self) -> Mapping[str, Any]:
        return self.repository.commits.get(self.revision.commit)

    @property
    def manifest(self) -> dict[str, Any]:
        return manifest_of(self.repository, self.commit["files"])


def manifest_of(repository: Repository, files: Mapping[str, Any]) -> dict[str, Any]:
    """release.json; empty when there is none, or none that can be read."""
    entry = files.get("release.json")
    if entry is None or entry["size"] > _LARGEST_MANIFEST or not closed.is_open(repository, entry["sha256"]):
        return {}
    return _parsed(str(repository.blobs.path(entry["sha256"])))


@functools.lru_cache(maxsize=128)
def _parsed(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            value = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def find(desk: Desk, who: Principal, corpus: str, asked: str) -> Found:
    """Raises NotFound, RevisionUnknown: what a visitor may not see is not there."""
    repository = desk.reading.repository(who, corpus)
    name = asked or shown(repository, repository.refs.read())
    try:
        return Found(repository, desk.reading.revision(who, repository, name), name)
    except RevisionUnknown:
        if asked:
            raise
        raise NotFound(corpus, who) from None
