"""Closed contents: what only withdrawn or purged versions of a dataset hold is not given out at any of its revisions.

A commit on top, a copy, a branch or an earlier push names the same bytes: they are known by their sha256, not by where they
stand. Bytes that an open version holds too are open. Other datasets answer for themselves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpora.catalog.commits import Commits
from corpora.catalog.repository import Repository, version_of
from corpora.catalog.revisions import Revision, closure
from corpora.errors import IntegrityError, VersionClosed, VersionTaken

KEPT = ("release.json", "run.json", "croissant.json", "README.md")
"""What a closed version keeps: counts, hashes and descriptions. Its rows go."""
_NO_DATA = (*KEPT, ".gitattributes")
NEWER = "改用更新的版本 / use a newer version: yuliao releases"
REOPEN = '改用更新的版本；确须打开时 / use a newer version, or open it again: yuliao withdraw {} --undo --reason "…"'
Closed = Mapping[str, tuple[str, ...]]
_NONE: Closed = MappingProxyType({})


def is_data(path: str) -> bool:
    """Whether a file of a version goes with it; descriptions and settings of Git stay."""
    return path not in _NO_DATA


def contents(repository: Repository) -> Closed:
    """sha256 → tags of the closed versions that hold it; only what no open version of this dataset holds.

    Commits never change, so the answer hangs on which are closed and open: worked out anew when that changes, not by call.
    Raises IntegrityError when the commit of a closed version is damaged: what is closed is not known then.
    """
    return _contents(*key) if (key := _key(repository, repository.refs.read()["tags"])) else _NONE


def _key(repository: Repository, tags: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...], frozenset[str]] | None:
    """(folder of the commits, closed tags with their commits, commits of open versions); None when nothing is closed."""
    shut = tuple(sorted((tag, one["commit"]) for tag, one in tags.items() if closure(one)))
    if not shut:
        return None
    settings = repository.settings
    named = {one["commit"] for tag, one in tags.items() if version_of(tag) and not closure(one)}
    open_ = named & set(settings.verified) if settings.pushed else named
    return str(repository.commits.folder), shut, frozenset(open_)


@lru_cache(maxsize=128)
def _contents(folder: str, shut: tuple[tuple[str, str], ...], open_: frozenset[str]) -> Closed:
    commits, found = Commits(Path(folder)), dict[str, tuple[str, ...]]()
    for tag, commit in shut:
        for sha256 in {one["sha256"] for path, one in commits.get(commit)["files"].items() if is_data(path)}:
            found[sha256] = (*found.get(sha256, ()), tag)
    for commit in open_:
        for sha256 in _held(commits, commit):
            found.pop(sha256, None)
    return MappingProxyType(found)


def _held(commits: Commits, commit: str) -> Iterator[str]:
    """Of an open version; one that is damaged opens nothing."""
    with contextlib.suppress(IntegrityError):
        yield from (one["sha256"] for one in commits.get(commit)["files"].values())


@lru_cache(maxsize=1024)
def _tags_at(folder: str, shut: tuple[tuple[str, str], ...], open_: frozenset[str], commit: str) -> tuple[str, ...]:
    closed = _contents(folder, shut, open_)
    files = Commits(Path(folder)).get(commit)["files"].values()
    return tuple(sorted({tag for one in files for tag in closed.get(one["sha256"], ())}))


def stones_at(repository: Repository, commit: str) -> dict[str, dict[str, Any]]:
    """The closed versions that files of a commit belong to: tag → {kind, reason, by, date}."""
    tags = repository.refs.read()["tags"]
    return _stones(tags, _tags_at(*key, commit)) if (key := _key(repository, tags)) else {}


def _stones(tags: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {name: stone for name in names if (stone := closure(tags[name]))}


def is_open(repository: Repository, sha256: str) -> bool:
    """Whether bytes of this dataset are given out, at whatever revision they stand."""
    return sha256 not in contents(repository)


def check(repository: Repository, sha256: str) -> None:
    """Raises VersionClosed for bytes that only closed versions hold; it names them all."""
    tags = repository.refs.read()["tags"]
    held = _contents(*key).get(sha256) if (key := _key(repository, tags)) else None
    if held:
        said = "这个文件只在关闭的版本里：", "only closed versions hold this file: "
        raise refusal(repository.corpus, _stones(tags, held), said)


def check_revision(corpus: str, revision: Revision) -> None:
    """Raises VersionClosed when a version at a revision was withdrawn or purged; it names the one that was asked for, or all."""
    if revision.closed:
        raise refusal(corpus, revision.closed)


def of_release(repository: Repository, version: str, hashes: Mapping[str, str]) -> dict[str, Any] | None:
    """How a release (path → sha256), wherever its files lie, was closed: {kind, reason, by, date}; None for an open or other one.

    It is the version of that number with the same data: what was sealed anew with another card is the same to its readers.
    """
    entry = repository.refs.read()["tags"].get(f"v{version}")
    if entry is None or (stone := closure(entry)) is None:
        return None
    files = repository.commits.get(entry["commit"])["files"]
    same = {path: one["sha256"] for path, one in files.items() if is_data(path)}
    given = {path: sha256 for path, sha256 in hashes.items() if is_data(path)}
    return stone if same.items() >= given.items() else None


def check_release(repository: Repository, version: str, hashes: Mapping[str, str]) -> None:
    """Raises VersionClosed for a release that this catalog withdrew or purged."""
    if stone := of_release(repository, version, hashes):
        raise refusal(repository.corpus, {f"v{version}": stone}, hint=REOPEN.format(f"{repository.corpus}@{version}"))


def check_number(repository: Repository, version: str) -> None:
    """Raises VersionTaken for the number of a version that was purged: it is never used again, for whatever content."""
    stone = repository.refs.read()["tags"].get(f"v{version}", {}).get("purged")
    if stone:
        raise VersionTaken(
            f"{repository.corpus}@{version} 已按删除请求清除（{stone['reason']}），这个号码不再使用"
            " / this version was purged: its number is never used again",
            hint="换下一个版本号 / take the next number: --version",
        )


def refusal(
    corpus: str, stones: Mapping[str, Mapping[str, Any]], said: tuple[str, str] = ("", ""), *, hint: str = NEWER
) -> VersionClosed:
    """The error for versions {tag: {kind, reason, by, date}}: purged only when every one of them is."""
    first = next((one for one in stones.values() if one["kind"] == "withdrawn"), next(iter(stones.values())))
    return VersionClosed(
        f"{corpus} {said[0]}{told(stones)} / {said[1]}{english(stones)}",
        tombstone=first, hint=NEWER if first["kind"] == "purged" else hint,
    )  # fmt: skip


def told(stones: Mapping[str, Mapping[str, Any]]) -> str:
    """`v1.0.0 已撤回：原因`, of all of them."""
    words = {"purged": "按删除请求清除", "withdrawn": "撤回"}
    return "；".join(f"{tag} 已{words[one['kind']]}：{one['reason']}" for tag, one in stones.items())


def english(stones: Mapping[str, Mapping[str, Any]], *, why: bool = False) -> str:
    """`v1.0.0 was withdrawn`, of all of them, with the reasons if wanted."""
    reasons = {tag: f": {one['reason']}" if why else "" for tag, one in stones.items()}
    return ", ".join(f"{tag} was {one['kind']}{reasons[tag]}" for tag, one in stones.items())
