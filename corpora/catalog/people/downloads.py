"""Downloads: how often whole data files of a dataset were asked for. Counted with the audit line, never by reading the log.

One request of a whole file (status 200) counts one, also when it breaks later; ranges and what only describes a dataset do not.
The Hub counts requests as well, with rules of its own (status [U]): the numbers are like its own, not the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from corpora.catalog.audit import key
from corpora.catalog.tables import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from corpora.catalog.database import Database

_DESCRIBES = frozenset({"README.md", ".gitattributes", "release.json", "run.json", "croissant.json", "attestations.json"})


class Downloads:
    """The counts of a catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """dataset → downloads, for those that have any: one question, by the table's key."""
        table, wanted = tables().downloads, [key(name) for name in names]
        if self._database.is_new() or not wanted:
            return {}
        query = table.select().where(table.c.corpus.in_(wanted))
        with self._database.reading() as connection:
            return {str(row._mapping["corpus"]): int(row._mapping["count"]) for row in connection.execute(query)}


def count(connection: Connection, entries: Iterable[Mapping[str, Any]]) -> None:
    """Counts what audit lines tell, in their transaction; there is one writer at a time."""
    table = tables().downloads
    for corpus, more in sorted(Counter(key(str(one["corpus"])) for one in entries if _counts(one)).items()):
        changed = connection.execute(table.update().where(table.c.corpus == corpus).values(count=table.c.count + more))
        if not changed.rowcount:
            connection.execute(table.insert().values(corpus=corpus, count=more))


def _counts(entry: Mapping[str, Any]) -> bool:
    whole = entry.get("what") == "download" and entry.get("result") == 200 and bool(entry.get("corpus"))
    return whole and str(entry.get("path", "")) not in _DESCRIBES


def begin(connection: Connection) -> None:
    """Makes the table in a database of before, and counts once what its log tells."""
    names = tables()
    names.downloads.create(connection)
    rows = connection.execute(names.audit.select().where(names.audit.c.what == "download"))
    found = (_entry(row.line) for row in rows)
    count(connection, [one for one in found if one])


def _entry(line: str) -> Mapping[str, Any]:
    """A line that cannot be read counts nothing; `yuliao audit verify` tells of it."""
    try:
        said = json.loads(line)
        return said if isinstance(said, dict) else {}
    except ValueError:
        return {}
