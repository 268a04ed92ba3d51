"""fsck and the log: whatever was done to it is a finding, by its code; a log that is new or whole is none."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.catalog import Catalog, anchor
from corpora.catalog.audit import Audit
from corpora.catalog.people import Database, People


def _catalog(root: Path) -> Catalog:
    return Catalog(root, database=f"sqlite:///{root / 'people.sqlite'}")


def _codes(root: Path) -> set[str]:
    return {one.code for one in _catalog(root).fsck()}


@pytest.fixture()
def root(tmp_path: Path) -> Path:
    """A catalog with a dataset, and a log of five lines."""
    catalog = _catalog(tmp_path / "catalog")
    catalog.repository("demo/poems").create(by="an", private=True, pushed=True)
    for number in range(4):
        catalog.audit.append("pull", who="an", corpus="demo/poems", result=number)
    catalog.database.close()
    return tmp_path / "catalog"


def _sql(root: Path, *statements: str) -> None:
    with sqlite3.connect(root / "people.sqlite") as opened:
        for one in statements:
            opened.execute(one)
    opened.close()


def _cut(root: Path) -> None:
    """The last two lines, with the head set back: a chain that holds."""
    with sqlite3.connect(root / "people.sqlite") as opened:
        line = json.loads(opened.execute("SELECT line FROM yuliao_audit WHERE seq = 3").fetchone()[0])
        opened.execute("DELETE FROM yuliao_audit WHERE seq > 3")
        opened.execute("UPDATE yuliao_head SET seq = 3, hash = ?", (line["hash"],))
    opened.close()


def _delete(root: Path) -> None:
    for file in root.glob("people.sqlite*"):
        file.unlink()


def _deleted_and_begun_again(root: Path) -> None:
    _delete(root)
    for number in range(9):  # further than the log that is gone
        _catalog(root).audit.append("pull", who="an", result=number)


def _older(root: Path) -> None:
    """The file as it was; what is written then goes further than before."""
    copy = root.parent / "older.sqlite"
    shutil.copy(root / "people.sqlite", copy)
    for number in range(3):
        _catalog(root).audit.append("pull", who="an", result=number)
    _delete(root)
    shutil.copy(copy, root / "people.sqlite")


def _older_and_grown(root: Path) -> None:
    _older(root)
    for number in range(6):
        _catalog(root).audit.append("gc", who="an", blobs=number)


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda root: _sql(root, "UPDATE yuliao_audit SET line = replace(line, 'an', 'li') WHERE seq = 2"), "audit_broken"),
        (lambda root: _sql(root, "DELETE FROM yuliao_audit WHERE seq = 3"), "audit_broken"),
        (lambda root: _sql(root, "DELETE FROM yuliao_audit WHERE seq = 5"), "audit_broken"),
        (_cut, "audit_missing"),
        (_delete, "audit_missing"),
        (_deleted_and_begun_again, "audit_missing"),
        (_older, "audit_missing"),
        (_older_and_grown, "audit_missing"),
        (lambda root: (root / anchor.FILE).write_text("{"), "audit_missing"),
    ],
    ids=["changed", "taken out", "last one", "cut", "deleted", "begun again", "older copy", "older copy, grown", "anchor"],
)  # fmt: skip
def test_whatever_is_done_to_the_log_is_found(root: Path, tamper: Callable[[Path], None], code: str) -> None:
    assert _codes(root) == set() and (root / anchor.FILE).stat().st_mode & 0o777 == 0o600
    tamper(root)
    assert code in _codes(root)
    _catalog(root).audit.append("pull", who="an")  # and it stays found
    assert code in _codes(root)


def test_a_new_catalog_and_one_without_an_anchor_are_no_finding(root: Path, tmp_path: Path) -> None:
    assert _codes(tmp_path / "new") == set()
    (root / anchor.FILE).unlink()  # of before anchors
    assert _codes(root) == set()
    (root / anchor.FILE).touch()  # the machine stopped as it was made
    assert _codes(root) == set()
    last = _catalog(root).audit.append("pull", who="an")
    found = anchor.read(root)
    assert found and found.seq == last and _codes(root) == set()


def test_datasets_without_a_log_are_a_finding(root: Path) -> None:
    """Also where the anchor went with it."""
    _delete(root)
    (root / anchor.FILE).unlink()
    assert _codes(root) == {"audit_missing"}


def test_the_anchor_keeps_up_with_every_writer(database: Database, tmp_path: Path) -> None:
    """People, grants and lines of two processes; one that lags is caught up, none runs ahead."""
    other = Database(database.file.parent) if database.file else database
    assert other.file == database.file
    folder = database.folder = other.folder = tmp_path
    first, second = Audit(database), Audit(other)
    People(database).users.add("wang", by="root")
    for audit in (first, second, first):
        last = audit.append("pull", who="an")
        assert anchor.read(folder) and anchor.read(folder).seq == last  # type: ignore[union-attr]
    there = anchor.read(folder)
    first.append("pull", who="an")
    late = anchor.read(folder)
    anchor.advance(folder, anchor.Anchored(2, "x"), there, lambda _: True)  # type: ignore[arg-type]  # slower than another
    assert anchor.read(folder) == late and first.lost() is None
    with pytest.raises(RuntimeError), database.writing() as connection:
        from corpora.catalog.audit import write

        write(connection, [{"what": "pull"}])
        raise RuntimeError
    first.append("pull", who="an")
    assert first.lost() is None and first.broken() is None
