"""A SQLite database among somebody's files: no source as it lies there, but one query away."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

_MAGIC = b"SQLite format 3\0"


def is_sqlite(path: str) -> bool:
    """By its first bytes, whatever it is called."""
    try:
        with open(path, "rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def example(path: str, base: Path) -> list[str]:
    """Lines of YAML: a source that queries the database's widest table. No value is read, only names."""
    table, columns = _widest(path)
    address = os.path.relpath(path, base).replace(os.sep, "/")
    named = ", ".join(map(_identifier, columns)) or "*"
    query = f"SELECT {named} FROM {_identifier(table)}"
    return [
        "- label: 数据库",
        f"  database: {_scalar(f'sqlite:///{address}')}",
        f"  query: {_scalar(query)}",
        f"  key: [{_scalar((*columns, '主键列')[0])}]  # 正文列与配方的 text 不同名时加 text: {{text: 正文列}}",
    ]


def _widest(path: str) -> tuple[str, tuple[str, ...]]:
    """Name and columns of the table with most columns; made-up names where the database can't be read."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(path)}?mode=ro&immutable=1", uri=True)) as opened:
            names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            tables = {
                name: tuple(column for (column,) in opened.execute("SELECT name FROM pragma_table_info(?)", (name,)))
                for name in names
                if not name.startswith("sqlite_")
            }
    except sqlite3.Error:
        return "表名", ()
    return max(tables.items(), key=lambda table: len(table[1]), default=("表名", ()))


def _identifier(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _scalar(text: str) -> str:
    """In single quotes, on one line."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return "'" + plain.replace("'", "''") + "'"
