"""The plain verdict on one record: a row, or the cause why it can't become a document. The oracle of the fast path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from corpora.sources.spec import Want

Kind = Literal["string", "literal", "null", "nested", "rounded", "repeated"]
"""rounded: a long number whose last digits are gone; it is carried, but never a key. repeated: the record has several values under
this name, and says of none that it counts."""


class Value(NamedTuple):
    """A value as it stands in the source: a string's content, or the literal characters of anything else."""

    kind: Kind
    text: str


NOTHING = Value("null", "null")
Fields = Mapping[str, Value]


@dataclass(frozen=True)
class Row:
    """A document: column → string, None or list of structs; key: the source's own key, or None."""

    values: dict[str, object]
    key: str | None


class BadRecord(Exception):
    """The record's cause of quarantine. Never leaves this package, never holds text."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


Verdict = Row | str
Judge = Callable[[bytes], Verdict]
Items = Callable[[str], list[Fields]]


def judged(fields: Fields, want: Want, items: Items) -> Row:
    """The row that the fields make. items: parses a list of objects. Raises BadRecord."""
    values: dict[str, object] = {}
    texts: list[str] = []
    for column in want.flat_leaves:
        values[column] = text = _leaf(_of(fields, column))
        texts.append(text or "")
    for column in want.nested_columns:
        values[column] = structs = _structs(_of(fields, column), column, want, items)
        texts += [str(struct[name]) for struct in structs or () for name in want.leaf_fields(column)]
    if want.leaves and not any(text and not text.isspace() for text in texts):
        raise BadRecord("no_text")
    values |= {name: carried(_of(fields, name)) for name in want.carried}
    key = _key(_of(fields, want.id)) if want.id is not None else None
    _check_encodable(values, key)
    return Row(values, key or None)


def _of(fields: Fields, name: str) -> Value:
    """The wanted value. Raises BadRecord where there are several: to take one would lose the others unseen."""
    value = fields.get(name, NOTHING)
    if value.kind == "repeated":
        raise BadRecord("repeated_key")
    return value


def carried(value: Value) -> str | None:
    """A carried value's characters."""
    return None if value.kind == "null" else value.text


def _key(value: Value) -> str | None:
    return None if value.kind == "rounded" else carried(value)


def _leaf(value: Value) -> str | None:
    if value.kind in ("literal", "nested"):
        raise BadRecord("wrong_type")
    return carried(value)


def _structs(value: Value, column: str, want: Want, items: Items) -> list[dict[str, str | None]] | None:
    if value.kind == "null":
        return None
    if value.kind != "nested" or not value.text.startswith("["):
        raise BadRecord("wrong_type")
    return [_struct(item, column, want) for item in items(value.text)]


def _struct(item: Fields, column: str, want: Want) -> dict[str, str | None]:
    struct = {name: carried(_of(item, name)) for name in want.siblings(column)}
    for name in want.leaf_fields(column):
        value = _of(item, name)
        if value.kind != "string":
            raise BadRecord("wrong_type")
        struct[name] = value.text
    return struct


def _check_encodable(values: dict[str, object], key: str | None) -> None:
    """A lone surrogate (possible only as an escape) is not text."""
    flat = [value for value in (*values.values(), key) if isinstance(value, str)]
    lists = [value for value in values.values() if isinstance(value, list)]
    flat += [text for structs in lists for struct in structs for text in struct.values() if text is not None]
    try:
        "".join(flat).encode()
    except UnicodeEncodeError:
        raise BadRecord("undecodable") from None
