"""A recipe as a file: read it, report every mistake at once with its address, apply the command line to it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpora.errors import RecipeError, UsageError
from corpora.names import suggest
from curation import recipe as model
from curation import recipe_clashes, recipe_yaml
from curation.recipe import Recipe, Source
from curation.recipe_mistakes import mistake
from curation.recipe_yaml import Lines

NO_LINES = Lines()
"""Of data that comes from no file."""


@dataclass(frozen=True)
class RecipeFile:
    """A validated recipe and the folder that its relative paths start from."""

    recipe: Recipe
    base: Path


def shipped() -> dict[str, Path]:
    """Names and paths of the recipes that come with the package."""
    folder = Path(str(resources.files("configs")))
    return {path.stem: path for path in sorted(folder.glob("*.yaml")) if path.stem != "workbench"}


def find(name: str) -> Path:
    """Path of a recipe given as a path or as the name of a shipped one. Raises UsageError with suggestions."""
    path = Path(name)
    if path.is_file():
        return path.resolve()
    known = shipped()
    if name in known:
        return known[name]
    hint = f"{suggest(name, known)}；自带配方 / shipped: {', '.join(known)}"
    raise UsageError(f"找不到配方 {name} / recipe not found", hint=hint)


def load(name: str) -> RecipeFile:
    """The recipe at a path or of a shipped name. Raises RecipeError with all mistakes, each with address and line."""
    path = find(name)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise RecipeError(
            [("1", "配方要用 UTF-8 保存 / a recipe is UTF-8")], hint="用编辑器另存为 UTF-8 / save it as UTF-8 in the editor"
        ) from None
    data, lines = recipe_yaml.read(text)
    return RecipeFile(parse(data, lines), path.parent)


def parse(data: Any, lines: Lines = NO_LINES) -> Recipe:
    """A validated recipe from plain data. Raises RecipeError."""
    if not isinstance(data, dict):
        raise RecipeError(
            [("", "配方是空的 / the recipe is empty" if data is None else "配方应是键值表 / a recipe is a mapping")],
            hint="从自带配方抄起 / start from a shipped recipe",
        )
    try:
        recipe = Recipe.model_validate(model.with_shape(data))
        found = recipe_clashes.mistakes(recipe)
    except ValidationError as error:
        found = [mistake(item) for item in error.errors()]
    if found:
        raise RecipeError([(address, at_line(lines, address, said)) for address, said in found], hint=recipe_yaml.HINT)
    return recipe


def at_line(lines: Lines, address: str, said: str) -> str:
    """A mistake with the line of its address in front."""
    line = lines.of(address)
    return said if line is None else f"第 {line} 行 / line {line}: {said}"


def override(
    file: RecipeFile,
    *,
    inputs: list[str] | None = None,
    text: list[str] | None = None,
    id: str | None = None,  # noqa: A002  the option's name
    subject: str | None = None,
    version: str | None = None,
) -> RecipeFile:
    """The recipe with the command line applied: `inputs` replaces its sources, the rest its settings."""
    data = file.recipe.model_dump(by_alias=True)
    base = file.base
    if inputs:
        base = Path.cwd()
        data["sources"] = [Source(label="input", files=inputs).model_dump()]
        data["id"] = "id"  # the recipe's own key column belongs to the sources that it replaces, and so does what follows
        data |= {
            "title": "",
            "description": "",
            "contact": "",
            "released": None,
            "uses": [],
            "limitations": [],
            "citation": {},
        }
    for key, value in (("text", text), ("id", id), ("subject", subject), ("version", version)):
        if value:
            data[key] = value
    return RecipeFile(parse(data), base)
