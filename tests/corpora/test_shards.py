"""Cuts are decided by ids, independent of the feed; shards are one group a table and the same bytes every time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import FormatUnknown
from corpora.shards import Cutter, cut_points, open_shard, published_type, write_shard

SCHEMA = pa.schema(
    [pa.field("id", pa.large_string(), False), pa.field("text", pa.large_string()), pa.field("kind", pa.large_string())]
)


def _rows(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, 16), np.uint8), rng.integers(1, 400, count).astype(np.int64)


def _cutter() -> Cutter:
    return Cutter(group_bytes=2_000, file_bytes=12_000)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), feeds=st.lists(st.integers(0, 300), max_size=8))
def test_cuts_do_not_depend_on_the_feed(seed: int, feeds: list[int]) -> None:
    ids, sizes = _rows(700, seed)
    whole = _cutter().feed(ids, sizes)
    bounds = [0, *np.minimum(np.cumsum(feeds), 700).astype(int), 700]
    cutter = _cutter()
    parts = [cutter.feed(ids[a:b], sizes[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)]
    for which in (0, 1):
        assert np.array_equal(np.concatenate([part[which] for part in parts]), whole[which])


def test_cuts_against_a_plain_loop() -> None:
    """One row after the other: a group may end from half its target on, must end at three times, and files at groups."""
    ids, sizes = _rows(3_000, 5)
    groups, files = _cutter().feed(ids, sizes)
    lengths = np.diff(np.concatenate([[0], np.cumsum(sizes)[groups - 1]]))
    assert lengths.min() >= 1_000 and lengths.max() <= 6_000 + 400
    assert 1_400 < lengths.mean() < 2_800
    assert set(files) <= set(groups)
    file_lengths = np.diff(np.concatenate([[0], np.cumsum(sizes)[files - 1]]))
    assert file_lengths.min() >= 6_000 and file_lengths.max() <= 36_000 + 6_400


def test_one_more_row_leaves_later_cuts_alone() -> None:
    ids, sizes = _rows(6_000, 1)
    more_ids = np.insert(ids, 50, np.full(16, 7, np.uint8), axis=0)
    more_sizes = np.insert(sizes, 50, 123)
    before, after = _cutter().feed(ids, sizes), _cutter().feed(more_ids, more_sizes)
    for old, new in zip(before, after, strict=True):
        there = set(new.tolist())
        changed = [cut for cut in old.tolist() if (cut if cut <= 50 else cut + 1) not in there]
        assert len(changed) <= 3 and len(old) > 30  # the few until the two meet again


def test_a_row_larger_than_everything_is_a_group() -> None:
    ids, _ = _rows(3)
    assert cut_points(ids, np.array([1, 10**9, 1], np.int64), group_bytes=100).tolist() == [2, 3]


def test_cut_points_end_at_the_last_row() -> None:
    ids, sizes = _rows(500)
    cuts = cut_points(ids, sizes, group_bytes=3_000)
    assert cuts[-1] == 500 and (np.diff(cuts) > 0).all()
    assert cut_points(ids[:0], sizes[:0]).tolist() == [0]


def _table(texts: list[str | None]) -> pa.Table:
    ids = [hashlib.md5(str(i).encode()).hexdigest() for i in range(len(texts))]
    return pa.table(
        [
            pa.array(ids, pa.large_string()),
            pa.array(texts, pa.large_string()),
            pa.array(["维修"] * len(texts), pa.large_string()),
        ],
        SCHEMA,
    )


def test_same_rows_same_bytes_however_chunked(tmp_path: Path) -> None:
    table = _table([f"第{i}条 {i}.5℃" for i in range(300)])
    chunked = pa.concat_tables([table.slice(0, 7), table.slice(7, 200), table.slice(207)])
    one = write_shard(tmp_path / "a", [table], SCHEMA, text_columns=["text"])
    two = write_shard(tmp_path / "b", [chunked], SCHEMA, text_columns=["text"])
    assert (one.sha256, one.rows, one.bytes) == (two.sha256, two.rows, two.bytes)
    data = (tmp_path / "a").read_bytes()
    assert one.sha256 == hashlib.sha256(data).hexdigest() and one.bytes == len(data)


def test_each_table_is_a_row_group(tmp_path: Path) -> None:
    tables = [_table(["甲"] * 5), _table(["乙", None])]
    info = write_shard(tmp_path / "a", tables, SCHEMA, text_columns=["text"])
    metadata = pq.read_metadata(tmp_path / "a")
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [5, 2] and info.rows == 7
    columns = {metadata.row_group(0).column(i).path_in_schema: metadata.row_group(0).column(i) for i in range(3)}
    assert [columns[name].has_dictionary_page for name in ("id", "text", "kind")] == [False, False, True]
    assert columns["text"].statistics is None and columns["kind"].statistics.max == "维修"
    assert {column.compression for column in columns.values()} == {"ZSTD"}


def test_readers_see_plain_types(tmp_path: Path) -> None:
    message = pa.struct([pa.field("role", pa.large_string()), pa.field("content", pa.large_string())])
    schema = pa.schema(
        [
            pa.field("id", pa.large_string(), False),
            pa.field("messages", pa.large_list(message)),
            pa.field("score", pa.float32()),
        ]
    )
    table = pa.table(
        [
            pa.array(["a"], pa.large_string()),
            pa.array([[{"role": "user", "content": "您好"}]], schema.field(1).type),
            pa.array([0.5], pa.float32()),
        ],
        schema,
    )
    write_shard(tmp_path / "a", [table], schema, text_columns=["messages[].content"])
    file = open_shard(tmp_path / "a")
    assert [f.type for f in file.schema_arrow] == [published_type(f.type) for f in schema]
    assert file.read().column("messages").to_pylist() == [[{"role": "user", "content": "您好"}]]
    assert not file.metadata.row_group(0).column(2).has_dictionary_page


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    pq.write_table(_table(["甲"]), tmp_path / "a.parquet")
    with pytest.raises(FormatUnknown):
        open_shard(tmp_path / "a.parquet")
