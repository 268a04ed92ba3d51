"""The fields of the form, read off the recipe's own schema: one list of steps, one set of descriptions."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from curation import recipe as model
from curation.form.editing import value_at

BASICS = ("corpus", "version", "title", "description", "industry", "contact", "publisher", "text", "id", "subject", "note")
"""Settings of the whole recipe that the form offers; the rest is in the YAML beside it."""
_HIDDEN = ("step", "name")

Kind = Literal["text", "number", "whole", "switch", "choice", "list"]


@dataclass(frozen=True)
class Field:
    """One input. said: the schema's description, 中文 / English. given: whether the recipe writes it."""

    address: str
    key: str
    said: str
    kind: Kind
    value: Any
    given: bool
    options: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None


def basics(data: Any) -> list[Field]:
    """Fields of the whole recipe."""
    return list(_fields(model.Recipe, data, "", BASICS))


def of_step(data: Any, number: int) -> list[Field]:
    """Fields of step `number`; none for a step that is not known."""
    step = value_at(data, f"steps.{number}")
    kind = model.steps_by_name().get(str(step.get("step"))) if isinstance(step, dict) else None
    return list(_fields(kind, data, f"steps.{number}.")) if kind else []


def rules(data: Any, number: int) -> list[Field]:
    """Bounds of a filter step's own rules."""
    listed = value_at(data, f"steps.{number}.rules")
    found = []
    for place, rule in enumerate(listed if isinstance(listed, list) else []):
        for side in ("at_least", "at_most"):
            if isinstance(rule, dict) and isinstance(rule.get(side), int | float):
                sign = "≥" if side == "at_least" else "≤"
                said = f"{rule.get('column', '')} {sign}"
                found.append(Field(f"steps.{number}.rules.{place}.{side}", side, said, "number", float(rule[side]), True))
    return found


def steps(data: Any) -> list[str]:
    """Names of the recipe's steps, in order."""
    listed = value_at(data, "steps")
    return [
        str(one.get("step", "?")) if isinstance(one, dict) else "?" for one in (listed if isinstance(listed, list) else [])
    ]


def _fields(kind: type[BaseModel], data: Any, lead: str, wanted: tuple[str, ...] = ()) -> Iterator[Field]:
    for name, info in kind.model_fields.items():
        key = info.alias or name
        if key in _HIDDEN or (wanted and key not in wanted):
            continue
        around = value_at(data, lead[:-1]) if lead else data
        given = isinstance(around, dict) and key in around
        value = around[key] if given else info.get_default(call_default_factory=True)
        shape, options = _shape(info.annotation)
        if shape:
            low, high = _limits(info)
            yield Field(lead + key, key, info.description or key, shape, value, given, options, low, high)


def _shape(annotation: Any) -> tuple[Kind | None, tuple[Any, ...]]:
    """How a type is put in; None for what only YAML can say."""
    if get_origin(annotation) is Annotated:
        return _shape(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [one for one in get_args(annotation) if one is not type(None)]
        return _shape(inner[0]) if len(inner) == 1 else (None, ())
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is list and get_args(annotation) == (str,):
        return "list", ()
    known: dict[Any, Kind] = {str: "text", bool: "switch", int: "whole", float: "number", dt.date: "text"}
    return known.get(annotation), ()


def _limits(info: FieldInfo) -> tuple[float | None, float | None]:
    low = next((float(m.ge) for m in info.metadata if getattr(m, "ge", None) is not None), None)
    high = next((float(m.le) for m in info.metadata if getattr(m, "le", None) is not None), None)
    return low, high
