"""A run's quarantined records as they lie in its folder: tables with the raw bytes, and what tells people where those came from.

quarantine/causes.json   cause → records
quarantine/about.json    labels of the sources, and of every file its place, format and encoding
quarantine/NNNNN.parquet forms.QUARANTINE, a file a shard
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpora.errors import UsageError
from corpora.forms import FORMAT
from corpora.sources import Shard
from corpora.workspace import Workspace, write_atomically
from curation.recipe import Recipe
from curation.run.inputs import InputFile

FOLDER, ABOUT = "quarantine", "about.json"


def describe(here: Path, recipe: Recipe, files: Sequence[InputFile], shards: Sequence[Shard]) -> None:
    """Written before the release is sealed: of a run that keeps nothing the quarantine is what people need to see."""
    about: dict[str, Any] = {"format": FORMAT, "version": recipe.version, "labels": [one.label for one in recipe.sources]}
    kinds = {shard.file: (shard.format, shard.encoding, shard.compression) for shard in shards}
    about["files"] = [
        {"shown": one.shown, "path": one.path, **dict(zip(("format", "encoding", "compression"), kinds.get(i, ("", "utf-8", None)), strict=True))}
        for i, one in enumerate(files)
    ]  # fmt: skip
    write_atomically(here / FOLDER / ABOUT, json.dumps(about).encode())


def about(here: Path) -> dict[str, Any]:
    """What `describe` wrote. Raises UsageError for a run from before."""
    path = here / FOLDER / ABOUT
    if not path.is_file():
        raise UsageError("这次运行没有隔离清单 / this run has no list of its quarantine", hint="重新运行 / run again")
    return dict(json.loads(path.read_bytes()))


def find(recipe: Recipe, workspace: Workspace) -> Path:
    """The folder of the newest run of this recipe's name and version, whether it was sealed or not. Raises UsageError."""
    found = workspace.work.joinpath(*recipe.corpus.split("/")).glob(f"*/runs/*/{FOLDER}/{ABOUT}")
    mine = [path for path in found if json.loads(path.read_bytes())["version"] == recipe.version]
    if not mine:
        raise UsageError(
            f"这台机器没有运行过 {recipe.corpus}@{recipe.version} / no run of it on this machine",
            hint="先运行 yuliao run / run first",
        )
    return max(mine, key=lambda path: (path.stat().st_mtime_ns, str(path))).parent.parent
