"""Files as a recipe names them: wildcards where they match exactly these files, relative to the recipe's folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import escape
from pathlib import Path

from corpora.sources.files import expand, printable


def patterns(files: Sequence[str], base: Path) -> list[str]:
    """Paths and wildcards of these files, in the order of their suffixes and folders. base: the recipe's folder."""
    found: list[str] = []
    kinds = sorted({os.path.splitext(file)[1] for file in files})
    for end in kinds:
        some = {os.path.abspath(file) for file in files if os.path.splitext(file)[1] == end}
        top = os.path.commonpath([os.path.dirname(file) for file in some])
        found += _exact(some, top, base, deep=True) or _by_folder(some, base)
    return found


def _by_folder(files: set[str], base: Path) -> list[str]:
    found: list[str] = []
    for folder in sorted({os.path.dirname(file) for file in files}, key=os.fsencode):
        here = {file for file in files if os.path.dirname(file) == folder}
        found += _exact(here, folder, base, deep=False) or sorted((_alone(one, base) for one in here), key=os.fsencode)
    return found


def _alone(file: str, base: Path) -> str:
    """Its path; where a name is not UTF-8, which no recipe can hold, a wildcard for every byte."""
    path = _relative(file, base)
    return path if printable(path) == path else "".join("?" if "\ud800" <= c <= "\udfff" else c for c in escape(path))


def _exact(files: set[str], folder: str, base: Path, *, deep: bool) -> list[str]:
    """One wildcard for these files of one suffix, or none."""
    end = os.path.splitext(next(iter(files)))[1]
    if len(files) < 2 or not end:
        return []
    stem = os.path.commonprefix([os.path.basename(file) for file in files])
    for name in ("*", f"{escape(stem)}*") if stem else ("*",):
        for pattern in (f"{name}{escape(end)}", *((os.path.join("**", f"{name}{escape(end)}"),) if deep else ())):
            whole = os.path.join(escape(folder), pattern)
            if _matches(whole, base) == files:
                return [_relative(whole, base)]
    return []


def _matches(pattern: str, base: Path) -> set[str]:
    return set(expand(_relative(pattern, base), base))


def _relative(path: str, base: Path) -> str:
    return os.path.relpath(path, base).replace(os.sep, "/")
