"""Where xorbs lie: catalog/xet/NAMESPACE/EPOCH/xx/HASH. A namespace sees its own; an epoch is a quarter of a year.

A xorb holds chunks of files (corpora.hub.xet). Files are rebuilt as soon as their shard arrives, so xorbs serve only later
uploads that repeat chunks of earlier ones. Two quarters are kept; a new quarter has a new address, so clients start anew there.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

from corpora.workspace import private_folder, sync_folder

_EPOCH = re.compile(r"\d{4}q[1-4]")


def epoch(day: dt.date | None = None) -> str:
    """The quarter of a day (today, UTC): 2026q4."""
    day = day or dt.datetime.now(dt.UTC).date()
    return f"{day.year:04d}q{(day.month + 2) // 3}"


def stale(root: Path, day: dt.date | None = None) -> list[Path]:
    """Folders of epochs before the last one: whoever collects garbage may remove them."""
    day = day or dt.datetime.now(dt.UTC).date()
    last = epoch(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1) - dt.timedelta(days=1))
    found = (root / "xet").glob("*/*")
    return sorted(path for path in found if _EPOCH.fullmatch(path.name) and path.name < last)


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
