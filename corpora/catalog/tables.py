"""Tables of the catalog's database: people, tokens, grants, and the audit log with its head. SQLite and PostgreSQL alike."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Table


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


@cache
def tables() -> Tables:
    """The tables, made once in a process: SQLAlchemy costs 0.3 s, which most commands need not pay."""
    from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text

    data = MetaData()

    def table(name: str, *columns: Column[object] | Index) -> Table:
        return Table(f"yuliao_{name}", data, *columns, sqlite_autoincrement=name == "grants")

    def text(name: str, *rules: ForeignKey, **told: bool) -> Column[object]:
        return Column(name, Text, *rules, **{"nullable": False, **told})  # type: ignore[arg-type]

    organisations = table("organisations", text("name", primary_key=True), text("display"), text("created"))
    users = table(
        "users",
        text("name", primary_key=True),
        text("display"),
        Column("disabled", Boolean, nullable=False),
        text("created"),
    )

    def whose(**told: bool) -> Column[object]:
        return text("user", ForeignKey(users.c.name), **told)

    return Tables(
        about=table("about", text("key", primary_key=True), text("value")),
        head=table("head", Column("id", Integer, primary_key=True), Column("seq", BigInteger, nullable=False), text("hash")),
        audit=table(
            "audit",
            Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
            text("at"), text("who"), text("what"), text("corpus"), text("line"),
            Index("yuliao_audit_at", "at"), Index("yuliao_audit_corpus", "corpus"),
        ),
        organisations=organisations,
        users=users,
        memberships=table(
            "memberships",
            whose(primary_key=True), text("org", primary_key=True),
            text("role", primary_key=True),
        ),
        tokens=table(
            "tokens",
            text("id", primary_key=True), text("hash", unique=True), whose(), text("label"), text("scope"), text("only"),
            text("created"), text("expires"), text("used"), text("revoked"),
        ),
        grants=table(
            "grants",
            Column("id", Integer, primary_key=True), whose(), text("corpus"), text("version"), text("purpose"),
            text("asked"), text("state"), text("decided_by"), text("decided"), text("ends"), text("revoked"),
            Column("downloads", BigInteger, nullable=False), Column("bytes", BigInteger, nullable=False),
            Index("yuliao_grants_user", "user", "corpus"),
        ),
    )  # fmt: skip
