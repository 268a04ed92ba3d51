"""Unpacks archives into the private work folder, so that every member is a file like any other.

Members lie there as `00001.csv`, never under their own names; a member that is refused lies as `00001.refused` with its
name inside, and goes to quarantine with its cause. An archive in an archive is walked too, to DEEPEST levels.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from corpora.forms import FORMAT
from corpora.sources import archives
from corpora.sources.items import BadFile
from corpora.sources.zip_guard import ON_DISK
from corpora.workspace import private_folder, write_atomically

DEEPEST = 3
"""Levels of archives inside archives that are walked; a deeper one is refused."""
LIST = "members.json"
_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}\Z")


@dataclass(frozen=True)
class Unpacked:
    """A member: the file it lies in, its name in the archive (private), and the cause if it was refused."""

    path: str
    name: str
    cause: str | None = None


def unpack(path: str, kind: str, folder: Path) -> list[Unpacked]:
    """The members of an archive, unpacked below `folder`; what an earlier run unpacked is used again.

    Sorted by name bytes. Raises SourceMissing.
    """
    status = os.stat(path)
    name = hashlib.sha256(f"{path}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogatepass")).hexdigest()[
        :16
    ]
    place = private_folder(folder) / name
    if not (place / LIST).is_file():
        shutil.rmtree(place, ignore_errors=True)
        private_folder(place)
        found = sorted(_walk(path, kind, place, "", 1, _Budget()), key=lambda one: one.name.encode("utf-8", "replace"))
        _stamp(found, status.st_mtime_ns)
        data = {"format": FORMAT, "members": [asdict(one) for one in found]}
        write_atomically(place / LIST, json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    return [Unpacked(**one) for one in json.loads((place / LIST).read_bytes())["members"]]


@dataclass
class _Budget:
    """What may still be unpacked, and the number of the next file."""

    left: int = ON_DISK.total
    number: int = 0


def _walk(path: str, kind: str, place: Path, inside: str, depth: int, budget: _Budget) -> Iterator[Unpacked]:
    for member in archives.members(path, kind):
        budget.number += 1
        if budget.number > ON_DISK.entries:  # of all levels together: each archive inside may hold as many
            yield _refused(place / f"{budget.number:05}", inside, "archive_bomb")
            return
        name = f"{inside}{member.name}"
        target = place / f"{budget.number:05}{_suffix(member.name)}"
        cause = member.cause or _written(member, target, budget)
        inner = None if cause else archives.kind(str(target))
        if cause:
            yield _refused(target, name, cause)
        elif inner is None:
            yield Unpacked(str(target), name)
        elif depth >= DEEPEST:
            yield _refused(target, name, "archive_too_deep")
        else:
            yield from _walk(str(target), inner, place, f"{name}!/", depth + 1, budget)
            target.unlink(missing_ok=True)


def _suffix(name: str) -> str:
    found = _SUFFIX.search(name)
    return found.group().lower() if found else ""


def _written(member: archives.Member, target: Path, budget: _Budget) -> str | None:
    """Writes the member's bytes; the cause if it must not be."""
    assert member.pieces is not None
    try:
        with open(target, "wb", opener=_private) as file:
            for piece in member.pieces():
                budget.left -= len(piece)
                if budget.left < 0:
                    raise BadFile("archive_bomb")
                file.write(piece)
    except BadFile as bad:
        return bad.cause
    return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _refused(target: Path, name: str, cause: str) -> Unpacked:
    target.unlink(missing_ok=True)
    stub = target.with_name(f"{target.name.split('.')[0]}.refused")
    stub.write_bytes(name.encode("utf-8", "replace") or b"?")
    return Unpacked(str(stub), name, cause)


def _stamp(found: list[Unpacked], mtime: int) -> None:
    """The archive's own time: unpacking again must not look like a change of the source."""
    for one in found:
        os.utime(one.path, ns=(mtime, mtime))
