"""Work folders that no run needs any more: what they are, how much they hold, and their removal.

Only folders of the layout that `WorkFolder.open` makes are looked at, never a release: those lie elsewhere. Removal holds
the folder's lock, and moves it out of sight first, so that a run meets either the whole folder or none.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpora.workspace import Workspace
from curation.run.work_folder import LOCK, STATE, held

Kind = Literal["finished", "abandoned", "audit", "in_use"]
KINDS: dict[Kind, str] = {
    "finished": "已完成 finished",
    "abandoned": "没跑完 abandoned",
    "audit": "审计未收回 audit open",
    "in_use": "正在用 in use",
}
_NAME = re.compile(r"[0-9a-f]{16}")
_GONE = ".removing-"  # a folder whose removal was interrupted
_OPEN_AUDIT, _TAKEN = "audit_sample.json", "audit.json"


@dataclass(frozen=True)
class Leftover:
    """One work folder. size: bytes of its files; used: seconds since the epoch when it was last used."""

    folder: Path
    corpus: str
    kind: Kind
    size: int
    used: float


def find(workspace: Workspace) -> list[Leftover]:
    """All work folders of the workspace, by dataset, the oldest first."""
    found = [_describe(folder, workspace.work) for folder in workspace.work.glob("*/*/*") if _is_ours(folder)]
    return sorted(found, key=lambda one: (one.corpus, one.used, one.folder.name))


def chosen(found: list[Leftover], *, older_than: float, everything: bool) -> list[Leftover]:
    """Those to be removed: last used `older_than` seconds ago or more, or `everything`; never one that is in use. A folder
    with an audit whose sheets have not come back goes with `everything` only."""
    now = time.time()
    return [
        one for one in found
        if one.kind != "in_use" and (everything or (one.kind != "audit" and now - one.used >= older_than))
    ]  # fmt: skip


def remove(one: Leftover) -> bool:
    """Removes the folder; False when a run has taken it in the meantime."""
    with contextlib.suppress(FileNotFoundError), held(one.folder) as mine:
        if not mine:
            return False
        aside = one.folder.with_name(f"{_GONE}{secrets.token_hex(6)}")
        os.rename(one.folder, aside)
        shutil.rmtree(aside)
    for parent in one.folder.parents[:2]:  # the dataset's and the namespace's folder, once they are empty
        with contextlib.suppress(OSError):
            parent.rmdir()
    return True


def _is_ours(folder: Path) -> bool:
    ours = (_NAME.fullmatch(folder.name) and (folder / LOCK).is_file()) or folder.name.startswith(_GONE)
    return bool(ours) and folder.is_dir() and not folder.is_symlink()


def _describe(folder: Path, root: Path) -> Leftover:
    files = list(_files(folder)) or [(0, folder.stat().st_mtime)]
    with held(folder) as mine:
        kind: Kind = _kind(folder) if mine else "in_use"
    return Leftover(
        folder, "/".join(folder.relative_to(root).parts[:2]), kind, sum(f[0] for f in files), max(f[1] for f in files)
    )


def _kind(folder: Path) -> Kind:
    runs = [path.parent for path in folder.glob(f"runs/*/{STATE}")]
    if any((run / _OPEN_AUDIT).exists() and not (run / _TAKEN).exists() for run in runs):
        return "audit"
    return "finished" if runs else "abandoned"


def _files(folder: Path) -> Iterator[tuple[int, float]]:
    """(bytes, time of the last change) of every file below; links are not followed."""
    for top, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                stat = os.lstat(os.path.join(top, name))
                yield stat.st_size, stat.st_mtime
