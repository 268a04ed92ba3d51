"""The log of human decisions: only added to, the last word counts, private, of one format."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora.decisions import ABOUT, Log, about_row
from corpora.errors import FormatUnknown
from corpora.forms import DECISIONS
from corpora.vocabulary import DECISIONS as WORDS
from corpora.workspace import Workspace


def entry(decision: str = "restore", **changes: Any) -> dict[str, Any]:
    return {
        "id": "0" * 32, "content_key": "1" * 32, "leaf": "text", "item": 0, "start": 3, "end": 9, "kind": "resident_id",
        "decision": decision, "who": "周明", "role": "数据安全官", "at": "2026-11-01T00:00:00Z", "shown": "f" * 64,
        "project": "pii_review/1",
    } | changes  # fmt: skip


@pytest.fixture()
def log(tmp_path: Path) -> Log:
    return Log(Workspace(tmp_path / "home"), "test/notes")


def test_the_last_word_about_one_thing_counts_and_nothing_is_overwritten(log: Log) -> None:
    assert log.latest() == [] and log.append([]) == 0
    assert log.append([entry(), entry(start=20, end=30)]) == 2
    before = {path: path.read_bytes() for path in log.folder.iterdir()}
    log.append([entry("redact")])
    assert {path: path.read_bytes() for path in before} == before and log.read().num_rows == 3
    assert [(one["start"], one["decision"]) for one in log.latest()] == [(3, "redact"), (20, "restore")]
    assert Log(Workspace(log.folder.parents[2]), "test/notes").latest() == log.latest()
    assert Log(Workspace(log.folder.parents[2]), "test/other").latest() == []


def test_it_is_private_and_has_no_room_for_text(log: Log) -> None:
    log.append([entry()])
    (path,) = log.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(log.folder.stat().st_mode) == 0o700
    assert set(ABOUT) < set(DECISIONS.names) and "text" not in DECISIONS.names
    assert set(WORDS) == {"restore", "redact"}


def test_another_format_is_refused(log: Log) -> None:
    table = pa.Table.from_pylist([entry()], DECISIONS)
    for metadata, columns in (({"format": "2"}, table), ({"format": "1"}, table.drop_columns(["project"]))):
        path = log.folder / "000009-later.parquet"
        pq.write_table(columns.replace_schema_metadata(metadata), path)
        with pytest.raises(FormatUnknown):
            log.latest()
        path.unlink()


def row(decision: str, who: str = "周明", **changes: Any) -> dict[str, Any]:
    said = about_row(
        "0" * 32, "1" * 32, decision, who=who, role="审核员", at="2026-11-01T00:00:00Z", shown="f" * 64, project="review/1"
    )
    return said | changes


def test_whole_rows_are_judged_in_the_same_log(log: Log) -> None:
    log.append([entry(), row("keep"), row("drop", id="2" * 32, cluster="3" * 32)])
    assert [(one["kind"], one["decision"]) for one in log.latest()] == [
        ("row", "keep"), ("resident_id", "restore"), ("row", "drop"),
    ]  # fmt: skip
    assert [(one["id"][0], one["decision"], one["cluster"]) for one in log.about_rows()] == [
        ("0", "keep", None), ("2", "drop", "3" * 32),
    ]  # fmt: skip
    with pytest.raises(ValueError):
        row("restore")


def test_a_word_taken_back_lets_the_one_before_count_again(log: Log) -> None:
    log.append([row("drop", "甲"), row("keep", "乙")])
    assert log.undo([row("keep", "乙")], at="2026-11-02T00:00:00Z") == 1
    assert [one["decision"] for one in log.about_rows()] == ["drop"]
    log.undo([row("keep", "乙")], at="2026-11-02T00:00:01Z")
    assert [one["decision"] for one in log.about_rows()] == ["drop"], "乙 has nothing left to take back"
    log.undo([row("drop", "甲")], at="2026-11-02T00:00:02Z")
    assert log.about_rows() == [] and log.read().num_rows == 5, "nothing is ever removed"
    log.append([row("unsure", "甲")])
    assert [one["decision"] for one in log.about_rows()] == ["unsure"]


def test_a_log_from_before_is_still_read(log: Log) -> None:
    old = pa.Table.from_pylist([entry()], DECISIONS).drop_columns(["cluster"])
    pq.write_table(old.replace_schema_metadata({"format": "1"}), log.folder / "000001-old.parquet")
    log.append([row("keep")])
    assert log.read().schema.names == DECISIONS.names
    assert [one["cluster"] for one in log.latest()] == [None, None]
