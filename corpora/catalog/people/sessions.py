"""Sessions of the page: a random word in a browser's cookie, and which token it stands for. Only the word's SHA-256 is stored.

The database is what every server of a catalog shares: whoever signs out at one has signed out at all of them, and a cookie
that was copied before is worth nothing afterwards. A session is worth no more than its token is at that moment.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from corpora.catalog.audit import plain
from corpora.catalog.people.tokens import BadToken
from corpora.catalog.tables import tables

if TYPE_CHECKING:
    from corpora.catalog.database import Database

_BYTES, _LONGEST = 32, 200


class Sessions:
    """The sessions of a catalog. `clock` gives the time, as `audit.utc_now`."""

    def __init__(self, database: Database, clock: Callable[[], str]) -> None:
        self._database, self._clock = database, clock

    def open(self, token: str, *, ends: str) -> str:
        """The word of a new session for the token of this id, good until `ends` (UTC). Those that have ended go."""
        table, word = tables().sessions, secrets.token_urlsafe(_BYTES)
        with self._database.noting() as connection:
            connection.execute(table.delete().where(table.c.ends <= self._clock()))
        with self._database.noting() as connection:
            connection.execute(table.insert().values(hash=_hash(word), token=plain(token), ends=ends))
        return word

    def token(self, word: str) -> str:
        """The id of the token behind a session. Raises BadToken: it has ended, or there never was one."""
        table = tables().sessions
        if len(word) <= _LONGEST and not self._database.is_new():
            with self._database.reading() as connection:
                row = connection.execute(table.select().where(table.c.hash == _hash(word))).first()
            if row is not None and row.ends > self._clock():
                return str(row.token)
        raise BadToken("登录已结束 / the session has ended", hint="重新登录 / sign in again: /signin")

    def end(self, word: str) -> None:
        """From now on the word means nothing, wherever it was copied to. Twice: does nothing."""
        table = tables().sessions
        if len(word) <= _LONGEST and not self._database.is_new():
            with self._database.noting() as connection:
                connection.execute(table.delete().where(table.c.hash == _hash(word)))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
