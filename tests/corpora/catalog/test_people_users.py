"""Users, organisations, roles: known names only, every change in the log with who made it."""

from __future__ import annotations

import pytest

from corpora.catalog.audit import Audit
from corpora.catalog.database import Database
from corpora.catalog.people import ROLES, People
from corpora.catalog.people.terms import DEEDS
from corpora.errors import UsageError

BAD_NAMES = [
    ("", "it is empty"),
    ("a/b", "a slash parts organisation and name"),
    ("../x", "it leads out"),
    ("王", "a Hub name is ASCII"),
    ("a b", "a space"),
    ("x" * 97, "it is too long"),
    ("-a", "it begins with a mark"),
    ("a\n", "a line break"),
    ("WANG", "it differs from another one in case only"),
]


def test_the_first_user_ends_the_local_mode(database: Database) -> None:
    people = People(database)
    assert not people.anyone()
    people.users.add("wang", "王", by="root")
    assert people.anyone()
    people.users.disable("wang", by="root")
    assert people.anyone()  # disabling the last one opens nothing again


@pytest.mark.parametrize(("name", "why"), BAD_NAMES)
def test_a_bad_name_is_refused(people: People, name: str, why: str) -> None:
    with pytest.raises(UsageError):
        people.users.add(name, by="root")
    with pytest.raises(UsageError):
        people.users.add_organisation({"WANG": "NB"}.get(name, name), by="root")


@pytest.mark.parametrize("name", ["local", "Auto", "anonymous"])
def test_names_of_the_system_are_reserved(people: People, name: str) -> None:
    with pytest.raises(UsageError):
        people.users.add(name, by="root")


@pytest.mark.parametrize("text", ["两\n行", "\x00", "\udc80", "长" * 201, "a\u2028b"])
def test_a_display_name_is_one_short_line(people: People, text: str) -> None:
    with pytest.raises(UsageError):
        people.users.add("qian", text, by="root")


def test_names_are_taken_once(people: People) -> None:
    for add in (people.users.add, people.users.add_organisation):
        with pytest.raises(UsageError):
            add({people.users.add: "wang"}.get(add, "nb"), by="root")


def test_roles_are_given_and_taken(people: People) -> None:
    for role in ROLES:
        people.users.give("li", "nb", role, by="root")
    people.users.give("li", "*", "auditor", by="root")
    assert people.users.get("li").roles == {"nb": frozenset(ROLES), "*": frozenset({"auditor"})}
    people.users.take("li", "nb", "owner", by="root")
    people.users.take("li", "nb", "owner", by="root")
    assert people.users.get("li").roles["nb"] == frozenset(ROLES) - {"owner"}
    assert {one.name: one.roles for one in people.users.all()}["wang"] == {"nb": frozenset({"officer"})}
    assert [one.name for one in people.users.all()] == ["chen", "li", "wang", "zhao"]


@pytest.mark.parametrize(("name", "org", "role"), [("lo", "nb", "owner"), ("li", "mb", "owner"), ("li", "nb", "king")])
def test_unknown_names_get_a_hint(people: People, name: str, org: str, role: str) -> None:
    with pytest.raises(UsageError) as caught:
        people.users.give(name, org, role, by="root")
    assert caught.value.hint


def test_holds(people: People) -> None:
    users = people.users
    assert users.holds("wang", "nb/a", "officer") and users.holds("chen", "nb/a", "officer", "owner")
    assert not users.holds("wang", "qc/a", "officer") and not users.holds("li", "nb/a", "officer")
    assert not users.holds("nobody", "nb/a", "officer") and not users.holds("wang", "nb/a", "owner")
    users.disable("wang", by="root")
    assert not users.holds("wang", "nb/a", "officer")
    users.enable("wang", by="root")
    assert users.holds("wang", "nb/a", "officer")


def test_every_change_is_in_the_log_with_its_author(people: People) -> None:
    before = len(list(Audit(people.database).entries()))
    people.users.disable("li", by="hr", address="10.0.0.9")
    people.users.enable("li", by="hr")
    people.users.give("li", "nb", "owner", by="hr")
    people.users.give("li", "nb", "owner", by="hr")  # changes nothing
    people.users.take("li", "nb", "owner", by="hr")
    with pytest.raises(UsageError):
        people.users.add("li", by="hr")
    new = list(Audit(people.database).entries())[before:]
    assert [one["what"] for one in new] == ["user_disable", "user_enable", "role_give", "role_take"]
    assert {one["who"] for one in new} == {"hr"} and new[0]["address"] == "10.0.0.9"
    assert {one["what"] for one in Audit(people.database).entries()} <= set(DEEDS)
