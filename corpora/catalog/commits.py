"""Commits: immutable manifests of a dataset's files, named by the sha1 of their canonical JSON (the Hub's model)."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, IntegrityError
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically

_NAME = re.compile(r"[0-9a-f]{40}")


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: hashes are taken over it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def file_entry(path: str, file: Path, sha256: str, *, lfs: bool = False) -> dict[str, Any]:
    """{size, sha256, oid, lfs} of one file: Parquet, or `lfs`, as Git LFS (oid of the pointer), the rest as a git blob."""
    size = file.stat().st_size
    if lfs or path.endswith(".parquet"):
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()
        large = {"oid": sha256, "size": size, "pointerSize": len(pointer)}
        return {"size": size, "sha256": sha256, "oid": _git_oid(len(pointer), [pointer]), "lfs": large}
    with file.open("rb") as handle:
        return {"size": size, "sha256": sha256, "oid": _git_oid(size, iter(lambda: handle.read(1 << 20), b"")), "lfs": None}


def _git_oid(size: int, blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


@lru_cache(maxsize=256)
def _read(path: str, name: str) -> dict[str, Any] | None:
    """A commit's content; None when the file is missing or is not what its name says. Commits never change: cached."""
    data = Path(path).read_bytes() if os.path.isfile(path) else b""
    return json.loads(data) if hashlib.sha1(data, usedforsecurity=False).hexdigest() == name else None


class Commits:
    """The commits of one dataset."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: Mapping[str, Any]) -> str:
        """Stores {parents, title, message, author, date, files} and returns its 40-hex name."""
        data = canonical({"format": FORMAT, **content})
        name = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        write_atomically(private_folder(self.folder) / f"{name}.json", data)
        return name

    def get(self, name: str) -> dict[str, Any]:
        """A commit, shared between callers: read only. Raises IntegrityError when it is missing or damaged."""
        commit = _read(str(self.folder / f"{name}.json"), name) if _NAME.fullmatch(name) else None
        if commit is None:
            _read.cache_clear()  # nothing stays remembered as missing
            raise IntegrityError(
                f"提交缺失或损坏：{name[:12]} / commit is missing or damaged: {name[:12]}",
                hint="从备份恢复目录 / restore the catalog from a backup",
            )
        if commit["format"] != FORMAT:
            raise FormatUnknown("不认识的提交格式 / a commit has an unknown format", hint="请升级 / upgrade yuliao")
        return commit

    def has(self, name: str) -> bool:
        return (self.folder / f"{name}.json").is_file()

    def forget(self) -> None:
        """Reads from disk again: for whoever checks what is stored."""
        _read.cache_clear()

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.json") if _NAME.fullmatch(path.stem))
