"""A recipe as a file: read it, report every mistake at once with its address, apply the command line to it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from corpora.errors import RecipeError, UsageError
from curation import recipe as model
from curation.recipe import Recipe, Source


@dataclass(frozen=True)
class RecipeFile:
    """A validated recipe and the folder that its relative paths start from."""

    recipe: Recipe
    base: Path


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice (YAML's last-wins hides mistakes)."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for place, _ in node.value:
        key = loader.construct_object(place, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"键写了两次 / key written twice: {key}", place.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


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
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"是不是想用 {close[0]}？/ did you mean {close[0]}? " if close else ""
    raise UsageError(f"找不到配方 {name} / recipe not found", hint=f"{hint}自带配方 / shipped: {', '.join(known)}")


def load(name: str) -> RecipeFile:
    """The recipe at a path or of a shipped name. Raises RecipeError with all mistakes, each with its address."""
    path = find(name)
    try:
        data = yaml.load(path.read_text("utf-8-sig"), _Loader)  # noqa: S506  a SafeLoader
    except UnicodeDecodeError as error:
        raise RecipeError([("1", "配方要用 UTF-8 保存 / a recipe is UTF-8")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行 / line {mark.line + 1}" if mark else "?"
        raise RecipeError([(where, f"不是正确的 YAML / not valid YAML: {getattr(error, 'problem', '')}")]) from None
    return RecipeFile(parse(data), path.parent)


def parse(data: Any) -> Recipe:
    """A validated recipe from plain data. Raises RecipeError."""
    if not isinstance(data, dict):
        raise RecipeError(
            [("", "配方应是键值表 / a recipe is a mapping")], hint="从自带配方抄起 / start from a shipped recipe"
        )
    try:
        recipe = Recipe.model_validate(model.with_shape(data))
    except ValidationError as error:
        raise RecipeError([_mistake(item, data) for item in error.errors()], hint=_HINT) from None
    found = model.mistakes(recipe)
    if found:
        raise RecipeError(found, hint=_HINT)
    return recipe


_HINT = "改好后用 yuliao check 再查一遍 / fix and run `yuliao check` again"


def _mistake(item: Any, data: Any) -> tuple[str, str]:
    """One pydantic error as (address, message), with a suggestion where a name was misspelt."""
    names = set(model.steps_by_name())
    location = [part for part in item["loc"] if part not in names]
    address = ".".join(str(part) for part in location)
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return address, "不认识这个键 / unknown key" + _suggest(str(location[-1]), _fields_at(item["loc"]))
    if kind == "union_tag_invalid":
        return f"{address}.step", f"没有这个步骤 / no such step: {context['tag']}" + _suggest(str(context["tag"]), names)
    if kind == "missing":
        return address, "缺少这个键 / missing key"
    if kind == "union_tag_not_found":
        return f"{address}.step", "缺少 step / missing `step`"
    return address, f"{item['msg']}"


def _suggest(word: str, known: set[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"，是不是 {close[0]}？/ did you mean {close[0]}?" if close else f"；可用 / known: {', '.join(sorted(known))}"


def _fields_at(location: tuple[Any, ...]) -> set[str]:
    """Field names of the model that holds the last part of a pydantic error location."""
    kind: Any = Recipe
    steps = model.steps_by_name()
    for part in location[:-1]:
        if part in steps:
            kind = steps[part]
        elif isinstance(part, str) and isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = _model_in(kind.model_fields[part].annotation) if part in kind.model_fields else kind
    return set(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else set()


def _model_in(annotation: Any) -> Any:
    """The first model inside an annotation such as list[Source] or dict[str, Column] | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found is not None), None)


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
