"""The audit log: what was appended is there, in one order, and nothing of it can be changed unseen."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.catalog import audit as log
from corpora.catalog.audit import Audit
from corpora.catalog.commits import canonical
from corpora.catalog.database import Database
from corpora.catalog.people.terms import DEEDS
from corpora.catalog.tables import tables
from corpora.errors import IntegrityError

Rows = list[dict[str, Any]]
REUSED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def where(database: Database) -> str:
    return database._address or str(database.folder)


def rows_of(database: Database) -> tuple[Rows, Rows]:
    with database.reading() as connection:
        lines = connection.execute(tables().audit.select().order_by(tables().audit.c.seq))
        return [dict(row._mapping) for row in lines], [
            dict(row._mapping) for row in connection.execute(tables().head.select())
        ]


def put(database: Database, rows: Rows, head: Rows) -> None:
    """Writes the tables as somebody would who has the database's password."""
    with database.noting() as connection:
        for table, content in ((tables().audit, rows), (tables().head, head)):
            connection.execute(table.delete())
            if content:
                connection.execute(table.insert(), content)


def renumbered(rows: Rows) -> Rows:
    return [{**row, "seq": number} for number, row in enumerate(rows, 1)]


def filled(database: Database, lines: int = 7) -> Audit:
    audit = Audit(database)
    for number in range(lines):
        audit.append("download", who=f"u{number % 2}", corpus=f"nb/{number % 3}", bytes=number, result="ok")
    return audit


def test_a_new_log_is_empty_and_makes_no_file(tmp_path: Path) -> None:
    database = Database(tmp_path)
    audit = Audit(database)
    assert list(audit.entries()) == [] and audit.broken() is None and not list(tmp_path.iterdir())


def test_entries_are_what_was_appended(database: Database) -> None:
    audit = filled(database)
    assert audit.append("pull", who=None, corpus=None, path="数据/甲 乙.parquet") == 8
    found = list(audit.entries())
    assert [one["seq"] for one in found] == list(range(1, 9)) and audit.broken() is None
    assert found[-1]["who"] == log.user() and "corpus" not in found[-1]
    assert [one["seq"] for one in audit.entries(who="u1", corpus="nb/1")] == [2]
    assert [one["seq"] for one in audit.entries(what="download", limit=2)] == [6, 7]
    assert list(audit.entries(since="2999-01-01")) == [] and len(list(audit.entries(since=found[0]["at"][:10]))) == 8
    assert [json.loads(line) for line in audit.lines()] == found


def test_many_are_one_transaction(database: Database) -> None:
    audit = filled(database, 1)
    assert audit.append_many([{"what": "download", "who": str(n)} for n in range(200)]) == 201
    with pytest.raises(TypeError):
        audit.append_many([{"what": "download"}, {"what": "download", "seq": 1}])
    with pytest.raises(ValueError, match="JSON"):
        audit.append_many([{"what": "download"}, {"what": "download", "share": float("nan")}])
    assert len(list(audit.entries())) == 201 and audit.broken() is None
    assert audit.append_many([]) == 201


def test_a_long_log_is_read_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_PAGE", 3)
    audit = filled(database, 9)
    assert [one["seq"] for one in audit.entries()] == list(range(1, 10)) and audit.broken() is None
    assert [one["seq"] for one in audit.entries(who="u0")] == [1, 3, 5, 7, 9]


@REUSED
@given(st.dictionaries(st.text(st.characters(codec=None), max_size=5).map(lambda key: f"x{key}"), st.text(max_size=9)))
def test_any_text_stays_whole(database: Database, details: dict[str, str]) -> None:
    """Paths come from strangers: NUL, lone surrogates, separators of lines."""
    audit = Audit(database)
    corpus = next(iter(details.values()), "a")
    audit.append("download", who="\ud83d\ude00\0\udc80", corpus=corpus, **details)
    assert audit.broken() is None
    assert len(list(audit.entries(corpus=corpus, limit=1))) == 1


def test_a_long_name_from_a_stranger_spoils_nobodys_line(database: Database) -> None:
    audit, long = Audit(database), "".join(random.Random(0).choices("abcdefghijkl数据", k=9000))
    audit.append_many([{"what": "download", "who": "li"}, {"what": "refused", "who": long, "corpus": long}])
    assert audit.broken() is None and [one["corpus"] for one in audit.entries(corpus=long)] == [long]


# --- tampering --------------------------------------------------------------------------------------


def tampered(draw: st.DrawFn, old: Rows) -> Rows:
    one, other = draw(st.integers(0, len(old) - 1)), draw(st.integers(0, len(old) - 1))
    rows = [dict(row) for row in old]
    how = draw(st.sampled_from(["column", "json", "space", "remove", "gap", "swap", "double", "move", "forge", "truncate"]))
    if how == "column":
        name = draw(st.sampled_from(["at", "who", "what", "corpus", "line"]))
        rows[one][name] = draw(st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=9))
    elif how == "json":
        entry = json.loads(rows[one]["line"])
        entry[draw(st.sampled_from(sorted(entry)))] = draw(st.integers(0, 9) | st.sampled_from(["x", "nb/1", "u0"]))
        rows[one]["line"] = canonical(entry).decode()
    elif how == "space":
        rows[one]["line"] = rows[one]["line"].replace(",", ", ", 1)
    elif how in ("remove", "gap"):
        del rows[one]
        rows = renumbered(rows) if how == "remove" else rows
    elif how == "swap":
        rows[one], rows[other] = rows[other], rows[one]
        rows = renumbered(rows)
    elif how == "double":
        rows = renumbered([*rows[:other], dict(rows[one]), *rows[other:]])
    elif how == "move":
        rows[one]["seq"] += len(old)
        rows.sort(key=lambda row: row["seq"])
    elif how == "truncate":
        del rows[one:]
    else:  # a line that follows from the last one, as whoever knows the rules would write it
        entry = {**json.loads(old[-1]["line"]), "seq": len(old) + 1, "prev": json.loads(old[-1]["line"])["hash"]}
        rows.append(log._row({**entry, "hash": log._digest(entry)}))
    return rows


@REUSED
@given(st.data())
def test_tampering_is_found_where_it_begins(database: Database, data: st.DataObject) -> None:
    if database.is_new() or not list(Audit(database).lines(limit=1)):
        filled(database)
    audit, (old, head) = Audit(database), rows_of(database)
    new = data.draw(st.composite(lambda draw: tampered(draw, old))())
    first = next((n for n, (a, b) in enumerate(zip_longest(new, old), 1) if a != b), None)
    put(database, new, head)
    try:
        assert audit.broken() == first
    finally:
        put(database, old, head)
    assert audit.broken() is None


@pytest.mark.parametrize(
    ("change", "line"),
    [({"seq": 9}, 8), ({"seq": 3}, 4), ({"seq": -5}, 1), ({"hash": "0" * 64}, 7), ({"id": 2, "seq": 0}, 1)],
)
def test_a_changed_head_is_found(database: Database, change: dict[str, Any], line: int) -> None:
    audit = filled(database)
    rows, head = rows_of(database)
    put(database, rows, [{**head[0], **change}])
    assert audit.broken() == line
    put(database, rows, [])
    assert audit.broken() == 8


def test_after_lost_lines_the_gap_stays_visible(database: Database) -> None:
    audit = filled(database)
    rows, head = rows_of(database)
    put(database, rows[:5], head)
    audit.append("pull")
    assert audit.broken() == 6


def test_a_log_written_anew_as_a_whole_differs_from_an_export(new_database: Callable[[], Database]) -> None:
    audit = filled(new_database())
    export = [line + "\n" for line in audit.lines()]
    assert audit.differs(export) is None
    audit.append("pull")
    assert audit.differs(export) is None
    forged = filled(new_database(), 4)
    for number in range(4, 9):
        forged.append("download", who="nobody", corpus="nb/0", bytes=number, result="ok")
    assert forged.broken() is None and forged.differs(export) == 1
    assert filled(new_database(), 0).differs(export) == 1
    assert audit.differs([*export, *export[-1:]]) == 8


def test_a_line_that_is_no_json_is_an_error(database: Database) -> None:
    audit = filled(database, 2)
    rows, head = rows_of(database)
    put(database, [rows[0], {**rows[1], "line": "患者甲"}], head)
    with pytest.raises(IntegrityError) as caught:
        list(audit.entries())
    assert "患者" not in str(caught.value) and audit.broken() == 2


# --- many at once -----------------------------------------------------------------------------------

APPENDS = """
import sys
from corpora.catalog.audit import Audit
from corpora.catalog.database import Database
audit = Audit(Database(sys.argv[1]))
for number in range(int(sys.argv[2])):
    print(audit.append("download", who=sys.argv[3], number=number), flush=True)
"""


def process(database: Database, count: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPENDS, where(database), str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()})


def test_processes_and_threads_keep_one_chain(database: Database) -> None:
    """The processes start with a database that nobody has made yet."""
    started = [process(database, 25, f"p{n}") for n in range(2)]
    audit = Audit(database)
    threads = [
        threading.Thread(target=lambda n=n: [audit.append("download", who=f"t{n}", number=m) for m in range(10)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.wait() for one in started] == [0, 0]
    found = list(audit.entries())
    assert audit.broken() is None and len(found) == 90
    for name, count in [("p0", 25), ("p1", 25), *((f"t{n}", 10) for n in range(4))]:
        assert [one["number"] for one in found if one["who"] == name] == list(range(count))


def test_killed_while_appending(database: Database) -> None:
    running = process(database, 100_000, "p")
    assert running.stdout is not None
    told = [int(running.stdout.readline()) for _ in range(20)]
    running.send_signal(signal.SIGKILL)
    running.wait()
    told += [int(line) for line in running.stdout.read().split()]
    audit = Audit(database)
    assert audit.broken() is None and audit.append("pull") > told[-1]
    assert audit.broken() is None


# --- the log that was a file ------------------------------------------------------------------------


def old_log(folder: Path) -> list[str]:
    """As the first version wrote it."""
    lines, last = [], "0" * 64
    for number in range(1, 4):
        entry = {
            "format": 1,
            "seq": number,
            "at": "2026-01-01T00:00:00.000Z",
            "who": "wang",
            "what": "publish",
            "prev": last,
        }
        last = entry["hash"] = log._digest(entry)
        lines.append(canonical(entry).decode())
    (folder / "audit.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return lines


def test_an_old_log_is_taken_over_once(tmp_path: Path) -> None:
    lines = old_log(tmp_path)
    audit = Audit(Database(tmp_path))
    assert list(audit.lines()) == lines and audit.broken() is None
    assert audit.append("pull") == 4
    assert Audit(Database(tmp_path)).append("pull") == 5 and audit.broken() is None


@pytest.mark.parametrize("second", ["{}", "", "[1]", "{", '{"seq": 2}', "missing", "spaced", "doubled"])
def test_a_broken_old_log_is_not(tmp_path: Path, second: str) -> None:
    lines = old_log(tmp_path)
    same = {"spaced": lines[1].replace(",", ", ", 1), "doubled": '{"who":"li",' + lines[1][1:]}  # the same to a lax reader
    kept = [lines[0], lines[2]] if second == "missing" else [lines[0], same.get(second, second), lines[2]]
    (tmp_path / "audit.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    for _ in range(2):  # nothing is half made by the first try
        with pytest.raises(IntegrityError, match="2"):
            Audit(Database(tmp_path)).append("pull")
    (tmp_path / "audit.jsonl").unlink()
    assert Audit(Database(tmp_path)).append("pull") == 1


# --- what is logged has a name ----------------------------------------------------------------------


def test_every_deed_has_a_label() -> None:
    """Calls `….audit.append("deed", …)` and entries {"what": "deed"} in the code."""
    root, found = Path(__file__).parents[3], set[str]()
    for file in [*(root / "corpora").rglob("*.py"), *(root / "curation").rglob("*.py")]:
        text = file.read_text("utf-8")
        found |= set(re.findall(r'audit\.append\(\s*"(\w+)"', text)) | set(re.findall(r'\bwhat(?:": |=)"(\w+)"', text))
    assert len(found) > 25 and found - set(DEEDS) == set()
