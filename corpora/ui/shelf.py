"""What lies on this machine and in its catalog: every release that a page may offer, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.catalog import Catalog
from corpora.names import version_order
from corpora.release import Release, load
from corpora.workspace import Workspace


@dataclass(frozen=True)
class Entry:
    """A release: published, sealed here, or both. work: folder of the run that made it, None where that is not here."""

    corpus: str
    version: str
    release: Release
    published: bool
    closed: str
    work: Path | None

    @property
    def name(self) -> str:
        return f"{self.corpus}@{self.version}"

    @property
    def manifest(self) -> dict[str, Any]:
        return self.release.manifest


class Shelf:
    """All releases of a workspace and its catalog."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.catalog = Catalog(workspace.catalog)
        self._works = {run["release"]: Path(run["work"]) for run in workspace.runs()}

    def entries(self) -> list[Entry]:
        """By dataset, newest version first; a draft that is published under the same content is told once."""
        found = [one for corpus in self.catalog.datasets() for one in self._published(corpus)]
        known = {one.release.hash for one in found}
        for folder in self.workspace.drafts():
            release = load(folder)
            if release.hash not in known:
                found.append(Entry(release.corpus, release.version, release, False, "", self._work(release)))
        newest = sorted(found, key=lambda one: version_order(one.version), reverse=True)
        return sorted(newest, key=lambda one: one.corpus)

    def _published(self, corpus: str) -> list[Entry]:
        tags = self.catalog.refs(corpus).read()["tags"]
        found = []
        for version in self.catalog.versions(corpus):
            tag = tags[f"v{version}"]
            closed = next((word for word in ("purged", "withdrawn") if word in tag), "")
            release = self.catalog.release(corpus, version)
            if (release.files.get("release.json") or Path()).is_file():
                found.append(Entry(corpus, version, release, True, closed, self._work(release)))
        return found

    def _work(self, release: Release) -> Path | None:
        work = self._works.get(release.hash)
        return work if work is not None and (work / "state.json").is_file() else None
