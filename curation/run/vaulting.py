"""The sealed vault of a run: its key before the workers start, its one file when the release is sealed."""

from __future__ import annotations

import shutil
from pathlib import Path

from corpora import vault
from corpora.workspace import Workspace, private_folder
from curation.recipe import Recipe

_PARTS = "vault"


def wanted(recipe: Recipe) -> bool:
    """Whether a step of the recipe asks for a vault."""
    return any(getattr(step, "vault", False) for step in recipe.of_phase("treat"))


def begin(workspace: Workspace, recipe: Recipe, here: Path) -> tuple[bytes | None, str]:
    """(key, folder for the parts); (None, "") without a vault. Parts of an earlier try go: every file is written anew."""
    if not wanted(recipe):
        return None, ""
    shutil.rmtree(here / _PARTS, ignore_errors=True)
    return vault.make_key(workspace, recipe.corpus, recipe.version), str(private_folder(here / _PARTS))


def finish(workspace: Workspace, recipe: Recipe, here: Path, tables: str) -> None:
    """Puts the parts together for the release with these tables (their hash)."""
    if not wanted(recipe):
        return
    parts = sorted((here / _PARTS).glob("*.part"))
    vault.assemble(
        parts,
        vault.path_of(workspace, recipe.corpus, recipe.version),
        vault.make_key(workspace, recipe.corpus, recipe.version),
        corpus=recipe.corpus, version=recipe.version, tables=tables,
    )  # fmt: skip
    shutil.rmtree(here / _PARTS)
