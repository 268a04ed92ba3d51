"""The version that a new one follows: its rows keep their splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.catalog import Catalog, closing
from corpora.names import version_order
from corpora.release import Release
from corpora.workspace import Workspace
from curation.recipe import Recipe
from curation.run.splits import NAMES


@dataclass(frozen=True)
class Parent:
    """release: its hash ("" if there is none); ids: split → sorted uint64 prefixes of the ids in it."""

    release: str
    version: str
    ids: dict[str, NDArray[np.uint64]]
    changes: tuple[dict[str, str], ...] = ()  # its changelog, newest first

    @classmethod
    def none(cls) -> Parent:
        return cls("", "", {})

    @classmethod
    def find(cls, workspace: Workspace, recipe: Recipe) -> Parent:
        """The newest published version below the recipe's own whose rows are there: a purged one has none."""
        catalog = Catalog(workspace.catalog)
        older = [
            one for one in published(catalog, recipe.corpus)
            if version_order(one) < version_order(recipe.version)
            and closing.state(catalog.repository(recipe.corpus), one) != "purged"
        ]  # fmt: skip
        if not older:
            return cls.none()
        release = catalog.release(recipe.corpus, older[-1])
        ids = {name: _prefixes(release, name) for name in NAMES}
        return cls(release.hash, release.version, ids, tuple(release.manifest["changes"]))


def published(catalog: Catalog, corpus: str) -> list[str]:
    """Published versions, oldest first; none for a dataset that the catalog does not know yet."""
    return catalog.versions(corpus) if corpus in catalog.datasets() else []


def _prefixes(release: Release, split: str) -> NDArray[np.uint64]:
    parts: list[Any] = [
        np.array([int(one[:16], 16) for one in batch.column(0).to_pylist()], np.uint64)
        for path in release.tables("default", split)
        for batch in pq.ParquetFile(path).iter_batches(columns=["id"])
    ]
    return np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.uint64)
