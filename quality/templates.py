"""Templates over columns: `{列名}` stands for a value. Lines whose values are all empty are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

import pyarrow as pa
import pyarrow.compute as pc

_TEXT = pa.large_string()


@dataclass(frozen=True)
class Line:
    """One line of a template: fixed text and names of columns in turn: texts[0] fields[0] texts[1] … texts[-1]."""

    texts: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A template, parsed. `fields`: the columns it needs."""

    lines: tuple[Line, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for line in self.lines for name in line.fields))

    @classmethod
    def parse(cls, text: str) -> Template:
        """`{{` and `}}` are braces. Raises ValueError for anything but plain names in braces."""
        return cls(tuple(_line(line) for line in text.rstrip("\n").split("\n")))

    @classmethod
    def of_fields(cls, fields: Sequence[str | Mapping[str, str]]) -> Template:
        """A line for each: `列名：值`, or `标签：值` for {标签: 列名}."""
        pairs = [(one, one) if isinstance(one, str) else next(iter(one.items())) for one in fields]
        return cls(tuple(Line((f"{label}：", ""), (name,)) for label, name in pairs))

    def render(self, columns: Mapping[str, pa.Array]) -> pa.Array:
        """Columns (large_string, n; null is empty) → large_string (n), "" where every value is empty."""
        n = len(next(iter(columns.values()))) if columns else 0
        values = {name: pc.fill_null(pc.utf8_trim_whitespace(columns[name]), "") for name in self.fields}
        lines = [_rendered(line, values, n) for line in self.lines]
        joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*lines, pa.scalar("", _TEXT)), 1)
        some = _any([pc.not_equal(value, "") for value in values.values()], n)
        return pc.if_else(some, joined, pa.scalar("", _TEXT))


def _line(text: str) -> Line:
    texts, fields = [""], list[str]()
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("花括号不成对 / braces do not match; write {{ for a brace") from None
    for fixed, name, form, conversion in parts:
        texts[-1] += fixed
        if name is None:
            continue
        if not name.strip() or form or conversion or any(mark in name for mark in ".[!:"):
            raise ValueError("花括号里只写列名 / only a column's name stands in braces")
        fields.append(name.strip())
        texts.append("")
    return Line(tuple(texts), tuple(fields))


def _rendered(line: Line, values: Mapping[str, pa.Array], n: int) -> pa.Array:
    """A line break and the line of every row, "" where it is left out (Arrow's own skipping of nulls loses rows)."""
    start = "\n" + line.texts[0]
    if not line.fields:
        return pa.array([start] * n, _TEXT)
    parts: list[pa.Array | pa.Scalar] = [pa.scalar(start, _TEXT)]
    for name, text in zip(line.fields, line.texts[1:], strict=True):
        parts += [values[name], pa.scalar(text, _TEXT)]
    whole = pc.binary_join_element_wise(*parts, pa.scalar("", _TEXT))
    some = _any([pc.not_equal(values[name], "") for name in line.fields], n)
    return pc.if_else(some, whole, pa.scalar("", _TEXT))


def _any(masks: Sequence[pa.Array], n: int) -> pa.Array:
    found = pa.array([False] * n) if not masks else masks[0]
    for mask in masks[1:]:
        found = pc.or_(found, mask)
    return found
