"""Packs: one signed file that carries a release between sites without a network, verified and published there.

A pack is a tar: `pack.json` (signed: what it is, every file's sha256 and size, what was attested), then the files by sha256.
Same release, same catalog → same bytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import tarfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from corpora import disk
from corpora.catalog import Catalog, Published, closing
from corpora.catalog.repository import version_of
from corpora.catalog.signing import Signer
from corpora.errors import IntegrityError, UsageError
from corpora.hub import receipts
from corpora.hub.pack_archive import HEAD, KIND, Member, Reader, add
from corpora.names import check_version
from corpora.release import Release
from corpora.release.manifest import release_hash
from corpora.workspace import sync_folder

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Imported:
    """What `unpack` did: the publication, who had signed the pack, the receipt's bytes."""

    published: Published
    signer: str
    receipt: bytes


def pack(
    catalog: Catalog, corpus: str, version: str | None, file: Path, *, progress: Progress = lambda _: None
) -> dict[str, Any]:
    """Writes the pack of an open version to a new file, by one rename; returns its signed head.

    Raises UsageError for an unknown version or when the file exists, VersionClosed, IntegrityError for damaged blobs.
    """
    if file.exists():
        raise UsageError(
            f"文件已存在：{file.name} / the file exists: {file.name}", hint="换一个文件名 / choose another name"
        )
    name = catalog.commit_of(corpus, version)
    closing.check_open(catalog.repository(corpus), f"v{check_version(version)}" if version else name)
    commit = catalog.commits(corpus).get(name)
    head = _head(catalog, corpus, name, commit)
    partial = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    try:
        with partial.open("xb") as handle, tarfile.open(fileobj=handle, mode="w", format=tarfile.PAX_FORMAT) as tar:
            add(tar, HEAD, data := Signer(catalog.root).sign(head), len(data))
            for sha256, size in sorted({one["sha256"]: one["size"] for one in head["files"].values()}.items()):
                add(tar, sha256, blob := _Blob(catalog.blobs.path(sha256), progress), size)
                blob.check(sha256, size)
            handle.flush()
            os.fsync(handle.fileno())
        catalog.audit.append("pack", corpus=corpus, version=head["version"], release=head["release"], commit=name)
        os.rename(partial, file)
        sync_folder(file.absolute().parent)
    except OSError as error:
        if disk.is_full(error):
            raise disk.full(file.absolute().parent) from error
        raise UsageError(
            f"写不了包：{error.strerror} / the pack cannot be written: {error.strerror}",
            hint="用 --out 指定能写的目录 / name a folder that can be written: --out",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return head


class _Blob(io.BytesIO):
    """A blob on its way into a pack, hashed as it is read: what was damaged here is not carried anywhere."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self._progress, self._digest, self._size = progress, hashlib.sha256(), 0
        self._file: IO[bytes]
        try:
            self._file = path.open("rb")
        except OSError:
            self._file = io.BytesIO()

    def read(self, count: int | None = -1) -> bytes:
        data = self._file.read(-1 if count is None else count)
        self._digest.update(data)
        self._size += len(data)
        self._progress(len(data))
        return data + bytes(max(0, (count or 0) - len(data)))  # too short: told by `check`, not by the archive

    def check(self, sha256: str, size: int) -> None:
        self._file.close()
        if self._digest.hexdigest() != sha256 or self._size != size:
            raise IntegrityError(
                f"目录里的内容缺失或已损坏：{sha256[:12]}… / it is missing or damaged in the catalog: {sha256[:12]}…",
                hint="没有写出包；运行 yuliao fsck --deep / no pack was written: run yuliao fsck --deep",
            )


def _head(catalog: Catalog, corpus: str, name: str, commit: dict[str, Any]) -> dict[str, Any]:
    files = {path: {"sha256": one["sha256"], "size": one["size"]} for path, one in commit["files"].items()}
    release = release_hash({path: one["sha256"] for path, one in files.items()})
    return {
        "kind": KIND,
        "corpus": corpus,
        "version": _version(catalog, corpus, name),
        "release": release,
        "commit": name,
        "files": files,
        "attestations": list(commit.get("attestations") or []),
    }


def _version(catalog: Catalog, corpus: str, commit: str) -> str | None:
    """The version at a commit, whatever other tags there are."""
    tags = catalog.refs(corpus).read()["tags"]
    return next((name for tag, one in sorted(tags.items()) if one["commit"] == commit and (name := version_of(tag))), None)


def read_head(file: Path) -> tuple[dict[str, Any], str]:
    """(what is in a pack, fingerprint of its signer), its signature checked. Raises IntegrityError, SourceMissing."""
    with Reader(file) as pack:
        return pack.head, pack.signer


def unpack(
    catalog: Catalog, file: Path, *, trust: str | None = None, by: str, progress: Progress = lambda _: None
) -> Imported:
    """Imports a pack: signature, trust, every byte, then the whole release is verified and published here.

    The same pack again heals what is damaged here and gives a receipt again. Raises UsageError (an unknown signer, no space),
    IntegrityError (changed, cut off or incomplete), and what `Catalog.publish` raises; the catalog is then as it was: what
    arrives waits beside its blobs, and a signer is remembered once everything held.
    """
    ours = Signer(catalog.root)
    with Reader(file) as pack, ExitStack() as staged:
        if trust != pack.signer:
            ours.check_trusted(pack.signer)
        _check_wanted(catalog, pack.head)
        arrived = {one.sha256: _staged(catalog, staged, one, progress) for one in pack.members()}
        release = Release({path: arrived[one["sha256"]] for path, one in pack.head["files"].items()})
        _check_signed(release, pack.head)
        done = _published(catalog, release, pack, by)
        for sha256, path in arrived.items():  # also what was there already: damaged or lost bytes are mended by it
            catalog.blobs.adopt(path, sha256)
    if trust == pack.signer:
        ours.trust(pack.signer, done.corpus.split("/")[0])
    told = {"corpus": done.corpus, "version": done.version, "release": done.release}
    catalog.audit.append("unpack", who=by, signer=pack.signer, **told)
    receipt = receipts.signed(ours, **told, pack_commit=pack.head["commit"], commit=done.commit, by=by)
    return Imported(done, pack.signer, receipt)


def _published(catalog: Catalog, release: Release, pack: Reader, by: str) -> Published:
    try:
        return catalog.publish(
            release, message=f"unpack {pack.signer[:12]}", attestations=pack.head["attestations"], by=by, link=True
        )
    except IntegrityError as error:
        hint = "什么也没有收入；请对方核验后重新打包 / nothing was taken in: ask them to verify it and to pack it again"
        raise IntegrityError(str(error), hint=hint) from error


def _check_wanted(catalog: Catalog, head: dict[str, Any]) -> None:
    """Raises VersionClosed before anything is stored when a file of the pack was purged here on request."""
    for one in head["files"].values():
        catalog.blobs.check_wanted(one["sha256"])


def _staged(catalog: Catalog, staged: ExitStack, member: Member, progress: Progress) -> Path:
    """A file of the pack where nothing refers to it; it goes when `staged` ends, unless the catalog has taken it over."""
    path = catalog.blobs.uploads / secrets.token_hex(16)
    staged.callback(path.unlink, missing_ok=True)
    blocks = member.blocks()
    try:
        with path.open("xb", buffering=0) as out:
            for block in blocks:
                written = memoryview(block)
                while written:
                    written = written[out.write(written) :]
                progress(len(block))
            os.fsync(out.fileno())
        path.chmod(0o444)
    except OSError as error:
        if disk.is_full(error):
            raise disk.full(catalog.root) from error
        raise UsageError(
            f"写不进目录：{error.strerror} / the catalog cannot be written: {error.strerror}",
            hint="检查权限；目录没有变化 / check its permissions; nothing has changed",
        ) from error
    return path


def _check_signed(release: Release, head: dict[str, Any]) -> None:
    if release.hash != head["release"] or (release.corpus, release.version) != (head["corpus"], head["version"]):
        raise IntegrityError("包里的清单与封签不符 / the manifest is not the signed one", hint="不要使用 / do not use it")
