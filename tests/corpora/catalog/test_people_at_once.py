"""Several people and servers at once: one decision wins, nothing waits for itself, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from corpora.catalog.audit import Audit
from corpora.catalog.database import Database
from corpora.catalog.people import People
from corpora.errors import UsageError


def outcome(deed: Callable[[], object]) -> bool:
    try:
        deed()
    except UsageError:
        return False
    return True


def again(people: People) -> People:
    """As another server sees the same database."""
    return People(Database(people.database._address or str(people.database.folder)), clock=people.now)


def test_one_decision_wins(people: People) -> None:
    other = again(people)
    for _ in range(5):
        grant = people.grants.request("li", "nb/notes", "训练")
        deeds = [
            lambda id=grant.id: people.grants.approve(id, by="wang"),
            lambda id=grant.id: other.grants.refuse(id, by="chen"),
            lambda id=grant.id: other.grants.approve(id, by="chen"),
        ]
        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(outcome, deeds)) == 1
    said = [one["what"] for one in Audit(people.database).entries(corpus="nb/notes")]
    assert said.count("grant_request") == 5 and len(said) == 10
    other.database.close()


def test_a_name_is_taken_by_one(people: People) -> None:
    other = again(people)
    with ThreadPoolExecutor(4) as pool:
        deeds = [lambda who=who: who.users.add("qian", by="root") for who in (people, other) * 3]
        assert sum(pool.map(outcome, deeds)) == 1
    other.database.close()


def test_downloads_and_decisions_do_not_wait_for_each_other(people: People) -> None:
    """Every writer takes the head of the log first; whoever took rows first would meet another one head on."""
    other = again(people)
    grants = [people.grants.request(who, "nb/notes", "训练").id for who in ("li", "zhao")]
    for one in grants:
        people.grants.approve(one, by="wang")
    secret, _ = people.tokens.add("li", by="li")
    downloads = [{"what": "download", "who": "li", "grant": one, "bytes": 10} for one in grants]
    deeds: list[Callable[[], object]] = []
    for who in (people, other) * 10:
        deeds.append(lambda who=who: who.count_downloads(downloads))  # type: ignore[misc]
        deeds.append(lambda who=who: who.count_downloads(downloads[::-1]))  # type: ignore[misc]
        deeds.append(lambda who=who: who.principal(secret))  # type: ignore[misc]
        deeds.append(lambda who=who: who.users.give("li", "nb", "developer", by="root"))  # type: ignore[misc]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(outcome, deeds))
    assert [(one.downloads, one.bytes) for one in people.grants.all()] == [(40, 400)] * 2
    assert Audit(people.database).broken() is None
    people.grants.revoke(grants[0], by="wang")
    assert other.grants.open_to("li") == []
    other.database.close()
