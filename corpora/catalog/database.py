"""The catalog's database: a SQLite file in its folder, or a PostgreSQL that several servers share.

All writing is one at a time: SQLite's BEGIN IMMEDIATE, or a lock on the audit log's head, taken first, so that nothing deadlocks.
A SQLite file needs a local disc (its write-ahead log is shared memory); a catalog on a network disc needs PostgreSQL.
No message holds an address or what a driver said: addresses hold passwords, drivers quote values.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.catalog import anchor
from corpora.catalog.refs import locked
from corpora.catalog.tables import tables
from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.secrets import of as secrets_of
from corpora.workspace import find_root, private_folder, sync_folder

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

VARIABLE = "YULIAO_DATABASE"
FILE = "people.sqlite"
START = "0" * 64
_LOCK = 0x7975_6C69  # an advisory lock's number: whoever makes the tables holds it
_WAIT = 30  # seconds until a lock that nobody gives back is an error
_SESSION = f"-c synchronous_commit=on -c lock_timeout={_WAIT}s"  # on disk when commit returns, whatever the server prefers


class DatabaseAway(UsageError):
    """The database cannot be reached, opened or written to, whatever one asks of it. Nothing was done."""


class Database:
    """Where the people and the audit log of one catalog are. Opened, and made, at the first use; any thread may use it.

    `where`: an address (`postgresql://user:${PASSWORD}@host/db`, `sqlite:///file`), or the catalog's folder, which means
    `$YULIAO_DATABASE` if that is set and `people.sqlite` in the folder (0600) if not.
    """

    def __init__(self, where: str | Path, *, folder: Path | None = None) -> None:
        said = str(where)
        is_address = "://" in said or "${" in said
        self.folder = folder if is_address else Path(where).absolute()
        self._address = said if is_address else os.environ.get(VARIABLE, "")
        self._serial = threading.Lock()
        self._opening = threading.Lock()

    @cached_property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        if not self._address:
            assert self.folder is not None
            return self.folder / FILE
        url = self._url
        return Path(url.database or "").absolute() if url.get_backend_name() == "sqlite" else None

    @cached_property
    def _url(self) -> URL:
        from corpora.sources.database import address

        url = address(self._address, secrets_of(find_root()))
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise UsageError("要写 SQLite 的文件名 / name the SQLite file", hint="sqlite:///people.sqlite")
        return url

    def same(self, other: Database) -> bool:
        """Whether both are the same database, as far as their addresses tell."""
        if self.file and other.file:
            return self.file.resolve() == other.file.resolve()
        return not self.file and not other.file and self._url == other._url

    def is_new(self) -> bool:
        """Whether nothing has been stored yet, known without making the file."""
        return self.file is not None and not self.file.is_file() and not self._old_log()

    def _old_log(self) -> bool:
        return self.folder is not None and (self.folder / "audit.jsonl").is_file()

    @property
    def engine(self) -> Engine:
        with self._opening:
            return self._engine

    @cached_property
    def _engine(self) -> Engine:
        engine = _sqlite(self.file) if self.file else _postgresql(self._url)
        weakref.finalize(self, engine.dispose)
        with locked(self.file.with_suffix(".lock")) if self.file else nullcontext():
            if self.file:
                _private(self.file)
            self._prepare(engine)
        return engine

    def close(self) -> None:
        """Gives the connections back. The next use opens it again."""
        if "_engine" in self.__dict__:
            self._engine.dispose()

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """A connection to read from. snapshot: all that is read is of one moment. Raises UsageError when it can't be."""
        with _told(), self.engine.connect() as connection:
            if self.file:
                connection.exec_driver_sql("BEGIN")
            elif snapshot:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            else:  # one query is of one moment anyway: saves two ways to the server and back
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: on disk when the block ends, undone when it raises. One at a time in all processes."""
        with _told(), self._serial if self.file else nullcontext(), self.engine.connect() as connection:
            if self.file:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(tables().head.select().with_for_update())
            connection.info.pop(anchor.WRITTEN, None)
            yield connection
            connection.commit()
            self._anchor(connection)

    def _anchor(self, connection: Connection) -> None:
        """Tells the anchor how far the log goes now."""
        from corpora.catalog.audit import holds, log_name

        before, now = connection.info.pop(anchor.WRITTEN, (None, None))
        if self.folder is not None and before and now:
            anchor.advance(self.folder, before, now, lambda line: holds(connection, line), lambda: log_name(connection))

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A transaction for one statement that the audit log does not tell (a token's last use): takes no lock on the head."""
        with _told(), self._serial if self.file else nullcontext(), self.engine.connect() as connection:
            yield connection
            connection.commit()

    def _prepare(self, engine: Engine) -> None:
        """Makes the tables, once; refuses a database of another format."""
        from sqlalchemy import inspect

        from corpora.catalog.audit import adopt
        from corpora.catalog.people import downloads

        names = tables()
        with _told(), engine.connect() as connection:
            if self.file:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif not inspect(connection).has_table(names.sessions.name):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            if not inspect(connection).has_table(names.head.name):
                names.head.metadata.create_all(connection)
                connection.execute(names.about.insert().values(key="format", value=str(FORMAT)))
                connection.execute(names.head.insert().values(id=1, seq=0, hash=START))
                if self._old_log() and self.folder is not None:
                    adopt(connection, self.folder / "audit.jsonl")
            elif not inspect(connection).has_table(names.downloads.name):
                downloads.begin(connection)
            names.sessions.create(connection, checkfirst=True)  # a catalog of before has none
            said = connection.execute(names.about.select().where(names.about.c.key == "format")).first()
            if said is None or said.value != str(FORMAT):
                raise FormatUnknown(
                    "不认识的人员数据库格式 / the people's database has an unknown format", hint="请升级 / upgrade yuliao"
                )
            connection.commit()


def _private(file: Path) -> None:
    """Makes the file readable by its owner alone; SQLite gives the same mode to what it writes beside it."""
    import sqlite3

    private_folder(file.parent)
    if not file.exists():
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        sync_folder(file.parent)
    try:
        with closing(sqlite3.connect(file, timeout=_WAIT)) as opened:
            opened.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        raise _unusable(error) from None


def _sqlite(file: Path) -> Engine:
    import sqlite3

    from sqlalchemy import create_engine, pool

    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(file, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        opened.execute("PRAGMA synchronous=FULL")  # on disk when commit returns, also in WAL mode
        opened.execute("PRAGMA foreign_keys=ON")
        return opened

    return create_engine(
        "sqlite://", creator=connect, poolclass=pool.QueuePool, pool_size=4, max_overflow=60, hide_parameters=True
    )


def _postgresql(url: URL) -> Engine:
    from sqlalchemy import create_engine

    told = {"connect_timeout": 10, "client_encoding": "utf8", "application_name": "yuliao", "options": _SESSION}
    told = {name: value for name, value in told.items() if name not in url.query}
    if said := url.query.get("options"):
        told["options"] = f"{_SESSION} {said if isinstance(said, str) else ' '.join(said)}"
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"), connect_args=told, pool_size=4, max_overflow=12,
            pool_pre_ping=True, hide_parameters=True,
        )  # fmt: skip
    except ImportError:
        raise UsageError(
            "没有安装 PostgreSQL 驱动 / the PostgreSQL driver is not installed", hint='pip install "psycopg[binary]"'
        ) from None


@contextmanager
def _told() -> Iterator[None]:
    """Our error for a driver's, without its words, which may quote a value."""
    from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError

    failed: UsageError | None = None
    try:
        yield
    except SQLAlchemyError as error:
        of_value = isinstance(error, DataError) or isinstance(error, StatementError) and not isinstance(error, DBAPIError)
        failed = _unusable(getattr(error, "orig", None) or error, UsageError if of_value else DatabaseAway)
    if failed is not None:
        raise failed from None


def _unusable(driver: BaseException, error: type[UsageError] = DatabaseAway) -> UsageError:
    kind = getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", None) or type(driver).__name__
    return error(
        f"人员与审计数据库用不了（{kind}），什么也没有做 / the database of people and audit cannot be used: nothing was done",
        hint="检查地址、口令、权限与磁盘空间 / check the address, the password, permissions and disk space",
    )
