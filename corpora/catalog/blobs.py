"""Blobs: files addressed by the sha256 of their bytes, in folders by the first digits. Written once, never changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from corpora.catalog.commits import canonical
from corpora.errors import IntegrityError, VersionClosed
from corpora.forms import FORMAT
from corpora.workspace import private_folder, sync_folder, write_atomically

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


class BlobWriter:
    """Bytes on their way in: hashed as they come, invisible until `finish`."""

    def __init__(self, blobs: Blobs, partial: Path) -> None:
        self._blobs, self._partial = blobs, partial
        self._file: BinaryIO | None = partial.open("xb", buffering=0)  # a full disk is told by the write
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        assert self._file is not None, "finished"
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._digest.update(data)
        self.size += len(data)

    def finish(self, *, sha256: str | None = None, size: int | None = None) -> str:
        """Makes the blob visible and durable; returns its sha256. Raises IntegrityError when it is not the announced one."""
        assert self._file is not None, "finished"
        found = self._digest.hexdigest()
        if (sha256 or found) != found or (self.size if size is None else size) != self.size:
            raise IntegrityError(
                f"上传的内容与所报的哈希或大小不符：{found[:12]}… / what was uploaded is not what was announced",
                hint="重新上传 / upload it again",
            )
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()
        self._partial.chmod(0o444)
        self._blobs.adopt(self._partial, found)
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Blobs:
    """The blob folder of a catalog."""

    def __init__(self, root: Path) -> None:
        self.root = private_folder(root)

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str) -> int | None:
        """Size of a stored blob, in bytes; None when it is not there."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        """All stored blobs."""
        return (path.name for path in self.root.glob("??/??/*") if not path.name.startswith("."))

    def put(self, file: Path, sha256: str, *, link: bool = False) -> bool:
        """Stores a file; False when it is there already. `link` shares the bytes with a read-only file of ours."""
        path = self._free(sha256)
        if path.exists() and path.stat().st_size == file.stat().st_size:
            self.touch(sha256)
            return False  # of another size: damaged, heal it
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f".{sha256}.{secrets.token_hex(6)}")
        if not (link and _linked(file, partial)):
            copy_verified(file, partial, sha256)
        os.replace(partial, path)
        sync_folder(path.parent)
        return True

    @contextmanager
    def writing(self) -> Iterator[BlobWriter]:
        """A place for bytes that arrive in pieces. What was not finished when the block ends is removed."""
        partial = self.uploads / secrets.token_hex(16)
        writer = BlobWriter(self, partial)
        try:
            yield writer
        finally:
            writer.close()
            partial.unlink(missing_ok=True)

    @property
    def uploads(self) -> Path:
        """Where unfinished uploads lie; whatever is old there belongs to nobody."""
        return private_folder(self.root / ".uploads")

    def adopt(self, partial: Path, sha256: str) -> None:
        """Takes over a finished file of this file system by one rename. Raises VersionClosed when those bytes were purged."""
        path = self._free(sha256)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(partial, path)
        sync_folder(path.parent)

    def set_aside(self, sha256: str) -> None:
        """Moves damaged bytes out of the way, for whoever wants to look at them; the right ones can then be stored again."""
        os.replace(self.path(sha256), private_folder(self.root / ".damaged") / sha256)

    def touch(self, sha256: str) -> None:
        """Marks a blob as just used: `gc` leaves what is young, so that nothing vanishes between upload and commit."""
        with contextlib.suppress(OSError):
            os.utime(self.path(sha256))

    # --- purged bytes ------------------------------------------------------------------------------

    def purge(self, sha256: str, tombstone: Mapping[str, Any]) -> None:
        """Removes the bytes for good and leaves a tombstone {reason, by, date}: they are not taken in again."""
        write_atomically(
            private_folder(self.root / ".purged") / f"{sha256}.json", canonical({"format": FORMAT, **tombstone})
        )
        self.path(sha256).unlink(missing_ok=True)
        if self.path(sha256).parent.is_dir():
            sync_folder(self.path(sha256).parent)

    def purged(self, sha256: str) -> dict[str, Any] | None:
        """The tombstone of purged bytes."""
        path = self.root / ".purged" / f"{sha256}.json"
        return json.loads(path.read_bytes()) if path.is_file() else None

    def check_wanted(self, sha256: str) -> None:
        """Raises VersionClosed when those bytes were purged."""
        self._free(sha256)

    def _free(self, sha256: str) -> Path:
        if stone := self.purged(sha256):
            raise VersionClosed(
                "这些内容已按删除请求清除，不再收取 / these bytes were purged on request and are not taken in again",
                tombstone={"kind": "purged", **stone},
                hint="发布删除后的新版本 / publish a version without them",
            )
        return self.path(sha256)


def _linked(file: Path, partial: Path) -> bool:
    with contextlib.suppress(OSError):  # another file system: copy instead
        if not file.stat().st_mode & 0o222:
            os.link(file, partial)
            return True
    return False
