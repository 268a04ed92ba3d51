"""The query of a database source: one SELECT, and the statement around it that prints every value and fixes the order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpora.errors import UsageError

ALIAS = "yuliao"
_SPANS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/""", re.S)
_FIRST = re.compile(r"[\s(]*(select|with)\b", re.I)
_BYTEA = 17  # type numbers of PostgreSQL's catalog, pg_type.dat
_TEXTS = frozenset((18, 19, 25, 1042, 1043))


@dataclass(frozen=True)
class Column:
    """A column of the result; `kind` is PostgreSQL's type number, None where types belong to values (SQLite)."""

    name: str
    kind: int | None = None


def mistake(text: str) -> str | None:
    """Why this is not one query that only reads; None if it is. What really holds is the read-only transaction."""
    bare = _bare(text)
    if not _FIRST.match(bare):
        return "只接受一条 SELECT 或 WITH 查询 / only a SELECT or WITH query is accepted"
    if ";" in bare[: _end(bare)]:
        return "只能写一条查询，语句之间没有分号 / one statement only: no semicolon inside"
    depth = 0
    for sign in re.findall(r"[()]", bare):
        depth += 1 if sign == "(" else -1
        if depth < 0:
            break
    return "括号不成对 / the parentheses do not match" if depth else None


def inner(text: str) -> str:
    """The query without a closing semicolon."""
    return text[: _end(_bare(text))]


def _bare(text: str) -> str:
    """The query with literals, quoted names and comments blanked, every character at its place."""
    return _SPANS.sub(lambda found: " " * len(found[0]), text)


def _end(bare: str) -> int:
    end = len(bare.rstrip())
    return end - 1 if bare[:end].endswith(";") else len(bare)


PREFIX = "SELECT * FROM (\n"


def probe(text: str) -> str:
    """A statement without rows, for the names and types of the columns."""
    return f"{PREFIX}{inner(text)}\n) AS {ALIAS} LIMIT 0"


def statement(text: str, dialect: str, columns: Sequence[Column], key: Sequence[str], texts: Collection[str] = ()) -> str:
    """All rows in the order of the key; in PostgreSQL every value as the server prints it, bytes as hex, or as they are
    in columns that should hold text.

    Raises UsageError for a key that is no column, or for columns of one name.
    """
    names = [column.name for column in columns]
    _check(names, key)
    by_name = {column.name: column for column in columns}
    asked = "*" if dialect == "sqlite" else ", ".join(_printed(column, column.name in texts) for column in columns)
    order = ", ".join(_ordered(by_name[name], dialect) for name in key)
    return f"SELECT {asked} FROM (\n{inner(text)}\n) AS {ALIAS} ORDER BY {order}"


def _check(names: Sequence[str], key: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            f"查询结果里有同名的列：{'、'.join(twice)} / columns of the same name in the query",
            hint="用 AS 起不同的名字 / give them names with AS",
        )
    missing = [name for name in key if name not in names]
    if missing:
        raise UsageError(
            f"查询结果里没有键列 {'、'.join(missing)} / the query has no key column {', '.join(missing)}",
            hint=f"来源的 key 要是查询里的列 / `key` has to name columns of the query: {', '.join(names[:20])}",
        )


def _printed(column: Column, is_text: bool) -> str:
    name = quoted(column.name)
    whole = f"{ALIAS}.{name}"
    if column.kind == _BYTEA and is_text:
        return f"{whole} AS {name}"
    return f"encode({whole}, 'hex') AS {name}" if column.kind == _BYTEA else f"CAST({whole} AS text) AS {name}"


def _ordered(column: Column, dialect: str) -> str:
    """Text is ordered by its bytes: what a collation says differs from server to server."""
    name = f"{ALIAS}.{quoted(column.name)}"
    if dialect == "sqlite":
        return f"{name} COLLATE BINARY"
    return f'{name} COLLATE "C"' if column.kind in _TEXTS else name


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
