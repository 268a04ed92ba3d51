"""Databases through SQLAlchemy: SQLite and PostgreSQL, one read-only transaction that sees one state of the data.

No message holds an address, a query or what a driver said: drivers quote values of rows, and addresses hold passwords.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from corpora.errors import SourceMissing, UsageError
from corpora.secrets import NAME, Lookup, expand
from corpora.sources import query as queries

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

DIALECTS = ("sqlite", "postgresql")
_LITERAL = re.compile(r"://[^/?@]*:(?!\$\{\w+\}@)[^@]+@|[?&]\w*(?:password|passfile|token)=(?!\$\{\w+\}(?:&|$))", re.I)
_SETTINGS = (  # how values are printed, whatever the server, the role or this machine prefers
    "SET LOCAL DateStyle TO 'ISO, YMD'",
    "SET LOCAL IntervalStyle TO 'postgres'",
    "SET LOCAL extra_float_digits TO 1",
    "SET LOCAL standard_conforming_strings TO on",
)
_STATES = {  # SQLSTATE (PostgreSQL manual, appendix A) or SQLite's result code → what it means
    "42P01": "没有这张表 / no such table",
    "42703": "没有这个列 / no such column",
    "42883": "没有这个函数或运算 / no such function or operator",
    "42601": "查询有语法错误 / a syntax error in the query",
    "42501": "没有读取权限 / no permission to read",
    "25006": "查询要写数据，只许读 / the query writes: only reading is allowed",
    "0A000": "数据库不支持这样写 / not supported there",
    "57014": "被数据库中止（超时）/ cancelled by the server (timeout)",
    "SQLITE_NOTADB": "不是 SQLite 文件，或已加密 / no SQLite file, or an encrypted one",
    "SQLITE_CORRUPT": "SQLite 文件已损坏 / the SQLite file is damaged",
    "SQLITE_BUSY": "数据库正被别的程序占用 / another program holds the database",
    "SQLITE_CANTOPEN": "打不开 SQLite 文件 / the SQLite file cannot be opened",
    "SQLITE_READONLY": "查询要写数据，只许读 / the query writes: only reading is allowed",
}


def mistake(template: str) -> str | None:
    """What is wrong with an address as a recipe writes it: no secret stands in a recipe."""
    if _LITERAL.search(template):
        return "口令不能写在配方里，写成 ${变量名} / no password in a recipe: write ${NAME}, set it in the environment"
    if NAME.fullmatch(template):
        return None
    scheme = template.partition("://")[0].partition("+")[0]
    return None if "://" in template and scheme in (*DIALECTS, "postgres") else _KNOWN


_KNOWN = (
    "写成 sqlite:///文件 或 postgresql://用户:${变量名}@主机/库 / write sqlite:///file or postgresql://user:${NAME}@host/db"
)


def address(template: str, lookup: Lookup) -> URL:
    """The address with its secrets. Raises UsageError for an unknown variable or dialect."""
    from sqlalchemy import make_url

    whole = NAME.fullmatch(template) is not None
    try:
        url = make_url(expand(template, lookup) if whole else template)
    except (ValueError, TypeError, _argument_error()):
        url = None
    if url is None or url.get_backend_name() not in (*DIALECTS, "postgres"):
        raise UsageError("database 不是能用的地址 / `database` is not a usable address", hint=_KNOWN)
    return url if whole else _filled(url, lookup)


def _argument_error() -> type[Exception]:
    from sqlalchemy.exc import ArgumentError

    return ArgumentError


def _filled(url: URL, lookup: Lookup) -> URL:
    """Part by part: a password may hold any character, as it is."""
    parts = {name: value for name in ("username", "password", "host", "database") if (value := getattr(url, name))}
    full: dict[str, Any] = {name: expand(str(value), lookup) for name, value in parts.items()}
    told = {name: expand(value, lookup) for name, value in url.query.items() if isinstance(value, str)}
    return url.set(**full).update_query_dict(told)


@contextlib.contextmanager
def reading(url: URL, base: Path) -> Iterator[Connection]:
    """A connection inside one read-only transaction; a relative SQLite path starts at `base`.

    Raises SourceMissing when the database cannot be opened, UsageError when it refuses the query.
    """
    engine = _sqlite(url, base) if url.get_backend_name() == "sqlite" else _postgresql(url)
    failed: Exception | None = None
    try:
        with _opened(engine) as connection:
            begin(connection)
            yield connection
    except _errors() as error:
        failed = _told(error)
    finally:
        engine.dispose()
    if failed is not None:
        raise failed from None  # the driver's own words are not shown as its cause either


def begin(connection: Connection) -> None:
    """Starts the transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
        return
    for setting in _SETTINGS:
        connection.exec_driver_sql(setting)


def columns(connection: Connection, text: str) -> list[queries.Column]:
    """Names and types of a query's columns."""
    described = run(connection, queries.probe(text)).cursor.description
    typed = connection.dialect.name != "sqlite"
    return [queries.Column(one[0], int(one[1]) if typed else None) for one in described]


def run(connection: Connection, text: str, *, stream: bool = False) -> Any:
    """Executes a statement as it stands: no `:name`, no `%` in it means anything. stream: through a server-side cursor."""
    return connection.exec_driver_sql(text, execution_options={"no_parameters": True, "stream_results": stream})


def _opened(engine: Engine) -> Connection:
    if engine.dialect.name == "sqlite":
        return engine.connect()
    return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite(url: URL, base: Path) -> Engine:
    import sqlite3

    from sqlalchemy import create_engine, pool

    path = (base / (url.database or "")).absolute()
    if not path.is_file():
        raise SourceMissing(
            f"没有这个 SQLite 文件 / no such SQLite file: {url.database or ':memory:'}",
            hint="检查 database；相对路径从配方所在目录算起 / relative paths start at the recipe's folder",
        )

    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
        opened.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        return opened

    return create_engine("sqlite://", creator=connect, poolclass=pool.NullPool)


def _postgresql(url: URL) -> Engine:
    from sqlalchemy import create_engine, pool

    told = {"connect_timeout": 10, "client_encoding": "utf8", "application_name": "yuliao"}
    told = {name: value for name, value in told.items() if name not in url.query}
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), poolclass=pool.NullPool, connect_args=told)
    except ImportError:
        raise UsageError(
            "没有安装 PostgreSQL 驱动 / the PostgreSQL driver is not installed", hint='pip install "psycopg[binary]"'
        ) from None


def _errors() -> tuple[type[Exception], ...]:
    from sqlalchemy.exc import SQLAlchemyError

    return (SQLAlchemyError, UnicodeError)


def _told(error: Exception) -> Exception:
    """Our error for a driver's, without its words."""
    driver = getattr(error, "orig", None) or error
    state = getattr(driver, "sqlstate", None)
    if state is None and type(driver).__module__.startswith("psycopg"):
        return SourceMissing(
            "连不上数据库 / cannot connect to the database",
            hint="检查主机、端口、库名、用户与口令，以及网络 / check host, port, database, user, password and the network",
        )
    kind = state or getattr(driver, "sqlite_errorname", None) or type(driver).__name__
    meaning = _STATES.get(str(kind)) or _said_by_sqlite(driver) or "数据库拒绝了这个查询 / the database refused the query"
    return UsageError(
        f"{meaning}{_place(driver)}（{kind}）",
        hint="在数据库客户端里试这条查询 / try the query in the database's own client",
    )


def _said_by_sqlite(driver: Exception) -> str | None:
    """SQLite's words where they only name a part of the query."""
    found = re.match(r"no such (table|column|function): [\w.]+", str(driver))
    if found:
        return f"没有这样的表、列或函数 / {found[0]}"
    return "查询有语法错误 / a syntax error in the query" if "syntax error" in str(driver) else None


def _place(driver: Exception) -> str:
    """Where in the statement, if PostgreSQL says so."""
    position = getattr(getattr(driver, "diag", None), "statement_position", None)
    where = int(position) - len(queries.PREFIX) if position else 0
    return f"，查询的第 {where} 个字符 / at character {where} of the query" if where > 0 else ""
