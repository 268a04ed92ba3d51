"""Databases: what is read is what the database shows, once, in order, and never what it must not tell."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgresql_server import PASSWORD, Server

from corpora.errors import SourceMissing, UsageError, YuliaoError
from corpora.sources import Want, database, query, snapshot
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes

NO_SECRETS = {}.__getitem__


def secret(name: str) -> str:
    return {"TEST_PASSWORD": PASSWORD, "WHOLE": "sqlite:///whole.db"}[name]


def take(folder: Path, url: str, text: str, *key: str, lookup: Any = secret, texts: Sequence[str] = ()) -> list[str]:
    place = folder / "snapshots"
    return snapshot.take(url, text, key or ("id",), base=folder, folder=place, lookup=lookup, texts=texts)


def rows(folder: Path, url: str, text: str, *key: str) -> list[dict[str, Any]]:
    return pq.read_table(take(folder, url, text, *key)[0]).to_pylist()


def sqlite(folder: Path, *statements: str, name: str = "a.db") -> str:
    with sqlite3.connect(folder / name) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return f"sqlite:///{name}"


TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)"


# --- what is accepted ------------------------------------------------------------------------------

ACCEPTED = [
    "SELECT 1", "  select id from t;", "WITH a AS (SELECT 1) SELECT * FROM a", "(SELECT 1) UNION (SELECT 2)",
    "-- 注释; 分号\nSELECT ';' FROM t ; -- 完", "SELECT ')' /* ( ; */ FROM t", 'SELECT "a;b" FROM t', "SELECT $x$;($x$",
]  # fmt: skip
REFUSED = [
    ("DELETE FROM t", "it is no SELECT"),
    ("", "it is empty"),
    ("-- SELECT", "it is only a comment"),
    ("SELECT 1; SELECT 2", "there are two statements"),
    ("SELECT 1; DROP TABLE t;", "there are two statements"),
    ("SELECT 1) AS a, (SELECT 2", "it would close the parenthesis that is put around it"),
    ("SELECT (1", "a parenthesis stays open"),
    ("SELECTED", "the word is another one"),
    ("EXPLAIN SELECT 1", "only SELECT and WITH"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_query_is_accepted(text: str) -> None:
    assert query.mistake(text) is None


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_anything_else_is_refused(text: str, why: str) -> None:
    assert query.mistake(text), why


ADDRESSES = [
    ("sqlite:///a.db", True, "a file"),
    ("${HIS}", True, "all of it is a variable"),
    ("postgresql://u:${PASSWORD}@h/d", True, "the password is a variable"),
    ("postgresql+psycopg://u@h/d?sslmode=require", True, "no password at all"),
    ("postgresql://u@h/d?password=${P}", True, "the password is a variable"),
    ("postgresql://u:secret@h/d", False, "the password stands there"),
    ("postgresql://u:x${PASSWORD}@h/d", False, "a part of the password stands there"),
    ("postgresql://u@h/d?password=secret", False, "the password stands there"),
    ("mysql://u@h/d", False, "nobody has tried whether reading leaves it unchanged"),
    ("a.db", False, "no address"),
]


@pytest.mark.parametrize(("template", "fine", "why"), ADDRESSES)
def test_no_password_stands_in_a_recipe(template: str, fine: bool, why: str) -> None:
    found = database.mistake(template)
    assert (found is None) is fine, why
    assert "secret" not in str(found)


# --- SQLite ----------------------------------------------------------------------------------------


def test_values_of_sqlite_are_printed_without_loss(tmp_path: Path) -> None:
    values = "(2, '1.10', 1.5, NULL, x'00ff', 0.1), (1, '甲：:name %s %', 12345678901234567, '', 'x', 1e22)"
    url = sqlite(
        tmp_path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b, c, d, e REAL)", f"INSERT INTO t VALUES {values}"
    )
    assert rows(tmp_path, url, "SELECT *, 'a:b' AS f FROM t WHERE a LIKE '%' ;") == [
        {"id": "1", "a": "甲：:name %s %", "b": "12345678901234567", "c": "", "d": "x", "e": "1e+22", "f": "a:b"},
        {"id": "2", "a": "1.10", "b": "1.5", "c": None, "d": "00ff", "e": "0.1", "f": "a:b"},
    ]


def test_a_sqlite_file_is_opened_to_read_only(tmp_path: Path) -> None:
    url = sqlite(tmp_path, TABLE, "INSERT INTO t VALUES (1, '甲')")
    before = (tmp_path / "a.db").read_bytes()
    with (
        pytest.raises(UsageError) as caught,
        database.reading(database.address(url, NO_SECRETS), tmp_path) as connection,
    ):
        database.run(connection, "DELETE FROM t")
    assert "READONLY" in str(caught.value)
    assert (tmp_path / "a.db").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["a.db"]


def test_text_in_gb18030_is_read_and_what_is_in_no_encoding_goes_apart(tmp_path: Path) -> None:
    url = sqlite(tmp_path, TABLE, "INSERT INTO t VALUES (1, '甲乙'), (3, '丙')")
    for number, raw in ((2, "主轴异响，更换轴承".encode("gb18030")), (4, b"\xff\xfe\xff\\\x81")):
        sqlite(tmp_path, f"INSERT INTO t VALUES ({number}, CAST(x'{raw.hex()}' AS TEXT))")
    good, bad = take(tmp_path, url, "SELECT * FROM t")
    assert pq.read_table(good)["text"].to_pylist() == ["甲乙", "主轴异响，更换轴承", "丙"]
    assert Path(bad).read_bytes() == b'{"id": "4", "text": "\xff\xfe\xff\\\\\x81"}\n'


def test_bytes_in_a_text_column_are_no_text(tmp_path: Path) -> None:
    url = sqlite(tmp_path, "CREATE TABLE t (id INTEGER PRIMARY KEY, text, other)")
    sqlite(tmp_path, "INSERT INTO t VALUES (1, '甲', x'00ff'), (2, x'fffe31', '乙'), (3, 12, NULL), (4, x'', '丁')")
    good, bad = take(tmp_path, url, "SELECT * FROM t", texts=["text"])
    assert pq.read_table(good)["text"].to_pylist() == ["甲", "12"] and pq.read_table(good)["other"][0].as_py() == "00ff"
    assert causes(bad, Want((Leaf("text"),), "id", (), KEY, "来源")) == ["wrong_type", "wrong_type"]
    assert [json.loads(line)["text"] for line in Path(bad).read_text().splitlines()] == [{"hex": "fffe31"}, {"hex": ""}]
    assert len(take(tmp_path, url, "SELECT id, other FROM t")) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.binary(), st.none()),
        max_size=80,
    )
)
def test_every_value_comes_back_whatever_it_is(values: list[Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = sqlite(folder, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)")
        held = [v.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in values]
        with sqlite3.connect(folder / "a.db") as connection:
            connection.executemany("INSERT INTO t(v) VALUES (?)", [(v,) for v in held])
        connection.close()
        found = [row["v"] for row in rows(folder, url, "SELECT * FROM t")]
    wanted = [v if v is None or isinstance(v, str) else v.hex() if isinstance(v, bytes) else repr(v) for v in held]
    assert found == wanted
    assert all(float(said) == v for said, v in zip(found, held, strict=True) if isinstance(v, float))


def test_batches_of_any_size_give_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite(tmp_path, TABLE)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(i, "字" * (i % 50)) for i in range(9000)])
    connection.close()
    whole = rows(tmp_path, url, "SELECT * FROM t")
    assert [row["id"] for row in whole] == [str(i) for i in range(9000)]
    monkeypatch.setattr(snapshot, "_ROWS", 100)
    assert rows(tmp_path, url, "SELECT * FROM t") == whole


def test_the_same_rows_are_the_same_file(tmp_path: Path) -> None:
    url = sqlite(tmp_path, TABLE, "INSERT INTO t VALUES (2, '乙'), (1, '甲')")
    first = take(tmp_path, url, "SELECT * FROM t")
    stat = os.stat(first[0])
    assert take(tmp_path, url, "SELECT id, text FROM t ORDER BY text DESC") == first
    assert os.stat(first[0]).st_mtime_ns == stat.st_mtime_ns == 0
    assert stat.st_mode & 0o777 == 0o600
    sqlite(tmp_path, "UPDATE t SET text = '丙' WHERE id = 1")
    assert take(tmp_path, url, "SELECT * FROM t") != first


def test_the_key_of_a_row_is_found_again(tmp_path: Path) -> None:
    url = sqlite(tmp_path, TABLE)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(7 * i, "甲") for i in range(6000)])
    connection.close()
    (path,) = take(tmp_path, url, "SELECT * FROM t")
    assert [snapshot.key_of(path, i, ["id"]) for i in (0, 63, 64, 5999)] == [{"id": str(7 * i)} for i in (0, 63, 64, 5999)]
    with pytest.raises(IndexError):
        snapshot.key_of(path, 6000, ["id"])


KEYS = [
    ("SELECT 1 AS id UNION ALL SELECT 1", "1 行重复", "two rows of one key"),
    ("SELECT NULL AS id", "1 行为空", "no key"),
    ("SELECT 1 AS a", "没有键列 id", "the query has no such column"),
    ("SELECT 1 AS id WHERE 1 = 0", "", "no rows, no trouble"),
]


@pytest.mark.parametrize(("text", "said", "why"), KEYS)
def test_a_key_tells_rows_apart(tmp_path: Path, text: str, said: str, why: str) -> None:
    url = sqlite(tmp_path, TABLE)
    if not said:
        assert rows(tmp_path, url, text) == [], why
        return
    with pytest.raises(UsageError, match=said) as caught:
        take(tmp_path, url, text)
    assert caught.value.hint
    assert [path for path in (tmp_path / "snapshots").iterdir()] == []


def test_a_repeated_key_is_seen_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite(tmp_path, "CREATE TABLE t (id, text)")
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.executemany("INSERT INTO t VALUES (?, '甲')", [(i - (i >= 64),) for i in range(200)])
    connection.close()
    with pytest.raises(UsageError, match="最早在第 65 行"):
        take(tmp_path, url, "SELECT * FROM t")


def test_several_columns_can_be_the_key(tmp_path: Path) -> None:
    url = sqlite(
        tmp_path, "CREATE TABLE t (visit, line, text)", "INSERT INTO t VALUES (1, 2, '乙'), (1, 1, '甲'), (0, 1, '丙')"
    )
    assert [row["text"] for row in rows(tmp_path, url, "SELECT * FROM t", "visit", "line")] == ["丙", "甲", "乙"]


def test_an_unknown_table_is_named_and_a_missing_file_too(tmp_path: Path) -> None:
    url = sqlite(tmp_path, TABLE)
    with pytest.raises(UsageError, match="no such table: nope"):
        take(tmp_path, url, "SELECT * FROM nope")
    with pytest.raises(SourceMissing, match="none.db"):
        take(tmp_path, "sqlite:///none.db", "SELECT 1 AS id")
    assert not (tmp_path / "none.db").exists()


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("患者王小明" * 500, "utf-8")
    with pytest.raises(UsageError, match="不是 SQLite 文件") as caught:
        take(tmp_path, "sqlite:///a.db", "SELECT * FROM t")
    assert "王小明" not in _shown(caught)


def test_an_address_may_be_a_variable_as_a_whole(tmp_path: Path) -> None:
    sqlite(tmp_path, TABLE, "INSERT INTO t VALUES (1, '甲')", name="whole.db")
    assert rows(tmp_path, "${WHOLE}", "SELECT * FROM t") == [{"id": "1", "text": "甲"}]


# --- PostgreSQL ------------------------------------------------------------------------------------


def test_values_of_postgresql_are_printed_as_the_server_does(postgresql: Server, tmp_path: Path) -> None:
    text = """SELECT 7 AS id, 1.10::numeric(6,2) AS amount, 0098123::text AS num, '0098123' AS code, DATE '2026-03-01' AS day,
        TIMESTAMPTZ '2026-03-01 08:00:00+08' AS at, NULL::int AS none, '\\x00ff'::bytea AS raw, true AS yes,
        '{"键":  1.0}'::json AS doc, '{"键":  1.0}'::jsonb AS docb, 0.1::float8 AS f, ARRAY['甲','乙'] AS list,
        INTERVAL '1 day 2 hours' AS i, 12345678901234567890.5 AS big, 'a:b %s %' AS odd, 'x' LIKE '%x%' AS liked"""
    assert rows(tmp_path, postgresql.url(), text) == [
        {
            "id": "7", "amount": "1.10", "num": "98123", "code": "0098123", "day": "2026-03-01", "at": "2026-03-01 08:00:00+08",
            "none": None, "raw": "00ff", "yes": "true", "doc": '{"键":  1.0}', "docb": '{"键": 1.0}', "f": "0.1",
            "list": "{甲,乙}", "i": "1 day 02:00:00", "big": "12345678901234567890.5", "odd": "a:b %s %", "liked": "true",
        }
    ]  # fmt: skip


def test_bytes_in_a_text_column_of_postgresql_are_no_text(postgresql: Server, tmp_path: Path) -> None:
    query = "SELECT 1 AS id, '\\x00ff'::bytea AS text, '\\x01'::bytea AS raw"
    good, bad = take(tmp_path, postgresql.url(), query, texts=["text"])
    assert pq.read_table(good).num_rows == 0
    assert json.loads(Path(bad).read_text()) == {"id": "1", "text": {"hex": "00ff"}, "raw": "01"}


def test_order_is_the_keys_own_numbers_as_numbers_text_by_bytes(postgresql: Server, tmp_path: Path) -> None:
    numbers = "SELECT n AS id FROM generate_series(11, 8, -1) AS n"
    assert [row["id"] for row in rows(tmp_path, postgresql.url(), numbers)] == ["8", "9", "10", "11"]
    texts = "SELECT * FROM (VALUES ('b'), ('B'), ('甲'), ('_')) AS v(id)"
    assert [row["id"] for row in rows(tmp_path, postgresql.url(), texts)] == ["B", "_", "b", "甲"]


WRITES = [
    ("WITH a AS (DELETE FROM kept RETURNING *) SELECT * FROM a", "a common table that deletes"),
    ("SELECT nextval('kept_numbers') AS id", "a function that writes"),
    ("SELECT * FROM kept FOR UPDATE", "a lock"),
    ("SELECT * INTO copied FROM kept", "a new table"),
]


@pytest.mark.parametrize(("text", "why"), WRITES)
def test_a_query_cannot_write(postgresql: Server, tmp_path: Path, text: str, why: str) -> None:
    postgresql.execute(
        "DROP TABLE IF EXISTS kept", "DROP SEQUENCE IF EXISTS kept_numbers", "CREATE SEQUENCE kept_numbers",
        "CREATE TABLE kept AS SELECT 1 AS id",
    )  # fmt: skip
    with pytest.raises(UsageError):
        take(tmp_path, postgresql.url(), text)
    assert rows(tmp_path, postgresql.url(), "SELECT id FROM kept") == [{"id": "1"}], why


def test_one_state_of_the_data_is_read(postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that others write or delete while the snapshot is under way are not seen."""
    postgresql.execute(
        "DROP TABLE IF EXISTS s",
        "CREATE TABLE s AS SELECT g AS id, repeat('字', 500) AS text FROM generate_series(1, 5000) g",
    )
    plain, seen = database.run, []

    def run(connection: Any, text: str, *, stream: bool = False) -> Any:
        if stream:
            postgresql.execute("DELETE FROM s WHERE id > 10", "INSERT INTO s VALUES (0, '新')")
        seen.append(stream)
        return plain(connection, text, stream=stream)

    monkeypatch.setattr(database, "run", run)
    assert len(rows(tmp_path, postgresql.url(), "SELECT * FROM s")) == 5000
    assert seen == [False, True]


def test_rows_are_streamed_through_a_server_side_cursor(postgresql: Server, tmp_path: Path) -> None:
    with database.reading(database.address(postgresql.url(), secret), tmp_path) as connection:
        result = database.run(connection, "SELECT generate_series(1, 1000000) AS id", stream=True)
        assert len(result.fetchmany(5)) == 5
        assert "ServerCursor" in type(result.cursor).__name__
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"


FAILURES = [
    ("SELECT nope FROM pg_class", "没有这个列", "an unknown column"),
    ("SELECT 1 AS id FROM nope", "没有这张表", "an unknown table"),
    ("SELECT 1 AS id FROM WHERE", "语法错误", "broken syntax"),
    ("SELECT '王小明'::int AS id", "22P02", "a value that is no number: the driver would quote it"),
    ("SELECT 1 AS a, 2 AS a", "同名的列", "two columns of one name"),
]


@pytest.mark.parametrize(("text", "said", "why"), FAILURES)
def test_errors_say_what_is_wrong_and_quote_nothing(
    postgresql: Server, tmp_path: Path, text: str, said: str, why: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        take(tmp_path, postgresql.url(), text)
    shown = _shown(caught)
    assert caught.value.hint and "王小明" not in shown and PASSWORD not in shown, why


def test_the_place_in_the_query_is_told(postgresql: Server, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="第 12 个字符"):
        take(tmp_path, postgresql.url(), "SELECT 1,  nope FROM pg_class")


@pytest.mark.parametrize("wrong", ["password", "port"])
def test_a_failed_connection_tells_no_secret(postgresql: Server, tmp_path: Path, wrong: str) -> None:
    given = Server(1) if wrong == "port" else postgresql
    with pytest.raises(SourceMissing, match="连不上数据库") as caught:
        take(tmp_path, given.url(), "SELECT 1 AS id", lookup=lambda name: PASSWORD + "x" * (wrong == "password"))
    shown = _shown(caught)
    assert PASSWORD not in shown and "127.0.0.1" not in shown and "reader" not in str(caught.value)


def _shown(caught: pytest.ExceptionInfo[YuliaoError]) -> str:
    """What a terminal would show, tracebacks of causes included."""
    import traceback

    return "".join(traceback.format_exception(caught.value, chain=True)).replace(str(Path(__file__)), "") + caught.value.hint


def test_rows_are_counted_as_they_come(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    with sqlite3.connect(database) as link:
        link.execute("create table t (id text primary key, text text)")
        link.executemany("insert into t values (?, ?)", [(f"{i:05}", "温度 36.5℃") for i in range(500)])
    told: list[int] = []
    snapshot.take(
        f"sqlite:///{database}",
        "select * from t",
        ["id"],
        base=tmp_path,
        folder=tmp_path / "f",
        lookup=lambda name: None,
        progress=told.append,
    )
    assert sum(told) == 500 and len(told) > 1
