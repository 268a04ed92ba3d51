"""Access: the whole table of who may see, read, write and manage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest
from clock import Clock

from corpora.catalog.people import ANONYMOUS, LOCAL, ROLES, People, Principal

NAME = "nb/notes"


@dataclass(frozen=True)
class Settings:
    private: bool = True
    gated: Literal[False, "auto", "manual"] = False


PUBLIC, GATED, CLOSED, PRIVATE = Settings(False), Settings(False, "manual"), Settings(True, "auto"), Settings()


def holder(role: str, org: str = "nb", scope: Literal["read", "write"] = "read", *only: str) -> Principal:
    return Principal("qian", scope, {org: frozenset({role})}, token="t", only=frozenset(only))


def answers(people: People, who: Principal) -> str:
    said = [people.access.reading(who, NAME, settings).answer for settings in (PUBLIC, GATED, CLOSED, PRIVATE)]
    for settings, one in zip((PUBLIC, GATED, CLOSED, PRIVATE), said, strict=True):
        assert (people.access.visibility(who, NAME, settings) == "hidden") == (one == "hidden")
        assert people.access.visible(who, [(NAME, settings)]) == ([] if one == "hidden" else [NAME])
    return " ".join(said)


TABLE = [  # public, gated, private and gated, private
    (ANONYMOUS, "yes gated hidden hidden"),
    (LOCAL, "yes yes yes yes"),
    *((holder(role), "yes yes yes yes") for role in ("owner", "curator", "reviewer", "officer")),
    *((holder(role, "*"), "yes yes yes yes") for role in ("owner", "curator", "reviewer", "officer")),
    *((holder(role), "yes gated gated yes") for role in ("auditor", "developer")),
    *((holder(role, "qc"), "yes gated hidden hidden") for role in ROLES),
    (holder("owner", "*", "write", "qc"), "yes gated hidden hidden"),  # a token for another organisation
    (holder("owner", "*", "write", "nb/other"), "yes gated hidden hidden"),
    (holder("owner", "nb", "write", "nb"), "yes yes yes yes"),
    (holder("owner", "nb", "write", NAME), "yes yes yes yes"),
]


@pytest.mark.parametrize(("who", "expected"), TABLE)
def test_reading(people: People, who: Principal, expected: str) -> None:
    assert answers(people, who) == expected


def test_a_grant_opens_until_it_ends(people: People, clock: Clock) -> None:
    secret, _ = people.tokens.add("li", by="li")
    restricted, _ = people.tokens.add("li", by="li", only=["qc"])
    li, elsewhere = people.principal(secret), people.principal(restricted)
    assert answers(people, li) == "yes gated hidden hidden"
    grant = people.grants.request("li", NAME, "训练")
    assert answers(people, li) == "yes gated hidden hidden"  # asking alone opens nothing
    people.grants.approve(grant.id, by="wang", days=10)
    assert answers(people, li) == "yes yes yes yes" and answers(people, elsewhere) == "yes gated hidden hidden"
    assert people.access.reading(li, NAME, CLOSED).grant == grant.id
    assert people.access.reading(li, NAME, PUBLIC).grant is None
    assert people.access.reading(li, "nb/other", CLOSED).answer == "hidden"
    clock.forward(days=10)
    assert answers(people, li) == "yes gated hidden hidden"


def test_a_grant_for_one_version_opens_no_other(people: People) -> None:
    li = people.principal(people.tokens.add("li", by="li")[0])
    one = people.grants.approve(people.grants.request("li", NAME, "训练", version="1.2.0").id, by="wang", days=900)
    reading = people.access.reading
    assert reading(li, NAME, CLOSED, version="v1.2.0") == reading(li, NAME, CLOSED, version="1.2.0") == ("yes", one.id)
    assert reading(li, NAME, CLOSED, version="v1.2.1").answer == reading(li, NAME, CLOSED).answer == "gated"
    whole = people.grants.approve(people.grants.request("li", NAME, "训练").id, by="wang")
    assert reading(li, NAME, CLOSED) == ("yes", whole.id)
    assert reading(li, NAME, CLOSED, version="v1.2.0") == ("yes", one.id)  # the one that ends last


WRITING = [
    (ANONYMOUS, False, False),
    (LOCAL, True, True),
    (holder("owner", "nb", "write"), True, True),
    (holder("owner", "*", "write"), True, True),
    (holder("curator", "nb", "write"), True, False),
    (holder("owner", "nb", "read"), False, False),
    (holder("owner", "qc", "write"), False, False),
    (holder("owner", "nb", "write", "qc"), False, False),
    *((holder(role, "nb", "write"), False, False) for role in ("reviewer", "officer", "auditor", "developer")),
]


@pytest.mark.parametrize(("who", "writes", "manages"), WRITING)
def test_writing_and_managing(people: People, who: Principal, writes: bool, manages: bool) -> None:
    assert people.access.writing(who, NAME) is writes and people.access.opening(who, NAME) is writes
    assert people.access.managing(who, NAME) is manages


def test_auditing_is_for_the_whole_catalog(people: People) -> None:
    assert people.access.auditing(LOCAL) and people.access.auditing(holder("auditor", "*"))
    for who in (ANONYMOUS, holder("auditor"), holder("developer", "*"), holder("auditor", "*", "read", "nb")):
        assert not people.access.auditing(who)
