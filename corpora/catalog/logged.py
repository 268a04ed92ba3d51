"""Names and access as the log tells them, held against what stands in refs and settings: a version, a tag, a tombstone, a commit
of a branch or a closed door that went without a word.

Whatever gives, closes or takes a name is logged before it shows; so what the log tells last is what has to be there. A deed
whose process died between the two is told alike: it can be finished by the same mend.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from corpora.catalog.audit import Audit, user
from corpora.catalog.refs import MAIN, locked
from corpora.catalog.repository import Repository, version_of
from corpora.errors import IntegrityError
from corpora.release import Finding

_DEEDS = (
    "create", "publish", "commit", "branch", "unbranch", "tag", "untag", "withdraw", "reopen", "purge", "settings", "delete",
)  # fmt: skip
Tags = dict[str, dict[str, Any]]


class Told(NamedTuple):
    """Of one dataset: tags as they have to stand, as in refs; every tag that was ever given; the last commit of each branch;
    settings that people chose."""

    tags: Tags
    ever: set[str]
    heads: dict[str, str]
    settings: dict[str, Any]


def _nothing() -> Told:
    return Told({}, set(), {}, {})


def told(audit: Audit, corpus: str | None = None) -> dict[str, Told]:
    """dataset → what the log tells of its names. Memory: the names; lines are read page by page. Raises IntegrityError."""
    lines = (audit.entries(what=deed, corpus=corpus) for deed in _DEEDS)
    found: dict[str, Told] = {}
    for entry in heapq.merge(*lines, key=lambda one: one["seq"]):
        _replay(found.setdefault(str(entry.get("corpus")), _nothing()), entry)
    return found


def _replay(known: Told, entry: dict[str, Any]) -> None:
    what, stone = entry["what"], {"reason": entry.get("reason", ""), "by": entry["who"], "date": entry["at"]}
    _replay_branches(known, entry)
    if what == "settings":
        known.settings.update(entry.get("after") or {})
    elif what in ("publish", "tag"):
        tag = str(entry.get("tag") or f"v{entry.get('version')}")
        known.ever.add(tag)
        if commit := entry.get("commit"):
            known.tags[tag] = {"commit": commit, "message": "", "by": entry["who"], "date": entry["at"]}
    elif what == "untag":
        known.tags.pop(str(entry.get("tag")), None)
    elif what in ("create", "delete"):
        known.tags.clear()
        known.settings.clear()
        known.settings.update({"private": entry["private"]} if "private" in entry else {})
    elif what == "reopen":
        known.tags.get(f"v{entry.get('version')}", {}).pop("withdrawn", None)
    elif what == "withdraw":
        _close(known, entry.get("version"), entry.get("commit"), entry, "withdrawn", stone)
    elif what == "purge":  # of a draft: no commit, and no name
        for version, commit in zip(entry.get("versions", ()), entry.get("commits", ()), strict=False):
            _close(known, version, commit, entry, "purged", stone)


def _replay_branches(known: Told, entry: dict[str, Any]) -> None:
    what, commit = entry["what"], entry.get("commit")
    if what in ("create", "delete"):
        known.heads.clear()
    elif what == "unbranch":
        known.heads.pop(str(entry.get("branch")), None)
    elif what in ("publish", "commit", "branch") and commit:
        known.heads[str(entry.get("branch") or MAIN).removeprefix("refs/heads/")] = commit


def _close(known: Told, version: Any, commit: Any, entry: dict[str, Any], kind: str, stone: dict[str, Any]) -> None:
    known.ever.add(tag := f"v{version}")
    if commit:
        named = {"commit": commit, "message": "", "by": entry["who"], "date": entry["at"]}
        known.tags.setdefault(tag, named).setdefault(kind, stone)


def check(audit: Audit, root: Path, there: Iterable[Repository], *, mend: bool = False) -> Iterator[Finding]:
    """Names that the log tells of and refs have lost, moved or opened; settings that are others; versions that it does not know.

    `mend` puts back what the log tells, where the commit is there, and logs that.
    """
    known, empty = told(audit), next(audit.lines(limit=1), None) is None
    for one in there:
        mine = known.pop(one.corpus, _nothing())
        if _wrong(mine, one):
            yield from _settled(one, audit, mend=mend)
        if not empty:  # else told once, for the catalog
            yield from (_unknown(one, tag) for tag in _unlogged(mine, one))
    for corpus, rest in known.items():
        if rest.tags and not (root / "datasets" / corpus).is_dir():
            names = "、".join(sorted(rest.tags)[:5])
            text = f"整个数据集不在了，日志里有它的 {names} / the dataset is gone; the log has versions of it"
            yield Finding("dataset_missing", corpus, text)


def _settled(one: Repository, audit: Audit, *, mend: bool) -> list[Finding]:
    """Looked at once more while nobody writes: between a line and its deed is a moment."""
    if not mend:
        with locked(one.folder / ".lock", shared=True):
            return [_finding(one, *wrong) for wrong in _wrong(_now(one, audit), one)]
    found = []
    with one.refs.writing() as refs:
        mine = _now(one, audit)
        for code, name in _wrong(mine, one):
            mended = _mended(one, audit, refs, mine, code, name)
            found.append(_finding(one, code, name, mended=mended))
    return found


def _mended(one: Repository, audit: Audit, refs: dict[str, Any], mine: Told, code: str, name: str) -> bool:
    """Puts one thing back as the log tells it; False where its commit is gone."""
    about = {"who": user(), "corpus": one.corpus, "result": code}
    if code == "settings_changed":
        audit.append("restore", **about, after={name: mine.settings[name]})
        one.put_back({name: mine.settings[name]})
        return True
    commit = mine.heads[name] if code.startswith("branch") else mine.tags[name]["commit"]
    if not one.commits.has(commit):
        return False
    audit.append("restore", **about, **{"branch" if code.startswith("branch") else "tag": name}, commit=commit)
    if code.startswith("branch"):
        refs["branches"][name] = commit
    else:
        refs["tags"][name] = {**refs["tags"].get(name, {}), **mine.tags[name]}
    return True


def _now(one: Repository, audit: Audit) -> Told:
    return told(audit, one.corpus).get(one.corpus, _nothing())


def _wrong(mine: Told, one: Repository) -> list[tuple[str, str]]:
    """[(code, tag, branch or setting)] of what is not as the log tells it."""
    refs, found = one.refs.read(), list[tuple[str, str]]()
    tags, branches = refs["tags"], refs["branches"]
    for tag, want in sorted(mine.tags.items()):
        if (have := tags.get(tag)) is None:
            found.append(("tag_missing", tag))
        elif have["commit"] != want["commit"]:
            found.append(("tag_moved", tag))
        elif {"withdrawn", "purged"} & want.keys() - have.keys():
            found.append(("tombstone_missing", tag))
    for branch, commit in sorted(mine.heads.items()):
        if branches.get(branch) != commit:
            found.append(("branch_moved" if branch in branches else "branch_missing", branch))
    return found + [("settings_changed", key) for key in _changed(mine, one)]


def _changed(mine: Told, one: Repository) -> list[str]:
    """Settings that are others than the log tells last. Those that are gone or damaged are told by themselves."""
    if not one.has_settings or not mine.settings:
        return []
    try:
        now = one.settings
    except IntegrityError:
        return []
    return [key for key, value in sorted(mine.settings.items()) if getattr(now, key, value) != value]


_TEXTS = {
    "tag_missing": "日志里有，refs.json 里没有 / the log has it, refs.json has not",
    "tag_moved": "指向的提交与日志不同 / it names another commit than the log",
    "branch_missing": "日志里有这个分支，refs.json 里没有 / the log has this branch, refs.json has not",
    "branch_moved": "不在日志里最后的那个提交上 / it is not at the commit that the log tells last",
    "settings_changed": "与日志里最后一次的设置不同 / it is not what the log tells last",
    "tombstone_missing": "日志里已撤回或清除，refs.json 里还开着 / the log has it closed, refs.json has it open",
}


def _finding(one: Repository, code: str, name: str, *, mended: bool = False) -> Finding:
    path = _name(one, name) if code.startswith("t") else f"{one.corpus} {name}"
    return Finding(code, path, _TEXTS[code] + "，已按日志恢复 / restored from the log" * mended)


def _unlogged(mine: Told, one: Repository) -> list[str]:
    return sorted(tag for tag in one.refs.read()["tags"] if version_of(tag) and tag not in mine.ever)


def _unknown(one: Repository, tag: str) -> Finding:
    return Finding("audit_missing", _name(one, tag), "日志里没有它的发布 / the log knows nothing of its publication")


def _name(one: Repository, tag: str) -> str:
    return f"{one.corpus}@{version}" if (version := version_of(tag)) else f"{one.corpus} {tag}"


def unlogged(audit: Audit, there: Iterable[Repository]) -> list[str]:
    """Versions (`name@version`) that refs have and the log never heard of: it is another log, or was begun anew."""
    known = told(audit)
    return [_name(one, tag) for one in there for tag in _unlogged(known.get(one.corpus, _nothing()), one)]
