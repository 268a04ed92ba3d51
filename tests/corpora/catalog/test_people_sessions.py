"""Sessions: a word that means a token until it ends; known to whoever opens the same database, in clear to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.catalog.people import BadToken, Database, People
from corpora.catalog.tables import tables
from tests.corpora.catalog.conftest import Clock

LATER, EARLIER = "2999-01-01T00:00:00.0000Z", "2000-01-01T00:00:00.0000Z"


def test_a_word_means_its_token_until_it_is_ended(people: People) -> None:
    one, two = (people.sessions.open(token, ends=LATER) for token in ("abc", "abc"))
    assert one != two and people.sessions.token(one) == "abc"
    people.sessions.end(one)
    people.sessions.end(one)
    with pytest.raises(BadToken):
        people.sessions.token(one)
    assert people.sessions.token(two) == "abc", "the other browser stays signed in"


@pytest.mark.parametrize("word", ["", "x", "é", "\ud800", "a\0b", "x" * 5000])
def test_a_word_that_nobody_gave_out(people: People, word: str) -> None:
    people.sessions.end(word)
    with pytest.raises(BadToken):
        people.sessions.token(word)


def test_what_has_ended_is_nothing_and_goes(people: People) -> None:
    old = people.sessions.open("abc", ends=EARLIER)
    with pytest.raises(BadToken):
        people.sessions.token(old)
    people.sessions.open("abc", ends=LATER)
    with people.database.reading() as connection:
        rows = connection.execute(tables().sessions.select()).all()
    assert [row.ends for row in rows] == [LATER]


def test_no_word_is_stored(people: People) -> None:
    word = people.sessions.open("abc", ends=LATER)
    with people.database.reading() as connection:
        (row,) = connection.execute(tables().sessions.select()).all()
    assert word not in str(row) and len(row.hash) == 64


def test_a_database_of_before_gets_its_table(people: People, clock: Clock) -> None:
    with people.database.engine.begin() as connection:
        tables().sessions.drop(connection)
    address = people.database.folder if people.database.file else people.database._address
    again = People(Database(str(address)), clock=clock)
    word = again.sessions.open("abc", ends=LATER)
    assert again.sessions.token(word) == "abc" and [one.name for one in again.users.all()]
    again.database.close()


def test_asking_makes_no_database(tmp_path: Path) -> None:
    people = People(Database(tmp_path))
    people.sessions.end("x")
    with pytest.raises(BadToken):
        people.sessions.token("x")
    assert not list(tmp_path.iterdir())
