"""Blobs: files addressed by the sha256 of their bytes, in folders by the first digits. Written once, never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from corpora.errors import IntegrityError
from corpora.workspace import private_folder, sync_folder

_BLOCK = 1 << 20


def copy_verified(source: Path, target: Path, sha256: str) -> None:
    """Copies a file and checks its hash on the way; on disk when this returns. Raises IntegrityError, leaving nothing."""
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reader, target.open("xb") as writer:
            while block := reader.read(_BLOCK):
                digest.update(block)
                writer.write(block)
            writer.flush()
            os.fsync(writer.fileno())
        if digest.hexdigest() != sha256:
            raise IntegrityError(
                f"内容与哈希不符：{sha256[:12]}… / bytes do not match their hash: {sha256[:12]}…",
                hint="文件已损坏，请从备份或原发布恢复 / the file is damaged: restore it from a backup or the release",
            )
        target.chmod(0o444)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


class Blobs:
    """The blob folder of a catalog."""

    def __init__(self, root: Path) -> None:
        self.root = private_folder(root)

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, file: Path, sha256: str, *, link: bool = False) -> bool:
        """Stores a file; False when it is there already. `link` shares the bytes with a read-only file of ours."""
        path = self.path(sha256)
        if path.exists() and path.stat().st_size == file.stat().st_size:
            return False  # of another size: damaged, heal it
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f".{sha256}.{secrets.token_hex(6)}")
        if not (link and _linked(file, partial)):
            copy_verified(file, partial, sha256)
        os.replace(partial, path)
        sync_folder(path.parent)
        return True


def _linked(file: Path, partial: Path) -> bool:
    with contextlib.suppress(OSError):  # another file system: copy instead
        if not file.stat().st_mode & 0o222:
            os.link(file, partial)
            return True
    return False
