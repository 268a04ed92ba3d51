"""The catalog: content-addressed blobs, commits and tags. One folder that can be copied, served or backed up."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from corpora import gates
from corpora.catalog import closed, closing, upkeep
from corpora.catalog.audit import Audit, user, utc_now
from corpora.catalog.blobs import Blobs
from corpora.catalog.commits import Commits, file_entry
from corpora.catalog.database import Database
from corpora.catalog.refs import MAIN, Refs, check_head
from corpora.catalog.repository import Repository, collecting_held_off
from corpora.errors import IntegrityError, UsageError, VersionTaken
from corpora.landing import Advance, Bar, Half, Landing, Wanted, landed, landing, no_bar
from corpora.names import check_version, did_you_mean, version_order
from corpora.release import Finding, Release, verify
from corpora.release.manifest import ATTESTED, RUN, file_sha256, release_hash
from corpora.workspace import private_folder

_BLOCK = 1 << 20


def _check_inside(path: str) -> None:
    """A catalog comes from elsewhere: none of its paths may lead out of the folder that is pulled into."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path:
        raise IntegrityError(
            "目录里有越界的文件名 / a file name in the catalog leads out", hint="不要使用这个目录 / do not use it"
        )


def _appended(blob: Path, half: Half) -> int:
    """Copies what is missing of a half; returns its bytes. A blob that is not there gives none."""
    before = half.size
    with contextlib.suppress(FileNotFoundError), blob.open("rb") as reader:
        reader.seek(before)
        while block := reader.read(_BLOCK):
            half.write(block)
    return half.size - before


@dataclass(frozen=True)
class Published:
    """What a publication did. `fresh` is False when the very release was there already."""

    corpus: str
    version: str
    release: str
    commit: str
    fresh: bool
    new_blobs: int
    new_bytes: int
    shared_blobs: int
    shared_bytes: int


class Catalog:
    """A catalog in a folder. Any number of processes may read and publish at once."""

    def __init__(self, root: str | Path, *, database: str | None = None) -> None:
        self.root = private_folder(Path(root).absolute())
        self.database = Database(database or self.root, folder=self.root)
        self.blobs = Blobs(self.root / "blobs")
        self.audit = Audit(self.database)

    def repository(self, corpus: str) -> Repository:
        """A dataset of the catalog, there or not. Raises UsageError for what is not a dataset's name."""
        return Repository(self.root, corpus, self.blobs, self.audit)

    def refs(self, corpus: str) -> Refs:
        return self.repository(corpus).refs

    def commits(self, corpus: str) -> Commits:
        return self.repository(corpus).commits

    # --- write -------------------------------------------------------------------------------------

    def publish(
        self, release: Release, *, message: str = "", parent: str | None = None, link: bool = False,
        attestations: Sequence[Mapping[str, Any]] = (), by: str | None = None,
    ) -> Published:  # fmt: skip
        """Verifies a release, stores its blobs, commits it to `main` and tags it vX.Y.Z. Again: does nothing.

        `parent`: the commit that `main` must be at (compare-and-swap); by default whatever it is at that moment.
        `link`: the release folder is ours and read-only, share its bytes instead of copying them.
        `by`: who does it, by default the system's user; the log has both. `attestations`: audits and signatures (corpora.attestations), which become part of the commit.
        Raises IntegrityError, GateFailed (a bound is not met, or nobody has signed for unsure findings), VersionTaken (the
        tag holds other content, or was purged), VersionClosed (it is withdrawn), HeadMoved (somebody was faster).
        """
        findings = verify(release)
        if findings:
            raise IntegrityError(
                f"发布未通过核验：{findings[0].path} {findings[0].message} / the release does not verify ({len(findings)})",
                hint="运行 yuliao verify 查看全部问题 / run yuliao verify to see everything",
            )
        tag, by = f"v{release.version}", by or user()
        if same := self._same(self.refs(release.corpus).read(), tag, release):
            return self._report(release, same, {}, fresh=False)
        gates.check(release.manifest, attestations)
        hashes = {**release.hashes, RUN: file_sha256(release.files[RUN])}
        files = {path: file_entry(path, release.files[path], sha256) for path, sha256 in sorted(hashes.items())}
        with collecting_held_off(self.root):
            stored = {path: self.blobs.put(release.files[path], hashes[path], link=link) for path in files}
            with self.refs(release.corpus).writing() as refs:
                if same := self._same(refs, tag, release):
                    return self._report(release, same, stored, fresh=False)
                if parent is not None:
                    check_head(refs, parent)
                self.repository(release.corpus).begin(by=by)
                commit = self._commit(release, refs, files, message, attestations, by)
                # the log comes first: what is visible is logged, even if this process dies in between
                self.audit.append(
                    "publish", who=by, account=user() if by != user() else None, corpus=release.corpus,
                    version=release.version, release=release.hash, commit=commit,
                )  # fmt: skip
                if self.repository(release.corpus).settings.pushed:
                    self.repository(release.corpus).mark_verified(commit, release.hash, by=by)
                refs["branches"][MAIN] = commit
                refs["tags"][tag] = {"commit": commit, "message": message, "by": by, "date": utc_now()}
        return self._report(release, commit, stored, fresh=True)

    def _commit(
        self, release: Release, refs: dict[str, Any], files: dict[str, Any], message: str,
        attestations: Sequence[Mapping[str, Any]], by: str,
    ) -> str:  # fmt: skip
        head = refs["branches"].get(MAIN)
        vouched = {"attestations": [dict(entry) for entry in attestations]} if attestations else {}
        return self.commits(release.corpus).put(
            {
                "parents": [head] if head else [],
                "title": f"v{release.version}",
                "message": message,
                "author": by,
                "date": utc_now(),
                "files": files,
                **vouched,
            }
        )

    def _same(self, refs: dict[str, Any], tag: str, release: Release) -> str | None:
        """The commit under the tag if it holds this very release, None if the tag is free.

        Raises VersionTaken for other content and for a purged number, VersionClosed while the version is withdrawn.
        """
        if tag not in refs["tags"]:
            return None
        closed.check_number(self.repository(release.corpus), release.version)
        closed.check_release(self.repository(release.corpus), release.version, release.hashes)
        commit: str = refs["tags"][tag]["commit"]
        there = self.commits(release.corpus).get(commit)["files"]
        if release_hash({path: entry["sha256"] for path, entry in there.items()}) == release.hash:
            return commit
        raise VersionTaken(
            f"{release.corpus} {tag} 已发布，内容不同 / {tag} is published and holds something else",
            hint="已发布的版本不会改变：请升一个版本号 / published versions never change: choose a new version",
        )

    @staticmethod
    def _report(release: Release, commit: str, stored: dict[str, bool], *, fresh: bool) -> Published:
        sizes = {path: file.stat().st_size for path, file in release.files.items()}
        new = [sizes[path] for path, is_new in stored.items() if is_new]
        shared = [size for path, size in sizes.items() if not stored.get(path)]
        counts = (len(new), sum(new), len(shared), sum(shared))
        return Published(release.corpus, release.version, release.hash, commit, fresh, *counts)

    # --- read --------------------------------------------------------------------------------------

    def datasets(self) -> list[str]:
        """Names of all datasets."""
        return [one.corpus for one in upkeep.repositories(self.root, self.blobs, self.audit)]

    def versions(self, corpus: str, *, closed: bool = True) -> list[str]:
        """Published versions of a dataset, oldest number first, `closed` ones (withdrawn, purged) among them or not."""
        return sorted(closing.versions(self.repository(corpus), closed=closed), key=version_order)

    def release(self, corpus: str, version: str | None = None) -> Release:
        """A published release, its files being blobs; the latest version by default, one that is not closed if there is one."""
        commit = self.commits(corpus).get(self.commit_of(corpus, version))
        return Release({path: self.blobs.path(entry["sha256"]) for path, entry in commit["files"].items()})

    def attestations(self, corpus: str, version: str, *, release: str) -> list[dict[str, Any]]:
        """What was vouched for when this very release (by hash) was published; nothing for another one of that version."""
        commit = self.commits(corpus).get(self.commit_of(corpus, version))
        if release_hash({path: entry["sha256"] for path, entry in commit["files"].items()}) != release:
            return []
        if ATTESTED in commit["files"]:  # it arrived over the protocol
            return list(json.loads(self.blobs.path(commit["files"][ATTESTED]["sha256"]).read_bytes())["attestations"])
        return list(commit.get("attestations") or [])

    def commit_of(self, corpus: str, version: str | None = None) -> str:
        """The commit of a version (with or without v). Raises UsageError for an unknown one."""
        versions = self.versions(corpus)
        if not versions:
            raise UsageError(
                f"目录里没有数据集 {corpus} / no dataset {corpus} in the catalog", hint=did_you_mean(corpus, self.datasets())
            )
        wanted = check_version(version) if version else (self.versions(corpus, closed=False) or versions)[-1]
        if wanted not in versions:
            known = "、".join(f"v{v}" for v in versions[-5:])
            raise UsageError(
                f"{corpus} 没有版本 {wanted} / {corpus} has no version {wanted}", hint=f"已有版本 / versions: {known}"
            )
        commit: str = self.refs(corpus).read()["tags"][f"v{wanted}"]["commit"]
        return commit

    def pull(self, corpus: str, version: str | None, folder: str | Path, *, bar: Bar = no_bar) -> Release:
        """Copies a release into `folder` (new or empty), every byte verified, by one rename; goes on after an interruption.

        Raises UsageError when the folder holds something else; pulling the same release again gives what is there.
        """
        name = self.commit_of(corpus, version)
        closing.check_open(self.repository(corpus), f"v{check_version(version)}" if version else name)
        commit, target = self.commits(corpus).get(name), Path(folder).absolute()
        for path in commit["files"]:
            _check_inside(path)
        wanted = {path: Wanted(one["size"], sha256=one["sha256"]) for path, one in commit["files"].items()}
        if there := landed(target, wanted):
            return there
        with landing(target) as place:
            place.begin(wanted, {"corpus": corpus, "commit": name})
            self.audit.append("pull", corpus=corpus, version=commit["title"].removeprefix("v"), commit=name)
            with bar(place.total, place.there) as advance:
                for path in place.missing():
                    self._copy(place, path, advance)
            return place.finish()

    def _copy(self, place: Landing, path: str, advance: Advance) -> None:
        with place.half(path) as half:
            for _ in range(2 if half.resumed else 1):  # a half of a process that died may be damaged itself
                advance(_appended(self.blobs.path(half.wanted.sha256), half))
                if half.finish():
                    return
        raise IntegrityError(
            f"内容与哈希不符或缺失：{path} / bytes are missing or do not match their hash: {path}",
            hint="文件已损坏，请从备份或原发布恢复 / the file is damaged: restore it from a backup or the release",
        )

    # --- upkeep ------------------------------------------------------------------------------------

    def fsck(self, *, deep: bool = False, mend: bool = False) -> list[Finding]:
        """What is wrong with the catalog (corpora.catalog.upkeep)."""
        return upkeep.fsck(self.root, self.blobs, self.audit, deep=deep, mend=mend)

    def gc(self, *, older_than: float = upkeep.DAY, dry_run: bool = False) -> upkeep.Collected:
        """Removes what nothing refers to (corpora.catalog.upkeep)."""
        return upkeep.gc(self.root, self.blobs, self.audit, older_than=older_than, dry_run=dry_run)
