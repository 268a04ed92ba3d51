"""Requests: who sees what waits, and who decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.catalog import Catalog
from corpora.catalog.people import ANONYMOUS, LOCAL, People, Principal
from corpora.catalog.requests import Requests
from corpora.errors import UsageError

NAME = "nb/notes"


def _who(name: str, scope: str = "write", **roles: str) -> Principal:
    return Principal(name, scope, {org: frozenset({role}) for org, role in roles.items()})  # type: ignore[arg-type]


@pytest.fixture()
def desk(people: People, tmp_path: Path) -> Requests:
    """A gated dataset of nb that everybody sees, and a request of li for it."""
    catalog = Catalog(tmp_path / "catalog")
    catalog.database = people.database
    catalog.audit._database = people.database
    catalog.repository(NAME).create(by="wang")
    catalog.repository(NAME).set(by="wang", private=False, gated="manual")
    requests = Requests(catalog, people)
    requests.ask(_who("li"), NAME, "训练分诊模型")
    return requests


@pytest.mark.parametrize(
    ("who", "sees", "why"),
    [
        (_who("wang", nb="officer"), True, "officer of the organisation"),
        (Principal("chen", "read", {"*": frozenset({"officer"})}), True, "officer of the whole catalog"),
        (_who("wang", nb="owner"), False, "an owner decides nothing about grants"),
        (_who("wang", qc="officer"), False, "officer of another organisation"),
        (Principal("wang", "write", {"nb": frozenset({"officer"})}, only=frozenset({"qc"})), False, "a token for something else"),
        (_who("li"), False, "who asked"),
        (ANONYMOUS, False, "nobody in particular"),
        (LOCAL, False, "no users, no requests"),
    ],
)  # fmt: skip
def test_only_officers_see_what_waits(desk: Requests, who: Principal, sees: bool, why: str) -> None:
    assert [one.user for one in desk.waiting(who)] == ["li"] * sees, why
    if not sees:
        with pytest.raises(UsageError, match="no such request"):
            desk.approve(who, 1, until="2026-04-01")
        with pytest.raises(UsageError, match="no such request"):
            desk.refuse(who, 1, reason="不行")


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("2026-02-28", "the past"),
        ("2026-03-01", "today"),
        ("2036-03-01", "too far away"),
        ("明天", "no date"),
        ("", "nothing"),
    ],
)
def test_an_end_date_is_a_day_to_come(desk: Requests, people: People, until: str, why: str) -> None:
    with pytest.raises(UsageError):
        desk.approve(_who("wang", nb="officer"), 1, until=until)
    assert [one.state for one in people.grants.all()] == ["requested"], why


def test_deciding(desk: Requests, people: People) -> None:
    officer = _who("wang", nb="officer")
    with pytest.raises(UsageError, match="read-only"):
        desk.approve(_who("wang", "read", nb="officer"), 1, until="2026-04-01")
    with pytest.raises(UsageError, match="reason"):
        desk.refuse(officer, 1, reason="  ")
    grant = desk.approve(officer, 1, until="2026-04-01")
    assert grant.ends.startswith("2026-04-01") and desk.waiting(officer) == []
    second = desk.ask(_who("zhao"), NAME, "评测")
    assert desk.refuse(officer, second.id, reason="用途不明").state == "refused"
    own = desk.ask(_who("wang", nb="officer"), NAME, "自己用")
    with pytest.raises(UsageError, match="自己"):
        desk.approve(officer, own.id, until="2026-04-01")
