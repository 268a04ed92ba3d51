"""A database for each test: a SQLite file, and a PostgreSQL schema of its own, which have to behave alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import postgresql_server
import pytest
from clock import Clock

from corpora.catalog.database import Database
from corpora.catalog.people import People

NewDatabase = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewDatabase]:
    """Makes an empty database at every call, in either kind."""
    made = list[Database]()
    if request.param == "postgresql":
        server: postgresql_server.Server = request.getfixturevalue("postgresql")
        monkeypatch.setenv("TEST_PASSWORD", postgresql_server.PASSWORD)

    def make() -> Database:
        name = f"people_{os.urandom(6).hex()}"
        if request.param == "sqlite":
            made.append(Database(tmp_path / name))
        else:
            server.execute(f"CREATE SCHEMA {name}")
            made.append(Database(f"{server.url()}?options={quote(f'-c search_path={name}')}"))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture()
def database(new_database: NewDatabase) -> Database:
    return new_database()


@pytest.fixture()
def clock() -> Clock:
    return Clock()


@pytest.fixture()
def people(database: Database, clock: Clock) -> People:
    """wang is the officer of nb, chen of the whole catalog; li and zhao hold no role; zhao's organisation is qc."""
    made = People(database, clock=clock)
    for name in ("wang", "chen", "li", "zhao"):
        made.users.add(name, by="root")
    for name in ("nb", "qc"):
        made.users.add_organisation(name, by="root")
    made.users.give("wang", "nb", "officer", by="root")
    made.users.give("chen", "*", "officer", by="root")
    return made
