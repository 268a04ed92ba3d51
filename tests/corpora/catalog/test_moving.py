"""Moving to another database: everything comes along, the chain holds there, and no swap goes unnoticed, before or after."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import postgresql_server
import pytest

from corpora.catalog import Catalog, anchor, moving
from corpora.catalog.database import DatabaseAway
from corpora.catalog.moving import move
from corpora.catalog.people import Database, People
from corpora.errors import IntegrityError, UsageError
from tests.terminal import call

Where = Callable[[str], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Where]:
    """Addresses of empty databases, by name."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:///{tmp_path / name}.sqlite"
        return
    server: postgresql_server.Server = request.getfixturevalue("postgresql")
    monkeypatch.setenv("TEST_PASSWORD", postgresql_server.PASSWORD)
    made = set[str]()

    def schema(name: str) -> str:
        if (mine := f"{tmp_path.name}_{name}".lower().replace("-", "_")) not in made:
            server.execute(f'CREATE SCHEMA "{mine}"')
            made.add(mine)
        return f"{server.url()}?options={quote(f'-c search_path={mine}')}"

    yield schema
    for one in made:
        server.execute(f'DROP SCHEMA "{one}" CASCADE')


@pytest.fixture()
def root(home: Path) -> Path:
    """A catalog with people, tokens, grants and what they did."""
    catalog = Catalog(home / "catalog")
    people = People(catalog.database)
    for name in ("wang", "li"):
        people.users.add(name, "王" if name == "wang" else "", by="root")
    people.users.add_organisation("nb", by="root")
    people.users.give("wang", "nb", "officer", by="root")
    catalog.repository("nb/notes").create(by="wang", private=False)
    for _ in range(3):
        grant = people.grants.request("li", "nb/notes", "训练")
        people.grants.approve(grant.id, by="wang")
    people.count_download(grant.id, 100, who="li", corpus="nb/notes", result=200, path="a.parquet")
    catalog.database.close()
    return catalog.root


def _all(people: People) -> dict[str, Any]:
    """Everything that is stored, but the log."""
    found = {"users": people.users.all(), "organisations": people.users.organisations(), "tokens": people.tokens.all()}
    return {**found, "grants": people.grants.all(), "downloads": people.downloads.of(["nb/notes"])}


def _verify(capfd: pytest.CaptureFixture[str], root: Path, url: str) -> tuple[int, str]:
    code, _, err = call(capfd, "audit", "verify", "--catalog", str(root), *(["--database", url] if url else []))
    return code, err


def test_everything_comes_along_and_the_log_goes_on(root: Path, where: Where, capfd: pytest.CaptureFixture[str]) -> None:
    old = Catalog(root)
    people = People(old.database)
    secret, _ = people.tokens.add("li", by="li", only=["nb"])
    before, lines = _all(people), list(old.audit.lines())
    assert before["downloads"] == {"nb/notes": 1} and [one.bytes for one in before["grants"]] == [0, 0, 100]
    code, out, err = call(capfd, "audit", "move", where("new"), "--as", "wang", "--json")
    assert code == 0, err
    assert json.loads(out) == {"entries": len(lines) + 2, "users": 2}
    new = Catalog(root, database=where("new"))
    there = People(new.database)
    assert _all(there) == before and there.principal(secret).name == "li"
    now = list(new.audit.entries())
    assert list(new.audit.lines())[: len(lines)] == lines and new.audit.broken() is None and new.audit.lost() is None
    assert [(one["what"], one["who"], one["source"]) for one in now[-2:]] == [
        ("move_out", "wang", "sqlite"), ("move_in", "wang", "sqlite"),
    ]  # fmt: skip
    assert "@" not in json.dumps(now[-2:]), "an address may hold a password"
    assert there.grants.request("li", "nb/notes", "评测").id == 4, "numbers go on"
    known = anchor.read(root)
    assert known and known.seq == len(lines) + 3 and _verify(capfd, root, where("new"))[0] == 0
    assert new.fsck() == []
    new.database.close()


def test_the_old_one_is_closed_and_says_where_the_log_went(
    root: Path, where: Where, capfd: pytest.CaptureFixture[str]
) -> None:
    served = Catalog(root)  # a server that is still running
    assert served.audit.append("pull") and call(capfd, "audit", "move", where("new"))[0] == 0
    for deed in (lambda: served.audit.append("pull"), lambda: People(served.database).users.add("zhao", by="root")):
        with pytest.raises(DatabaseAway, match="搬到"):  # what has happened waits in the spool for the new one
            deed()
    code, err = _verify(capfd, root, "")
    assert code == 1 and "搬到另一个" in err and "YULIAO_DATABASE" in err
    assert [one.code for one in Catalog(root).fsck()] == ["audit_missing"]
    assert "不是空的" in call(capfd, "audit", "move", where("new"))[2]


def test_another_database_is_not_called_a_cut_log(
    root: Path, where: Where, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the README once said: only the address was set. Found, said as what it is, and there is a way out that works."""
    monkeypatch.setenv("YULIAO_DATABASE", where("new"))
    for grown in (False, True):
        if grown:
            Catalog(root).audit.append("pull", who="an")
        code, err = _verify(capfd, root, "")
        assert code == 1 and "属于另一个日志" in err and "yuliao audit move" in err and "截短" not in err
        assert [one.code for one in Catalog(root).fsck()][-1] == "audit_missing"
    out = call(capfd, "audit", "verify", "--json")[1]
    assert json.loads(out)["foreign"] is True and json.loads(out)["lost"]
    said = call(capfd, "audit", "move", where("new"))
    assert said[0] == 2 and "同一个" in said[2] and (home := f"sqlite:///{root}/people.sqlite") in said[2]
    code, _, err = call(capfd, "audit", "move", where("other"), "--database", home)
    assert code == 0, err
    monkeypatch.setenv("YULIAO_DATABASE", where("other"))
    assert _verify(capfd, root, "")[0] == 0


def test_an_anchor_of_an_earlier_version_is_read_and_named(root: Path, where: Where) -> None:
    known = anchor.read(root)
    assert known and len(known.log) == 16
    text = json.dumps({"format": 1, "seq": known.seq, "hash": known.hash}, separators=(",", ":"))
    (root / anchor.FILE).write_text(f"{text:<159}\n")
    foreign = Catalog(root, database=where("new"))
    assert (
        foreign.audit.lost() == known.seq and not foreign.audit.foreign()
    )  # it does not say whose it is; found all the same
    assert Catalog(root).audit.lost() is None and not Catalog(root).audit.foreign()
    foreign.audit.append("pull")
    assert anchor.read(root) == known._replace(log=""), "another log does not name it"
    last = Catalog(root).audit.append("pull")
    assert anchor.read(root) and anchor.read(root)[::2] == (last, known.log)  # type: ignore[index]
    assert foreign.audit.foreign()
    foreign.database.close()


def _older(root: Path, new: Path, copy: Path) -> None:
    shutil.copy(copy, new)


def _forged(root: Path, new: Path, copy: Path) -> None:
    """The same first lines, so the log has the same name; then others."""
    shutil.copy(copy, new)
    catalog = Catalog(root, database=f"sqlite:///{new}")
    for _ in range(9):
        catalog.audit.append("pull", who="an")


def _reopened(root: Path, new: Path, copy: Path) -> None:
    """The old one without the line that closes it."""
    shutil.copy(root / "people.sqlite", new)
    with sqlite3.connect(new) as opened:
        seq, line = opened.execute("SELECT seq, line FROM yuliao_audit ORDER BY seq DESC LIMIT 1 OFFSET 1").fetchone()
        opened.execute("DELETE FROM yuliao_audit WHERE seq > ?", (seq,))
        opened.execute("UPDATE yuliao_head SET seq = ?, hash = ?", (seq, json.loads(line)["hash"]))
    opened.close()


@pytest.mark.parametrize(
    "swap", [_older, _forged, _reopened], ids=["older copy", "grown otherwise", "the old one, reopened"]
)
def test_a_swap_after_the_move_is_found(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], swap: Callable[[Path, Path, Path], None]
) -> None:
    new, copy, url = tmp_path / "new.sqlite", tmp_path / "copy.sqlite", f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert call(capfd, "audit", "move", url)[0] == 0
    catalog = Catalog(root, database=url)
    catalog.database.close()
    shutil.copy(new, copy)
    catalog.audit.append("pull", who="an")
    catalog.database.close()
    for file in tmp_path.glob("new.sqlite*"):
        file.unlink()
    swap(root, new, copy)
    code, err = _verify(capfd, root, url)
    assert code == 1 and "截短" in err
    assert [one.code for one in Catalog(root, database=url).fsck()] == ["audit_missing"]


def test_a_log_that_is_not_whole_is_not_moved(root: Path, tmp_path: Path) -> None:
    """Else the move would make it look whole: the anchor would follow."""
    target = Database(f"sqlite:///{tmp_path / 'new.sqlite'}", folder=root)
    shutil.copy(root / "people.sqlite", tmp_path / "older.sqlite")
    Catalog(root).audit.append("pull")
    with pytest.raises(IntegrityError):
        move(Database(f"sqlite:///{tmp_path / 'older.sqlite'}", folder=root), target, by="an")
    with sqlite3.connect(root / "people.sqlite") as opened:
        opened.execute("UPDATE yuliao_audit SET who = 'li' WHERE seq = 2")
    opened.close()
    with pytest.raises(IntegrityError):
        move(Catalog(root).database, target, by="an")
    with pytest.raises(UsageError):  # nothing there at all
        move(Database(tmp_path / "none"), target, by="an")
    assert target.is_new()


def test_a_move_that_fails_changes_nothing(root: Path, where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = Catalog(root).database, Database(where("new"), folder=root)
    known, lines = anchor.read(root), list(Catalog(root).audit.lines())
    with monkeypatch.context() as patched:
        patched.setattr(moving, "_go_on", lambda *_: None)
        with pytest.raises(IntegrityError, match="不同"):
            move(source, target, by="an")
    assert anchor.read(root) == known and list(Catalog(root).audit.lines()) == lines
    assert move(source, target, by="an").entries == len(lines) + 2
    target.close()
