"""Drafts: recipes that people work on in the browser, each in a private folder with the files that it reads.

`drafts/u-<person>/<id>/`; those of one's own machine are `u-local`, and so are folders from before drafts had owners.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from corpora.errors import RecipeError, UsageError, YuliaoError
from corpora.workspace import Workspace, private_folder, write_atomically
from curation import recipe_file, recipe_yaml
from curation.form import copying
from curation.form.copying import FILES
from curation.recipe_file import RecipeFile

if TYPE_CHECKING:
    from curation.look.source_columns import Mistake

RECIPE = "recipe.yaml"
LOCAL = "local"
_PIECE, _OWNED = 1 << 20, "u-"
_ABANDONED = 86_400
"""Seconds after which a folder without a recipe is removed: an upload that nobody came back to."""


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

    @property
    def owner(self) -> str:
        """Whose draft it is."""
        return self.folder.parent.name.removeprefix(_OWNED) if self.folder.parent.name.startswith(_OWNED) else LOCAL

    def write(self, text: str, *, was: str | None = None) -> None:
        """Replaces the recipe. was: what it is thought to be. Raises UsageError where somebody changed it meanwhile."""
        if was is not None and self.recipe.is_file() and self.text != was:
            raise UsageError(
                "这份草稿在别处改过 / the draft was changed elsewhere",
                hint="先看那边的改动，再决定用哪一份 / look at that change, then choose",
            )
        write_atomically(self.recipe, text.encode())

    def check(self, text: str) -> tuple[RecipeFile | None, list[tuple[str, str]]]:
        """The recipe, and every mistake with its address; no recipe where a run would come to nothing. What it says of files
        and columns is held against the sources themselves."""
        from curation.look import source_columns

        try:
            data, lines = recipe_yaml.read(text)
            file = RecipeFile(recipe_file.parse(data, lines), self.folder)
        except RecipeError as error:
            return None, error.mistakes
        found = [*self._foreign(file), *source_columns.mistakes(file)]
        told = [(one.address, recipe_file.at_line(lines, one.address, one.said)) for one in found]
        return None if any(one.sure for one in found) else file, told

    def _foreign(self, file: RecipeFile) -> list[Mistake]:
        """Files of the workspace that are not this person's: uploads of others, work folders, the catalog."""
        from curation.look.source_columns import Mistake

        said = "工作区里不属于您的文件不能读；要用别人上传的，照那份草稿另写一份 / not your file: copy the draft that it belongs to"
        own = self.folder.parent
        files = [
            (f"sources.{number}.files.{place}", pattern)
            for number, source in enumerate(file.recipe.sources if self.owner != LOCAL else ())
            for place, pattern in enumerate(source.files)
        ]
        return [
            Mistake(address, said, True)
            for address, pattern in files
            if copying.foreign(pattern, self.folder, own, home=own.parent.parent)
        ]

    @property
    def label(self) -> str:
        try:
            return str(recipe_yaml.read(self.text)[0].get("corpus") or self.id)
        except (RecipeError, AttributeError):
            return self.id


def all_of(workspace: Workspace, who: str | None = None) -> list[Draft]:
    """Newest first. who: only those of this person."""
    folder = private_folder(workspace.root / "drafts")
    owned = (one for person in folder.glob(f"{_OWNED}*") for one in person.iterdir())
    found = [Draft(one) for one in (*folder.iterdir(), *owned) if (one / RECIPE).is_file()]
    mine = [one for one in found if who is None or one.owner == who]
    return sorted(mine, key=lambda one: (-one.recipe.stat().st_mtime_ns, one.id))


def new(workspace: Workspace, who: str = LOCAL) -> Draft:
    """An empty folder of this person. What was left without a recipe a day ago is removed."""
    folder = private_folder(private_folder(workspace.root / "drafts") / f"{_OWNED}{who}")
    for one in folder.iterdir():
        if not (one / RECIPE).is_file() and time.time() - one.stat().st_mtime > _ABANDONED:
            shutil.rmtree(one, ignore_errors=True)
    draft = Draft(private_folder(folder / secrets.token_hex(4)))
    private_folder(draft.folder / FILES)
    return draft


def readers(workspace: Workspace, draft: Draft) -> tuple[int, int]:
    """(runs under way, finished runs) that read the files of this draft."""
    from curation.run import background

    recipes = {str(one.recipe) for one in (draft, *_leaning(workspace, draft))}
    states = [job.status().state for job in background.jobs(workspace) if job.about["recipe"] in recipes]
    return sum(one in background.ALIVE for one in states), sum(one == "done" for one in states)


def remove(workspace: Workspace, draft: Draft) -> None:
    """The draft and what was uploaded for it. Raises UsageError while a run reads it. Releases stay; rows of finished runs
    can no longer be replayed from their source. Drafts that still point here get the files as their own."""
    if readers(workspace, draft)[0]:
        raise UsageError("正在用它运行 / a run is reading it", hint="等运行结束或先取消 / wait for it, or cancel it")
    for other in _leaning(workspace, draft):
        other.write(copying.owned(other.text, other.folder, _all(workspace), other.folder))
    shutil.rmtree(draft.folder)


def _leaning(workspace: Workspace, draft: Draft) -> list[Draft]:
    """Other drafts that name files of this one, as copies did before they had files of their own."""
    return [one for one in all_of(workspace) if one != draft and str(draft.folder) in one.text and _is_yaml(one)]


def _is_yaml(draft: Draft) -> bool:
    try:
        return isinstance(recipe_yaml.read(draft.text)[0], dict)
    except RecipeError:
        return False


def _all(workspace: Workspace) -> Path:
    return workspace.root.absolute() / "drafts"


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


def from_files(workspace: Workspace, paths: Iterable[Path | str], draft: Draft | None = None, *, who: str = LOCAL) -> Draft:
    """A draft with the recipe that `yuliao init` would write for these files. One that cannot be drafted leaves nothing."""
    from curation.look import starting

    draft = draft or new(workspace, who)
    try:
        start = starting.look([str(path) for path in paths], draft.folder)
    except YuliaoError:
        shutil.rmtree(draft.folder, ignore_errors=True)
        raise
    draft.write(start.recipe)
    return draft


def from_recipe(workspace: Workspace, name: str, *, who: str = LOCAL) -> Draft:
    """A copy of a recipe to be changed. Uploads of another draft go along; other files stay where they are."""
    path = recipe_file.find(name)
    text = path.read_text("utf-8-sig")
    if not isinstance(recipe_yaml.read(text)[0], dict):
        raise UsageError(f"{path.name} 不是配方 / is no recipe", hint="从自带配方抄起 / start from a shipped recipe")
    draft = new(workspace, who)
    draft.write(copying.owned(text, path.parent, _all(workspace), draft.folder))
    return draft
