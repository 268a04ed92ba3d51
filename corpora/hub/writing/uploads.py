"""Uploads: who brought which bytes into a repository. Knowing a hash gives no right to the bytes behind it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from corpora.catalog.audit import utc_now
from corpora.catalog.commits import canonical
from corpora.catalog.repository import Repository
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically


class Uploads:
    """One small file for each upload: uploads/PRINCIPAL/SHA256, the principal as a hash (names may hold anything)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, who: str, sha256: str) -> Path:
        return self._folder / hashlib.sha256(who.encode()).hexdigest()[:32] / sha256

    def add(self, who: str, sha256: str, size: int) -> None:
        """Records that `who` sent these bytes; durable when this returns."""
        path = self._path(who, sha256)
        private_folder(path.parent)
        write_atomically(path, canonical({"format": FORMAT, "size": size, "date": utc_now()}))

    def size(self, who: str, sha256: str) -> int | None:
        """Bytes of what `who` uploaded under this hash; None when it did not."""
        path = self._path(who, sha256)
        return int(json.loads(path.read_bytes())["size"]) if path.is_file() else None


class Held:
    """What `who` may name in a commit to a repository: its own uploads, and files that the repository has had.

    Bytes that another repository holds are not there, and nobody learns that they are; purged bytes are not there either.
    Made for one request: it remembers what it has looked through.
    """

    def __init__(self, repository: Repository, uploads: Uploads, who: str) -> None:
        self._repository, self._uploads, self._who = repository, uploads, who
        self._seen: set[str] = set()
        self._unread = [*dict.fromkeys(_heads(repository))]

    def size(self, sha256: str, *, ever: bool = False) -> int | None:
        """Bytes of it; None when it may not be named. `ever`: looks through all commits, not only branches and tags."""
        size = self._repository.blobs.has(sha256)
        if size is None or self._uploads.size(self._who, sha256) == size or self._committed(sha256):
            return size
        if ever:
            self._unread += self._repository.commits.names()
        return size if self._committed(sha256) else None

    def _committed(self, sha256: str) -> bool:
        while sha256 not in self._seen and self._unread:
            files = self._repository.commits.get(self._unread.pop(0))["files"]
            self._seen.update(entry["sha256"] for entry in files.values())
        return sha256 in self._seen


def _heads(repository: Repository) -> list[str]:
    refs = repository.refs.read()
    return [*refs["branches"].values(), *(tag["commit"] for tag in refs["tags"].values())]
