"""Audit: an append-only log of who did what, each line chained to the one before by its hash, the last one known by a head.

A line is the canonical JSON of {format, seq, at, who, what, …, prev, hash}; the hash is over all of it but itself.
Whoever can write the database can write a whole new chain: keep an export elsewhere, `differs` holds the log against it.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpora.catalog import anchor
from corpora.catalog.anchor import WRITTEN, Anchored
from corpora.catalog.database import DatabaseAway
from corpora.catalog.tables import tables
from corpora.errors import IntegrityError
from corpora.forms import FORMAT

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from corpora.catalog.database import Database

_START = "0" * 64
_PAGE = 1000
_LONGEST = 200
LEAVES, ARRIVES = "move_out", "move_in"
"""The last line of a log in the database that it leaves, and the first one in that where it goes on."""
_OURS = frozenset({"format", "seq", "at", "prev", "hash"})
Entry = dict[str, Any]


def utc_now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z"


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return f"uid-{os.getuid()}"


class Audit:
    """The log of a catalog. Any number of threads and processes may append: what was appended stands in one order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, what: str, **details: Any) -> int:
        """Adds a line, on disk when this returns, and gives its number.

        details: who (by default the system's user), corpus, version, bytes, result, address …; None is left out.
        Raises UsageError when the log can't be written: no log, no deed.
        """
        return self.append_many([{"what": what, **details}])

    def append_many(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Adds lines {what, [who], …} in one transaction, all or none, and gives the last number."""
        with self._database.writing() as connection:
            return write(connection, entries)

    def entries(
        self, *, since: str = "", who: str | None = None, corpus: str | None = None, what: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:  # fmt: skip
        """Lines, oldest first. since: a UTC date or time, as in `at`. limit: only the last that match.

        Raises IntegrityError at a line that cannot be read any more.
        """
        for line in self.lines(since=since, who=who, corpus=corpus, what=what, limit=limit):
            try:
                yield json.loads(line)
            except ValueError:
                raise IntegrityError(
                    "审计日志有一条读不出 / an entry of the audit log cannot be read", hint="yuliao audit verify"
                ) from None

    def lines(self, *, since: str = "", limit: int | None = None, **same: str | None) -> Iterator[str]:
        """As `entries`, as they are stored. `same`: who, corpus, what."""
        log = tables().audit
        if self._database.is_new():
            return
        query = log.select().where(log.c.at >= since) if since else log.select()
        for name, value in same.items():
            query = query if value is None else query.where(log.c[name] == key(value))
        if limit is not None:
            with self._database.reading() as connection:
                found = connection.execute(query.order_by(log.c.seq.desc()).limit(limit)).all()
            yield from (row.line for row in reversed(found))
            return
        yield from self._paged(query)

    def _paged(self, query: Select[Any]) -> Iterator[str]:
        """Page by page, so that no transaction is open while a caller takes its time."""
        log, last = tables().audit, 0
        while True:
            with self._database.reading() as connection:
                page = connection.execute(query.where(log.c.seq > last).order_by(log.c.seq).limit(_PAGE)).all()
            yield from (row.line for row in page)
            if len(page) < _PAGE:
                return
            last = page[-1].seq

    def broken(self) -> int | None:
        """Number of the first line (from 1) that is not what it was: changed, missing, doubled or moved, also at the end.

        None when the chain holds. All of it is of one moment, also while others append.
        """
        if self._database.is_new():
            return None
        with self._database.reading(snapshot=True) as connection:
            return first_broken(connection)

    def lost(self) -> int | None:
        """Number of the last line that the anchor knows (corpora.catalog.anchor) when the log does not hold it: the log was
        cut, deleted or swapped with another one. None when it does, or when there is no anchor yet. Raises FormatUnknown.
        """
        known = anchor.read(self._database.folder)
        if known is None or known.seq == 0:
            return None
        if self._database.is_new():
            return known.seq
        with self._database.reading() as connection:
            return None if holds(connection, known) else known.seq

    def foreign(self) -> bool:
        """Whether the anchor belongs to another log than this one: another database was named, or this one begun anew.

        False where that is not known: no anchor, or one of an earlier version, which names no log.
        """
        known = anchor.read(self._database.folder)
        if known is None or not known.log:
            return False
        if self._database.is_new():
            return True
        with self._database.reading() as connection:
            return log_name(connection) != known.log

    def moved(self) -> bool:
        """Whether the log ended here and goes on in another database (corpora.catalog.moving)."""
        if self._database.is_new():
            return False
        with self._database.reading() as connection:
            return _left(connection, connection.execute(tables().head.select()).one().seq)

    def differs(self, lines: Iterable[str]) -> int | None:
        """Number of the first line of an earlier export that the log no longer holds as it was; None when it holds all."""
        kept = self.lines()
        for number, line in enumerate(lines, 1):
            if next(kept, None) != line.rstrip("\n"):
                return number
        return None


def write(connection: Connection, entries: Iterable[Mapping[str, Any]], *, arriving: bool = False) -> int:
    """Appends inside a transaction of `Database.writing` and gives the last number.

    A log that was moved to another database takes no more lines here; there, `arriving` begins.
    """
    names = tables()
    seq, last = connection.execute(names.head.select()).one()[1:]
    if not arriving and _left(connection, seq):
        raise DatabaseAway(
            "人员与审计已搬到另一个数据库，这里不再写 / people and audit were moved to another database: this one is closed",
            hint="用新库 / name the new one: YULIAO_DATABASE 或/or --database",
        )
    before = Anchored(int(seq), str(last))
    rows, now, default = [], utc_now(), user()
    for given in entries:
        details = {key: value for key, value in given.items() if value is not None}
        if wrong := _OURS & set(details):
            raise TypeError(f"the log itself writes {sorted(wrong)}")
        seq += 1
        # through JSON once: what is hashed is what a reader of the line will have
        entry = json.loads(_canonical({"format": FORMAT, "at": now, "who": default, **details, "seq": seq, "prev": last}))
        last = entry["hash"] = _digest(entry)
        rows.append(_row(entry))
    if rows:
        connection.execute(names.audit.insert(), rows)
        connection.execute(names.head.update().values(seq=seq, hash=last))
        first = connection.info.get(WRITTEN, (before,))[0]
        connection.info[WRITTEN] = (first, Anchored(int(seq), last))
    return int(seq)


def _left(connection: Connection, seq: int) -> bool:
    """Whether the line of this number, the last one, says that the log goes on elsewhere."""
    log = tables().audit
    row = connection.execute(log.select().with_only_columns(log.c.what).where(log.c.seq == seq)).first()
    return row is not None and row.what == LEAVES


def first_broken(connection: Connection) -> int | None:
    """As `Audit.broken`, in a transaction of the caller's."""
    number, last, names = 0, _START, tables()
    head = connection.execute(names.head.select()).all()
    with connection.execute(names.audit.select().order_by(names.audit.c.seq).execution_options(yield_per=_PAGE)) as rows:
        for number, row in enumerate(rows, 1):
            digest = _follows(row, number, last)
            if digest is None:
                return number
            last = digest
    if len(head) != 1 or head[0].seq > number:
        return number + 1
    if head[0].seq < number:
        return max(head[0].seq, 0) + 1
    return None if head[0].hash == last else max(number, 1)


def log_name(connection: Connection) -> str:
    """What an anchor calls the log (`anchor.Anchored`); "" before its first line."""
    row = connection.execute(tables().audit.select().where(tables().audit.c.seq == 1)).first()
    try:
        return str(json.loads(row.line)["hash"])[:16] if row else ""
    except (ValueError, TypeError, LookupError):
        return "?"  # not readable: no anchor knows it


def holds(connection: Connection, line: Anchored) -> bool:
    """Whether the log has a line of this number and hash."""
    log = tables().audit
    row = connection.execute(log.select().where(log.c.seq == line.seq)).first()
    try:
        return row is not None and json.loads(row.line)["hash"] == line.hash
    except (ValueError, TypeError, LookupError):
        return False


def adopt(connection: Connection, file: Path) -> None:
    """Takes over the lines of a log that an earlier version kept as a file, which stays where it is."""
    names, last, rows = tables(), _START, list[Entry]()
    for number, line in enumerate(file.read_text("utf-8", "replace").split("\n")[:-1], 1):
        digest = _linked(line, number, last)
        if digest is None:
            raise IntegrityError(
                f"旧审计日志 {file.name} 第 {number} 行起不可信 / the old log's chain breaks at line {number}",
                hint="移走并保管这个文件，再试 / move the file away, keep it, and try again",
            )
        last = digest
        rows.append(_row(json.loads(line)))
    if rows:
        connection.execute(names.audit.insert(), rows)
        connection.execute(names.head.update().values(seq=len(rows), hash=last))


def _row(entry: Entry) -> dict[str, Any]:
    found = {name: key(str(entry.get(name, ""))) for name in ("at", "who", "what", "corpus")}
    return {"seq": entry["seq"], **found, "line": _canonical(entry).decode()}


def _follows(row: Row[Any], number: int, last: str) -> str | None:
    """The line's hash when it is whole, stands in its place and is found under what it says; None otherwise."""
    digest = _linked(row.line, number, last)
    return digest if digest and dict(row._mapping) == _row(json.loads(row.line)) else None


def _linked(line: str, number: int, last: str) -> str | None:
    """The line's hash when it has this number and follows from the hash before; None otherwise."""
    try:
        entry = json.loads(line)
        whole = entry["seq"] == number and entry["prev"] == last and _digest(entry) == entry["hash"]
        return str(entry["hash"]) if whole and _canonical(entry).decode() == line else None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _canonical(value: Any) -> bytes:
    """The one JSON text of a value. A lone surrogate (undecodable bytes of a path) is written as JSON's own escape."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def key(text: str) -> str:
    """What a line is found by: a stranger's path may be longer than an index of PostgreSQL takes (2704 bytes)."""
    return plain(text)[:_LONGEST]


def plain(text: str) -> str:
    """A text that every database takes."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _digest(entry: Entry) -> str:
    return hashlib.sha256(_canonical({key: value for key, value in entry.items() if key != "hash"})).hexdigest()
