"""Grants: somebody asks for a dataset and says what for; an officer approves until a day, or refuses; every call looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from corpora.catalog import audit
from corpora.catalog.people import downloads
from corpora.catalog.people.tokens import later
from corpora.catalog.people.users import check_text, held_for, known_user
from corpora.catalog.tables import tables
from corpora.errors import UsageError
from corpora.names import check_corpus, check_version

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from corpora.catalog.database import Database

DAYS, MOST_DAYS = 180, 1096
AUTO = "auto"


@dataclass(frozen=True)
class Grant:
    """A request and what became of it. version: "" is the whole dataset. state: requested, approved, refused or revoked."""

    id: int
    user: str
    corpus: str
    version: str
    purpose: str
    asked: str
    state: str
    decided_by: str
    decided: str
    ends: str
    revoked: str
    downloads: int
    bytes: int

    def said(self, now: str) -> str:
        """The state, with what the time has made of it: `ended`."""
        return "ended" if self.state == "approved" and self.ends <= now else self.state


class Grants:
    """All requests. Every change is a line of the audit log, in the same transaction."""

    def __init__(self, database: Database, clock: Callable[[], str]) -> None:
        self._database, self._clock = database, clock

    def request(
        self,
        user: str,
        corpus: str,
        purpose: str,
        *,
        version: str = "",
        auto: bool = False,
        by: str | None = None,
        **told: Any,
    ) -> Grant:
        """Asks for a dataset, or one version of it. auto: its owner decided that whoever gives a purpose gets it at once.

        Raises UsageError for an unknown or disabled user, without a purpose, or when the same request is waiting.
        """
        check_corpus(corpus)
        wanted, table, now = check_version(version) if version else "", tables().grants, self._clock()
        if not check_text(purpose):
            raise UsageError("要写明用途 / say what for", hint="--purpose …")
        row = {
            "user": user, "corpus": corpus, "version": wanted, "purpose": check_text(purpose), "asked": now,
            "state": "requested", "decided_by": "", "decided": "", "ends": "", "revoked": "", "downloads": 0, "bytes": 0,
        }  # fmt: skip
        if auto:
            row |= {"state": "approved", "decided_by": AUTO, "decided": now, "ends": later(now, DAYS, MOST_DAYS)}
        with self._database.writing() as connection:
            enabled_user(connection, user)
            same = (table.c.user == user, table.c.corpus == corpus, table.c.version == wanted, table.c.state == "requested")
            if waiting := connection.execute(table.select().where(*same)).first():
                raise UsageError(f"申请 {waiting.id} 还在等批 / request {waiting.id} is waiting", hint="yuliao grant list")
            done = connection.execute(table.insert().values(row)).inserted_primary_key
            grant = _get(connection, int(done[0]) if done else 0)
            _log(connection, "grant_request", by or user, grant, told, purpose=grant.purpose, auto=auto or None)
        return grant

    def approve(self, id: int, *, by: str, days: int = DAYS, **told: Any) -> Grant:  # noqa: A002
        """Opens the dataset to who asked, for so many days. `by`: an officer, and never who asked."""
        now = self._clock()
        ends = later(now, days, MOST_DAYS)
        return self._decide(id, by, told, {"state": "approved", "decided": now, "ends": ends})

    def refuse(self, id: int, *, by: str, reason: str = "", **told: Any) -> Grant:  # noqa: A002
        """Says no."""
        told = {**told, "reason": check_text(reason) or None}
        return self._decide(id, by, told, {"state": "refused", "decided": self._clock()})

    def _decide(self, id: int, by: str, told: Mapping[str, Any], change: dict[str, Any]) -> Grant:  # noqa: A002
        table = tables().grants
        with self._database.writing() as connection:
            grant = _get(connection, id)
            _check_officer(connection, by, grant, "officer")
            if grant.state != "requested":
                raise UsageError(f"申请 {id} 已有决定 / request {id} has been decided", hint="yuliao grant list")
            connection.execute(table.update().where(table.c.id == id).values(**change, decided_by=by))
            what = {"approved": "grant_approve", "refused": "grant_refuse"}[change["state"]]
            _log(connection, what, by, grant, told, ends=change.get("ends"))
            return _get(connection, id)

    def revoke(self, id: int, *, by: str, reason: str = "", **told: Any) -> Grant:  # noqa: A002
        """Closes a grant, or takes a request back, from the next call on. `by`: an officer, an owner, or who asked."""
        table = tables().grants
        with self._database.writing() as connection:
            grant = _get(connection, id)
            if by != grant.user:
                _check_officer(connection, by, grant, "officer", "owner")
            if grant.state not in ("requested", "approved"):
                raise UsageError(f"授权 {id} 并未生效 / grant {id} is not open", hint="yuliao grant list")
            change = {"state": "revoked", "revoked": self._clock()}
            connection.execute(table.update().where(table.c.id == id).values(change))
            _log(connection, "grant_revoke", by, grant, told, reason=check_text(reason) or None)
            return _get(connection, id)

    def get(self, id: int) -> Grant | None:  # noqa: A002
        """The request of this number, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(tables().grants.select().where(tables().grants.c.id == id)).first()
            return Grant(*row) if row else None

    def all(self, *, user: str | None = None, corpus: str | None = None, state: str | None = None) -> list[Grant]:
        """Requests and grants, oldest first. state: also `ended`."""
        table, now = tables().grants, self._clock()
        query = table.select().order_by(table.c.id)
        for column, value in ((table.c.user, user), (table.c.corpus, corpus)):
            query = query if value is None else query.where(column == audit.plain(value))
        with self._database.reading() as connection:
            found = [Grant(*row) for row in connection.execute(query)]
        return [one for one in found if state is None or one.said(now) == state]

    def open_to(self, user: str) -> list[Grant]:
        """The grants that are good for this user at this moment."""
        return self.all(user=user, state="approved") if user else []

    def count(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Writes audit lines and counts those with a `grant`, in one transaction; gives the last line's number.

        `download`: one more, and its promised `bytes`. `download_broken`: instead of `promised` only `bytes` were sent.
        """
        given, table = list(entries), tables().grants
        counts = dict[int, tuple[int, int]]()
        for one in given:
            if one.get("grant") is not None:
                times, size = counts.get(int(one["grant"]), (0, 0))
                sent = int(one["bytes"]) - int(one.get("promised") or 0)
                counts[int(one["grant"])] = (times + (one["what"] == "download"), size + sent)
        with self._database.writing() as connection:
            last = audit.write(connection, given)
            downloads.count(connection, given)
            for id_, (times, size) in counts.items():
                more = {"downloads": table.c.downloads + times, "bytes": table.c.bytes + size}
                connection.execute(table.update().where(table.c.id == id_).values(more))
        return last


def enabled_user(connection: Connection, name: str) -> None:
    """Raises UsageError for an unknown or disabled user."""
    if known_user(connection, name).disabled:
        raise UsageError(f"用户已停用：{name} / the user is disabled", hint=f"yuliao user enable {name}")


def _check_officer(connection: Connection, by: str, grant: Grant, *roles: str) -> None:
    """Whoever decides holds the role in the dataset's organisation or in the whole catalog, and did not ask himself."""
    enabled_user(connection, by)
    if not held_for(connection, by, grant.corpus) & set(roles):
        raise UsageError(
            f"{by} 没有角色 {'、'.join(roles)} / {by} does not hold the role {' or '.join(roles)} there",
            hint="请有此角色的人用 --as 决定 / let somebody decide who holds it: --as NAME",
        )
    if by == grant.user:
        raise UsageError(
            "不能批准自己的申请 / nobody decides about a request of his own", hint="请另一位数据安全官 / ask another"
        )


def _get(connection: Connection, id: int) -> Grant:  # noqa: A002
    table = tables().grants
    row = connection.execute(table.select().where(table.c.id == id)).first()
    if row is None:
        raise UsageError(f"没有申请 {id} / no request {id}", hint="yuliao grant list")
    return Grant(*row)


def _log(connection: Connection, what: str, by: str, grant: Grant, told: Mapping[str, Any], **more: Any) -> None:
    about = {name: asdict(grant)[name] or None for name in ("user", "corpus", "version")}
    audit.write(connection, [{**told, "what": what, "who": by, "grant": grant.id, **about, **more}])
