"""People of a catalog: users, roles, tokens, grants, and what they may do. All in one database, with the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from corpora.catalog.audit import utc_now
from corpora.catalog.database import Database
from corpora.catalog.people.access import Access, Reading
from corpora.catalog.people.downloads import Downloads
from corpora.catalog.people.grants import Grant, Grants
from corpora.catalog.people.principal import ALL, ANONYMOUS, LOCAL, Principal
from corpora.catalog.people.sessions import Sessions
from corpora.catalog.people.terms import ROLES
from corpora.catalog.people.tokens import BadToken, Token, Tokens
from corpora.catalog.people.users import Organisation, User, Users

__all__ = [
    "ALL", "ANONYMOUS", "LOCAL", "ROLES", "Access", "BadToken", "Database", "Grant", "Organisation", "People", "Principal",
    "Reading", "Token", "User",
]  # fmt: skip


class People:
    """The people of the catalog whose database (`Catalog.database`), folder or address this is."""

    def __init__(self, where: Database | str | Path, *, clock: Callable[[], str] = utc_now) -> None:
        self.database = where if isinstance(where, Database) else Database(where)
        self.now = clock
        self.users = Users(self.database)
        self.tokens = Tokens(self.database, clock)
        self.sessions = Sessions(self.database, clock)
        self.grants = Grants(self.database, clock)
        self.access = Access(self.grants)
        self.downloads = Downloads(self.database)

    def anyone(self) -> bool:
        """Whether there is a user: the local mode ends with the first one."""
        return self.users.exist()

    def principal(self, token: str | None) -> Principal:
        """Who shows this token, ANONYMOUS without one. Raises BadToken (unknown, expired, revoked, user disabled)."""
        return self.tokens.principal(token)

    def count_download(self, grant: int | None, size: int, **entry: Any) -> int:
        """One download: its audit line {what: download, bytes, grant, …} and the grant's count, together."""
        return self.count_downloads([{"what": "download", **entry, "grant": grant, "bytes": size}])

    def count_downloads(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Many audit lines at once, those with a `grant` counted: see `Grants.count`."""
        return self.grants.count(entries)
