"""The anchor: which audit log it belongs to, how far that went and its last hash, in a file beside the database, so that a
log that was cut, deleted or swapped with an older copy or another one is found.

It is written after the lines are on disk, so it never runs ahead of an honest log; it only moves on from a line that the log
still holds. Whoever can write both files can change both: an export that is kept elsewhere is the stronger evidence.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from corpora.errors import FormatUnknown
from corpora.forms import FORMAT

FILE = "audit.anchor"
WRITTEN = "yuliao.written"
"""In a connection's `info`: where the log stood before a transaction, and where it stands then."""
_BYTES = 160


class Anchored(NamedTuple):
    """A line of the log: its number and hash. Number 0 is the log before its first line.

    log: the name of the log, 16 digits of the hash of its first line: born with it, and the same wherever the whole chain is
    copied to. "" in an anchor of an earlier version; the next line that is written names it.
    """

    seq: int
    hash: str
    log: str = ""


def read(folder: Path | None) -> Anchored | None:
    """The anchor of a catalog; None where there is none yet. Raises FormatUnknown."""
    try:
        return _parsed((folder / FILE).read_bytes()) if folder else None
    except FileNotFoundError:
        return None


def advance(
    folder: Path, before: Anchored, now: Anchored, holds: Callable[[Anchored], bool], name: Callable[[], str] = str
) -> None:
    """Moves the anchor to `now`, if the log, which stood at `before`, is the one that it knows.

    holds: whether the log has a line; asked only when other writers were faster. name: the log's name; asked when the anchor
    does not know it yet. Nothing is raised: the lines are on disk, and an anchor that stays behind is caught up by the next.
    """
    with contextlib.suppress(OSError), _opened(folder / FILE) as handle:
        try:
            there = _parsed(os.pread(handle, _BYTES, 0))
        except FormatUnknown:
            return
        if there is None or there[:2] == before[:2] or (there.seq < before.seq and holds(there)):
            log = (there and there.log) or name()
            text = json.dumps({"format": FORMAT, **now._asdict(), "log": log}, separators=(",", ":"))
            os.pwrite(handle, f"{text:<{_BYTES - 1}}\n".encode(), 0)  # of one length: never half an anchor


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[int]:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _parsed(text: bytes) -> Anchored | None:
    """Empty: a machine that stopped as the file was made."""
    if not text.strip(b"\0"):
        return None
    try:
        said = json.loads(text)
        if said["format"] == FORMAT:
            return Anchored(int(said["seq"]), str(said["hash"]), str(said.get("log", "")))
    except (ValueError, TypeError, LookupError):
        pass
    raise FormatUnknown(
        f"{FILE} 读不懂 / {FILE} cannot be read", hint="核对日志的导出后删去它 / compare an export, then remove the file"
    )
