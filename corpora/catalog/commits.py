"""Commits: immutable manifests of a dataset's files, named by the sha1 of their canonical JSON (the Hub's model)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, IntegrityError
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: hashes are taken over it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def file_entry(path: str, file: Path, sha256: str) -> dict[str, Any]:
    """{size, sha256, oid, lfs} of one file: Parquet as Git LFS (oid of the pointer), the rest as a git blob."""
    size = file.stat().st_size
    if path.endswith(".parquet"):
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()
        lfs = {"oid": sha256, "size": size, "pointerSize": len(pointer)}
        return {"size": size, "sha256": sha256, "oid": _git_oid(pointer), "lfs": lfs}
    return {"size": size, "sha256": sha256, "oid": _git_oid(file.read_bytes()), "lfs": None}


def _git_oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


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
        """Raises IntegrityError when the commit is missing or damaged."""
        path = self.folder / f"{name}.json"
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha1(data, usedforsecurity=False).hexdigest() != name:
            raise IntegrityError(
                f"提交缺失或损坏：{name[:12]} / commit is missing or damaged: {name[:12]}",
                hint="从备份恢复目录 / restore the catalog from a backup",
            )
        commit: dict[str, Any] = json.loads(data)
        if commit["format"] != FORMAT:
            raise FormatUnknown("不认识的提交格式 / a commit has an unknown format", hint="请升级 / upgrade yuliao")
        return commit

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.json") if not path.name.startswith("."))
