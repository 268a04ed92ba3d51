"""Moving: people, tokens, grants and the whole audit log from one database to another one, which is empty.

The chain is copied line by line and verified there before anything counts. The old log ends with a line that closes it, the
new one goes on with a line that says so; whichever of the two is swapped in later, the anchor knows which one is further.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from corpora.catalog import audit
from corpora.catalog.audit import Audit
from corpora.catalog.database import FILE, Database
from corpora.catalog.tables import tables
from corpora.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_BATCH = 1000


class Moved(NamedTuple):
    """How many lines the log has now, and how many users there are."""

    entries: int
    users: int


def move(source: Database, target: Database, *, by: str, **told: Any) -> Moved:
    """Copies everything of `source` into `target`, with one more line in each. Nobody writes to either meanwhile.

    told: further details of the lines (account). Raises UsageError where the target is the source or holds something,
    IntegrityError where the source's log is not whole or a copy differs: then the target stays empty and the source open.
    """
    _check(source, target)
    with source.writing() as old:
        told = {**told, "who": by, "source": _kind(source), "target": _kind(target)}
        audit.write(old, [{**told, "what": audit.LEAVES}])
        with target.writing() as new:
            if not _empty(new):
                raise _taken()
            for table in _tables():
                _copy(old, new, table)
            _go_on(old, new)
            _verify(old, new)
            last = audit.write(new, [{**told, "what": audit.ARRIVES}], arriving=True)
            return Moved(last, _count(new, tables().users))


def _check(source: Database, target: Database) -> None:
    if source.is_new():
        raise UsageError(
            "没有可搬的：还没有人员和日志 / nothing to move: there are no people and no log", hint="YULIAO_DATABASE=…"
        )
    if source.same(target):
        there = f"--database sqlite:///{source.folder or '…'}/{FILE}"
        raise UsageError(
            "来源和目的地是同一个数据库 / source and target are the same database",
            hint=f"先去掉 YULIAO_DATABASE，或写明从哪里搬 / unset YULIAO_DATABASE, or say where from: {there}",
        )
    if not target.is_new():
        with target.reading() as connection:
            if not _empty(connection):
                raise _taken()
    log = Audit(source)
    if log.broken() is not None or log.lost() is not None:
        raise IntegrityError(
            "这个库的日志不完整，或不是这个目录的，不能搬 / its log is not whole, or is not this catalog's: it is not moved",
            hint="yuliao audit verify",
        )


def _taken() -> UsageError:
    return UsageError(
        "目的地不是空的：里面有人员或日志 / the target is not empty: it holds people or a log",
        hint="换一个空的数据库；若已搬过，就用它，并 yuliao audit verify"
        " / name an empty one; if the move was done before, use it as it is and verify it",
    )


def _kind(database: Database) -> str:
    return "sqlite" if database.file else "postgresql"


def _tables() -> list[Table]:
    """What is copied, each after what it refers to."""
    names = tables()
    return [one for one in names.head.metadata.sorted_tables if one not in (names.about, names.head)]


def _empty(connection: Connection) -> bool:
    return not any(connection.execute(table.select().limit(1)).first() for table in _tables())


def _copy(old: Connection, new: Connection, table: Table) -> None:
    """In batches: a log may be larger than memory."""
    with old.execute(table.select().order_by(*table.primary_key).execution_options(yield_per=_BATCH)) as rows:
        found = iter(rows.mappings())
        while batch := [dict(row) for row in islice(found, _BATCH)]:
            new.execute(table.insert(), batch)


def _go_on(old: Connection, new: Connection) -> None:
    """The head stands where the old one stands, and the next request's number follows on the last one."""
    head, grants = tables().head, tables().grants
    seq, last = old.execute(head.select()).one()[1:]
    new.execute(head.update().values(seq=seq, hash=last))
    if new.dialect.name == "postgresql":  # SQLite follows by itself
        new.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{grants.name}', 'id'), max(id)) FROM {grants.name} HAVING max(id) > 0"
        )


def _verify(old: Connection, new: Connection) -> None:
    whole = audit.first_broken(new) is None
    if not whole or any(_count(old, table) != _count(new, table) for table in _tables()):
        raise IntegrityError(
            "搬过去的与原来不同，没有搬 / the copy differs: nothing was moved",
            hint="检查磁盘后再试 / check the disc and try again",
        )


def _count(connection: Connection, table: Table) -> int:
    from sqlalchemy import func, select

    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
