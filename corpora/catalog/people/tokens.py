"""Tokens: what a client shows instead of a password. Only their SHA-256 is stored.

A token is `hf_` and 43 characters from 256 random bits: nobody guesses it, so a slow hash (for passwords that people
choose) would add nothing. `hf_` is the prefix that Hub clients know and blank out in what they print. A token is found
by the index of its hash, so the time of a look-up tells nothing about the token.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpora.catalog import audit
from corpora.catalog.people.principal import ANONYMOUS, Principal
from corpora.catalog.people.terms import SCOPES
from corpora.catalog.people.users import check_name, check_text, known_user
from corpora.catalog.tables import tables
from corpora.errors import UsageError, YuliaoError
from corpora.names import check_corpus, suggest

if TYPE_CHECKING:
    from corpora.catalog.database import Database

PREFIX = "hf_"
DAYS, MOST_DAYS = 90, 366
_LONGEST = 512


class BadToken(YuliaoError):
    """The token is unknown, expired or revoked, or its user is disabled. Which of them is not said."""


@dataclass(frozen=True)
class Token:
    """What is known of a token. only: organisations and datasets it is restricted to. used: day of its last use, or ""."""

    id: str
    user: str
    label: str
    scope: str
    only: tuple[str, ...]
    created: str
    expires: str
    used: str
    revoked: str


class Tokens:
    """The tokens of all users. `clock` gives the time, as `audit.utc_now`."""

    def __init__(self, database: Database, clock: Callable[[], str]) -> None:
        self._database, self._clock = database, clock

    def add(
        self,
        user: str,
        label: str = "",
        *,
        by: str,
        scope: str = "read",
        only: Sequence[str] = (),
        days: int = DAYS,
        **told: Any,
    ) -> tuple[str, Token]:
        """(the secret, which is shown this once, and what is stored). Raises UsageError for what makes no sense."""
        if scope not in SCOPES:
            raise UsageError(f"没有范围 {scope} / no such scope", hint=suggest(scope, SCOPES))
        for one in only:
            (check_corpus if "/" in one else check_name)(one)
        now, secret = self._clock(), PREFIX + secrets.token_urlsafe(32)
        token = Token(
            secrets.token_hex(6),
            user,
            check_text(label),
            scope,
            tuple(sorted(set(only))),
            now,
            later(now, days, MOST_DAYS),
            "",
            "",
        )
        with self._database.writing() as connection:
            known_user(connection, user)
            row = {**vars(token), "only": json.dumps(token.only), "hash": _hash(secret)}
            connection.execute(tables().tokens.insert().values(row))
            said = {"token": token.id, "user": user, "scope": scope, "only": list(token.only), "expires": token.expires}
            audit.write(connection, [{**told, "what": "token_add", "who": by, **said}])
        return secret, token

    def all(self, user: str | None = None) -> list[Token]:
        """Tokens of one user or of all, oldest first."""
        table = tables().tokens
        query = table.select() if user is None else table.select().where(table.c.user == audit.plain(user))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(table.c.created, table.c.id)).all()
        return [_token(row) for row in rows]

    def revoke(self, id: str, *, by: str, **told: Any) -> None:  # noqa: A002
        """From the next call on the token is refused. Twice: does nothing. Raises UsageError for an unknown id."""
        table = tables().tokens
        with self._database.writing() as connection:
            row = connection.execute(table.select().where(table.c.id == audit.plain(id))).first()
            if row is None:
                raise UsageError("没有这个令牌编号 / no token has this id", hint="yuliao token list")
            if not row.revoked:
                connection.execute(table.update().where(table.c.id == id).values(revoked=self._clock()))
                audit.write(connection, [{**told, "what": "token_revoke", "who": by, "token": id, "user": row.user}])

    def principal(self, secret: str | None) -> Principal:
        """Who shows this token; nobody in particular without one. Raises BadToken."""
        if secret is None:
            return ANONYMOUS
        if len(secret) > _LONGEST:
            raise _bad()
        return self._principal("hash", _hash(secret))

    def still(self, id: str) -> Principal:  # noqa: A002
        """Who holds the token of this id, with today's rights: for what we signed for its holder. Raises BadToken."""
        return self._principal("id", audit.plain(id))

    def _principal(self, column: str, value: str) -> Principal:
        if self._database.is_new():
            raise _bad()
        names, now = tables(), self._clock()
        held = names.memberships
        joined = names.tokens.join(names.users).outerjoin(held, names.users.c.name == held.c.user)
        chosen = (*names.tokens.c, names.users.c.disabled, held.c.org, held.c.role)
        query = joined.select().where(names.tokens.c[column] == value).with_only_columns(*chosen)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        if not rows or rows[0].disabled or rows[0].revoked or rows[0].expires <= now:
            raise _bad()
        roles = defaultdict[str, frozenset[str]](frozenset)
        for row in rows:
            if row.org is not None:
                roles[row.org] |= {row.role}
        first = rows[0]
        self._used(first.id, first.used, now[:10])
        return Principal(first.user, first.scope, dict(roles), token=first.id, only=frozenset(json.loads(first.only)))

    def _used(self, id: str, last: str, today: str) -> None:  # noqa: A002
        """The day of the last use: one write a day and token."""
        if last < today:
            table = tables().tokens
            with self._database.noting() as connection:
                connection.execute(table.update().where(table.c.id == id, table.c.used < today).values(used=today))


def later(now: str, days: int, most: int) -> str:
    """The time `days` later. Nothing is open-ended."""
    if not 1 <= days <= most:
        raise UsageError(f"期限要在 1 到 {most} 天之间 / between 1 and {most} days", hint="--days N")
    then = dt.datetime.fromisoformat(now) + dt.timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z"


def _token(row: Any) -> Token:
    said = {**row._mapping, "only": tuple(json.loads(row.only))}
    return Token(**{name: said[name] for name in Token.__dataclass_fields__})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _bad() -> BadToken:
    return BadToken(
        "令牌无效、已过期或已吊销 / the token is unknown, expired or revoked",
        hint="请管理员签发新的 / ask for a new one: yuliao token add",
    )
