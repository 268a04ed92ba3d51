"""Rows a second from a database into our snapshot, beside a plain cursor: `python -m benchmarks.database_speed [URL]`.

SQLite is measured on a file made for it; PostgreSQL where a URL (`postgresql://user:${NAME}@host/db`) is given, on rows that
the server makes up: nothing is written there. The plain side only fetches; ours prints every value, orders by the key,
checks it and writes Parquet.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpora import secrets
from corpora.sources import database, snapshot

ROWS = 300_000
NOTE = "主轴箱异响，检查发现轴承磨损，更换后试机正常，振动值2.1mm/s，运行%d小时。"
MADE = (
    f"SELECT i AS id, repeat('{NOTE.split('%d')[0]}', 3) || i AS note, (i + 0.1)::numeric(12, 2) AS cost, i AS n,"
    f" date '2026-03-01' AS day, i / 7.0::float8 AS f FROM generate_series(1, {ROWS}) AS i"
)
MANY = 4096


def sqlite_file(folder: Path) -> None:
    """A table of notes, numbers, dates and a float."""
    with sqlite3.connect(folder / "a.db") as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT, cost TEXT, n INTEGER, day TEXT, f REAL)")
        rows = ((i, (NOTE % i) * 3, f"{i}.10", i, "2026-03-01", i / 7) for i in range(ROWS))
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.close()


def plain_sqlite(folder: Path) -> None:
    connection = sqlite3.connect(folder / "a.db")
    cursor = connection.execute("SELECT * FROM t ORDER BY id")
    while cursor.fetchmany(MANY):
        pass
    connection.close()


def plain_postgresql(url: str) -> None:
    """A server-side cursor of psycopg, values as Python objects."""
    import psycopg

    address = database.address(url, secrets.of(Path()))
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor("plain") as cursor:
        cursor.execute(f"{MADE} ORDER BY i")
        while cursor.fetchmany(MANY):
            pass


def best(call: Callable[[], object], runs: int = 3) -> float:
    """Rows a second of the quickest run."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return ROWS / min(seconds)


def ours(url: str, query: str, folder: Path) -> None:
    snapshot.take(url, query, ["id"], base=folder, folder=folder / "snapshots", lookup=secrets.of(folder))


def main(url: str = "") -> None:
    """Prints a table: database, our rows a second, the plain cursor's."""
    print(f"{ROWS} rows, 6 columns, quickest of 3\n\n| database | ours rows/s | plain cursor rows/s |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sqlite_file(folder)
        mine = best(lambda: ours("sqlite:///a.db", "SELECT * FROM t", folder))
        print(f"| SQLite | {mine:,.0f} | {best(lambda: plain_sqlite(folder)):,.0f} |", flush=True)
        if url:
            mine = best(lambda: ours(url, MADE, folder))
            print(f"| PostgreSQL | {mine:,.0f} | {best(lambda: plain_postgresql(url)):,.0f} |")


if __name__ == "__main__":
    main(*sys.argv[1:2])
