"""Every key of a recipe and every setting of a step, as rows of the README's tables: read from the schema itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from corpora.sources import ENCODINGS, FORMATS
from curation import recipe as model
from curation.look.markdown import chinese, code
from curation.step import Step
from quality.score import COMPONENTS

_NAMES = {"columns": "列名", "gates": "指标"}
"""What the keys of a mapping are, where a person chooses them."""


def parts(part: type[BaseModel] = model.Recipe, prefix: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """The recipe and every model inside it, with the prefix of its keys. Steps have a table of their own."""
    yield prefix, part
    for key, one in part.model_fields.items():
        inner, mark = _inside(one.annotation)
        if inner is not None and not issubclass(inner, Step):
            yield from parts(inner, prefix + (one.alias or key) + mark.format(_NAMES.get(key, "名")))


def _inside(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model that an annotation holds, and how its keys are reached: `[].` in a list, `.<名>.` in a mapping."""
    if isinstance(annotation, type):
        return (annotation, ".") if issubclass(annotation, BaseModel) else (None, "")
    mark = {list: "[].", dict: ".<{}>."}.get(get_origin(annotation), "")
    for one in get_args(annotation):
        inner, own = _inside(one)
        if inner is not None:
            return inner, mark or own
    return None, ""


def recipe_keys() -> list[tuple[str, ...]]:
    """Every key of a recipe but the steps' settings: address, what may stand there, default, meaning."""
    return [row for prefix, part in parts() for row in _fields(prefix, part)]


def settings() -> list[tuple[str, ...]]:
    """Every setting of every step; then the keys of what stands inside of settings."""
    rows = [
        (code(name), *row)
        for name, step in model.steps_by_name().items()
        for row in _fields("", step, skip=("step", "name"))
    ]
    rows += [("每一步", *row) for row in _fields("", Step)]
    rows += [
        (code(name), *row)
        for name, step in model.steps_by_name().items()
        for prefix, part in list(parts(step))[1:]
        for row in _fields(prefix, part)
    ]
    return rows


def _fields(prefix: str, part: type[BaseModel], skip: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
    known = {"format": FORMATS, "encoding": ENCODINGS} if part is model.Source else {}
    for key, one in part.model_fields.items():
        if key not in skip:
            kind = " ".join(map(code, known[key])) if key in known else _kind(one.annotation)
            yield code(prefix + (one.alias or key)), kind, _default(one), _about(one)


def _about(field: FieldInfo) -> str:
    return chinese(field.description or "")


_KINDS = {str: "文字", int: "整数", float: "数", bool: "true / false"}


def _kind(annotation: Any) -> str:
    """What may stand there, in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " ".join(map(code, inner))
    if origin is list:
        return _listed(inner[0])
    if origin is dict:
        return "键值表"
    if inner:  # a union with None, or Annotated
        return _kind(next(one for one in inner if one is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "键值表"
    return _KINDS.get(annotation, "日期")


def _listed(item: Any) -> str:
    return "列表" if _kind(item) in ("文字", "键值表") else f"列表：{_kind(item)}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "必填"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value == list(COMPONENTS):
        return "见后"
    if value in (None, "", [], {}):
        return ""
    return code(str(value).lower() if isinstance(value, bool) else _plain(value))


def _plain(value: Any) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)
