"""Access: who may see, read, write and manage a dataset. Asked at every call; nothing is remembered between two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from corpora.catalog.people.principal import ALL, Principal

if TYPE_CHECKING:
    from corpora.catalog.people.grants import Grant, Grants

WITHOUT_GRANT = ("owner", "curator", "reviewer", "officer")
"""Roles that read a gated dataset by office; auditors and model developers ask for a grant."""


class Visible(Protocol):
    """What is asked of a dataset's settings."""

    @property
    def private(self) -> bool: ...

    @property
    def gated(self) -> Literal[False, "auto", "manual"]: ...


class Reading(NamedTuple):
    """May the files be read. grant: the one that opens them, whose downloads are counted."""

    answer: Literal["yes", "hidden", "gated"]
    grant: int | None = None


class Access:
    """The rules, in one place. A restricted token is worth no more than none for datasets that it is not good for."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    def visibility(self, who: Principal, corpus: str, settings: Visible) -> Literal["yes", "hidden"]:
        """Metadata and listing: a public dataset to all, a private one to members, the whole catalog's people and grantees."""
        if not settings.private or who.holds(corpus) or any(self._open(who, corpus)):
            return "yes"
        return "hidden"

    def visible(self, who: Principal, datasets: Iterable[tuple[str, Visible]]) -> list[str]:
        """The names among many that `visibility` shows, with one question to the database."""
        granted = {one.corpus for one in self._grants.open_to(who.name) if who.reaches(one.corpus)}
        return [name for name, one in datasets if not one.private or name in granted or who.holds(name)]

    def reading(self, who: Principal, corpus: str, settings: Visible, *, version: str | None = None) -> Reading:
        """The files. version: the release that is asked for (with or without v), None for another revision: a grant for one
        version opens no other."""
        found = list(self._open(who, corpus))
        if settings.private and not who.holds(corpus) and not found:
            return Reading("hidden")
        by_office = who.holds(corpus, *WITHOUT_GRANT)
        by_right = by_office or not settings.gated and (not settings.private or who.holds(corpus))
        if by_right:
            return Reading("yes")
        wanted = (version or "").removeprefix("v")
        fitting = [one for one in found if not one.version or one.version == wanted]
        return Reading("yes", max(fitting, key=lambda one: one.ends).id) if fitting else Reading("gated")

    def writing(self, who: Principal, corpus: str) -> bool:
        """Owners and curators of the namespace, with a token that may write."""
        return who.may_write() and who.holds(corpus, "owner", "curator")

    def opening(self, who: Principal, corpus: str) -> bool:
        """Who may open a repository that was pushed and then verified."""
        return self.writing(who, corpus)

    def managing(self, who: Principal, corpus: str) -> bool:
        """Settings and deletion: owners."""
        return who.may_write() and who.holds(corpus, "owner")

    def loosening(self, who: Principal, corpus: str) -> bool:
        """Whoever manages a dataset may make its gate stricter; only an officer decides that it gets looser."""
        return self.managing(who, corpus) and who.holds(corpus, "officer")

    def auditing(self, who: Principal) -> bool:
        """The whole audit log: auditors and officers of the whole catalog, with a token that is not restricted."""
        return who.local or not who.only and bool(who.roles.get(ALL, frozenset()) & {"auditor", "officer", "owner"})

    def _open(self, who: Principal, corpus: str) -> Iterable[Grant]:
        if who.local or not who.reaches(corpus):
            return []
        return [one for one in self._grants.open_to(who.name) if one.corpus == corpus]
