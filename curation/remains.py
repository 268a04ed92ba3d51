"""Remains: what a purged release leaves on this machine beside its tables: records of runs, queues of reviews, audits, the
text of annotation batches, copies that were pulled or superseded, and what `datasets` made of those.

Text goes (《个人信息保护法》 art. 47 [M]); what people decided stays: keyed hashes, positions and kinds, which say nothing
without the rows and without which a later version would be judged anew (laws 5 and 7 of the plan).
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.release.manifest import MANIFEST
from corpora.workspace import Workspace, sync_folder
from curation.run import background

_TEXT = "text"


@dataclass(frozen=True)
class Batch:
    """An annotation batch drawn from a purged version. server: address of its Label Studio; projects: its projects there."""

    folder: Path
    server: str
    projects: tuple[int, ...]

    @property
    def tasks(self) -> Path:
        return self.folder / "tasks.parquet"


_ELSEWHERE = ("catalog", "work", "unpacked", "fetched", "keys", "label-studio")  # looked after by others, or no tables
_PULLED = re.compile(r"(\w[\w.-]*?)__(\w[\w.-]*)@(.+)")


def copies(workspace: Workspace, corpus: str, versions: Collection[str]) -> list[Path]:
    """Folders anywhere in the workspace that hold one of these versions: pulled there, or set aside when a run replaced it."""
    return [folder for folder in _folders(workspace, MANIFEST) if _holds(folder / MANIFEST, corpus, versions)]


def _folders(workspace: Workspace, file: str) -> list[Path]:
    """Folders with such a file, as people and `datasets` lay them down in the workspace."""
    found = []
    for place, inner, files in os.walk(workspace.root):
        if Path(place) == workspace.root:
            inner[:] = [one for one in inner if one not in _ELSEWHERE]
        if file in files:
            found.append(Path(place))
            inner.clear()
    return sorted(found)


def _holds(manifest: Path, corpus: str, versions: Collection[str]) -> bool:
    said = _json(manifest)
    return said.get("corpus") == corpus and said.get("version") in versions


def _json(file: Path) -> dict[str, Any]:
    """Nothing for a file that somebody else made and that is none of ours."""
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def caches(workspace: Workspace, corpus: str, versions: Collection[str]) -> tuple[list[Path], list[Path]]:
    """(folders of tables that `datasets` made of these versions, those of which nobody can say what they were made of).

    It names such a folder after the one that was loaded, or after the dataset and the commit.
    """
    going, unknown = list[Path](), list[Path]()
    own = {f"{corpus.replace('/', '__')}@{one}" for one in versions}
    for folder in _folders(workspace, "dataset_info.json"):
        name = str(_json(folder / "dataset_info.json").get("dataset_name") or folder.parts[-4])
        if name in own or f"{corpus.replace('/', '___')}" in folder.parts:
            going.append(folder)
        elif any(folder.glob("*.arrow")) and not _PULLED.fullmatch(name):
            unknown.append(folder)
    return going, unknown


def jobs(workspace: Workspace, corpus: str, versions: Collection[str]) -> list[Path]:
    """Folders of runs that have ended and made, or were to make, one of these versions: names of inputs, notes, a log."""
    return [one.folder for one in background.jobs(workspace) if _made(one, corpus, versions)]


def _made(job: background.Handle, corpus: str, versions: Collection[str]) -> bool:
    said, about = job.status(), job.about
    if said.state in background.ALIVE or about.get("corpus") != corpus:
        return False
    return (Path(said.release).name if said.release else about.get("version")) in versions


def queues(workspace: Workspace, corpus: str, releases: Collection[str]) -> list[Path]:
    """Files of the queues that reviews of these releases (by hash) had: ids of rows that are gone."""
    heads = {release[:16] for release in releases}
    start = corpus.replace("/", "+") + "+"
    found = sorted((workspace.root / "leases").glob("*"))
    return [one for one in found if one.name.startswith(start) and one.name[len(start) :].partition("-")[0] in heads]


def audits(workspace: Workspace, releases: Collection[str]) -> list[Path]:
    """Folders of audits that lay beside no work folder."""
    return [folder for one in sorted(releases) if (folder := workspace.root / "audits" / one).is_dir()]


def batches(workspace: Workspace, corpus: str, versions: Collection[str]) -> list[Batch]:
    """Annotation batches of these versions, whole or not yet."""
    return [one for one in _batches(workspace) if _facts(one.folder, corpus, versions)]


def _batches(workspace: Workspace) -> Iterator[Batch]:
    for path in sorted((workspace.root / "annotation").glob("*/batch.json")):
        said = [json.loads(one.read_bytes()) for one in sorted((path.parent / "ids").glob("*.json"))]
        projects = {int(one["project"]) for one in said if one.get("project") is not None}
        yield Batch(path.parent, str(json.loads(path.read_bytes()).get("url") or ""), tuple(sorted(projects)))


def _facts(folder: Path, corpus: str, versions: Collection[str]) -> bool:
    said: dict[str, Any] = json.loads((folder / "batch.json").read_bytes())
    return said.get("corpus") == corpus and said.get("version") in versions


def blank(batch: Batch) -> bool:
    """Takes the text out of a batch's tasks; whether there was any. Ids, keyed hashes, positions and answers stay."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(batch.tasks)
    if not pc.any(pc.not_equal(table[_TEXT], "")).as_py():
        return False
    at = table.schema.get_field_index(_TEXT)
    empty = pa.array([""] * table.num_rows, table.schema.field(at).type)  # a sample: few rows
    partial = batch.tasks.with_name(f".{batch.tasks.name}.{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            pq.write_table(table.set_column(at, table.schema.field(at), empty), out, compression="zstd")
            out.flush()
            os.fsync(out.fileno())
        os.replace(partial, batch.tasks)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(batch.folder)
    return True
