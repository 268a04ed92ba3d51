"""Rights at the desk, as the people of a catalog have them: by role, by scope, by token, at every call."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.catalog import Catalog
from corpora.catalog.people import ANONYMOUS, LOCAL, BadToken, People
from corpora.hub.protocol import Forbidden, NotThere
from corpora.hub.writing.desk import Desk, desk_of


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    catalog = Catalog(tmp_path / "catalog")
    catalog.repository("nb/repairs").create(by="local", pushed=True)
    return desk_of(catalog, People(catalog.database))


def _people(desk: Desk) -> People:
    people = People(desk.catalog.database)
    people.users.add_organisation("nb", by="local")
    for name, role in (("owner", "owner"), ("curator", "curator"), ("reviewer", "reviewer")):
        people.users.add(name, by="local")
        people.users.give(name, "nb", role, by="local")
    people.users.add("stranger", by="local")
    return people


@pytest.mark.parametrize(
    ("user", "scope", "write", "manage"),
    [
        ("owner", "write", None, None),
        ("owner", "read", Forbidden, Forbidden),  # the token only reads
        ("curator", "write", None, Forbidden),
        ("reviewer", "write", Forbidden, Forbidden),
        ("stranger", "write", NotThere, NotThere),  # it is private: nobody learns that it is there
    ],
)
def test_roles_and_scopes(desk: Desk, user: str, scope: str, write: type | None, manage: type | None) -> None:
    people = _people(desk)
    who = people.principal(people.tokens.add(user, by="local", scope=scope)[0])
    for wanted, managing in ((write, False), (manage, True)):
        if wanted is None:
            assert desk.repository(who, "nb/repairs", manage=managing).exists
            continue
        with pytest.raises(wanted):
            desk.repository(who, "nb/repairs", manage=managing)
    with pytest.raises(NotThere):
        desk.repository(ANONYMOUS, "nb/repairs")


def test_a_ticket_is_worth_what_its_token_is_worth_now(desk: Desk) -> None:
    people = _people(desk)
    secret, token = people.tokens.add("curator", by="local", scope="write")
    ticket = desk.signature(people.principal(secret))
    assert desk.repository(desk.again(ticket), "nb/repairs").exists and secret not in str(ticket)
    people.users.take("curator", "nb", "curator", by="local")
    with pytest.raises(NotThere):
        desk.repository(desk.again(ticket), "nb/repairs")
    people.tokens.revoke(token.id, by="local")
    with pytest.raises(BadToken):
        desk.again(ticket)


def test_local_tickets_end_with_the_first_user(desk: Desk) -> None:
    ticket = desk.signature(LOCAL)
    assert desk.repository(desk.again(ticket), "nb/repairs", manage=True).exists
    _people(desk)
    with pytest.raises(Forbidden):
        desk.again(ticket)
