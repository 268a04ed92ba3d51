"""Tokens: shown once, stored as a hash, refused from the moment on that they are no longer good."""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path

import pytest
from clock import Clock

from corpora.catalog.audit import Audit
from corpora.catalog.people import ANONYMOUS, BadToken, People
from corpora.catalog.tables import tables
from corpora.errors import UsageError


def refused(people: People, secret: str) -> bool:
    try:
        people.principal(secret)
    except BadToken:
        return True
    return False


def test_who_shows_a_token(people: People) -> None:
    people.users.give("li", "nb", "curator", by="root")
    secret, token = people.tokens.add("li", "笔记本", by="li", scope="write", only=["nb", "qc/notes"])
    assert re.fullmatch("hf_[A-Za-z0-9_-]{43}", secret)
    who = people.principal(secret)
    assert (who.name, who.scope, who.token, who.local) == ("li", "write", token.id, False)
    assert dict(who.roles) == {"nb": frozenset({"curator"})} and who.only == {"nb", "qc/notes"}
    assert people.principal(None) is ANONYMOUS


@pytest.mark.parametrize("secret", ["", "hf_", "hf_" + "a" * 43, "x" * 10_000, "\udc80", "令牌", "\0"])
def test_any_other_text_is_refused(people: People, secret: str) -> None:
    people.tokens.add("li", by="li")
    assert refused(people, secret)


def test_a_changed_token_is_refused(people: People) -> None:
    secret, _ = people.tokens.add("li", by="li")
    assert refused(people, secret[:-1]) and refused(people, secret + "a") and refused(people, secret.swapcase())
    assert refused(people, hashlib.sha256(secret.encode()).hexdigest())  # whoever reads the table has no token


def test_expired_at_the_next_call(people: People, clock: Clock) -> None:
    secret, token = people.tokens.add("li", by="li", days=1)
    assert token.expires == "2026-03-02T08:00:00.000Z"
    clock.forward(hours=23, minutes=59)
    assert not refused(people, secret)
    clock.forward(minutes=1)
    assert refused(people, secret)


def test_revoked_and_disabled_at_the_next_call(people: People) -> None:
    secret, token = people.tokens.add("li", by="li")
    other, _ = people.tokens.add("li", by="li")
    people.tokens.revoke(token.id, by="root")
    people.tokens.revoke(token.id, by="root")
    assert refused(people, secret) and not refused(people, other)
    people.users.disable("li", by="root")
    assert refused(people, other)
    people.users.enable("li", by="root")
    assert not refused(people, other) and refused(people, secret)


def test_what_was_signed_for_a_token_ends_with_it(people: People, clock: Clock) -> None:
    secret, token = people.tokens.add("wang", by="wang", days=1)
    assert people.tokens.still(token.id) == people.principal(secret)
    people.users.take("wang", "nb", "officer", by="root")
    assert not people.tokens.still(token.id).roles
    for end in (lambda: people.tokens.revoke(token.id, by="root"), lambda: clock.forward(days=1)):
        end()
        with pytest.raises(BadToken):
            people.tokens.still(token.id)
    for wrong in ("", "0" * 12, secret, hashlib.sha256(secret.encode()).hexdigest()):
        with pytest.raises(BadToken):
            people.tokens.still(wrong)


def test_a_role_that_was_taken_is_gone_at_the_next_call(people: People) -> None:
    secret, _ = people.tokens.add("wang", by="wang")
    assert people.principal(secret).holds("nb/a", "officer")
    people.users.take("wang", "nb", "officer", by="root")
    assert not people.principal(secret).holds("nb/a")


def test_last_use_is_a_day(people: People, clock: Clock) -> None:
    secret, _ = people.tokens.add("li", by="li")
    assert [one.used for one in people.tokens.all()] == [""]
    people.principal(secret)
    clock.forward(hours=3)
    people.principal(secret)
    assert [one.used for one in people.tokens.all("li")] == ["2026-03-01"]
    clock.forward(days=2)
    people.principal(secret)
    assert [one.used for one in people.tokens.all()] == ["2026-03-03"] and people.tokens.all("wang") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"days": 367},
        {"scope": "admin"},
        {"only": ["../x"]},
        {"only": ["a/b/c"]},
        {"label": "a\nb"},
        {"user": "lo"},
    ],
)
def test_what_makes_no_sense_is_refused(people: People, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        people.tokens.add(**{"user": "li", "by": "root", **wrong})  # type: ignore[arg-type]
    assert people.tokens.all() == []
    with pytest.raises(UsageError):
        people.tokens.revoke("0" * 12, by="root")


def test_the_secret_is_nowhere(people: People, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret, token = people.tokens.add("li", "笔记本", by="li")
    who = people.principal(secret)
    people.tokens.revoke(token.id, by="li")
    with pytest.raises(BadToken) as caught:
        people.principal(secret)
    with people.database.reading() as connection:
        stored = str(connection.execute(tables().tokens.select()).all())
    shown = [repr(token), repr(who), repr(people), str(caught.value), caught.value.hint, stored, caplog.text]
    shown += [*Audit(people.database).lines()]
    assert not [text for text in shown if secret[3:] in text]
    digest = hashlib.sha256(secret.encode()).hexdigest()
    assert digest in stored and not [text for text in shown if text is not stored and digest in text]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and secret[3:].encode() in path.read_bytes()]


def test_a_failing_database_does_not_tell_the_hash(people: People) -> None:
    secret, _ = people.tokens.add("li", by="li")
    with people.database.noting() as connection:
        tables().tokens.drop(connection)
    with pytest.raises(UsageError) as caught:
        people.principal(secret)
    assert hashlib.sha256(secret.encode()).hexdigest() not in str(caught.value) and caught.value.__cause__ is None
