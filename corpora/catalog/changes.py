"""Changes: what a commit does to the files of the one before. Order matters; each operation sees what came before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from corpora.catalog.blobs import Blobs
from corpora.catalog.commits import file_entry
from corpora.catalog.paths import check_new_path, check_path, folded
from corpora.errors import BlobMissing, PathRefused

Files = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Add:
    """A file whose bytes are stored already. `lfs`: it is announced as a large file (Parquet always is)."""

    path: str
    sha256: str
    size: int
    lfs: bool = False


@dataclass(frozen=True)
class Delete:
    path: str


@dataclass(frozen=True)
class DeleteFolder:
    path: str


@dataclass(frozen=True)
class Copy:
    """A file of another revision of the same repository, under a new path."""

    source: str
    revision: str
    path: str


Operation = Add | Delete | DeleteFolder | Copy


def apply(
    files: Mapping[str, Any], operations: Iterable[Operation], blobs: Blobs, files_of: Callable[[str], Mapping[str, Any]]
) -> Files:
    """The files after all operations; `files_of` gives those of a revision (for Copy).

    Raises BlobMissing (bytes not stored, or of another size), PathRefused (an escape, a missing file, a file in the way).
    """
    after = dict(files)
    for operation in operations:
        path = check_path(operation.path.rstrip("/") if isinstance(operation, DeleteFolder) else operation.path)
        if isinstance(operation, Add | Copy) and path not in files:
            check_new_path(path)
        if isinstance(operation, Add):
            after[path] = _stored(operation, blobs)
        elif isinstance(operation, Copy):
            after[path] = _source(operation, files_of)
        elif isinstance(operation, Delete):
            _take(after, [path] if path in after else [])
        else:
            _take(after, [name for name in after if name.startswith(path + "/")])
    _check_tree(after, after.keys() - files.keys())
    return after


def _stored(add: Add, blobs: Blobs) -> dict[str, Any]:
    if blobs.has(add.sha256) != add.size:
        raise BlobMissing(
            f"内容没有上传完整：{add.sha256[:12]}… / its bytes are not stored: {add.sha256[:12]}…",
            hint="重新上传后再提交 / upload it again, then commit",
        )
    return file_entry(add.path, blobs.path(add.sha256), add.sha256, lfs=add.lfs)


def _source(copy: Copy, files_of: Callable[[str], Mapping[str, Any]]) -> dict[str, Any]:
    source = files_of(copy.revision).get(check_path(copy.source))
    if source is None:
        raise PathRefused(
            "要复制的文件不存在 / the file to copy is not there", hint="检查路径与版本 / check path and revision"
        )
    return dict(source)


def _take(after: Files, names: list[str]) -> None:
    if not names:
        raise PathRefused("要删除的文件不存在 / the file to delete is not there", hint="检查路径 / check the path")
    for name in names:
        del after[name]


def _check_tree(files: Mapping[str, Any], new: Set[str]) -> None:
    """A name is a file or a folder, not both, and a new one is told from the others by more than case: a checkout holds it."""
    folders = _folders(files)
    if folders & files.keys():
        raise PathRefused(
            "同一路径既是文件又是目录 / a path is a file and a folder at once",
            hint="改名或先删除 / rename it, or delete first",
        )
    if not new:
        return
    alike, trees = Counter(folded(path) for path in files), {folded(path) for path in folders}
    for path in sorted(new):
        own = folded(path)
        if alike[own] > 1 or own in trees or any(folded(folder) in alike for folder in _folders([path])):
            raise PathRefused(
                f"只有大小写不同的两个路径：{path[:100]!r} / two paths differ in case only: {path[:100]!r}",
                hint="Windows 与 macOS 会当成一个：改名 / some systems take them for one: rename it",
            )


def _folders(files: Iterable[str]) -> set[str]:
    return {"/".join(parts[:n]) for path in files for parts in [path.split("/")] for n in range(1, len(parts))}
