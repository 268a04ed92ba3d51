"""The desk of the read half: what every handler needs, and who may see what. What may not be seen is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from corpora.catalog import Catalog, closed, closing, revisions
from corpora.catalog.index import Index
from corpora.catalog.people import People, Principal
from corpora.catalog.refs import MAIN
from corpora.catalog.repository import Repository, version_of
from corpora.catalog.revisions import Revision
from corpora.errors import RevisionUnknown, UsageError
from corpora.hub.answers import readable
from corpora.hub.protocol import Refusal
from corpora.hub.recorder import Recorder
from corpora.names import version_order

OPEN_FILES = ("README.md", ".gitattributes")
"""What a gated dataset shows to everybody who sees it: what it is, and how to ask for it."""


class NotFound(Refusal):
    """No such dataset for this caller: 401 for nobody in particular, so that clients say "log in"."""

    code = "RepoNotFound"

    def __init__(self, corpus: str, who: Principal) -> None:
        super().__init__(
            f"没有数据集 {corpus[:100]}，或无权查看 / no dataset {corpus[:100]!r}, or you may not see it",
            hint="检查名称；私有数据集需要令牌 HF_TOKEN / check the name; a private one needs a token in HF_TOKEN",
        )
        self.status = 404 if who.name else 401


class Gated(Refusal):
    """The dataset is there, its files need a grant."""

    code = "GatedRepo"

    def __init__(self, corpus: str, who: Principal) -> None:
        super().__init__(
            f"{corpus} 须申请后下载 / access to {corpus} needs a grant: ask for it on its page, with your purpose",
            hint=f"yuliao grant request {corpus} --purpose …",
        )
        self.status = 403 if who.name else 401


class NoEntry(Refusal):
    """No such file or folder at this revision. Clients remember it by the commit."""

    status, code = 404, "EntryNotFound"


@dataclass(frozen=True)
class Desk:
    """What the handlers of the read half share."""

    catalog: Catalog
    people: People
    recorder: Recorder
    index: Index

    def repository(self, who: Principal, corpus: str) -> Repository:
        """Raises NotFound for what is not there for this caller."""
        try:
            repository = self.catalog.repository(corpus)
        except UsageError as error:
            raise NotFound(corpus, who) from error
        if not repository.exists or self.people.access.visibility(who, corpus, repository.settings) != "yes":
            raise NotFound(corpus, who)
        return repository

    def revision(self, who: Principal, repository: Repository, asked: str) -> Revision:
        """Raises RevisionUnknown; for a commit that nobody has verified in the same words as for none, unless one belongs to
        its organisation: which commits were pushed is nobody else's business."""
        if who.holds(repository.corpus):
            return repository.resolve(asked)
        with suppress(RevisionUnknown):
            if (found := repository.resolve(asked)).verified:
                return found
        if asked.removeprefix("refs/heads/") == MAIN and (newest := newest_verified(repository)):
            return newest  # a push onto `main` must not take the released data away from everybody else
        raise revisions.unknown(asked, *shown_refs(who, repository).values())

    def check_reading(self, who: Principal, repository: Repository, revision: Revision, path: str = "") -> int | None:
        """The grant that opens the files, if one is needed. Raises NotFound, Gated, VersionClosed.

        A file that is not there is not closed: whoever may read is told so, and `load_dataset` comes to one that says why.
        """
        entry = repository.commits.get(revision.commit)["files"].get(path) if path else None
        if path not in OPEN_FILES and (entry or not path):
            closed.check_revision(repository.corpus, revision)
        if entry:
            closed.check(repository, entry["sha256"])
        found = self.people.access.reading(who, repository.corpus, repository.settings, version=version_of(revision.tag))
        if found.answer == "hidden":
            raise NotFound(repository.corpus, who)
        if found.answer == "gated" and path not in OPEN_FILES:
            raise Gated(repository.corpus, who)
        return found.grant


def shows(who: Principal, repository: Repository) -> Callable[[str], bool]:
    """Whether this caller may know of a commit: the organisation's own people of all, others of those that are verified."""
    settings = repository.settings
    every = who.holds(repository.corpus) or not settings.pushed
    return lambda commit: every or commit in settings.verified


def shown_refs(who: Principal, repository: Repository) -> dict[str, dict[str, str]]:
    """{branches, tags}: name → commit, as far as this caller may know of them."""
    found, shown = repository.refs.read(), shows(who, repository)
    tags = {name: entry["commit"] for name, entry in found["tags"].items()}
    return {
        kind: {name: commit for name, commit in listed.items() if shown(commit)}
        for kind, listed in (("branches", found["branches"]), ("tags", tags))
    }


def newest_verified(repository: Repository) -> Revision | None:
    """The newest version that is verified and open, if there is one."""
    names = sorted(closing.versions(repository), key=version_order, reverse=True)
    return next((found for found in (repository.resolve(f"v{name}") for name in names) if found.verified), None)


def warnings(repository: Repository, revision: Revision) -> dict[str, str]:
    """Headers that clients show to people: what is closed and why, or that nobody has verified what was pushed."""
    if stones := revision.closed or closed.stones_at(repository, revision.commit):
        kind = next(iter(stones.values()))["kind"]
        return {"X-HF-Warning": readable(f"{kind}; {repository.corpus} {closed.english(stones, why=True)}")}
    if not revision.verified:
        return {"X-HF-Warning": f"unverified; {repository.corpus} was pushed and has not been verified yet"}
    return {}


async def in_thread(work: Any) -> Any:
    """Disk and database beside the event loop."""
    return await to_thread.run_sync(work)


def file_entry(path: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A file as /tree and /paths-info tell it."""
    lfs = {"lfs": dict(entry["lfs"])} if entry["lfs"] else {}
    return {"type": "file", "path": path, "size": entry["size"], "oid": entry["oid"], **lfs}
