"""Drafts: recipes that people work on in the browser, each in a private folder with the files that it reads."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from corpora.errors import RecipeError, UsageError
from corpora.workspace import Workspace, private_folder, write_atomically
from curation import recipe_file, recipe_yaml
from curation.form.editing import set_value
from curation.recipe_file import RecipeFile

RECIPE, FILES = "recipe.yaml", "files"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Draft:
    """A folder with recipe.yaml and files/. It stays when the browser is closed."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def recipe(self) -> Path:
        return self.folder / RECIPE

    @property
    def text(self) -> str:
        return self.recipe.read_text("utf-8")

    def write(self, text: str) -> None:
        write_atomically(self.recipe, text.encode())

    def check(self, text: str) -> tuple[RecipeFile | None, list[tuple[str, str]]]:
        """The recipe, or every mistake with its address."""
        try:
            data, lines = recipe_yaml.read(text)
            return RecipeFile(recipe_file.parse(data, lines), self.folder), []
        except RecipeError as error:
            return None, error.mistakes

    @property
    def label(self) -> str:
        try:
            return str(recipe_yaml.read(self.text)[0].get("corpus") or self.id)
        except (RecipeError, AttributeError):
            return self.id


def all_of(workspace: Workspace) -> list[Draft]:
    """Newest first."""
    folder = private_folder(workspace.root / "drafts")
    found = [Draft(one) for one in folder.iterdir() if (one / RECIPE).is_file()]
    return sorted(found, key=lambda one: (-one.recipe.stat().st_mtime_ns, one.id))


def new(workspace: Workspace) -> Draft:
    """An empty folder of its own."""
    draft = Draft(private_folder(private_folder(workspace.root / "drafts") / secrets.token_hex(4)))
    private_folder(draft.folder / FILES)
    return draft


def keep(draft: Draft, name: str, file: IO[bytes]) -> Path:
    """Stores an upload under its own name, without any path in it; one of the same name gets a number."""
    safe = re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "_", Path(name.replace("\\", "/")).name).lstrip(".") or "file"
    target = draft.folder / FILES / safe[-120:]
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{Path(safe).stem}-{number}{Path(safe).suffix}")
    with open(target, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        while piece := file.read(_PIECE):
            out.write(piece)
    return target


def from_files(workspace: Workspace, paths: Iterable[Path | str], draft: Draft | None = None) -> Draft:
    """A draft with the recipe that `yuliao init` would write for these files."""
    from curation.look import starting

    draft = draft or new(workspace)
    start = starting.look([str(path) for path in paths], draft.folder)
    draft.write(start.recipe)
    return draft


def from_recipe(workspace: Workspace, name: str) -> Draft:
    """A copy of a recipe to be changed; its files stay where they are."""
    path = recipe_file.find(name)
    text = path.read_text("utf-8-sig")
    data = recipe_yaml.read(text)[0]
    if not isinstance(data, dict):
        raise UsageError(f"{path.name} 不是配方 / is no recipe", hint="从自带配方抄起 / start from a shipped recipe")
    for number, source in enumerate(data.get("sources") or []):
        if isinstance(source, dict) and source.get("files"):
            files = [str(path.parent / file) for file in source["files"]]
            text = set_value(text, f"sources.{number}.files", files)
    draft = new(workspace)
    draft.write(text)
    return draft
