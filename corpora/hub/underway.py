"""Downloads underway: how far each large one came, kept in the catalog, so that a server that was killed leaves no false figure.

One small file a download: the bytes that went to the system so far, and the line that the log gets if nobody ends it. A lock
says that its server lives; the next server that starts settles what has none. It survives a killed process, not a machine that
lost its power: then the log keeps what was promised.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpora.catalog.spool import Spool
from corpora.workspace import private_folder

LEAST = 4 << 20
"""Bytes from which a download is followed: a smaller one goes to the system in one piece."""
_DIGITS = 20
Moved = Callable[[int], None]


def silent(_: int) -> None:
    """For a download that nobody follows."""


@contextlib.contextmanager
def followed(folder: Path, size: int, line: Mapping[str, Any]) -> Iterator[Moved]:
    """Gives what is called with the bytes that went so far. The file stays when the block is left before its end was told:
    by anything but an OSError, which the response tells of itself.

    line: the audit line of a download that breaks off, without its bytes.
    """
    opened = _opened(folder / "underway", line) if size >= LEAST else None
    if opened is None:
        yield silent
        return
    handle, file = opened
    try:
        yield lambda sent: _note(handle, sent)
        file.unlink(missing_ok=True)
    except OSError:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)


def settle(folder: Path, spool: Spool) -> int:
    """Puts a line into the spool for each download whose server is gone; returns how many."""
    count = 0
    for file in sorted((folder / "underway").glob("*.json")):
        with contextlib.suppress(BlockingIOError, FileNotFoundError), file.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(ValueError):  # cut off as it was made: nothing had gone
                spool.append([{**json.loads(handle.read(_DIGITS + (1 << 16))[_DIGITS:]), "bytes": _sent(file)}])
                count += 1
            file.unlink(missing_ok=True)
    return count


def _opened(folder: Path, line: Mapping[str, Any]) -> tuple[int, Path] | None:
    """None where it cannot be made: the log has the download already, as a promise."""
    file = folder / f"{secrets.token_hex(8)}.json"
    beside = file.with_suffix(".new")  # it is found only when it is locked and whole
    try:
        private_folder(folder)
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.pwrite(handle, b"0".zfill(_DIGITS) + json.dumps(line).encode(), 0)
        beside.rename(file)
        return handle, file
    except OSError:
        return None


def _note(handle: int, sent: int) -> None:
    with contextlib.suppress(OSError):
        os.pwrite(handle, str(sent).zfill(_DIGITS).encode(), 0)


def _sent(file: Path) -> int:
    with file.open("rb") as handle:
        return int(handle.read(_DIGITS))
