"""The catalog's database: private, of a known format, and silent about what it must not tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import postgresql_server
import pytest

from corpora.catalog import Catalog
from corpora.catalog.audit import Audit
from corpora.catalog.database import Database, DatabaseAway
from corpora.catalog.people import People
from corpora.catalog.tables import tables
from corpora.errors import FormatUnknown, UsageError


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "catalog")
    Audit(database).append("pull")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "catalog").iterdir() if path.suffix != ".lock"}
    assert modes["people.sqlite"] == 0o600 and set(modes.values()) == {0o600}, modes


def test_another_format_is_refused(database: Database) -> None:
    Audit(database).append("pull")
    with database.noting() as connection:
        connection.execute(tables().about.update().values(value="2"))
    again = Database(database._address or str(database.folder))
    with pytest.raises(FormatUnknown):
        Audit(again).append("pull")


def test_the_address_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YULIAO_DATABASE", f"sqlite:///{tmp_path}/elsewhere.db")
    Catalog(tmp_path / "catalog").audit.append("pull")
    Catalog(tmp_path / "catalog", database=f"sqlite:///{tmp_path}/named.db").audit.append("pull")
    assert (tmp_path / "elsewhere.db").is_file() and (tmp_path / "named.db").is_file()
    assert not (tmp_path / "catalog" / "people.sqlite").exists()


@pytest.mark.parametrize(
    ("address", "why"),
    [("mysql://h/d", "another dialect"), ("sqlite://", "it would forget everything"), ("${NOT_SET}", "no such variable")],
)
def test_a_bad_address_is_refused(address: str, why: str) -> None:
    with pytest.raises(UsageError):
        Audit(Database(address)).append("pull")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "people.sqlite").write_text("患者甲" * 500, "utf-8")
    with pytest.raises(UsageError, match="SQLITE_NOTADB"):
        Audit(Database(tmp_path)).append("pull")


def test_no_message_holds_the_password(postgresql: postgresql_server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "falsch-geheim")
    for address in (postgresql.url(), "postgresql://u:falsch-geheim@127.0.0.1:1/d"):
        with pytest.raises(UsageError) as caught:
            People(Database(address)).anyone()
        assert "geheim" not in str(caught.value) + caught.value.hint
        assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize("words", [["releases", "--json"], ["token", "--help"], ["pull", "--help"]])
def test_only_those_who_ask_pay_for_sqlalchemy(words: list[str]) -> None:
    code = (
        "import sys, cli\n"
        "try:\n    cli.main(sys.argv[1:])\n"
        "except SystemExit as done:\n    assert not done.code\n"
        "assert 'sqlalchemy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, *words], check=True, cwd=Path(__file__).parents[3], capture_output=True)


def test_connections_that_were_closed_are_opened_again(database: Database, request: pytest.FixtureRequest) -> None:
    audit = Audit(database)
    audit.append("pull")
    if database.file is None:
        server: postgresql_server.Server = request.getfixturevalue("postgresql")
        server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'yuliao'")
    else:
        database.close()
    assert audit.append("pull") == 2 and audit.broken() is None


def test_a_database_that_is_away_is_told_from_a_value_that_it_refuses(database: Database, tmp_path: Path) -> None:
    from sqlalchemy.exc import DataError

    (tmp_path / "there" / "people.sqlite").mkdir(parents=True)
    for away in (Database(tmp_path / "there"), Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")):
        with pytest.raises(DatabaseAway):
            Audit(away).append("pull")
    with pytest.raises(UsageError) as caught, database.writing():
        raise DataError("INSERT", {}, ValueError("病历"))
    assert not isinstance(caught.value, DatabaseAway) and "病历" not in str(caught.value)
