"""A repository of the catalog: its commits, branches, tags and settings. Everything that changes it is logged before it shows."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from corpora.catalog import changes, revisions
from corpora.catalog.audit import Audit, utc_now
from corpora.catalog.blobs import Blobs
from corpora.catalog.commits import Commits
from corpora.catalog.paths import check_ref
from corpora.catalog.refs import MAIN, HeadMoved, Refs, locked
from corpora.catalog.settings import Settings, SettingsFile
from corpora.errors import PathRefused, RevisionUnknown, UsageError, VersionTaken
from corpora.names import check_corpus, check_version
from corpora.workspace import private_folder, sync_folder

_VERSION_TAG = re.compile(r"v\d+\.\d+\.\d+\S*")


class Repository:
    """One dataset of a catalog. Any number of processes may use it at once."""

    def __init__(self, root: Path, corpus: str, blobs: Blobs, audit: Audit) -> None:
        self.corpus = check_corpus(corpus)
        self.root = root
        self.folder = root / "datasets" / corpus
        self.blobs, self.audit = blobs, audit
        self.refs = Refs(self.folder)
        self.commits = Commits(self.folder / "commits")
        self._settings = SettingsFile(self.folder)

    @property
    def exists(self) -> bool:
        return (self.folder / "refs.json").is_file()

    # --- settings ----------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        return self._settings.read()

    def create(self, *, by: str, private: bool = True, pushed: bool = False) -> str:
        """Makes the repository with an empty first commit on `main`, and returns that. Raises VersionTaken if it is there."""
        with self.refs.writing() as refs:
            if refs["branches"]:
                raise VersionTaken(
                    f"数据集已存在：{self.corpus} / the dataset exists: {self.corpus}",
                    hint="换一个名字 / choose another name",
                )
            self.audit.append("create", who=by, corpus=self.corpus, private=private)
            with self._settings.changing() as settings:
                settings.update(private=private, pushed=pushed, created_at=utc_now(), created_by=by)
            name = self._store({"title": "initial commit", "message": "", "author": by, "files": {}}, None)
            refs["branches"][MAIN] = name
        return name

    def begin(self, *, by: str) -> None:
        """Settings of a repository that its first release is about to make; one that is there keeps its own."""
        if not self.exists and not self._settings.is_there:
            with self._settings.changing() as settings:
                settings.update(created_at=utc_now(), created_by=by)

    @property
    def has_settings(self) -> bool:
        return self._settings.is_there

    def set(self, *, by: str, **wanted: Any) -> Settings:
        """Changes settings (private, gated). Raises UsageError when a repository that nobody verified would be opened."""
        with self._settings.changing() as settings:
            if wanted.get("private") is False and settings["private"]:
                self._check_opening(settings)
            before = {key: settings[key] for key in wanted}
            settings.update(wanted)
            Settings.model_validate(settings)
            self.audit.append("settings", who=by, corpus=self.corpus, before=before, after=dict(wanted))
        return self.settings

    def put_back(self, told: Mapping[str, Any]) -> None:
        """Settings as the log tells them; logged by who puts them back."""
        with self._settings.changing() as settings:
            settings.update(told)

    def _check_opening(self, settings: Mapping[str, Any]) -> None:
        if settings["pushed"] and self.refs.head not in settings["verified"]:
            raise UsageError(
                f"{self.corpus} 未经核验，不能公开 / {self.corpus} is not verified and cannot be opened",
                hint=f"先核验 / verify it first: yuliao verify {self.corpus}@VERSION",
            )

    def mark_verified(self, commit: str, release: str, *, by: str) -> None:
        """Records that the sealed release (by hash) at a commit was verified."""
        with self._settings.changing() as settings:
            if commit not in settings["verified"]:
                self.audit.append("verified", who=by, corpus=self.corpus, commit=commit, release=release)
                settings["verified"][commit] = {"release": release, "by": by, "date": utc_now()}

    def delete(self, *, by: str) -> None:
        """Takes the repository away (kept aside until `gc`). Raises VersionTaken while it holds published versions."""
        with locked(self.folder / ".lock"):
            refs = self.refs.read()
            if any("purged" not in entry for name, entry in refs["tags"].items() if version_shaped(name)):
                raise VersionTaken(
                    f"{self.corpus} 有已发布的版本，不能删除 / it holds published versions and cannot be deleted",
                    hint="用 yuliao withdraw 撤回，或 yuliao purge 清除 / withdraw or purge its versions",
                )
            self.audit.append("delete", who=by, corpus=self.corpus)
            aside = private_folder(self.root / "deleted") / f"{self.corpus.replace('/', '--')}.{secrets.token_hex(6)}"
            os.rename(self.folder, aside)
            os.utime(aside)
            sync_folder(self.folder.parent)

    # --- revisions ---------------------------------------------------------------------------------

    def resolve(self, revision: str = MAIN) -> revisions.Revision:
        """What a branch, tag or (short) commit means. Raises RevisionUnknown."""
        refs = self.refs.read()
        exact = revision if re.fullmatch("[0-9a-f]{40}", revision) and self.commits.has(revision) else ""
        commit = exact or revisions.find(refs, revision, self.commits.names() if len(revision) < 40 else [])
        settings = self.settings
        return revisions.describe(refs, revision, commit, verified=not settings.pushed or commit in settings.verified)

    def files(self, revision: str = MAIN) -> Mapping[str, Any]:
        """path → {size, sha256, oid, lfs} at a revision."""
        files: Mapping[str, Any] = self.commits.get(self.resolve(revision).commit)["files"]
        return files

    def commit(
        self, branch: str, operations: Iterable[changes.Operation], *, title: str, message: str = "", by: str,
        parent: str | None = None,
    ) -> str:  # fmt: skip
        """Applies operations to a branch's newest files and moves the branch; returns the commit's name.

        `parent`: the commit that the branch must be at (or the start of its name). Raises HeadMoved, BlobMissing,
        PathRefused, RevisionUnknown; nothing changes then.
        """
        with collecting_held_off(self.root), self.refs.writing() as refs:
            head = refs["branches"].get(branch.removeprefix("refs/heads/"))
            if head is None:
                raise RevisionUnknown("没有这个分支 / no such branch", hint="先建分支 / create the branch first")
            if parent is not None and not (len(parent) >= 7 and head.startswith(parent)):
                raise HeadMoved(
                    "分支已被他人更新，本次没有写入 / the branch has moved on; nothing was written",
                    hint="重新读取后再提交 / read it again, then commit",
                )
            files = changes.apply(self.commits.get(head)["files"], operations, self.blobs, lambda name: self._at(refs, name))
            name = self._store({"title": title, "message": message, "author": by, "files": files}, head)
            self.audit.append("commit", who=by, corpus=self.corpus, branch=branch, commit=name, files=len(files))
            self._now_pushed(refs)
            refs["branches"][branch.removeprefix("refs/heads/")] = name
        return name

    def _now_pushed(self, refs: Mapping[str, Any]) -> None:
        """From the first push on, only what is known to be whole counts as verified: what was published here before is."""
        with self._settings.changing() as settings:
            if not settings["pushed"]:
                whole = {entry["commit"] for tag, entry in refs["tags"].items() if version_of(tag)}
                settings["verified"].update({one: {"by": "", "date": utc_now(), "release": ""} for one in sorted(whole)})
                settings["pushed"] = True

    def _at(self, refs: Mapping[str, Any], revision: str) -> Mapping[str, Any]:
        return self.commits.get(revisions.find(refs, revision, self.commits.names()))["files"]

    def _store(self, content: Mapping[str, Any], head: str | None) -> str:
        return self.commits.put({"parents": [head] if head else [], "date": utc_now(), **content})

    def history(self, revision: str = MAIN) -> Iterable[dict[str, Any]]:
        """Commits from a revision back to the first, each with its name under `id`."""
        name: str | None = self.resolve(revision).commit
        while name:
            commit = self.commits.get(name)
            yield {"id": name, **commit}
            name = next(iter(commit["parents"]), None)

    # --- names of commits --------------------------------------------------------------------------

    def tag(self, name: str, revision: str, *, message: str = "", by: str) -> str:
        """Names a commit for good; returns the commit. Raises VersionTaken when the tag exists: tags never move."""
        check_ref(name)
        with self.refs.writing() as refs:
            if name in refs["tags"]:
                raise VersionTaken(f"标签已存在：{name} / the tag exists", hint="标签不会移动：换一个名字 / tags never move")
            commit = revisions.find(refs, revision, self.commits.names())
            self.audit.append("tag", who=by, corpus=self.corpus, tag=name, commit=commit)
            refs["tags"][name] = {"commit": commit, "message": message, "by": by, "date": utc_now()}
        return commit

    def untag(self, name: str, *, by: str) -> None:
        """Removes a tag that is no release. Raises VersionTaken for a release, RevisionUnknown when it is not there.

        A version's number on what nobody verified is given back: a sealed release may need it.
        """
        with self.refs.writing() as refs:
            entry = refs["tags"].get(name)
            if version_shaped(name) and (entry is None or self._is_release(entry)):
                raise VersionTaken(
                    f"版本标签不能删除：{name} / a version's tag stays", hint="用 yuliao withdraw / withdraw it"
                )
            if entry is None:
                raise RevisionUnknown(f"没有标签 {name} / no such tag")
            self.audit.append("untag", who=by, corpus=self.corpus, tag=name)
            del refs["tags"][name]

    def _is_release(self, entry: Mapping[str, Any]) -> bool:
        settings = self.settings
        return not settings.pushed or entry["commit"] in settings.verified or bool(entry.keys() & {"withdrawn", "purged"})

    def branch(self, name: str, revision: str = MAIN, *, by: str) -> str:
        """A new branch at a revision. Raises VersionTaken when it exists, PathRefused for a name that a version could have."""
        if version_shaped(check_ref(name)):
            raise PathRefused("分支不能叫版本号 / a branch must not be called like a version", hint="换个名字 / rename it")
        with self.refs.writing() as refs:
            if name in refs["branches"]:
                raise VersionTaken(f"分支已存在：{name} / the branch exists", hint="换个名字 / choose another name")
            commit = revisions.find(refs, revision, self.commits.names())
            self.audit.append("branch", who=by, corpus=self.corpus, branch=name, commit=commit)
            refs["branches"][name] = commit
        return commit

    def unbranch(self, name: str, *, by: str) -> None:
        """Removes a branch. Raises PathRefused for `main`, RevisionUnknown when it is not there."""
        with self.refs.writing() as refs:
            if name == MAIN:
                raise PathRefused("main 不能删除 / main stays", hint="删除整个数据集 / delete the dataset instead")
            if name not in refs["branches"]:
                raise RevisionUnknown(f"没有分支 {name} / no such branch")
            self.audit.append("unbranch", who=by, corpus=self.corpus, branch=name)
            del refs["branches"][name]


def version_shaped(tag: str) -> bool:
    """Whether a tag reads like a version: `v1.2.0`, also `v1.2.0rc`, which is none."""
    return bool(_VERSION_TAG.fullmatch(tag))


def version_of(tag: str | None) -> str | None:
    """`v1.2.0` → `1.2.0`; None for a tag that is not a version."""
    try:
        return check_version(tag) if tag and version_shaped(tag) else None
    except UsageError:
        return None


def collecting_held_off(root: Path) -> AbstractContextManager[None]:
    """While this is held, `gc` waits: from looking whether bytes are there to naming them in a commit."""
    return locked(root / ".gc.lock", shared=True)
