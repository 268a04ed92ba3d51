"""Where xorbs lie: catalog/xet/NAMESPACE/EPOCH/xx/HASH. A namespace sees its own; an epoch is a quarter of a year.

A xorb holds chunks of files (corpora.hub.xet). Files are rebuilt as soon as their shard arrives, so xorbs serve only later
uploads that repeat chunks of earlier ones. Two quarters are kept, and none after a purge. Clients remember by
address what a server has, so the address holds a mark of this catalog, which changes when its xorbs are cleared.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import secrets
import shutil
from pathlib import Path

from corpora.workspace import private_folder, sync_folder, write_atomically

_EPOCH = re.compile(r"\d{4}q[1-4]-[0-9a-f]{8}")
_MARK = ".mark"


def epoch(root: Path, day: dt.date | None = None) -> str:
    """The quarter of a day (today, UTC) and the mark of the catalog: 2026q4-1f3a5c77."""
    return f"{_quarter(day or _today())}-{_mark(root)}"


def is_open(root: Path, at: str) -> bool:
    """Whether xorbs may still come into an epoch that was current when its ticket was given."""
    return bool(_EPOCH.fullmatch(at)) and at.partition("-")[2] == _mark(root)


def stale(root: Path, day: dt.date | None = None) -> list[Path]:
    """Folders of epochs before the last quarter: whoever collects garbage may remove them."""
    day = day or _today()
    last = _quarter(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1) - dt.timedelta(days=1))
    found = (root / "xet").glob("*/*")
    return sorted(path for path in found if _EPOCH.fullmatch(path.name) and path.name[: len(last)] < last)


def clear(root: Path) -> None:
    """Removes all xorbs of all namespaces: they may hold what is being purged. Uploads under way are refused and begin anew."""
    write_atomically(private_folder(root / "xet") / _MARK, secrets.token_hex(4).encode())
    for old in (root / "xet").glob("[!.]*"):
        os.rename(
            old, old.with_name(f".gone-{secrets.token_hex(6)}")
        )  # what still arrives goes elsewhere, and is taken back
    for old in (root / "xet").glob(".gone-*"):
        shutil.rmtree(old)


def _mark(root: Path) -> str:
    """Made on first use; two processes that make it at once end with the same one."""
    path = private_folder(root / "xet") / _MARK
    if not path.is_file():
        partial = path.with_name(f".{secrets.token_hex(6)}")
        write_atomically(partial, secrets.token_hex(4).encode())
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
    return path.read_text("ascii")


def _quarter(day: dt.date) -> str:
    return f"{day.year:04d}q{(day.month + 2) // 3}"


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


class Xorbs:
    """The xorbs of one namespace and epoch."""

    def __init__(self, root: Path, namespace: str, at: str) -> None:
        self._folder = root / "xet" / namespace / at
        self.scratch = private_folder(root / "xet" / ".uploads")

    def path(self, name: str) -> Path:
        """`name`: the hash as text."""
        return self._folder / name[:2] / name

    def adopt(self, partial: Path, name: str) -> bool:
        """Takes over a finished, checked file by one rename, durable when this returns; False when it was there."""
        path = self.path(name)
        fresh = not path.is_file()
        private_folder(path.parent)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(partial, path)
        sync_folder(path.parent)
        return fresh
