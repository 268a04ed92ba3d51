"""Files of a draft that is copied: an upload goes along, as a second name of the same bytes, so that each draft stands alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from corpora.errors import SourceMissing, UsageError
from corpora.sources.files import expand
from curation import recipe_yaml
from curation.form.editing import set_value

FILES = "files"


def owned(text: str, base: Path, uploads: Path, folder: Path) -> str:
    """The recipe with its files as `folder`, that of a draft, has them: uploads of another draft are linked into it (copied
    where the disk has no second names), other paths become absolute. base: where the recipe's relative paths begin;
    uploads: folder of all drafts. Nothing is written over."""
    data = recipe_yaml.read(text)[0]
    for address, said in _paths(data):
        files = [_owned(one, base, uploads, folder) for one in ([said] if isinstance(said, str) else said)]
        if files != said and files != [said]:
            text = set_value(text, address, files[0] if isinstance(said, str) else files)
    return text


def _paths(data: Any) -> list[tuple[str, Any]]:
    """(address, path or paths) of what a recipe reads."""
    sources, known = data.get("sources"), data.get("identities")
    found: list[tuple[str, Any]] = []
    for number, source in enumerate(sources if isinstance(sources, list) else ()):
        files = source.get("files") if isinstance(source, dict) else None
        if isinstance(files, list) and all(isinstance(one, str) for one in files):
            found.append((f"sources.{number}.files", files))
    lists = known.get("lists") if isinstance(known, dict) else None
    for number, one in enumerate(lists if isinstance(lists, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("file"), str):
            found.append((f"identities.lists.{number}.file", one["file"]))
    return found


def _owned(pattern: str, base: Path, uploads: Path, folder: Path) -> str:
    path = os.path.normpath(base / pattern)
    other = _draft(path, uploads)
    if other is None:
        return path
    if other == folder:
        return pattern
    inside = os.path.relpath(path, other)
    matches = expand(path)
    if any((folder / os.path.relpath(one, other)).exists() for one in matches):  # of two drafts under one name
        inside = os.path.join(FILES, other.name, os.path.basename(path))
    for one in matches:
        _link(Path(one), folder / os.path.dirname(inside) / os.path.basename(one))
    return inside.replace(os.sep, "/")


def _draft(path: str, uploads: Path) -> Path | None:
    """Folder of the draft that a path lies in: `drafts/u-NAME/ID`, or `drafts/ID` of old."""
    if not path.startswith(os.fspath(uploads) + os.sep):
        return None
    parts = Path(path).relative_to(uploads).parts
    return uploads.joinpath(*parts[: 2 if parts[0].startswith("u-") else 1])


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        raise UsageError(
            f"草稿里已有同名的文件 / the draft has a file of this name: {target.name}", hint="改名后再来 / rename it first"
        ) from None
    except OSError:  # another disk, or one without second names
        shutil.copyfile(source, target)
        target.chmod(0o600)


def foreign(pattern: str, base: Path, own: Path, *, home: Path) -> bool:
    """Whether a pattern names files of the workspace `home` that do not lie in `own`, the folder of one person's drafts."""
    try:
        found = [os.path.join(base, pattern), *expand(pattern, base)]
    except SourceMissing:  # a folder
        found = [os.path.join(base, pattern)]
    mine, all_ = os.path.realpath(own), os.path.realpath(home)
    return any(_inside(os.path.realpath(one), all_) and not _inside(os.path.realpath(one), mine) for one in found)


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)
