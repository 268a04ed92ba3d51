"""Diff against a plain comparison of two dictionaries."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from releases import DATA, facts, release, row_id, rows, table

from corpora.errors import UsageError
from corpora.release import Change, Release, diff, seal, stage
from corpora.shards import write_shard


def test_counts_and_rows(tmp_path: Path) -> None:
    old = {"train": rows(40), "test": rows(10, start=40)}
    new = {split: dict(texts) for split, texts in old.items()}
    gone = [new["train"].pop(f"k{i}") for i in (1, 2, 3)]
    new["train"]["k7"] = "改写过的一行"
    new["test"]["k9"] = new["train"].pop("k9")
    new["test"] |= rows(2, start=90)
    found = diff(release(tmp_path, old), release(tmp_path, new, version="1.1.0"))
    assert found.counts == {"added": 2, "removed": len(gone), "edited": 1, "moved": 1, "same": 45}
    assert list(found.changes("edited")) == [Change("edited", row_id("k7"), "train", "train", ("text",), None, None)]
    assert list(found.changes("moved")) == [Change("moved", row_id("k9"), "train", "test", (), None, None)]
    assert [c.id for c in found.changes("removed")] == sorted(row_id(f"k{i}") for i in (1, 2, 3))
    assert [c.id for c in found.changes("added")] == sorted(row_id(f"k{i}") for i in (90, 91))
    assert len(list(found.changes())) == 7 and len(list(found.changes(limit=2))) == 2
    assert found.reasons == {"": {"": 3}}


def test_nothing_changed(tmp_path: Path) -> None:
    found = diff(release(tmp_path), release(tmp_path, version="1.0.1"))
    assert found.counts == {"added": 0, "removed": 0, "edited": 0, "moved": 0, "same": 25}
    assert list(found.changes()) == []


@pytest.mark.parametrize("binary", [False, True])
def test_why_rows_went(tmp_path: Path, binary: bool) -> None:
    old = {"train": rows(10)}
    new = {"train": {key: text for key, text in old["train"].items() if key not in ("k1", "k2", "k3")}}
    ids = [row_id("k1"), row_id("k2"), row_id("k2"), row_id("other")]
    column = pa.array([bytes.fromhex(i) for i in ids], pa.binary(16)) if binary else pa.array(ids)
    (tmp_path / "rejected").mkdir()
    steps, reasons = ["filter", "dedup", "dedup", "filter"], ["too_short", "near_duplicate", "near_duplicate", "x"]
    pq.write_table(pa.table({"id": column, "step": steps, "reason": reasons}), tmp_path / "rejected/00000.parquet")
    found = diff(release(tmp_path, old), release(tmp_path, new, version="1.1.0"), rejected=tmp_path / "rejected")
    assert found.reasons == {"": {"": 1}, "dedup": {"near_duplicate": 1}, "filter": {"too_short": 1}}
    assert found.counts["removed"] == 3


def test_a_rejected_table_that_is_not_there(tmp_path: Path) -> None:
    found = diff(release(tmp_path), release(tmp_path, version="1.0.1"), rejected=tmp_path / "nowhere")
    assert found.counts["same"] == 25


def test_two_datasets_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        diff(release(tmp_path / "a"), release(tmp_path / "b", corpus="nb/other"))


def test_ids_that_repeat_are_paired_one_by_one(tmp_path: Path) -> None:
    """Releases of before ids had to be unique: no row is counted twice, and `same` is never negative."""
    once = {"train": rows(3)}
    thrice = staged_thrice(tmp_path / "old", "1.0.0")
    assert diff(thrice, staged_thrice(tmp_path / "again", "1.0.1")).counts["same"] == 9
    found = diff(thrice, release(tmp_path / "new", once, version="1.1.0"))
    assert found.counts == {"added": 0, "removed": 6, "edited": 0, "moved": 0, "same": 3}


def staged_thrice(folder: Path, version: str) -> Release:
    """A release that has each of its three rows three times."""
    place = stage(folder / "stage")
    write_shard(place / "data/train-00000.parquet", [table(rows(3))] * 3, DATA, text_columns=["text"])
    return seal(place, facts({"train": 9}, version=version), {"seconds": 1.0}, folder / "release")
