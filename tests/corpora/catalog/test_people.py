"""People: from the first user to a counted download, in both databases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from corpora.catalog.database import Database
from corpora.catalog.people import ANONYMOUS, BadToken, People


@dataclass(frozen=True)
class Settings:
    private: bool = True
    gated: bool | str = False


def test_from_the_first_user_to_a_counted_download(database: Database) -> None:
    people = People(database)
    assert not people.anyone() and people.principal(None) is ANONYMOUS
    people.users.add("wang", "王", by="root")
    people.users.add("li", by="root")
    people.users.add_organisation("nb", by="root")
    people.users.give("wang", "nb", "officer", by="root")
    assert people.anyone()
    secret, token = people.tokens.add("li", "笔记本", by="li")
    who = people.principal(secret)
    assert (who.name, who.scope, dict(who.roles), who.token) == ("li", "read", {}, token.id)
    closed = Settings(gated="manual")
    assert people.access.reading(who, "nb/notes", closed) == ("hidden", None)
    grant = people.grants.request("li", "nb/notes", "训练")
    people.grants.approve(grant.id, by="wang")
    assert people.access.reading(who, "nb/notes", closed) == ("yes", grant.id)
    people.count_download(grant.id, 100, who="li", corpus="nb/notes", path="data/train.parquet")
    assert [(one.downloads, one.bytes) for one in people.grants.all()] == [(1, 100)]
    people.grants.revoke(grant.id, by="wang")
    assert people.access.reading(who, "nb/notes", closed) == ("hidden", None)
    people.tokens.revoke(token.id, by="li")
    with pytest.raises(BadToken):
        people.principal(secret)
