"""Purging: versions of a dataset, and every copy of their rows on this machine, removed for good after a deletion request.

The catalog keeps tombstones; the newest version and its work folder stay. Copies that runs make of sources (unpacked
archives, rows of queries) hold whole tables, so all of them go: the next run makes them again. Records of runs, queues of
reviews and the text of annotation batches go too (curation.remains); decisions stay, which are keyed hashes without text.
Not ours to remove, and therefore told: projects on a Label Studio server. Files uploaded into drafts are sources: they stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import vault
from corpora.catalog import Catalog, closing
from corpora.catalog.audit import user
from corpora.errors import UsageError
from corpora.names import version_order
from corpora.release import load
from corpora.release.manifest import release_hash
from corpora.workspace import Workspace
from curation import remains
from curation.run import leftovers


@dataclass(frozen=True)
class Purged:
    """What went: blobs of the catalog, release folders, work folders, copies of sources, sealed vaults, records of runs, queues
    of reviews, audits, annotation batches whose text was taken out; folders that were pulled into the workspace or superseded
    there, and tables that `datasets` made of them. unknown: such tables of which nobody can say what they were made of, below
    the workspace. elsewhere: projects on Label Studio servers that still hold the text, as `address#project`; held: other
    datasets and branches where bytes of these versions still lie → files."""

    blobs: int
    releases: int
    work_folders: int
    copies: int
    vaults: int
    jobs: int
    queues: int
    audits: int
    batches: int
    pulled: int
    caches: int
    unknown: tuple[str, ...]
    elsewhere: tuple[str, ...]
    held: dict[str, int]


def chosen(
    workspace: Workspace, catalog: Catalog, corpus: str, *, versions: Sequence[str] = (), before: str | None = None
) -> list[str]:
    """The versions to purge, oldest first: published ones, and drafts of this machine that nobody published.

    Raises UsageError when none is meant.
    """
    published, drafts = _published(catalog, corpus), [one.name for one in workspace.drafts() if _name(one) == corpus]
    known = sorted({*published, *drafts}, key=version_order)
    wanted = [one for one in known if one in versions or (before and version_order(one) < version_order(before))]
    for one in set(versions) - set(wanted):
        catalog.commit_of(corpus, one)  # says which versions there are
    if not wanted:
        raise UsageError(
            "没有要清除的版本 / no version to purge",
            hint="写明版本，或 --before 新版本 / name versions, or --before VERSION",
        )
    return wanted


def purge(workspace: Workspace, catalog: Catalog, corpus: str, versions: Sequence[str], *, reason: str) -> Purged:
    """Removes versions everywhere; the same call again finishes what was interrupted. Raises UsageError while a run goes on."""
    found = leftovers.find(workspace)
    if any(one.kind == "in_use" for one in found):
        raise UsageError("有运行正在进行 / a run is going on", hint="等它结束再清除 / purge when it has ended")
    published = [one for one in versions if one in _published(catalog, corpus)]
    if published:
        gone = closing.purge(catalog.repository(corpus), published, reason=reason, by=user())
    else:
        gone = []
        catalog.audit.append("purge", corpus=corpus, versions=list(versions), commits=[], reason=closing.reason_of(reason))
    kept = _work_of_the_rest(workspace, catalog, corpus, versions)
    folders = [one for one in found if one.corpus == corpus and one.folder not in kept]
    drafts = [one for one in workspace.drafts() if _name(one) == corpus and one.name in versions]
    hashes = {*_hashes(catalog, corpus, published), *(load(one).hash for one in drafts)}
    batches = remains.batches(workspace, corpus, versions)
    made, unknown = remains.caches(workspace, corpus, versions)
    return Purged(
        blobs=len(gone),
        releases=_remove(drafts),
        work_folders=sum(leftovers.remove(one) for one in folders),
        copies=_remove(path for place in (workspace.unpacked, workspace.fetched / "database") for path in place.glob("*")),
        vaults=_remove(path for one in versions if (path := vault.path_of(workspace, corpus, one)).is_file()),
        jobs=_remove(remains.jobs(workspace, corpus, versions)),
        queues=_remove(remains.queues(workspace, corpus, hashes)),
        audits=_remove(remains.audits(workspace, hashes)),
        batches=sum(remains.blank(one) for one in batches),
        pulled=_remove(remains.copies(workspace, corpus, versions)),
        caches=_remove(made),
        unknown=tuple(str(one.relative_to(workspace.root)) for one in unknown),
        held=closing.held(catalog.root, catalog.repository(corpus)) if published else {},
        elsewhere=tuple(f"{one.server or 'Label Studio'}#{number}" for one in batches for number in one.projects),
    )


def _hashes(catalog: Catalog, corpus: str, versions: Sequence[str]) -> list[str]:
    """Hashes of the releases, from their commits: those are kept."""
    commits = (catalog.commits(corpus).get(catalog.commit_of(corpus, one))["files"] for one in versions)
    return [release_hash({path: entry["sha256"] for path, entry in files.items()}) for files in commits]


def _work_of_the_rest(workspace: Workspace, catalog: Catalog, corpus: str, versions: Sequence[str]) -> set[Path]:
    """Work folders of versions that stay: only the newest one's, whose run left out what was asked to be forgotten."""
    rest = [one for one in _published(catalog, corpus, closed=False) if one not in versions]
    work = workspace.find_work(corpus=corpus, version=rest[-1]) if rest else None
    return {*([work, *work.parents] if work else [])}


def _published(catalog: Catalog, corpus: str, *, closed: bool = True) -> list[str]:
    return catalog.versions(corpus, closed=closed) if catalog.repository(corpus).exists else []


def _name(folder: Path) -> str:
    """The dataset of a draft's folder."""
    return "/".join(folder.parts[-3:-1])


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in list(paths):
        count += 1
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return count
