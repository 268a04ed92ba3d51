"""Runs from a database and from a Hub: the ledger closes, rows are found again, nothing private is published."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hub_server import Hub, serving
from postgresql_server import PASSWORD, Server

from corpora.catalog import Catalog
from corpora.errors import RecipeError, UsageError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look import preflight
from curation.look.peeking import explain, peek
from curation.run import pipeline

NOTE = "主轴箱异响，检查发现轴承磨损，更换后试机正常，振动值2.1mm/s，运行{}小时。"
QUERY = "SELECT 工单 AS id, 描述 AS text, 费用 AS cost FROM 维修 WHERE 科室 LIKE '%机加工%'"


def recipe(**source: Any) -> dict[str, Any]:
    named = {"label": "维修", "public": True, **source}
    return {
        "format": 1, "corpus": "test/sql", "sources": [named], "columns": {"cost": {}}, "steps": [{"step": "normalise"}],
    }  # fmt: skip


def loaded(data: dict[str, Any], base: Path) -> recipe_file.RecipeFile:
    return recipe_file.RecipeFile(recipe_file.parse(data), base)


def run(data: dict[str, Any], base: Path, **how: Any) -> pipeline.Report:
    return pipeline.run(loaded(data, base), workspace=Workspace(), **how)


def fill(path: Path, rows: int = 30) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE 维修 (工单 INTEGER PRIMARY KEY, 描述 TEXT, 费用 TEXT, 科室 TEXT)")
        values = [(7 * i, NOTE.format(i), f"{i}.10", "机加工一车间") for i in range(rows)]
        connection.executemany("INSERT INTO 维修 VALUES (?, ?, ?, ?)", values)
        connection.execute("INSERT INTO 维修 VALUES (1000, NULL, '1', '机加工'), (1001, '别处的', '1', '总装')")
    connection.close()


def public_bytes(report: pipeline.Report) -> bytes:
    assert report.release.folder
    return b"".join(
        path.read_bytes() for path in report.release.folder.rglob("*") if path.is_file() and path.suffix != ".parquet"
    )


# --- databases -------------------------------------------------------------------------------------


def test_a_run_from_sqlite(tmp_path: Path) -> None:
    fill(tmp_path / "厂.db")
    report = run(recipe(query=QUERY, database="sqlite:///厂.db"), tmp_path)
    assert (report.ledger.read, report.ledger.kept, report.ledger.quarantined, report.ledger.gap) == (31, 30, 1, 0)
    table = pq.read_table(report.release.folder / "data")
    assert sorted(table["cost"].to_pylist(), key=float)[:2] == ["0.10", "1.10"]
    told = public_bytes(report)
    for private in ("维修 WHERE", "机加工", "厂.db", "sqlite", "工单", "SELECT"):
        assert private.encode() not in told and json.dumps(private)[1:-1].encode() not in told


def test_a_row_is_explained_by_its_key(tmp_path: Path) -> None:
    fill(tmp_path / "厂.db")
    report = run(recipe(query=QUERY, database="sqlite:///厂.db"), tmp_path)
    (tmp_path / "厂.db").unlink()  # what a run has read does not depend on it any more
    for row in pq.read_table(report.release.folder / "data").to_pylist()[:3]:
        assert explain(str(report.release.folder), row["id"])["origin"]["key"] == {"id": None}  # it may be personal
        origin = explain(str(report.release.folder), row["id"], with_text=True)["origin"]
        assert NOTE.format(int(origin["key"]["id"]) // 7) == row["text"]
        assert origin["file"] == "database:维修（id）" and origin["record"] == int(origin["key"]["id"]) // 7
    assert len(peek(str(report.release.folder), n=5, step=None, reason=None, seed=0)) == 5


def test_the_same_rows_are_the_same_release_and_changed_rows_another(tmp_path: Path) -> None:
    fill(tmp_path / "厂.db")
    data = recipe(query=QUERY, database="sqlite:///厂.db")
    first = run(data, tmp_path, out=tmp_path / "one").release.hash
    assert run(data, tmp_path, out=tmp_path / "two", shard_bytes=1).release.hash == first
    with sqlite3.connect(tmp_path / "厂.db") as connection:
        connection.execute("UPDATE 维修 SET 费用 = '9.99' WHERE 工单 = 7")
    connection.close()
    assert run(data, tmp_path, out=tmp_path / "three").release.hash != first


def test_the_snapshot_is_private(tmp_path: Path, home: Path) -> None:
    fill(tmp_path / "厂.db")
    run(recipe(query=QUERY, database="sqlite:///厂.db"), tmp_path)
    (snapshot,) = (home / "fetched/database").iterdir()
    assert snapshot.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (home / "fetched", snapshot.parent)} == {0o700}


def test_check_predicts_from_a_query(tmp_path: Path) -> None:
    fill(tmp_path / "厂.db")
    found = preflight.check(loaded(recipe(query=QUERY, database="sqlite:///厂.db"), tmp_path))
    assert (found.sampled, found.quarantined) == (31, 1)


def test_undecodable_rows_are_quarantined(tmp_path: Path) -> None:
    fill(tmp_path / "厂.db")
    with sqlite3.connect(tmp_path / "厂.db") as connection:
        connection.execute("INSERT INTO 维修 VALUES (2000, CAST(x'fffeff5c81' AS TEXT), '1', '机加工')")
        gbk = NOTE.format("一").encode("gb18030").hex()
        connection.execute(f"INSERT INTO 维修 VALUES (2001, CAST(x'{gbk}' AS TEXT), '1', '机加工')")
    connection.close()
    report = run(recipe(query=QUERY, database="sqlite:///厂.db"), tmp_path)
    assert (report.ledger.read, report.ledger.kept, report.ledger.quarantined, report.ledger.gap) == (33, 31, 2, 0)
    assert report.release.manifest["metrics"]["quarantine_causes"] == {"no_text": 1, "undecodable": 1}


def test_a_query_without_rows_is_said(tmp_path: Path) -> None:
    fill(tmp_path / "厂.db")
    data = recipe(query=QUERY + " AND 1 = 0", database="sqlite:///厂.db")
    data["sources"].append({"label": "全部", "public": True, "query": QUERY, "database": "sqlite:///厂.db"})
    report = run(data, tmp_path)
    assert report.release.manifest["metrics"]["quarantine_causes"] == {"empty_file": 1, "no_text": 1}


def test_a_run_from_postgresql(postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    postgresql.execute(
        "DROP TABLE IF EXISTS 维修", "CREATE TABLE 维修 (工单 bigint, 描述 text, 费用 numeric(8,2), 科室 text)",
        f"INSERT INTO 维修 SELECT 7*i, replace('{NOTE}', '{{}}', i::text), i + 0.1, '机加工' FROM generate_series(0, 29) i",
    )  # fmt: skip
    monkeypatch.setenv("TEST_PASSWORD", PASSWORD)
    report = run(recipe(query=QUERY, database=postgresql.url()), tmp_path)
    assert (report.ledger.read, report.ledger.kept, report.ledger.gap) == (30, 30, 0)
    fill(tmp_path / "厂.db")
    lite = run(recipe(query=QUERY + " AND 描述 <> ''", database="sqlite:///厂.db"), tmp_path, out=tmp_path / "lite")
    tables = [sorted(pq.read_table(one.release.folder / "data").to_pylist(), key=str) for one in (report, lite)]
    assert tables[0] == tables[1]  # two databases that show the same values give the same rows
    everything = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not any(PASSWORD.encode() in data or json.dumps(PASSWORD)[1:-1].encode() in data for data in everything)
    assert b"127.0.0.1" not in public_bytes(report) and b"TEST_PASSWORD" not in public_bytes(report)


# --- Hub -------------------------------------------------------------------------------------------


def test_a_run_from_a_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    lines = "".join(json.dumps({"id": str(i), "text": NOTE.format(i)}, ensure_ascii=False) + "\n" for i in range(9))
    with serving(Hub("team/notes", {"data/train.jsonl": lines.encode(), "data/bad.csv": b"id,text\n1\n"})) as hub:
        data = recipe(hub="team/notes@main", endpoint=hub.url)
        report = run(data, tmp_path)
    assert (report.ledger.read, report.ledger.kept, report.ledger.gap) == (10, 9, 0)
    assert report.release.manifest["sources"][0]["dataset"] == f"team/notes@{hub.commit}"
    assert hub.url.encode() not in public_bytes(report)
    assert "维修（team/notes）" in (report.release.folder / "README.md").read_text("utf-8")
    row = pq.read_table(report.release.folder / "data").to_pylist()[0]
    assert (
        explain(str(report.release.folder), row["id"])["origin"]["file"] == f"hub:team/notes@{hub.commit}/data/train.jsonl"
    )
    assert run(data, tmp_path).release.hash == report.release.hash  # the server is gone: what is fetched is enough


def test_a_run_from_a_catalog_of_ours(tmp_path: Path, home: Path) -> None:
    fill(tmp_path / "厂.db")
    first = run(recipe(query=QUERY, database="sqlite:///厂.db"), tmp_path)
    Catalog(home / "catalog").publish(first.release)
    again = recipe(hub="test/sql@v1.0.0", split="train") | {"corpus": "test/again"}
    report = run(again, tmp_path)
    assert report.ledger.kept == 30
    commit = Catalog(home / "catalog").commit_of("test/sql", "1.0.0")
    assert report.release.manifest["sources"][0]["dataset"] == f"test/sql@{commit}"


def test_an_endpoint_is_the_recipes_then_the_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from curation.run.fetching import endpoint

    def of(**said: str) -> str:
        return endpoint(recipe_file.parse(recipe(hub="a/b@v1", **said)).sources[0], tmp_path, Workspace())

    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert of() == str(Workspace().catalog)
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.example")
    assert of() == "http://hub.example"
    assert of(endpoint="../目录") == str(tmp_path / "../目录")


# --- recipes ---------------------------------------------------------------------------------------

URL = "sqlite:///a.db"
MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "files", "三种写一种"),
    ({"files": ["a.csv"], "query": "SELECT 1 AS id"}, "query", "三种写一种"),
    ({"query": "SELECT 1 AS id"}, "database", "missing key"),
    ({"query": "DELETE FROM t", "database": URL}, "query", "SELECT"),
    ({"query": "SELECT 1 AS id", "database": "postgresql://u:geheim@h/d"}, "database", "${变量名}"),
    ({"query": "SELECT 1 AS id", "database": "oracle://h"}, "database", "postgresql://"),
    ({"query": "SELECT 1 AS id", "database": URL, "split": "train"}, "split", "`hub`"),
    ({"query": "SELECT 1 AS id", "database": URL, "format": "csv"}, "format", "`files`"),
    ({"files": ["a.csv"], "database": URL}, "database", "`query`"),
    ({"hub": "team/notes"}, "hub", "@"),
    ({"hub": "team/notes@v1", "key": ["id"]}, "key", "`query`"),
]


@pytest.mark.parametrize(("source", "key", "said"), MISTAKES)
def test_mistakes_have_their_address(source: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe_file.parse(recipe(**source))
    ((address, message),) = caught.value.mistakes
    assert address == f"sources.0.{key}" and said in message and "geheim" not in str(caught.value)


def test_a_query_needs_a_key() -> None:
    with pytest.raises(RecipeError, match="键列"):
        recipe_file.parse(recipe(query="SELECT 1", database=URL) | {"id": None})


def test_an_unset_variable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TEST_NOT_SET"):
        run(recipe(query=QUERY, database="postgresql://u:${TEST_NOT_SET}@127.0.0.1/d"), tmp_path)


# --- cleaning --------------------------------------------------------------------------------------


def test_what_no_run_needs_is_removed(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from curation.run import fetched_leftovers, leftovers

    fill(tmp_path / "厂.db")
    data = recipe(query=QUERY, database="sqlite:///厂.db")
    run(data, tmp_path)
    preflight.check(loaded(data | {"sources": [{**data["sources"][0], "query": QUERY + " AND 工单 < 50"}]}, tmp_path))
    assert len(list((home / "fetched/database").iterdir())) == 2
    assert fetched_leftovers.find(Workspace(), older_than=0, everything=True) == []  # too young: a run may be under way
    monkeypatch.setattr(fetched_leftovers, "YOUNG", -1)
    assert fetched_leftovers.find(Workspace(), older_than=3600) == []
    (unused,) = fetched_leftovers.find(Workspace(), older_than=0)
    assert fetched_leftovers.size([unused]) == unused.stat().st_size > 0
    fetched_leftovers.remove([unused])
    for one in leftovers.find(Workspace()):
        leftovers.remove(one)
    fetched_leftovers.remove(fetched_leftovers.find(Workspace(), older_than=0))
    assert list((home / "fetched/database").iterdir()) == []
