"""No file is passed over: one without a record is one quarantined item, however large, compressed or cut it is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from corpora.sources import Want, plan
from corpora.text_buffers import Leaf
from tests.corpora.reading import causes, everything, write

WANT = Want((Leaf("text"),), None, (), b"k" * 32, "来源")


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("a.csv", b"id,text\n", "empty_file"),
        ("a.csv", b"\xef\xbb\xbfid,text", "empty_file"),
        ("a.csv", bytes(100), "only_zeros"),
        ("a.txt", bytes(4096), "only_zeros"),
        ("a.jsonl", bytes(1 << 20), "only_zeros"),
        ("a.jsonl", b"\n \r\n", "empty_file"),
        ("a.jsonl", b"\xef\xbb\xbf\n", "empty_file"),
        ("a.jsonl.gz", gzip.compress(b"\n\n", mtime=0), "empty_file"),
        ("a.csv.gz", gzip.compress(bytes(9), mtime=0), "only_zeros"),
        ("a.json", b"[]", "empty_file"),
    ],
)
@pytest.mark.parametrize("shard", [1, 1 << 20])
def test_a_hollow_file_is_one_item(tmp_path: Path, name: str, data: bytes, cause: str, shard: int) -> None:
    documents, lost, count = everything(write(tmp_path, data, name), WANT, shard=shard)
    assert (documents, [row["cause"] for row in lost], count) == ([], [cause], 1)


@pytest.mark.parametrize("filler", [b"\0", b"\n"])
def test_a_large_file_is_hollow_to_its_end_or_not_at_all(tmp_path: Path, filler: bytes) -> None:
    data = filler * (17 << 20)
    path = write(tmp_path, data, "a.jsonl")
    assert causes(path, WANT, shard=1 << 20) == ["only_zeros" if filler == b"\0" else "empty_file"]
    path = write(tmp_path, data + b'\n{"text": "a"}', "b.jsonl")
    assert [row["text"] for row in everything(path, WANT, shard=1 << 20)[0]] == ["a"]


def test_only_a_whole_file_asks_itself_whether_it_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"text": "a"}\n\n\n\n\n', "a.jsonl")
    shards = plan(path, source=0, file=0, shard_bytes=1)
    assert len(shards) > 1 and not any(shard.alone for shard in shards)
    assert everything(path, WANT, shard=1)[1:] == ([], 1)
