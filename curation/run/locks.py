"""Locks of folders: held while any process has the file open. Apart from the runs, so that pages can look without loading them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOCK = "lock"


@contextlib.contextmanager
def held(root: Path) -> Iterator[bool]:
    """Holds a folder's lock, if no run does: yields whether it is ours. Leaves the lock's file as it is."""
    path = root / LOCK
    if not path.is_file():  # of a removal that was interrupted: nobody can take it
        yield True
        return
    with open(path) as lock:
        yield locked(lock)


def locked(file: Any) -> bool:
    """Takes the lock of an open file, if nobody has it; it is held while any process has that file open."""
    try:
        import fcntl
    except ImportError:  # no advisory locks on this system: two runs on one folder are the user's care
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
