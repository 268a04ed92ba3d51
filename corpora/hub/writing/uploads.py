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


def held(repository: Repository, uploads: Uploads, who: str, sha256: str) -> int | None:
    """Size of bytes that `who` may name in a commit to this repository: its own upload, or a file the repository has had.

    None otherwise, also when another repository holds them: nobody learns that. Bytes that were purged are not there.
    """
    size = repository.blobs.has(sha256)
    if size is None:
        return None
    if uploads.size(who, sha256) == size:
        return size
    return size if _committed(repository, sha256) else None


def _committed(repository: Repository, sha256: str) -> bool:
    """Heads first: there it mostly is."""
    refs = repository.refs.read()
    heads = [*refs["branches"].values(), *(tag["commit"] for tag in refs["tags"].values())]
    names = dict.fromkeys([*heads, *repository.commits.names()])
    return any(entry["sha256"] == sha256 for name in names for entry in repository.commits.get(name)["files"].values())
