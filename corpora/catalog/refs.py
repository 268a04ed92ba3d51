"""Refs: the names that point at commits. A branch moves by compare-and-swap; a tag never moves."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpora.catalog.commits import canonical
from corpora.errors import FormatUnknown, IntegrityError, VersionTaken
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically

MAIN = "main"


class HeadMoved(VersionTaken):
    """Somebody published between reading the branch and writing it: read again, then publish."""


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Holds an exclusive (or a shared) lock on a file; the system lets go of it when the process dies."""
    private_folder(path.parent)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


class Refs:
    """Branches and tags of one dataset: {branches: {name: commit}, tags: {name: {commit, message, by, date}}}."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "refs.json"
        self._lock = folder / ".lock"

    def read(self) -> dict[str, Any]:
        if not self._path.is_file():
            return {"format": FORMAT, "branches": {}, "tags": {}}
        try:
            refs: dict[str, Any] = json.loads(self._path.read_bytes())
            if refs["format"] != FORMAT:
                raise FormatUnknown("不认识的目录格式 / the catalog has an unknown format", hint="请升级 / upgrade yuliao")
            if not all(isinstance(refs[part], dict) for part in ("branches", "tags")):
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            name = "/".join(self._path.parts[-3:])
            raise IntegrityError(
                f"分支与标签读不出来：{name} / branches and tags cannot be read",
                hint="从备份恢复这个文件 / restore this file from a backup",
            ) from error
        return refs

    @property
    def head(self) -> str | None:
        """The commit that `main` points at."""
        head: str | None = self.read()["branches"].get(MAIN)
        return head

    @contextmanager
    def writing(self) -> Iterator[dict[str, Any]]:
        """The refs, locked: what the caller changed is written in one rename when the block ends without an error."""
        with locked(self._lock):
            refs = self.read()
            yield refs
            write_atomically(self._path, canonical(refs))


def check_head(refs: dict[str, Any], expected: str | None) -> None:
    """The compare of compare-and-swap: raises HeadMoved unless `main` is at `expected`."""
    if refs["branches"].get(MAIN) != expected:
        raise HeadMoved(
            "目录已被他人更新，本次没有写入 / the catalog has moved on; nothing was written",
            hint="重新读取后再发布，已上传的内容会沿用 / read it again and publish; what was stored is reused",
        )
