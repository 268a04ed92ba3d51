"""Rows of queries and files of Hubs that no work folder refers to any more, and their removal.

They are as private as the raw data, and a changed table leaves a new file behind with every run.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

from corpora.workspace import Workspace
from curation.run import leftovers
from curation.run.work_folder import STATE

YOUNG = 600
"""Seconds in which a run may have fetched something without a word of it in its work folder yet."""


def find(workspace: Workspace, *, older_than: float, everything: bool = False) -> list[Path]:
    """What can go: snapshots unused for `older_than` seconds (a run takes a new one anyway); with `everything` datasets of
    Hubs too, which a machine without a network may never get again. Nothing while a run goes on."""
    if any(one.kind == "in_use" for one in leftovers.find(workspace)):
        return []
    used, least = _used(workspace), YOUNG if everything else max(YOUNG, older_than)
    entries = [
        one
        for kind in (("database", "hub") if everything else ("database",))
        for one in (workspace.fetched / kind).glob("*")
    ]
    now = time.time()
    return sorted(one for one in entries if now - _touched(one) >= least and not any(_within(path, one) for path in used))


def size(paths: list[Path]) -> int:
    """Bytes that they hold."""
    return sum(file.stat().st_size for path in paths for file in (path, *path.rglob("*")) if file.is_file())


def remove(paths: list[Path]) -> None:
    """Removes what `find` gave."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _used(workspace: Workspace) -> set[str]:
    """Files that a finished run reads when its rows are looked at."""
    states = [path for one in leftovers.find(workspace) for path in one.folder.glob(f"runs/*/{STATE}")]
    return {file["path"] for state in states for file in json.loads(state.read_bytes())["files"]}


def _within(path: str, entry: Path) -> bool:
    return path == str(entry) or path.startswith(str(entry) + os.sep)


def _touched(path: Path) -> float:
    """When a run last used it: its files' times are fixed, the system's note of the last change is not."""
    return max(file.stat().st_ctime for file in (path, *path.rglob("*")))
