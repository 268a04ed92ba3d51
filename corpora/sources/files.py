"""Files that a person means: a path, or a pattern with wildcards that the shell has left alone."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Iterable
from pathlib import Path

from corpora.errors import SourceMissing
from corpora.sources.detect import is_known


def expand(pattern: str, base: Path | None = None) -> list[str]:
    """Absolute paths of the files that `pattern` names, relative to `base`; none where nothing matches.

    A file of that very name comes first: brackets may be part of it. Raises SourceMissing for a folder.
    """
    path = str((base or Path()) / pattern)
    if os.path.isdir(path):
        raise SourceMissing(
            f"这是目录，不是文件 / a folder, not a file: {pattern}",
            hint="写成通配符，如 目录/*.jsonl / use a glob such as folder/*.jsonl",
        )
    if os.path.isfile(path):
        return [os.path.abspath(path)]
    return [os.path.abspath(found) for found in glob.glob(path, recursive=True) if os.path.isfile(found)]


def folders_called_files(pattern: str, base: Path | None = None) -> list[str]:
    """Absolute paths of the folders that a pattern with wildcards matches and whose names are those of files: 病历.csv/."""
    path = str((base or Path()) / pattern)
    found = glob.glob(path, recursive=True) if glob.has_magic(path) else []
    return [os.path.abspath(one) for one in found if is_known(one) and os.path.isdir(one)]


def by_name(paths: Iterable[str]) -> list[str]:
    """Each path once, by the bytes of its name, then of the whole path."""
    return sorted(set(paths), key=lambda path: (os.fsencode(os.path.basename(path)), os.fsencode(path)))


def similar(pattern: str, base: Path | None = None) -> str:
    """The file beside it with the most similar name, for a hint; "" where there is none."""
    path = (base or Path()) / pattern
    names = os.listdir(path.parent) if path.parent.is_dir() else []
    return next(iter(difflib.get_close_matches(path.name, names, n=1)), "")
