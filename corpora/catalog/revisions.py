"""Revisions: what `main`, `v1.2.0`, `refs/tags/…`, a commit or the start of one means in a repository, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corpora.errors import RevisionUnknown

_HEX = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Revision:
    """A commit, by whatever name it was asked for.

    `tag`: a tag that points at it (the asked one if it is a tag). `withdrawn`, `purged`: {reason, by, date} when the version
    at this commit was closed, whichever way one came to it. `closed`: the versions that were, tag → {kind, reason, by, date}:
    the asked one, or all. `verified`: a sealed release that was verified.
    """

    commit: str
    tag: str | None
    withdrawn: Mapping[str, Any] | None
    purged: Mapping[str, Any] | None
    closed: Mapping[str, Mapping[str, Any]]
    verified: bool


def closure(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """How the version of a tag was closed: {kind: purged or withdrawn, reason, by, date}; None while it is open."""
    kind = next((kind for kind in ("purged", "withdrawn") if kind in entry), None)
    return {"kind": kind, **entry[kind]} if kind else None


def find(refs: Mapping[str, Any], asked: str, commits: list[str]) -> str:
    """The commit that `asked` names: tags before branches, so that nothing shadows a release. Raises RevisionUnknown."""
    tags, branches = refs["tags"], refs["branches"]
    if asked in tags or asked.startswith("refs/tags/"):
        entry = tags.get(asked.removeprefix("refs/tags/"))
        found = entry["commit"] if entry else None
    else:
        found = branches.get(asked.removeprefix("refs/heads/"))
    if found is None and _HEX.fullmatch(asked):
        near = [name for name in commits if name.startswith(asked)]
        found = near[0] if len(near) == 1 else None
    if found is None:
        raise unknown(asked, branches, tags)
    return str(found)


def unknown(asked: str, branches: Iterable[str], tags: Iterable[str]) -> RevisionUnknown:
    """The error for a name that means nothing, with branches and tags that there are: only such as its reader may see."""
    named = ", ".join([*branches, *sorted(tags)][-8:]) or "—"
    return RevisionUnknown(f"没有这个版本 / no such revision: {asked[:60]!r}", hint=f"已有：{named} / there are: {named}")


def describe(refs: Mapping[str, Any], asked: str, commit: str, *, verified: bool) -> Revision:
    """What refs say of a commit."""
    here = {name: entry for name, entry in refs["tags"].items() if entry["commit"] == commit}
    asked = asked.removeprefix("refs/tags/")
    tag = asked if asked in here else next(iter(sorted(here)), None)
    stones = {kind: next((one[kind] for one in here.values() if kind in one), None) for kind in ("withdrawn", "purged")}
    closed = {name: stone for name, entry in sorted(here.items()) if (stone := closure(entry))}
    named = {asked: closed[asked]} if asked in closed else closed
    return Revision(commit, tag, stones["withdrawn"], stones["purged"], named, verified)
