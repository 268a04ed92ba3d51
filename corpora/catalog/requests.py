"""Requests: who may ask for which dataset, and whose decision a request waits for. One rule for every door."""

from __future__ import annotations

import datetime as dt
from typing import Any

from corpora.catalog.people import Grant, People, Principal
from corpora.catalog.people.grants import AUTO
from corpora.catalog.people.users import check_text
from corpora.catalog.store import Catalog
from corpora.errors import UsageError
from corpora.names import did_you_mean


class Requests:
    """Asking for gated datasets of a catalog, and deciding about it, with the rights that a principal has."""

    def __init__(self, catalog: Catalog, people: People | None = None) -> None:
        self._catalog = catalog
        self._people = people or People(catalog.database)

    def ask(self, who: Principal, corpus: str, purpose: str, *, version: str = "", **told: Any) -> Grant:
        """Asks for a gated dataset that `who` sees, or for one version of it; told: what the audit line has besides.

        Raises UsageError; for what `who` may not see in the words for what is not there.
        """
        self._check_seen(who, corpus)
        gated = self._catalog.repository(corpus).settings.gated
        if not gated:
            raise UsageError(f"{corpus} 不须申请 / this dataset needs no grant", hint="直接下载 / just load it")
        if version:
            self._catalog.commit_of(corpus, version)
        return self._people.grants.request(
            who.name, corpus, purpose, version=version, auto=gated == AUTO, **{"by": who.name, **told}
        )

    def _check_seen(self, who: Principal, corpus: str) -> None:
        repository, access = self._catalog.repository(corpus), self._people.access
        if repository.exists and access.visibility(who, corpus, repository.settings) == "yes":
            return
        settings = ((name, self._catalog.repository(name).settings) for name in self._catalog.datasets())
        raise UsageError(
            f"目录里没有数据集 {corpus}，或无权查看 / no dataset {corpus} in the catalog, or you may not see it",
            hint=did_you_mean(corpus, access.visible(who, settings)),
        )

    def waiting(self, who: Principal) -> list[Grant]:
        """What waits for an officer's decision and is shown to `who`, oldest first: nothing to anybody else."""
        found = self._people.grants.all(state="requested") if who.is_officer else []
        return [one for one in found if who.holds(one.corpus, "officer")]

    def approve(self, who: Principal, number: int, *, until: str, **told: Any) -> Grant:
        """Opens the dataset until a day (2027-03-01). Raises UsageError as `Grants.approve`, and without the right."""
        self._check_deciding(who, number)
        return self._people.grants.approve(number, by=who.name, days=_days(until, self._people.now()), **told)

    def refuse(self, who: Principal, number: int, *, reason: str, **told: Any) -> Grant:
        """Says no, and why: whoever asked reads it."""
        self._check_deciding(who, number)
        if not check_text(reason):
            raise UsageError("要写明原因 / a reason is needed", hint="写一句 / one line")
        return self._people.grants.refuse(number, by=who.name, reason=reason, **told)

    def _check_deciding(self, who: Principal, number: int) -> None:
        """An officer of the dataset, with a token that may write; to others a request is not there."""
        grant = self._people.grants.get(number) if who.is_officer else None
        if grant is None or not who.holds(grant.corpus, "officer"):
            raise UsageError(f"没有编号 {number} 的申请 / no such request", hint="yuliao grant list")
        if not who.may_write():
            raise UsageError(
                "这个令牌只读，不能做决定 / this token is read-only and cannot decide",
                hint="用可写的令牌登录 / sign in with a write token: yuliao token add --scope write",
            )


def _days(until: str, now: str) -> int:
    """Days from now to a date; what is too few or too many, `Grants` refuses."""
    try:
        return (dt.date.fromisoformat(until) - dt.date.fromisoformat(now[:10])).days
    except ValueError:
        raise UsageError("到期日要写成 2027-03-01 / write the end date so", hint="2027-03-01") from None
