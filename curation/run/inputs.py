"""Which files a run reads, in the one order that everything downstream keeps."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from corpora import sources
from corpora.errors import FileUnreadable, LawBroken, SourceMissing
from corpora.sources import Shard, archives
from corpora.sources.files import by_name, expand, folders_called_files, printable, unopened
from corpora.sources.system_files import is_system_file
from corpora.workspace import Workspace
from curation.recipe import Recipe, Source
from curation.run import fetching, unpacking


@dataclass(frozen=True)
class InputFile:
    """One file of one source. `stamp` (size, mtime in ns) tells whether it changed while the run was under way; where only
    `changed` (ctime in ns) has moved, its bytes tell."""

    source: int
    path: str
    size: int
    stamp: tuple[int, int]
    name: str = ""  # of a member of an archive: archive!/member; private
    cause: str | None = None  # of quarantine: the file is not read
    changed: int = 0

    @property
    def shown(self) -> str:
        """Where a person finds it: printable."""
        return printable(self.name or self.path)


def find(
    recipe: Recipe, base: Path, workspace: Workspace, *, fetched: fetching.Fetched = lambda rows: None
) -> list[InputFile]:
    """All input files: the recipe's source order, then file name bytes. Archives are unpacked into the workspace,
    queries and datasets of a Hub are fetched into it.

    Raises SourceMissing for a pattern without files, and what fetching raises.
    """
    return [
        file
        for index in range(len(recipe.sources))
        for found in _found(recipe, index, base, workspace, fetched)
        for file in _walked(found, workspace.unpacked)
    ]


def _walked(file: InputFile, unpacked: Path) -> list[InputFile]:
    """The file itself, or what an archive holds."""
    file = _aside(file)
    kind = None if file.cause else archives.kind(file.path)
    if kind is None:
        return [file]
    return [
        _aside(replace(_describe(file.source, one.path), name=f"{file.path}!/{one.name}", cause=one.cause))
        for one in unpacking.unpack(file.path, kind, unpacked)
    ]


def _aside(file: InputFile) -> InputFile:
    """What the operating system or an office program left there is known, and not taken for damaged data."""
    known = file.cause is None and is_system_file(file.path, file.name or file.path)
    return replace(file, cause="system_file") if known else file


def _found(recipe: Recipe, index: int, base: Path, workspace: Workspace, fetched: fetching.Fetched) -> list[InputFile]:
    source = recipe.sources[index]
    if source.files:
        return _files(index, source, base)
    rows = fetching.files(recipe, source, base, workspace, fetched)
    return [replace(_describe(index, path), name=name) for path, name in rows]


def _files(index: int, source: Source, base: Path) -> list[InputFile]:
    paths: set[str] = set()
    for position, pattern in enumerate(source.files):
        found = expand(pattern, base) + folders_called_files(pattern, base)
        if not found:
            raise SourceMissing(
                f"来源「{source.label}」的第 {position + 1} 个文件模式没有匹配到文件 / no file matches pattern {pattern}",
                hint="检查路径；相对路径从配方所在目录（--input 则从当前目录）算起 / relative paths start at the recipe's folder",
            )
        paths.update(found)
    return [_describe(index, path) for path in by_name(paths)]


def _describe(source: int, path: str) -> InputFile:
    try:
        found = _status(path)
    except OSError as error:
        raise SourceMissing(
            f"打不开文件 / cannot open {printable(path)}: {error.strerror}", hint="检查权限 / check the permissions"
        ) from None
    cause = unopened(path)
    size, stamp = found.st_size if cause is None else 0, (found.st_size, found.st_mtime_ns)
    return InputFile(source, path, size, stamp, cause=cause, changed=found.st_ctime_ns)


def _status(path: str) -> os.stat_result:
    """Of the file; of a link that leads nowhere its own."""
    try:
        return os.stat(path)
    except OSError:
        return os.lstat(path)


def plan(recipe: Recipe, number: int, file: InputFile, shard_bytes: int) -> list[Shard]:
    """The file's shards; `number` is its place among the run's files."""
    spec = recipe.sources[file.source]
    if file.cause:
        return [_unread(number, file, file.cause)]
    try:
        return _plan(spec, number, file, shard_bytes) or [_unread(number, file, "empty_file")]
    except FileUnreadable as error:
        return [_unread(number, file, error.cause)]


def _unread(number: int, file: InputFile, cause: str) -> Shard:
    """A file that becomes one quarantined item."""
    return Shard(file.source, number, file.path, "text", "utf-8", None, 0, file.size, cause=cause)


def _plan(spec: Source, number: int, file: InputFile, shard_bytes: int) -> list[Shard]:
    return sources.plan(
        file.path, source=file.source, file=number, format=spec.format, encoding=spec.encoding,
        layout=spec.layout, shard_bytes=shard_bytes,
    )  # fmt: skip


def sha256(file: InputFile) -> str:
    """Hash of the file's bytes, of none where they can't be had."""
    if file.cause in ("not_a_file", "not_opened"):
        return hashlib.sha256().hexdigest()
    with open(file.path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_unchanged(files: list[InputFile], digests: list[str]) -> None:
    """Raises LawBroken if a file changed since the run began: what was hashed must be what was read.

    digests: of the files, as the run began. They count where only the ctime moved: so it does when bytes are exchanged and
    the time set back, but also when rights change or a second name is given.
    """
    for file, digest in zip(files, digests, strict=True):
        found = _status(file.path)
        same = (found.st_size, found.st_mtime_ns) == file.stamp
        if not same or (found.st_ctime_ns != file.changed and sha256(file) != digest):
            raise LawBroken(
                f"来源文件在运行中被改动 / a source file changed during the run: {file.shown}",
                hint="等写完后重新运行 / run again when nothing writes to it any more",
            )
