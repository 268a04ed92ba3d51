"""Upkeep: what is wrong with a catalog (`fsck`), what can be mended, and what nobody refers to any more (`gc`)."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.catalog import closing, logged, xorbs
from corpora.catalog.audit import Audit
from corpora.catalog.blobs import Blobs
from corpora.catalog.refs import locked
from corpora.catalog.repository import Repository
from corpora.errors import FormatUnknown, IntegrityError
from corpora.names import is_corpus
from corpora.release import Finding
from corpora.release.manifest import file_sha256

DAY = 86_400
_HALF_WRITTEN = (
    "datasets/*/*/.*.*",
    "datasets/*/*/commits/.*",
    "blobs/??/??/.*",
    "blobs/.uploads/*",
    "xet/.uploads/*",
    "datasets/*/*/uploads/*/.*",
)
_LOCKS = (".lock", ".settings.lock")


@dataclass(frozen=True)
class Collected:
    """What `gc` removed: blobs and their bytes, half-written files, repositories that were deleted."""

    blobs: int
    bytes: int
    leftovers: int
    repositories: int


def repositories(root: Path, blobs: Blobs, audit: Audit) -> list[Repository]:
    """All repositories of a catalog, by name."""
    found = sorted("/".join(path.parent.parts[-2:]) for path in (root / "datasets").glob("*/*/refs.json"))
    return [Repository(root, name, blobs, audit) for name in found]


def sound(root: Path, blobs: Blobs, audit: Audit) -> list[Repository]:
    """Those whose branches and tags can be read."""
    found = []
    for one in repositories(root, blobs, audit):
        with contextlib.suppress(IntegrityError):
            one.refs.read()
            found.append(one)
    return found


def damaged(root: Path, blobs: Blobs, audit: Audit) -> Iterator[Finding]:
    """Datasets whose refs or settings are gone or unreadable, and commits that a head or a later commit names in vain."""
    for name in _names(root):
        one = Repository(root, name, blobs, audit)
        if not one.exists:  # a first release that is just coming in, or was killed today, has no refs yet
            if _is_lost(one):
                yield Finding("bad_refs", name, "没有 refs.json / refs.json is missing")
            continue
        try:
            refs = one.refs.read()
        except IntegrityError as error:
            yield Finding("bad_refs", name, str(error))
            continue
        if not one.has_settings:
            yield Finding(
                "bad_settings",
                name,
                "没有 settings.json，按未核验、私有对待 / settings.json is missing: it counts as unverified and private",
            )
        else:
            try:
                one.settings  # noqa: B018
            except IntegrityError as error:
                yield Finding("bad_settings", name, str(error))
        yield from _absent_commits(one, refs)


def _names(root: Path) -> list[str]:
    """Names of the folders of datasets, whatever is in them."""
    found = ("/".join(path.parts[-2:]) for path in (root / "datasets").glob("*/*") if path.is_dir())
    return sorted(name for name in found if is_corpus(name))


def _is_lost(one: Repository) -> bool:
    """Whether commits without refs are more than a first release that never came to its end: several, or from before yesterday."""
    commits = [one.folder / "commits" / f"{name}.json" for name in one.commits.names()]
    return len(commits) > 1 or any(time.time() - path.stat().st_mtime > DAY for path in commits)


def _absent_commits(one: Repository, refs: dict[str, Any]) -> Iterator[Finding]:
    """Commits of branches, tags and parents that are not there, or not whole."""
    one.commits.forget()
    waiting = sorted({*refs["branches"].values(), *(tag["commit"] for tag in refs["tags"].values()), *one.commits.names()})
    seen: set[str] = set()
    while waiting:
        if (name := waiting.pop()) in seen:
            continue
        seen.add(name)
        try:
            waiting += one.commits.get(name)["parents"]
        except IntegrityError as error:
            yield Finding("bad_commit", f"{one.corpus}/{name}", str(error))


def leftovers(root: Path, *, older_than: float) -> list[Path]:
    """Half-written files that nobody has touched for `older_than` seconds: a process died while it wrote them."""
    now = time.time()
    found = [path for pattern in _HALF_WRITTEN for path in root.glob(pattern) if path.name not in _LOCKS]
    return sorted(path for path in found if path.is_file() and now - path.stat().st_mtime > older_than)


def fsck(root: Path, blobs: Blobs, audit: Audit, *, deep: bool = False, mend: bool = False) -> list[Finding]:
    """Everything that is wrong: refs (also as the log tells them), commits, blobs (`deep`: their hashes too), unfinished
    purges, the audit chain.

    `mend` removes what is half-written, sets damaged blobs aside (so that the same bytes can be stored again), puts back tags
    and tombstones that the log tells of, and finishes purges; a finding that was mended says so. What only a backup can bring
    back stays a finding.
    """
    found = list(damaged(root, blobs, audit))
    there = sound(root, blobs, audit)
    broken = audit.broken()
    if broken is None:  # else its lines prove nothing
        found += logged.check(audit, root, there, mend=mend)
    found += [finding for one in there for finding in _check(one, deep=deep, mend=mend)]
    for path in leftovers(root, older_than=DAY):
        found.append(Finding("half_written", str(path.relative_to(root)), _said("一天前的半成品 / older than a day", mend)))
        if mend:
            path.unlink(missing_ok=True)
    return found + list(_check_audit(audit, there, broken))


def _check_audit(audit: Audit, there: list[Repository], line: int | None) -> Iterator[Finding]:
    if line is not None:
        yield Finding("audit_broken", "audit", f"第 {line} 条起不可信 / the chain breaks at entry {line}")
    try:
        last = audit.lost()
    except FormatUnknown as error:
        yield Finding("audit_missing", "audit.anchor", str(error))
        return
    if last is not None and audit.foreign():
        text = "audit.anchor 属于另一个日志：用了别的数据库，或这个是重新开始的 / the anchor belongs to another log than this database's"
        yield Finding("audit_missing", "audit", text)
    elif last is not None:
        text = f"日志不再有原来的第 {last} 条：被截短、删除或换成了别的 / the log was cut, deleted or swapped: entry {last} is gone"
        yield Finding("audit_missing", "audit", text)
    elif there and next(audit.lines(limit=1), None) is None:
        text = "有数据集，却没有审计日志：数据库被删了或换了 / datasets, but no audit: the database was deleted or is another one"
        yield Finding("audit_missing", "audit", text)


def _said(text: str, mended: bool) -> str:
    return f"{text}，已处理 / mended" if mended else text


def _check(repository: Repository, *, deep: bool, mend: bool) -> Iterator[Finding]:
    refs, commits = repository.refs.read(), repository.commits
    commits.forget()
    heads = [*refs["branches"].values(), *(tag["commit"] for tag in refs["tags"].values())]
    seen: set[str] = set()
    for name in sorted({*heads, *commits.names()}):
        try:
            files = commits.get(name)["files"]
        except IntegrityError:  # told by `damaged`
            continue
        for path, entry in files.items():
            if entry["sha256"] not in seen:  # of many commits, and told once
                seen.add(entry["sha256"])
                yield from _check_blob(repository, path, entry, deep=deep, mend=mend)
    if any("purged" in tag for tag in refs["tags"].values()):
        yield from _check_purges(repository, refs, mend=mend)


def _check_blob(repository: Repository, path: str, entry: dict[str, Any], *, deep: bool, mend: bool) -> Iterator[Finding]:
    sha256, where = entry["sha256"], f"{repository.corpus}/{path}"
    size = repository.blobs.has(sha256)
    if size is None:
        if not repository.blobs.purged(sha256):
            yield Finding("missing_blob", where, "缺失 / missing")
    elif repository.blobs.purged(sha256):
        yield Finding("purge_unfinished", where, _said("清除未完成 / its purge is not finished", mend))
        if mend:
            repository.blobs.path(sha256).unlink(missing_ok=True)
    elif size != entry["size"] or deep and file_sha256(repository.blobs.path(sha256)) != sha256:
        yield Finding("bad_blob", where, _said("已损坏 / damaged", False) + ("，已移开 / set aside" if mend else ""))
        if mend:
            repository.blobs.set_aside(sha256)


def _check_purges(repository: Repository, refs: dict[str, Any], *, mend: bool) -> Iterator[Finding]:
    if mend:
        with locked(repository.root / ".gc.lock"):
            for sha256 in closing.finish_purges(repository.root, repository):
                yield Finding("purge_unfinished", f"{repository.corpus}/{sha256[:12]}", _said("清除未完成", True))


def gc(root: Path, blobs: Blobs, audit: Audit, *, older_than: float = DAY, dry_run: bool = False) -> Collected:
    """Removes blobs that no commit refers to, half-written files and deleted repositories, all older than `older_than` seconds.

    Young blobs stay: an upload comes before its commit. Commits that are being made hold it off. Raises IntegrityError, and
    removes nothing, while refs or commits of any dataset cannot be read: what they refer to is not known.
    """
    with locked(root / ".gc.lock"):
        if bad := [one for one in damaged(root, blobs, audit) if one.code != "bad_settings"]:
            raise IntegrityError(
                f"{bad[0].path} 的记录不完整（{bad[0].code}），不知道哪些内容还要用，什么也没有删"
                " / its records are damaged: what is still needed is not known, nothing was removed",
                hint="先运行 yuliao fsck，从备份恢复 / run yuliao fsck and restore from a backup first",
            )
        deleted = [path for path in (root / "deleted").glob("*") if time.time() - path.stat().st_mtime > older_than]
        kept = [Repository(root, name, blobs, audit) for name in _names(root)]  # with refs or without
        needed = {
            entry["sha256"]
            for one in kept
            for name in one.commits.names()
            for entry in one.commits.get(name)["files"].values()
        }
        needed |= _of_deleted(root, deleted)
        now = time.time()
        unused = [
            path for name in blobs.names() if name not in needed
            for path in [blobs.path(name)] if now - path.stat().st_mtime > older_than
        ]  # fmt: skip
        stale, old = leftovers(root, older_than=max(older_than, DAY)), xorbs.stale(root)
        stale += [
            path for path in root.glob("datasets/*/*/uploads/*/*") if now - path.stat().st_mtime > max(older_than, DAY)
        ]
        done = Collected(len(unused), sum(path.stat().st_size for path in unused), len(stale) + len(old), len(deleted))
        if not dry_run and (unused or stale or deleted or old):
            audit.append("gc", blobs=done.blobs, bytes=done.bytes, repositories=done.repositories)
            for path in [*unused, *stale]:
                path.unlink(missing_ok=True)
            for path in [*deleted, *old]:
                shutil.rmtree(path, ignore_errors=True)
        return done


def _of_deleted(root: Path, going: list[Path]) -> set[str]:
    """Blobs of repositories that were deleted lately: a deletion can be undone until then."""
    import json

    kept = [path for path in (root / "deleted").glob("*") if path not in going]
    files = (json.loads(one.read_bytes())["files"] for path in kept for one in path.glob("commits/[0-9a-f]*.json"))
    return {entry["sha256"] for found in files for entry in found.values()}
