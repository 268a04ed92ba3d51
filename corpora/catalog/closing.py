"""Closing a version that was published: withdrawn (kept, not given out) or purged (its data bytes removed for good).

Manifest, hashes and audit stay: a tombstone {reason, by, date} on the tag, and one for each purged blob.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpora.catalog import closed, xorbs
from corpora.catalog.audit import utc_now
from corpora.catalog.closed import KEPT, is_data
from corpora.catalog.refs import locked
from corpora.catalog.repository import Repository, version_of
from corpora.errors import UsageError
from corpora.names import did_you_mean

__all__ = ["KEPT"]


def _entry(refs: dict[str, Any], repository: Repository, version: str) -> dict[str, Any]:
    tag = f"v{version}"
    if tag not in refs["tags"]:
        raise UsageError(f"{repository.corpus} 没有版本 {version} / no such version", hint=did_you_mean(tag, refs["tags"]))
    entry: dict[str, Any] = refs["tags"][tag]
    return entry


def reason_of(said: str) -> str:
    """The reason without the blanks around it. Raises UsageError when there is none."""
    if not said.strip():
        raise UsageError("要写明原因 / a reason is needed", hint="--reason 原因")
    return said.strip()


def _stone(reason: str, by: str) -> dict[str, Any]:
    return {"reason": reason_of(reason), "by": by, "date": utc_now()}


def withdraw(repository: Repository, version: str, *, reason: str, by: str) -> None:
    """Closes a version: clients get 403 and the reason. Raises UsageError for an unknown or already closed version."""
    with repository.refs.writing() as refs:
        entry = _entry(refs, repository, version)
        if "withdrawn" in entry or "purged" in entry:
            raise UsageError(f"{version} 已撤回或清除 / it is closed already", hint="yuliao show 查看 / see yuliao show")
        stone = _stone(reason, by)
        repository.audit.append(
            "withdraw", who=by, corpus=repository.corpus, version=version, commit=entry["commit"], reason=stone["reason"]
        )
        entry["withdrawn"] = stone


def reopen(repository: Repository, version: str, *, reason: str, by: str) -> None:
    """The undo of `withdraw`; logged like it. A purge has none."""
    with repository.refs.writing() as refs:
        entry = _entry(refs, repository, version)
        if "withdrawn" not in entry or "purged" in entry:
            raise UsageError(f"{version} 没有被撤回，或已清除 / it is not withdrawn, or it is purged")
        repository.audit.append(
            "reopen",
            who=by,
            corpus=repository.corpus,
            version=version,
            commit=entry["commit"],
            reason=_stone(reason, by)["reason"],
        )
        del entry["withdrawn"]


def purge(repository: Repository, versions: Sequence[str], *, reason: str, by: str) -> list[str]:
    """Removes the data of versions and everything that only they hold; returns the sha256 of the purged blobs.

    Order: log, tombstones on the tags (nobody is given the data from here on), then the bytes. Killed in between, the same
    call again, or `fsck --mend`, finishes it. Bytes that an open version of any dataset of the catalog shares stay: they are part of it.
    """
    with locked(repository.root / ".gc.lock"):
        with repository.refs.writing() as refs:
            stone = _stone(reason, by)
            entries = [_entry(refs, repository, version) for version in versions]
            commits = [entry["commit"] for entry in entries]
            repository.audit.append(
                "purge", who=by, corpus=repository.corpus, versions=list(versions), commits=commits, reason=reason
            )
            for entry in entries:
                entry.setdefault("purged", stone)
        xorbs.clear(repository.root)  # chunks of what is purged may lie there though a file elsewhere keeps its bytes
        return finish_purges(repository.root, repository)


def finish_purges(root: Path, repository: Repository) -> list[str]:
    """Removes what the purged versions of a repository hold and nobody else needs; returns the sha256 of what went."""
    from corpora.catalog.upkeep import repositories

    refs = repository.refs.read()
    closed = {entry["commit"]: entry["purged"] for entry in refs["tags"].values() if "purged" in entry}
    if not closed:
        return []
    needed = {
        one["sha256"] for other in repositories(root, repository.blobs, repository.audit) for one in _open_files(other)
    }
    gone = {
        entry["sha256"]: {**stone, "corpus": repository.corpus}
        for commit, stone in closed.items()
        for path, entry in repository.commits.get(commit)["files"].items()
        if is_data(path) and entry["sha256"] not in needed and not repository.blobs.purged(entry["sha256"])
    }
    if gone:
        xorbs.clear(root)  # first: once the bytes are purged, nobody would come back for their chunks
    for sha256, stone in gone.items():
        repository.blobs.purge(sha256, stone)
    return list(gone)


def held(root: Path, repository: Repository) -> dict[str, int]:
    """Where bytes of the purged versions still lie: `dataset branch` → files.

    Other datasets go on giving them out: it is their own business. Branches of this one do not (corpora.catalog.closed); what
    its open versions share is left on purpose and not told.
    """
    from corpora.catalog.upkeep import repositories

    tags = repository.refs.read()["tags"]
    own = {sha256 for sha256, names in closed.contents(repository).items() if any("purged" in tags[one] for one in names)}
    gone = {
        one["sha256"]
        for entry in tags.values() if "purged" in entry
        for path, one in repository.commits.get(entry["commit"])["files"].items() if is_data(path)
    }  # fmt: skip
    found: dict[str, int] = {}
    for other in repositories(root, repository.blobs, repository.audit):
        theirs = own if other.corpus == repository.corpus else gone
        for branch, commit in other.refs.read()["branches"].items():
            files = {one["sha256"] for one in other.commits.get(commit)["files"].values()} & theirs
            if count := sum(other.blobs.has(one) is not None for one in files):
                found[f"{other.corpus} {branch}"] = count
    return found


def _open_files(repository: Repository) -> list[dict[str, Any]]:
    """The files that somebody may still ask for: of the newest commits, and of the versions that are not purged.

    History behind them is not a reason to keep purged bytes: a commit nobody tagged that held them loses them too.
    """
    refs = repository.refs.read()
    purged = {entry["commit"] for entry in refs["tags"].values() if "purged" in entry}
    heads = {*refs["branches"].values(), *(entry["commit"] for entry in refs["tags"].values())} - purged
    return [file for name in heads for file in repository.commits.get(name)["files"].values()]


def check_open(repository: Repository, revision: str) -> None:
    """Raises VersionClosed when the version at a revision was withdrawn or purged."""
    closed.check_revision(repository.corpus, repository.resolve(revision))


def state(repository: Repository, version: str) -> str:
    """`published`, `withdrawn` or `purged`: what became of a published version."""
    found = repository.resolve(f"v{version}")
    return "purged" if found.purged else "withdrawn" if found.withdrawn else "published"


def versions(repository: Repository, *, closed: bool = False) -> list[str]:
    """Published versions; those that were withdrawn or purged only on request."""
    tags = repository.refs.read()["tags"]
    named = [(version_of(tag), entry) for tag, entry in tags.items()]
    return [name for name, entry in named if name and (closed or not entry.keys() & {"withdrawn", "purged"})]
