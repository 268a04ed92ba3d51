"""Sources that are no files yet: a query's rows and a dataset of a Hub become files of the private workspace."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from corpora import secrets
from corpora.sources import hub, snapshot
from corpora.text_buffers import Leaf
from corpora.workspace import Workspace
from curation.recipe import Recipe, Source

ENDPOINT = "HF_ENDPOINT"
Fetched = Callable[[int], None]
"""Called with the number of rows that have come."""


def files(recipe: Recipe, source: Source, base: Path, workspace: Workspace, progress: Fetched) -> list[tuple[str, str]]:
    """(path, name for the people of this machine) of what the source holds now. Raises YuliaoError."""
    if source.query is not None:
        return _rows(recipe, source, base, workspace, progress)
    wanted = hub.Dataset.parse(str(source.hub), endpoint(source, base, workspace), source.config, source.split)
    found = hub.fetch(wanted, workspace.fetched / "hub")
    return [(path, f"hub:{wanted.name}@{found.commit}/{name}") for name, path in found.files]


def dataset_of(name: str) -> str:
    """name@commit of a file's name as `files` gives it."""
    return name.removeprefix("hub:")[: name.index("@") + 1 - len("hub:") + 40]


def endpoint(source: Source, base: Path, workspace: Workspace) -> str:
    """The recipe's endpoint, else HF_ENDPOINT, else the workspace's own catalog: no address is assumed."""
    said = source.endpoint or os.environ.get(ENDPOINT)
    if not said:
        return str(workspace.catalog)
    return said if said.startswith(("http://", "https://")) else str((base / said).absolute())


def _rows(recipe: Recipe, source: Source, base: Path, workspace: Workspace, progress: Fetched) -> list[tuple[str, str]]:
    key = key_of(recipe, source)
    texts = {Leaf.parse(source.text.get(path, path)).column for path in recipe.text}
    paths = snapshot.take(
        str(source.database), str(source.query), key, base=base, folder=workspace.fetched / "database",
        lookup=secrets.of(workspace.root), texts=texts, progress=progress,
    )  # fmt: skip
    name = f"database:{source.label}（{', '.join(key)}）"
    return [(path, name if path.endswith(".parquet") else f"{name}!/unread") for path in paths]


def key_of(recipe: Recipe, source: Source) -> list[str]:
    """Columns that tell a query's rows apart and give their order."""
    return source.key or [one for one in (source.id or recipe.id,) if one]
