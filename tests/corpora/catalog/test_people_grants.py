"""Grants: asked with a purpose, decided by another person in office, ended by the day, counted by the byte."""

from __future__ import annotations

import pytest
from clock import Clock

from corpora.catalog.audit import Audit
from corpora.catalog.people import Grant, People
from corpora.errors import UsageError


def asked(people: People, who: str = "li", **more: str) -> Grant:
    return people.grants.request(who, "nb/notes", "训练分诊模型", **more)  # type: ignore[arg-type]


def test_request_approve_end(people: People, clock: Clock) -> None:
    grant = asked(people, version="v1.2.0")
    assert (grant.state, grant.version, grant.downloads, grant.ends) == ("requested", "1.2.0", 0, "")
    assert people.grants.open_to("li") == []
    grant = people.grants.approve(grant.id, by="wang", days=10)
    assert (grant.state, grant.decided_by, grant.ends) == ("approved", "wang", "2026-03-11T08:00:00.000Z")
    clock.forward(days=10, microseconds=-1000)
    assert people.grants.open_to("li") == [grant]
    clock.forward(microseconds=1000)
    assert people.grants.open_to("li") == []
    assert [one.id for one in people.grants.all(state="ended")] == [grant.id]


def test_the_default_has_an_end(people: People) -> None:
    assert people.grants.approve(asked(people).id, by="chen").ends == "2026-08-28T08:00:00.000Z"


NOT_THEIRS = [
    ("li", "who asked does not decide"),
    ("zhao", "no role"),
    ("nobody", "not a user"),
    ("root", "the system's user is not a user"),
]


@pytest.mark.parametrize(("by", "why"), NOT_THEIRS)
def test_only_an_officer_decides(people: People, by: str, why: str) -> None:
    grant = asked(people)
    for decide in (people.grants.approve, people.grants.refuse):
        with pytest.raises(UsageError):
            decide(grant.id, by=by)
    assert people.grants.all() == [grant]


@pytest.mark.parametrize("role", ["owner", "curator", "reviewer", "auditor", "developer"])
def test_no_other_role_decides(people: People, role: str) -> None:
    grant = asked(people)
    people.users.give("zhao", "nb", role, by="root")
    people.users.give("zhao", "qc", "officer", by="root")  # an officer, but elsewhere
    with pytest.raises(UsageError):
        people.grants.approve(grant.id, by="zhao")


@pytest.mark.parametrize(("who", "other"), [("wang", "chen"), ("chen", "wang")])
def test_an_officer_never_decides_about_himself(people: People, who: str, other: str) -> None:
    grant = asked(people, who)
    with pytest.raises(UsageError, match="自己"):
        people.grants.approve(grant.id, by=who)
    with pytest.raises(UsageError, match="自己"):
        people.grants.refuse(grant.id, by=who)
    assert people.grants.approve(grant.id, by=other).state == "approved"


def test_a_disabled_officer_decides_nothing(people: People) -> None:
    grant = asked(people)
    people.users.disable("wang", by="root")
    with pytest.raises(UsageError):
        people.grants.approve(grant.id, by="wang")


def test_a_decision_is_made_once(people: People) -> None:
    grant = asked(people)
    people.grants.refuse(grant.id, by="wang", reason="用途不明")
    for decide in (people.grants.approve, people.grants.refuse, people.grants.revoke):
        with pytest.raises(UsageError):
            decide(grant.id, by="wang")
    assert people.grants.open_to("li") == [] and [one.state for one in people.grants.all()] == ["refused"]
    assert asked(people).id != grant.id  # asking again is allowed


def test_revoked_at_once(people: People) -> None:
    for by in ("wang", "chen", "li"):
        grant = people.grants.approve(asked(people).id, by="wang")
        with pytest.raises(UsageError):
            people.grants.revoke(grant.id, by="zhao")
        assert people.grants.open_to("li")
        people.grants.revoke(grant.id, by=by)
        assert people.grants.open_to("li") == []
    waiting = asked(people)
    assert people.grants.revoke(waiting.id, by="li").state == "revoked"
    with pytest.raises(UsageError):
        people.grants.approve(waiting.id, by="wang")


def test_what_makes_no_sense_is_refused(people: People) -> None:
    grant = asked(people)
    for days in (0, -1, 1097):
        with pytest.raises(UsageError):
            people.grants.approve(grant.id, by="wang", days=days)
    people.users.disable("zhao", by="root")
    for who, corpus, purpose, version in [
        ("li", "nb/notes", "再问一次", ""),
        ("li", "nb/other", "  ", ""),
        ("li", "nb/other", "两\n行", ""),
        ("li", "notes", "训练", ""),
        ("li", "nb/other", "训练", "latest"),
        ("zhao", "nb/notes", "训练", ""),
        ("nobody", "nb/notes", "训练", ""),
    ]:
        with pytest.raises(UsageError):
            people.grants.request(who, corpus, purpose, version=version)
    with pytest.raises(UsageError):
        people.grants.approve(99, by="wang")
    assert people.grants.all() == [grant]


def test_an_automatic_gate_still_ends(people: People) -> None:
    grant = people.grants.request("li", "nb/notes", "训练", auto=True)
    assert (grant.state, grant.decided_by, grant.ends[:10]) == ("approved", "auto", "2026-08-28")


def test_downloads_are_counted_with_their_lines(people: People) -> None:
    grant, audit = people.grants.approve(asked(people).id, by="wang"), Audit(people.database)
    people.count_download(grant.id, 100, who="li", corpus="nb/notes")
    people.count_download(None, 7, who="chen", corpus="nb/notes")
    last = people.count_downloads(
        [
            {"what": "download", "who": "li", "grant": grant.id, "bytes": 1000},
            {"what": "download", "who": "li", "grant": grant.id, "bytes": 10},
            {"what": "download_broken", "who": "li", "grant": grant.id, "promised": 1000, "bytes": 400},
            {"what": "pull", "who": "li"},
        ]
    )
    assert [(one.downloads, one.bytes) for one in people.grants.all()] == [(3, 510)]
    found = list(audit.entries(limit=6))
    assert [one["what"] for one in found] == ["download"] * 4 + ["download_broken", "pull"] and found[-1]["seq"] == last
    assert "grant" not in found[1] and audit.broken() is None
    with pytest.raises(TypeError):  # all or nothing
        people.count_downloads([{"what": "download", "grant": grant.id, "bytes": 1}, {"what": "download", "hash": "x"}])
    assert people.grants.all()[0].downloads == 3 and next(audit.entries(limit=1))["seq"] == last


def test_every_step_is_in_the_log(people: People) -> None:
    before = len(list(Audit(people.database).entries()))
    grant = asked(people)
    people.grants.approve(grant.id, by="wang", address="10.0.0.9")
    people.grants.revoke(grant.id, by="chen", reason="项目结束")
    people.grants.refuse(asked(people).id, by="wang")
    new = list(Audit(people.database).entries())[before:]
    assert [(one["what"], one["who"], one["user"], one["corpus"]) for one in new] == [
        ("grant_request", "li", "li", "nb/notes"),
        ("grant_approve", "wang", "li", "nb/notes"),
        ("grant_revoke", "chen", "li", "nb/notes"),
        ("grant_request", "li", "li", "nb/notes"),
        ("grant_refuse", "wang", "li", "nb/notes"),
    ]
    assert new[0]["purpose"] == "训练分诊模型" and new[1]["ends"][:10] == "2026-08-28" and new[2]["reason"] == "项目结束"
