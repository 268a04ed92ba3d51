"""Tables of the catalog's database: people, tokens, grants, and the audit log with its head. SQLite and PostgreSQL alike."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Column, ForeignKey, Index, MetaData, Table


class Tables(NamedTuple):
    """Times are UTC texts of one form (`audit.utc_now`), so that they sort as texts."""

    about: Table
    head: Table
    audit: Table
    organisations: Table
    users: Table
    memberships: Table
    tokens: Table
    grants: Table
    downloads: Table
    sessions: Table


@cache
def tables() -> Tables:
    """The tables, made once in a process: SQLAlchemy costs 0.3 s, which most commands need not pay."""
    from sqlalchemy import MetaData

    data = MetaData()
    about = _table(data, "about", _text("key", primary_key=True), _text("value"))
    head, audit = _log(data)
    organisations, users, memberships = _users(data)
    tokens = _table(
        data, "tokens",
        _text("id", primary_key=True), _text("hash", unique=True), _user(), _text("label"), _text("scope"), _text("only"),
        _text("created"), _text("expires"), _text("used"), _text("revoked"),
    )  # fmt: skip
    return Tables(
        about, head, audit, organisations, users, memberships, tokens, _grants(data), _downloads(data), _sessions(data)
    )


def _downloads(data: MetaData) -> Table:
    from sqlalchemy import BigInteger, Column

    return _table(data, "downloads", _text("corpus", primary_key=True), Column("count", BigInteger, nullable=False))


def _sessions(data: MetaData) -> Table:
    return _table(data, "sessions", _text("hash", primary_key=True), _text("token"), _text("ends"))


def _log(data: MetaData) -> tuple[Table, Table]:
    from sqlalchemy import BigInteger, Column, Index, Integer

    number = BigInteger().with_variant(Integer, "sqlite")
    head = _table(
        data, "head", Column("id", Integer, primary_key=True), Column("seq", BigInteger, nullable=False), _text("hash")
    )
    audit = _table(
        data, "audit",
        Column("seq", number, primary_key=True, autoincrement=False),
        _text("at"), _text("who"), _text("what"), _text("corpus"), _text("line"),
        Index("yuliao_audit_at", "at"), Index("yuliao_audit_corpus", "corpus"),
    )  # fmt: skip
    return head, audit


def _users(data: MetaData) -> tuple[Table, Table, Table]:
    from sqlalchemy import Boolean, Column

    return (
        _table(data, "organisations", _text("name", primary_key=True), _text("display"), _text("created")),
        _table(
            data, "users",
            _text("name", primary_key=True), _text("display"), Column("disabled", Boolean, nullable=False), _text("created"),
        ),
        _table(
            data, "memberships",
            _user(primary_key=True), _text("org", primary_key=True), _text("role", primary_key=True),
        ),
    )  # fmt: skip


def _grants(data: MetaData) -> Table:
    from sqlalchemy import BigInteger, Column, Index, Integer

    return _table(
        data, "grants",
        Column("id", Integer, primary_key=True), _user(), _text("corpus"), _text("version"), _text("purpose"),
        _text("asked"), _text("state"), _text("decided_by"), _text("decided"), _text("ends"), _text("revoked"),
        Column("downloads", BigInteger, nullable=False), Column("bytes", BigInteger, nullable=False),
        Index("yuliao_grants_user", "user", "corpus"), sqlite_autoincrement=True,
    )  # fmt: skip


def _table(data: MetaData, name: str, *columns: Column[Any] | Index, **told: Any) -> Table:
    from sqlalchemy import Table

    return Table(f"yuliao_{name}", data, *columns, **told)


def _text(name: str, *rules: ForeignKey, **told: Any) -> Column[Any]:
    from sqlalchemy import Column, Text

    return Column(name, Text, *rules, **{"nullable": False, **told})


def _user(**told: Any) -> Column[Any]:
    from sqlalchemy import ForeignKey

    return _text("user", ForeignKey("yuliao_users.name"), **told)
