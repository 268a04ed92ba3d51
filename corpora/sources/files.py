"""Files that a person means: a path, or a pattern with wildcards that the shell has left alone."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpora.errors import SourceMissing
from corpora.sources.detect import is_known


def expand(pattern: str, base: Path | None = None) -> list[str]:
    """Absolute paths of what `pattern` names, relative to `base`, folders apart; none where nothing matches.

    A pipe or a link to nothing is named too: it can't be read, but it is accounted for. A file of that very name comes
    first: brackets may be part of it. Raises SourceMissing for a folder.
    """
    path = str((base or Path()) / pattern)
    if os.path.isdir(path):
        raise SourceMissing(
            f"这是目录，不是文件 / a folder, not a file: {pattern}",
            hint="写成通配符，如 目录/*.jsonl / use a glob such as folder/*.jsonl",
        )
    if os.path.lexists(path):
        return [os.path.abspath(path)]
    return list(dict.fromkeys(os.path.abspath(found) for found in _matches(path) if not os.path.isdir(found)))


def _matches(path: str) -> Iterator[str]:
    """What a pattern matches, as `glob` has it, except that `**` enters every folder once, however links lead to it."""
    parts = path.split(os.sep)
    if "**" not in parts:
        yield from glob.iglob(path)
        return
    at = parts.index("**")
    top, rest = os.sep.join(parts[:at]) or (os.sep if at else "."), parts[at + 1 :] or ["*"]
    seen: set[str] = set()
    for start in glob.iglob(top):
        for folder in _folders(start, seen):
            yield from _matches(os.path.join(glob.escape(folder), *rest))


def _folders(start: str, seen: set[str]) -> Iterator[str]:
    """The folder and those below it that are not hidden, each once, by its own name rather than by a link's."""
    own, linked = [start], list[str]()
    while own or linked:
        folder = own.pop() if own else linked.pop()
        real = os.path.realpath(folder)
        if real in seen or not os.path.isdir(folder):
            continue
        seen.add(real)
        yield folder
        for name in sorted(_names(folder), key=os.fsencode, reverse=True):
            path = os.path.join(folder, name)
            if os.path.isdir(path) and not name.startswith("."):
                (linked if os.path.islink(path) else own).append(path)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # a folder that nobody may look into holds nothing that a pattern could name
        return []


def folders_called_files(pattern: str, base: Path | None = None) -> list[str]:
    """Absolute paths of the folders that a pattern with wildcards matches and whose names are those of files: 病历.csv/."""
    path = str((base or Path()) / pattern)
    found = _matches(path) if glob.has_magic(path) else ()
    return list(dict.fromkeys(os.path.abspath(one) for one in found if is_known(one) and os.path.isdir(one)))


def by_name(paths: Iterable[str]) -> list[str]:
    """Each path once, by the bytes of its name, then of the whole path."""
    return sorted(set(paths), key=lambda path: (os.fsencode(os.path.basename(path)), os.fsencode(path)))


def unopened(path: str) -> str | None:
    """Why what is there can't be opened, as a cause of quarantine, or None."""
    if not os.path.isfile(path):  # never tried: opening a pipe waits for somebody who writes into it
        return "not_a_file"
    try:
        with open(path, "rb"):
            return None
    except OSError:
        return "not_opened"


def printable(path: str) -> str:
    """The path as people read it and JSON holds it: a name that is not UTF-8 is read as GB18030, as Chinese Windows
    writes names, or stands with its bytes written out."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.sep.join(map(_readable, path.split(os.sep)))
    return path


def _readable(name: str) -> str:
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # on Windows, half a pair
        return name.encode("utf-8", "replace").decode()
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def similar(pattern: str, base: Path | None = None) -> str:
    """The file beside it with the most similar name, for a hint; "" where there is none."""
    path = (base or Path()) / pattern
    names = os.listdir(path.parent) if path.parent.is_dir() else []
    return next(iter(difflib.get_close_matches(path.name, names, n=1)), "")
