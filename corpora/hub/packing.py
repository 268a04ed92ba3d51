"""Packs: one signed file that carries a release between sites without a network, and the receipt that travels back.

A pack is a tar: `pack.json` (signed: what it is, every file's sha256 and size, what was attested), then the files by sha256.
Same release, same catalog → same bytes.
"""

from __future__ import annotations

import io
import os
import secrets
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from corpora.catalog import Catalog, Published, closing
from corpora.catalog.audit import utc_now
from corpora.catalog.paths import check_path
from corpora.catalog.repository import version_of
from corpora.catalog.signing import Signer, opened
from corpora.errors import IntegrityError, UsageError
from corpora.names import check_corpus, check_version
from corpora.release import Release
from corpora.release.manifest import release_hash
from corpora.workspace import sync_folder

_HEAD, _KIND, _RECEIPT = "pack.json", "yuliao-pack", "yuliao-receipt"
_BLOCK, _LARGEST_HEAD = 1 << 20, 64 << 20
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
            _add(tar, _HEAD, data := Signer(catalog.root).sign(head), len(data))
            for sha256, size in sorted({one["sha256"]: one["size"] for one in head["files"].values()}.items()):
                with catalog.blobs.path(sha256).open("rb") as blob:
                    _add(tar, sha256, blob, size)
                progress(size)
            handle.flush()
            os.fsync(handle.fileno())
        catalog.audit.append("pack", corpus=corpus, version=head["version"], release=head["release"], commit=name)
        os.rename(partial, file)
        sync_folder(file.absolute().parent)
    except OSError as error:
        raise UsageError(
            f"写不了包：{error.strerror} / the pack cannot be written: {error.strerror}",
            hint="检查空间与权限，或运行 yuliao fsck",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return head


def _head(catalog: Catalog, corpus: str, name: str, commit: dict[str, Any]) -> dict[str, Any]:
    files = {path: {"sha256": one["sha256"], "size": one["size"]} for path, one in commit["files"].items()}
    release = release_hash({path: one["sha256"] for path, one in files.items()})
    return {
        "kind": _KIND,
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


def _add(tar: tarfile.TarFile, name: str, data: bytes | IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)  # no owner, no time: the same pack again has the same bytes
    member.size, member.mode = size, 0o444
    tar.addfile(member, io.BytesIO(data) if isinstance(data, bytes) else data)


def read_head(file: Path) -> tuple[dict[str, Any], str]:
    """(what is in a pack, fingerprint of its signer), its signature checked. Raises IntegrityError, SourceMissing."""
    with _opened(file) as tar:
        return _signed_head(tar)


def _opened(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file, "r|")  # noqa: SIM115  a stream: read once, in order, nothing else is trusted
    except (OSError, tarfile.TarError) as error:
        raise IntegrityError(
            f"打不开：{file.name} / not a pack: {file.name}", hint="请对方重新打包 / ask for a new copy"
        ) from error


def _signed_head(tar: tarfile.TarFile) -> tuple[dict[str, Any], str]:
    member = tar.next()
    reader = tar.extractfile(member) if member and member.name == _HEAD and member.size <= _LARGEST_HEAD else None
    if reader is None:
        raise IntegrityError(
            "这不是语料包 / this is not a pack", hint="请对方用 yuliao pack 打包 / it is made by yuliao pack"
        )
    note, signer = opened(reader.read())
    if note.get("kind") != _KIND:
        raise IntegrityError(
            "这不是语料包 / this is not a pack", hint="回执请用 yuliao receipt / a receipt goes to yuliao receipt"
        )
    check_corpus(note["corpus"])
    check_version(note["version"])
    for path in note["files"]:
        check_path(path)
    return note, signer


def unpack(
    catalog: Catalog, file: Path, *, trust: str | None = None, by: str, progress: Progress = lambda _: None
) -> Imported:
    """Imports a pack: signature, trust, every byte, then the whole release is verified and published here.

    The same pack again changes nothing and gives a receipt again. Raises UsageError (an unknown signer), IntegrityError
    (changed, cut off or incomplete), and what `Catalog.publish` raises; the catalog is then as it was.
    """
    signer_of_ours = Signer(catalog.root)
    try:
        with _opened(file) as tar:
            head, signer = _signed_head(tar)
            if trust == signer:
                signer_of_ours.trust(signer, head["corpus"].split("/")[0])
            signer_of_ours.check_trusted(signer)
            _store(catalog, tar, {one["sha256"]: one["size"] for one in head["files"].values()}, progress)
        _check_end(file, tar.offset)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise IntegrityError(
            f"包不完整：{file.name} / the pack is cut off: {file.name}", hint="请对方重新发送 / ask for a new copy"
        ) from error
    release = Release({path: catalog.blobs.path(one["sha256"]) for path, one in head["files"].items()})
    if release.hash != head["release"] or (release.corpus, release.version) != (head["corpus"], head["version"]):
        raise IntegrityError("包里的清单与封签不符 / the manifest is not the signed one", hint="不要使用 / do not use it")
    done = catalog.publish(release, message=f"unpack {signer[:12]}", attestations=head["attestations"], by=by)
    catalog.audit.append("unpack", who=by, corpus=done.corpus, version=done.version, release=done.release, signer=signer)
    receipt = {
        "kind": _RECEIPT, "corpus": done.corpus, "version": done.version, "release": done.release,
        "pack_commit": head["commit"], "commit": done.commit, "by": by, "date": utc_now(),
    }  # fmt: skip
    return Imported(done, signer, signer_of_ours.sign(receipt))


def _store(catalog: Catalog, tar: tarfile.TarFile, wanted: dict[str, int], progress: Progress) -> None:
    missing = dict(wanted)
    for member in _members(tar):
        if missing.pop(member.name, None) != member.size or (reader := tar.extractfile(member)) is None:
            raise IntegrityError(
                "包里有清单以外的内容 / the pack holds something that is not listed", hint="不要使用 / do not use it"
            )
        with catalog.blobs.writing() as writer:
            while block := reader.read(_BLOCK):
                writer.write(block)
                progress(len(block))
            writer.finish(sha256=member.name, size=member.size)
    if missing:
        raise IntegrityError(
            f"包里缺 {len(missing)} 个文件 / {len(missing)} file(s) are missing from the pack", hint="请对方重新发送"
        )


def _check_end(file: Path, members: int) -> None:
    """Behind the last member only what `pack` writes: zeros up to a whole record (POSIX pax; tarfile.RECORDSIZE)."""
    records = -(-(members + 2 * tarfile.BLOCKSIZE) // tarfile.RECORDSIZE)
    with file.open("rb") as rest:
        rest.seek(members)
        if file.stat().st_size != records * tarfile.RECORDSIZE or rest.read().strip(b"\0"):
            raise IntegrityError(
                "包尾有多余或缺失的内容 / the pack does not end as it was written",
                hint="请对方重新发送 / ask for a new copy",
            )


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while member := tar.next():
        yield member


def take_receipt(catalog: Catalog, file: Path, *, trust: str | None = None, by: str) -> dict[str, Any]:
    """Records a receipt in the audit log of the site that packed; returns it.

    Raises IntegrityError (signature, another release), UsageError (an unknown signer, a version that is not ours).
    """
    note, signer = opened(file.read_bytes())
    if note.get("kind") != _RECEIPT:
        raise IntegrityError(
            "这不是回执 / this is not a receipt", hint="语料包请用 yuliao unpack / a pack goes to yuliao unpack"
        )
    ours = Signer(catalog.root)
    if trust == signer:
        ours.trust(signer)
    ours.check_trusted(signer)
    commit = catalog.commits(note["corpus"]).get(catalog.commit_of(note["corpus"], note["version"]))
    if release_hash({path: one["sha256"] for path, one in commit["files"].items()}) != note["release"]:
        raise IntegrityError(
            "回执说的是另一个发布 / the receipt is about another release", hint="向对方核对 / ask the other site"
        )
    known = any(one.get("receipt") == note for one in catalog.audit.entries(what="receipt"))
    if not known:
        catalog.audit.append("receipt", who=by, corpus=note["corpus"], version=note["version"], signer=signer, receipt=note)
    return {**note, "signer": signer, "fresh": not known}
