"""Names as the log tells them, held against what stands in refs: a version, a tag or a tombstone that went without a word.

Whatever gives, closes or takes a name is logged before it shows; so what the log tells last is what has to be there. A deed
whose process died between the two is told alike: it can be finished by the same mend.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from corpora.catalog.audit import Audit, user
from corpora.catalog.refs import locked
from corpora.catalog.repository import Repository, version_of
from corpora.release import Finding

_DEEDS = ("publish", "tag", "untag", "withdraw", "reopen", "purge", "delete")
Tags = dict[str, dict[str, Any]]


class Told(NamedTuple):
    """Of one dataset: tags as they have to stand, as in refs; every tag that was ever given."""

    tags: Tags
    ever: set[str]


def told(audit: Audit, corpus: str | None = None) -> dict[str, Told]:
    """dataset → what the log tells of its names. Memory: the names; lines are read page by page. Raises IntegrityError."""
    lines = (audit.entries(what=deed, corpus=corpus) for deed in _DEEDS)
    found: dict[str, Told] = {}
    for entry in heapq.merge(*lines, key=lambda one: one["seq"]):
        _replay(found.setdefault(str(entry.get("corpus")), Told({}, set())), entry)
    return found


def _replay(known: Told, entry: dict[str, Any]) -> None:
    what, stone = entry["what"], {"reason": entry.get("reason", ""), "by": entry["who"], "date": entry["at"]}
    if what in ("publish", "tag"):
        tag = str(entry.get("tag") or f"v{entry.get('version')}")
        known.ever.add(tag)
        if commit := entry.get("commit"):
            known.tags[tag] = {"commit": commit, "message": "", "by": entry["who"], "date": entry["at"]}
    elif what == "untag":
        known.tags.pop(str(entry.get("tag")), None)
    elif what == "delete":
        known.tags.clear()
    elif what == "reopen":
        known.tags.get(f"v{entry.get('version')}", {}).pop("withdrawn", None)
    elif what == "withdraw":
        _close(known, entry.get("version"), entry.get("commit"), entry, "withdrawn", stone)
    else:  # of a draft: no commit, and no name
        for version, commit in zip(entry.get("versions", ()), entry.get("commits", ()), strict=False):
            _close(known, version, commit, entry, "purged", stone)


def _close(known: Told, version: Any, commit: Any, entry: dict[str, Any], kind: str, stone: dict[str, Any]) -> None:
    known.ever.add(tag := f"v{version}")
    if commit:
        named = {"commit": commit, "message": "", "by": entry["who"], "date": entry["at"]}
        known.tags.setdefault(tag, named).setdefault(kind, stone)


def check(audit: Audit, root: Path, there: Iterable[Repository], *, mend: bool = False) -> Iterator[Finding]:
    """Names that the log tells of and refs have lost, moved or opened; versions that the log does not know.

    `mend` puts back what the log tells, where the commit is there, and logs that.
    """
    known, empty = told(audit), next(audit.lines(limit=1), None) is None
    for one in there:
        mine = known.pop(one.corpus, Told({}, set()))
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
        for code, tag in _wrong(mine, one):
            want = mine.tags[tag]
            mended = one.commits.has(want["commit"])
            if mended:
                audit.append("restore", who=user(), corpus=one.corpus, tag=tag, commit=want["commit"], result=code)
                refs["tags"][tag] = {**refs["tags"].get(tag, {}), **want}
            found.append(_finding(one, code, tag, mended=mended))
    return found


def _now(one: Repository, audit: Audit) -> Told:
    return told(audit, one.corpus).get(one.corpus, Told({}, set()))


def _wrong(mine: Told, one: Repository) -> list[tuple[str, str]]:
    """[(code, tag)] of what is not as the log tells it."""
    tags, found = one.refs.read()["tags"], []
    for tag, want in sorted(mine.tags.items()):
        if (have := tags.get(tag)) is None:
            found.append(("tag_missing", tag))
        elif have["commit"] != want["commit"]:
            found.append(("tag_moved", tag))
        elif {"withdrawn", "purged"} & want.keys() - have.keys():
            found.append(("tombstone_missing", tag))
    return found


_TEXTS = {
    "tag_missing": "日志里有，refs.json 里没有 / the log has it, refs.json has not",
    "tag_moved": "指向的提交与日志不同 / it names another commit than the log",
    "tombstone_missing": "日志里已撤回或清除，refs.json 里还开着 / the log has it closed, refs.json has it open",
}


def _finding(one: Repository, code: str, tag: str, *, mended: bool = False) -> Finding:
    return Finding(code, _name(one, tag), _TEXTS[code] + "，已按日志恢复 / restored from the log" * mended)


def _unlogged(mine: Told, one: Repository) -> list[str]:
    return sorted(tag for tag in one.refs.read()["tags"] if version_of(tag) and tag not in mine.ever)


def _unknown(one: Repository, tag: str) -> Finding:
    return Finding("audit_missing", _name(one, tag), "日志里没有它的发布 / the log knows nothing of its publication")


def _name(one: Repository, tag: str) -> str:
    return f"{one.corpus}@{version}" if (version := version_of(tag)) else f"{one.corpus} {tag}"


def unlogged(audit: Audit, there: Iterable[Repository]) -> list[str]:
    """Versions (`name@version`) that refs have and the log never heard of: it is another log, or was begun anew."""
    known = told(audit)
    return [_name(one, tag) for one in there for tag in _unlogged(known.get(one.corpus, Told({}, set())), one)]
