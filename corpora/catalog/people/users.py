"""Users, organisations (= namespaces of datasets) and the roles that users hold in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpora.catalog import audit
from corpora.catalog.people.principal import ALL, Principal
from corpora.catalog.people.terms import ROLES
from corpora.catalog.tables import tables
from corpora.errors import UsageError
from corpora.names import check_corpus, did_you_mean, suggest

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from corpora.catalog.database import Database

_TEXT = 200
RESERVED = frozenset({"local", "auto", "anonymous"})
"""What the log calls the owner of the machine, an automatic approval, and nobody in particular."""


@dataclass(frozen=True)
class User:
    """roles: organisation or `*` → roles."""

    name: str
    display: str
    disabled: bool
    created: str
    roles: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Organisation:
    name: str
    display: str
    created: str


class Users:
    """Who there is. Every change is a line of the audit log, written in the same transaction.

    `by`: who makes the change. `told`: further details for the audit line (address, account).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def exist(self) -> bool:
        """Whether there is a user, disabled or not: the first one ends the local mode for good."""
        if self._database.is_new():
            return False
        with self._database.reading() as connection:
            return connection.execute(tables().users.select().limit(1)).first() is not None

    def add(self, name: str, display: str = "", *, by: str, **told: Any) -> None:
        """Raises UsageError for a bad name, or one that is taken."""
        check_name(name)
        users = tables().users
        if name.casefold() in RESERVED:
            raise UsageError(f"这个名字留给系统 / the name is reserved: {name}", hint="换一个 / choose another one")
        with self._database.writing() as connection:
            if _taken(connection, users, name):
                raise UsageError(f"用户已存在：{name} / the user exists: {name}", hint="yuliao user list")
            row = {"name": name, "display": check_text(display), "disabled": False, "created": audit.utc_now()}
            connection.execute(users.insert().values(row))
            audit.write(connection, [{**told, "what": "user_add", "who": by, "user": name}])

    def disable(self, name: str, *, by: str, **told: Any) -> None:
        """Refuses the user's tokens and grants from the next call on."""
        self._able(name, True, {**told, "what": "user_disable", "who": by})

    def enable(self, name: str, *, by: str, **told: Any) -> None:
        """Takes that back."""
        self._able(name, False, {**told, "what": "user_enable", "who": by})

    def _able(self, name: str, disabled: bool, entry: dict[str, Any]) -> None:
        users = tables().users
        with self._database.writing() as connection:
            known_user(connection, name)
            connection.execute(users.update().where(users.c.name == name).values(disabled=disabled))
            audit.write(connection, [{**entry, "user": name}])

    def give(self, name: str, org: str, role: str, *, by: str, **told: Any) -> None:
        """A role in an organisation, or in the whole catalog (`*`). Twice: does nothing."""
        self._role(name, org, role, {**told, "what": "role_give", "who": by}, wanted=True)

    def take(self, name: str, org: str, role: str, *, by: str, **told: Any) -> None:
        """Takes a role back. Twice: does nothing."""
        self._role(name, org, role, {**told, "what": "role_take", "who": by}, wanted=False)

    def _role(self, name: str, org: str, role: str, entry: dict[str, Any], *, wanted: bool) -> None:
        if role not in ROLES:
            raise UsageError(f"没有角色 {role} / no such role: {role}", hint=suggest(role, ROLES))
        held = tables().memberships
        with self._database.writing() as connection:
            known_user(connection, name)
            if org != ALL:
                known_organisation(connection, org)
            mine = (held.c.user == name, held.c.org == org, held.c.role == role)
            if (connection.execute(held.select().where(*mine)).first() is not None) == wanted:
                return
            row = {"user": name, "org": org, "role": role}
            connection.execute(held.insert().values(row) if wanted else held.delete().where(*mine))
            audit.write(connection, [{**entry, **row}])

    def get(self, name: str) -> User:
        """Raises UsageError for an unknown user."""
        with self._database.reading() as connection:
            row = known_user(connection, name)
            return User(row.name, row.display, row.disabled, row.created, roles_of(connection, name))

    def principal(self, name: str) -> Principal:
        """Who a user is without a token, with all that his roles give: for whoever may open the database anyway.

        Raises UsageError for an unknown or disabled user.
        """
        found = self.get(name)
        if found.disabled:
            raise UsageError(f"用户已停用：{name} / the user is disabled", hint="yuliao user list")
        return Principal(found.name, "write", found.roles)

    def holds(self, name: str, corpus: str, *roles: str) -> bool:
        """Whether an enabled user of this name holds one of the roles for a dataset."""
        if not self.exist():
            return False
        users = tables().users
        with self._database.reading() as connection:
            row = connection.execute(users.select().where(users.c.name == audit.plain(name))).first()
            return row is not None and not row.disabled and bool(held_for(connection, row.name, corpus) & set(roles))

    def all(self) -> list[User]:
        """All users, by name."""
        names = tables()
        with self._database.reading(snapshot=True) as connection:
            rows = connection.execute(names.users.select()).all()
            held = roles_of(connection)
        return [User(r.name, r.display, r.disabled, r.created, held.get(r.name, {})) for r in sorted(rows, key=_name)]

    def add_organisation(self, name: str, display: str = "", *, by: str, **told: Any) -> None:
        """Raises UsageError for a bad name, or one that is taken."""
        check_name(name)
        table = tables().organisations
        with self._database.writing() as connection:
            if _taken(connection, table, name):
                raise UsageError(f"组织已存在：{name} / the organisation exists: {name}", hint="yuliao org list")
            connection.execute(table.insert().values(name=name, display=check_text(display), created=audit.utc_now()))
            audit.write(connection, [{**told, "what": "org_add", "who": by, "org": name}])

    def organisations(self) -> list[Organisation]:
        """All organisations, by name."""
        with self._database.reading() as connection:
            return [Organisation(*row) for row in sorted(connection.execute(tables().organisations.select()), key=_name)]


def _taken(connection: Connection, table: Table, name: str) -> bool:
    """Also by one that differs in case only: people would take them for the same."""
    return name.casefold() in {str(one.name).casefold() for one in connection.execute(table.select())}


def _name(row: Any) -> str:
    return str(row.name)


def check_name(name: str) -> None:
    """A name of a user or an organisation is what may stand before the `/` of a dataset's name."""
    try:
        check_corpus(f"{name}/x")
    except UsageError:
        raise UsageError(
            "名称不合规 / not a name", hint="只用字母、数字和 . _ -；中文写在 --display / letters, digits and . _ - only"
        ) from None


def check_text(text: str) -> str:
    """A line that a person wrote: at most 200 characters, none of them a control character."""
    if len(text) > _TEXT or re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", text):
        raise UsageError(f"要一行不超过 {_TEXT} 字的文字 / one line of at most {_TEXT} characters", hint="改短 / shorten it")
    return text.strip()


def known_user(connection: Connection, name: str) -> Any:
    """The user's row. Raises UsageError for an unknown one, with what was probably meant."""
    users = tables().users
    row = connection.execute(users.select().where(users.c.name == audit.plain(name))).first()
    if row is None:
        names = [str(one.name) for one in connection.execute(users.select())]
        raise UsageError(
            f"没有用户 {name!r} / no such user", hint=did_you_mean(name, names) if names else "yuliao user add …"
        )
    return row


def known_organisation(connection: Connection, name: str) -> None:
    """Raises UsageError for an unknown organisation."""
    names = {str(one.name) for one in connection.execute(tables().organisations.select())}
    if name not in names:
        hint = did_you_mean(name, names) if names else f"先建 / first: yuliao org add {name}"
        raise UsageError(f"没有组织 {name!r} / no such organisation", hint=hint)


def roles_of(connection: Connection, user: str | None = None) -> Any:
    """organisation → roles of one user; or user → organisation → roles of all."""
    held, found = tables().memberships, defaultdict[str, dict[str, frozenset[str]]](dict)
    query = held.select() if user is None else held.select().where(held.c.user == user)
    for row in connection.execute(query):
        mine = found[row.user]
        mine[row.org] = mine.get(row.org, frozenset()) | {row.role}
    return dict(found) if user is None else found[user]


def held_for(connection: Connection, user: str, corpus: str) -> frozenset[str]:
    """Roles that a user holds in the dataset's organisation or in the whole catalog."""
    held = roles_of(connection, user)
    mine: frozenset[str] = held.get(corpus.partition("/")[0], frozenset()) | held.get(ALL, frozenset())
    return mine
