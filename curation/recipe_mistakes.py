"""What is wrong with a recipe, in both languages: pydantic's errors with their address, and what was probably meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from corpora.names import nearest, suggest
from corpora.vocabulary import PII_KINDS
from curation import recipe as model
from curation.recipe import Recipe

_SHAPES = {
    "string": "应是文字 / should be text",
    "list": "应是列表 / should be a list",
    "mapping": "应是键值表 / should be a mapping of keys to values",
    "bool": "应是 true 或 false，不加引号 / should be true or false, without quotes",
    "int": "应是整数，不加引号 / should be a whole number, without quotes",
    "float": "应是数字，不加引号 / should be a number, without quotes",
    "date": "应是日期，写成 2026-11-01，不加引号 / should be a date such as 2026-11-01, without quotes",
}
_TYPES = {  # pydantic's error type → what should stand there
    "string_type": "string", "list_type": "list", "dict_type": "mapping", "model_type": "mapping",
    "model_attributes_type": "mapping", "bool_type": "bool", "int_type": "int", "int_from_float": "int",
    "int_parsing": "int", "float_type": "float", "float_parsing": "float", "date_type": "date", "date_parsing": "date",
    "date_from_datetime_inexact": "date", "date_from_datetime_parsing": "date",
}  # fmt: skip
_BOUNDS = {
    "greater_than_equal": "不能小于 {ge:g} / must be at least {ge:g}",
    "greater_than": "要大于 {gt:g} / must be more than {gt:g}",
    "less_than_equal": "不能大于 {le:g} / must be at most {le:g}",
    "less_than": "要小于 {lt:g} / must be less than {lt:g}",
    "finite_number": "要是有限的数 / must be a finite number",
    "too_short": "至少要 {min_length} 项 / needs at least {min_length}",
    "too_long": "最多 {max_length} 项 / at most {max_length}",
    "string_too_short": "不能是空的，至少 {min_length} 个字符 / needs at least {min_length} character(s)",
    "string_too_long": "最多 {max_length} 个字符 / at most {max_length} character(s)",
    "invalid_key": "键要是文字，请加引号 / a key has to be text: quote it",
}
_PATTERNS = {
    model.NAME: "写成 命名空间/名称，只用小写字母、数字和 . _ -，如 my-hospital/outpatient / write namespace/name in lower case",
    model.VERSION: "写成三段数字，如 1.0.0 / write three numbers, such as 1.0.0",
}
_SCALARS = (str, int, float, dt.date)


def mistake(item: Any) -> tuple[str, str]:
    """One error of `ValidationError.errors()` as (address, message)."""
    location = _plain(item["loc"])
    address = ".".join(map(str, location))
    kind, context, given = item["type"], item.get("ctx", {}), item["input"]
    if kind == "extra_forbidden":
        return address, f"不认识这个键 / unknown key，{suggest(str(location[-1]), _fields_at(item['loc']))}"
    if kind == "missing":
        return address, "缺少这个键 / missing key"
    if kind == "union_tag_not_found":
        near = [f"，{key} {said}" for key in given if isinstance(key, str) and (said := nearest(key, ["step"]))]
        return f"{address}.step", "缺少 step / missing `step`" + (
            f"，{near[0]} {suggest(near[0], ['step'])}" if near else ""
        )
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        return f"{address}.step", f"没有这个步骤 / no such step: {tag}，{suggest(tag, model.steps_by_name())}"
    if kind in _TYPES:
        return address, _SHAPES[_TYPES[kind]] + _advice(_TYPES[kind], given, location)
    if kind in _BOUNDS:
        return address, _BOUNDS[kind].format(**context)
    return address, _about_value(kind, context, given, item["msg"])


def _about_value(kind: str, context: dict[str, Any], given: Any, said: str) -> str:
    if kind in ("literal_error", "enum"):
        known = re.findall(r"'([^']*)'|\b(\d+)\b", str(context["expected"]))
        return f"不能是 {given!r} / cannot be {given!r}，{suggest(str(given), [a or b for a, b in known])}"
    if kind == "string_pattern_mismatch":
        about = _PATTERNS.get(
            context["pattern"], "只用小写字母、数字和 _，以字母开头 / lower case, digits and _, a letter first"
        )
        return f"写法不对 / not well-formed: {about}"
    if kind == "value_error":
        return str(context["error"])
    return f"值不合适 / not allowed: {said}"


def _advice(wanted: str, given: Any, location: list[Any]) -> str:
    """What to write instead, where what was written gives it away."""
    if given is None:
        return "；值是空的 / the value is empty"
    if wanted == "string" and isinstance(given, _SCALARS):
        return f"：加上引号 / quote it: {_quoted(given)}"
    if wanted == "list" and isinstance(given, _SCALARS):
        return f"：写成 / write [{given}]"
    if wanted == "mapping" and isinstance(given, str):
        return _as_mapping(given, location)
    if wanted == "float" and isinstance(given, str) and re.fullmatch(r"\d+(\.\d+)?[%％]", given):
        return f"：写成小数 / write {float(given[:-1]) / 100:g}"
    if wanted == "bool" and given in ("是", "否", "真", "假"):
        return f"：写成 / write {'true' if given in '是真' else 'false'}"
    return ""


def _quoted(given: Any) -> str:
    if isinstance(given, bool):  # YAML reads yes, no, on and off as truth values
        return '"yes" 或 "no"' if given else '"no"'
    text = f"{given}.0" if isinstance(given, float) and re.fullmatch(r"\d+\.\d+", str(given)) else str(given)
    return f'"{text}"'


def _as_mapping(given: str, location: list[Any]) -> str:
    if given in model.steps_by_name():
        return f"：写成 / write - step: {given}"
    if location[-1] in ("actions", "columns") and (near := nearest(given, PII_KINDS)):
        return f"：一行一个「键: 值」，{near}"
    return "：一行一个「键: 值」/ one `key: value` a line"


def _plain(location: Iterable[Any]) -> list[Any]:
    """The address without what pydantic adds: the tag of a step behind its number, `[key]`."""
    plain: list[Any] = []
    steps = model.steps_by_name()
    for part in location:
        tag = part in steps and len(plain) == 2 and plain[0] == "steps"
        if not tag and part != "[key]":
            plain.append(part)
    return plain


def _fields_at(location: tuple[Any, ...]) -> list[str]:
    """Keys that the model may have that holds the last part of a pydantic error location."""
    kind: Any = Recipe
    for position, part in enumerate(location[:-1]):
        if position == 2 and location[0] == "steps":
            kind = model.steps_by_name()[part]
        elif isinstance(part, str) and _is_model(kind):
            kind = _model_in(kind.model_fields[part].annotation) if part in kind.model_fields else kind
    return [field.alias or name for name, field in kind.model_fields.items()] if _is_model(kind) else []


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _model_in(annotation: Any) -> Any:
    """The first model inside an annotation such as list[Source] or dict[str, Column] | None."""
    if _is_model(annotation):
        return annotation
    inner = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found is not None), None)
