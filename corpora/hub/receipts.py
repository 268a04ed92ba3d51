"""Receipts of packs: a signed note that travels back. It is never written over, and the site that packed records it once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from corpora.catalog import Catalog
from corpora.catalog.audit import utc_now
from corpora.catalog.signing import Signer, opened
from corpora.errors import IntegrityError, SourceMissing, UsageError
from corpora.hub.pack_archive import Reader
from corpora.release.manifest import release_hash
from corpora.workspace import write_atomically

KIND = "yuliao-receipt"
_LARGEST = 1 << 20


def signed(ours: Signer, **told: Any) -> bytes:
    """The bytes of a receipt: told are corpus, version, release, pack_commit, commit, by."""
    return ours.sign({"kind": KIND, **told, "date": utc_now()})


def is_there(catalog: Catalog, pack: Path, place: Path) -> bool:
    """Whether our receipt for this very pack lies at a place already.

    Raises UsageError when something else lies there, or nothing can be written there; what `read_head` raises for the pack.
    """
    if not os.access(place.absolute().parent, os.W_OK):
        raise UsageError(
            f"回执写不到 {place.parent} / the receipt cannot be written to {place.parent}",
            hint="用 --receipt 指定别处 / name another place with --receipt",
        )
    if not place.exists():
        return False
    with Reader(pack) as opened_pack:
        head = opened_pack.head
    if _about(catalog, place) == (head["corpus"], head["version"], head["release"], head["commit"]):
        return True
    raise UsageError(
        f"这里已有别的文件：{place.name}，不会覆盖 / {place.name} exists and is not written over",
        hint="用 --receipt 指定别的文件名 / name another file with --receipt",
    )


def _about(catalog: Catalog, place: Path) -> tuple[str, ...]:
    try:
        note, signer = opened(_bytes(place))
    except (IntegrityError, SourceMissing):
        return ()
    if note.get("kind") != KIND or signer != Signer(catalog.root).fingerprint:
        return ()
    return tuple(str(note.get(key)) for key in ("corpus", "version", "release", "pack_commit"))


def write(place: Path, receipt: bytes) -> None:
    """Writes a receipt to a new file. Raises UsageError when there is one, or it cannot be written."""
    try:
        with place.open("xb"):  # the name is ours: whoever comes at the same time is told
            pass
        write_atomically(place, receipt)
    except FileExistsError as error:
        raise UsageError(
            f"这里已有文件：{place.name}，不会覆盖 / {place.name} exists and is not written over",
            hint="用 --receipt 指定别的文件名，再运行一次 / run it again with another name: --receipt",
        ) from error
    except OSError as error:
        raise UsageError(
            f"已收入，但回执写不了：{error.strerror} / it was imported, but the receipt cannot be written",
            hint="再运行一次，用 --receipt 指定别处 / run it again with --receipt elsewhere",
        ) from error


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as data:
            return data.read(_LARGEST)
    except OSError as error:
        raise SourceMissing(
            f"打不开：{file.name}（{error.strerror}）/ cannot be opened: {file.name}",
            hint="检查文件名与权限 / check the name and its permissions",
        ) from error


def take(catalog: Catalog, file: Path, *, trust: str | None = None, by: str) -> dict[str, Any]:
    """Records a receipt in the audit log of the site that packed; returns it.

    Raises SourceMissing, IntegrityError (signature, another release), UsageError (an unknown signer, a version that is not ours).
    """
    note, signer = opened(_bytes(file))
    if note.get("kind") != KIND:
        raise IntegrityError(
            "这不是回执 / this is not a receipt", hint="语料包请用 yuliao unpack / a pack goes to yuliao unpack"
        )
    ours = Signer(catalog.root)
    if trust != signer:
        ours.check_trusted(signer)
    commit = catalog.commits(note["corpus"]).get(catalog.commit_of(note["corpus"], note["version"]))
    if release_hash({path: one["sha256"] for path, one in commit["files"].items()}) != note["release"]:
        raise IntegrityError(
            "回执说的是另一个发布 / the receipt is about another release", hint="向对方核对 / ask the other site"
        )
    if trust == signer:
        ours.trust(signer)
    known = any(one.get("receipt") == note for one in catalog.audit.entries(what="receipt"))
    if not known:
        catalog.audit.append("receipt", who=by, corpus=note["corpus"], version=note["version"], signer=signer, receipt=note)
    return {**note, "signer": signer, "fresh": not known}
