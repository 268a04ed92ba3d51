"""The spool: audit lines of what has happened already, kept in a file beside the catalog while the database is away.

One JSON object a line, on disk when `append` returns; drained in order when the database is back. A line that the database
refuses for itself goes to a second file and stays there, so that it holds up no other. No text, no token: as in the log.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from corpora.catalog.audit import utc_now
from corpora.catalog.refs import locked
from corpora.workspace import private_folder, sync_folder, write_atomically

FILE, REFUSED = "audit.spool", "audit.refused"
_MOST = 500
Line = dict[str, Any]


class LineRefused(Exception):
    """Raised by a writer for what no other line would suffer: the line itself cannot be stored."""


class Spool:
    """Lines that wait in a catalog's folder. Any number of processes may append and drain."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file, self._refused = folder / FILE, folder / REFUSED

    def append(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Each line gets the time (`noted`) and a mark (`spool`) by which it is known if a drain is killed."""
        marked = [{**one, "noted": utc_now(), "spool": secrets.token_hex(8)} for one in entries]
        with self._locked():
            _append(self._file, [json.dumps(one, ensure_ascii=True).encode() for one in marked])

    def waiting(self) -> int:
        """How many lines wait."""
        return len(_lines(self._file))

    def refused(self) -> int:
        """How many lines the database would not take."""
        return len(_lines(self._refused))

    def drain(self, write: Callable[[list[Line]], object], known: Callable[[str], set[str]]) -> int:
        """Gives the lines to `write` in order and takes them away; returns how many went into the log.

        write: stores lines, all or none; raises LineRefused when it is about them, anything else when the database is away,
        which ends the drain with the rest still there. known: marks of the lines that are in the log since a time.
        """
        count = 0
        with self._locked():
            while waiting := _lines(self._file):
                batch = waiting[:_MOST]
                sound, broken = _parsed(batch)
                there = known(str(sound[0]["noted"])) if sound else set()
                fresh = [one for one in sound if one["spool"] not in there]
                taken, refused = _stored(fresh, write)
                count += taken
                _append(self._refused, broken + refused)
                _keep(self._file, waiting[len(batch) :])
        return count

    def _locked(self) -> Any:
        return locked(self._folder / f".{FILE}.lock")


def _stored(lines: list[Line], write: Callable[[list[Line]], object]) -> tuple[int, list[bytes]]:
    """(lines that were stored, lines that were refused): together, or one by one where one of them is refused."""
    if not lines:
        return 0, []
    try:
        write(lines)
        return len(lines), []
    except LineRefused:
        if len(lines) == 1:
            return 0, [json.dumps(lines[0]).encode()]
    alone = [_stored([one], write) for one in lines]
    return sum(count for count, _ in alone), [line for _, refused in alone for line in refused]


def _parsed(lines: list[bytes]) -> tuple[list[Line], list[bytes]]:
    sound, broken = list[Line](), list[bytes]()
    for line in lines:
        try:
            said = json.loads(line)
            sound.append({**said, "noted": said["noted"], "spool": said["spool"]})
        except (ValueError, TypeError, LookupError):  # cut off by a machine that stopped
            broken.append(line)
    return sound, broken


def _lines(file: Path) -> list[bytes]:
    try:
        return [line for line in file.read_bytes().split(b"\n") if line]
    except FileNotFoundError:
        return []


def _append(file: Path, lines: list[bytes]) -> None:
    """On disk when it returns. A half line that a stopped machine left stays a line of its own."""
    if not lines:
        return
    private_folder(file.parent)
    fresh = not file.exists()
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        out.write(b"\n" * (not fresh) + b"\n".join(lines) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    if fresh:
        sync_folder(file.parent)


def _keep(file: Path, lines: list[bytes]) -> None:
    if lines:
        write_atomically(file, b"\n".join(lines) + b"\n")
    else:
        file.unlink(missing_ok=True)
        sync_folder(file.parent)
