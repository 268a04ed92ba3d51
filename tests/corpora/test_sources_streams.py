"""Compressed streams: the same rows as from the plain file, and a broken end costs only what is behind it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import FileUnreadable, SourceMissing
from corpora.sources import Want, plan, read, read_one
from corpora.sources.streams import pieces
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, everything, write

WANT = Want((Leaf("text"),), "id", (), KEY, "来源")
LINES = [f'{{"text": "记录{n * 7919 % 10007}", "id": {n}}}\n'.encode() for n in range(3_000)]
DATA = b"".join(LINES)


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


COMPRESS = {"gz": gz, "zst": zst}


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("block", [1_000, 1 << 20])
def test_compressed_equals_plain(tmp_path: Path, kind: str, block: int) -> None:
    packed = COMPRESS[kind](DATA[:30_000]) + COMPRESS[kind](DATA[30_000:])  # two members, cut within a line
    plain = everything(write(tmp_path, DATA, "a.jsonl"), WANT)
    assert everything(write(tmp_path, packed, f"a.jsonl.{kind}"), WANT, block=block) == plain
    csv = b"id,text\n" + b"".join(f"{n},文{n}\n".encode() for n in range(50))
    plain = everything(write(tmp_path, csv, "a.csv"), WANT)
    assert everything(write(tmp_path, COMPRESS[kind](csv), f"a.csv.{kind}"), WANT, block=block) == plain


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("damage", ["cut", "garbage behind", "bits flipped"])
def test_a_broken_stream_is_read_as_far_as_it_goes(tmp_path: Path, kind: str, damage: str) -> None:
    packed = COMPRESS[kind](DATA[:60_000]) + COMPRESS[kind](DATA[60_000:])
    half = len(COMPRESS[kind](DATA[:60_000])) + 2_000
    broken = {
        "cut": packed[:half],
        "garbage behind": packed + b"garbage!",
        "bits flipped": packed[: half - 1000] + b"\xa5" * 1500,
    }
    found = [everything(write(tmp_path, broken[damage], f"a.jsonl.{kind}"), WANT, block=size) for size in (512, 1 << 20)]
    assert found[0] == found[1]
    documents, quarantine, count = found[0]
    plain = everything(write(tmp_path, DATA, "a.jsonl"), WANT)[0]
    assert quarantine[-1]["cause"] == "broken_stream"
    whole = 60_000 if damage != "garbage behind" else len(DATA)
    sound = [row for row in plain if row["_offset"] + row["_length"] <= whole]
    assert documents[: len(sound)] == sound
    if damage == "garbage behind":  # the last line too, which has no line end
        assert documents == plain
    assert count == len(documents) + len(quarantine)


def test_padding_behind_the_last_member_is_no_damage(tmp_path: Path) -> None:
    assert everything(write(tmp_path, gz(DATA) + b"\0" * 600, "a.jsonl.gz"), WANT)[1] == []


def test_replay_from_a_compressed_file(tmp_path: Path) -> None:
    (shard,) = plan(write(tmp_path, gz(DATA), "a.jsonl.gz"), source=3, file=5)
    rows = [row for block in read(shard, WANT) for row in block.documents.to_pylist()]
    for row in (rows[0], rows[1234], rows[-1]):
        again = read_one(shard, WANT, offset=row["_offset"], length=row["_length"], record=-1)
        assert again.documents.to_pylist() == [row]


def test_compression_shows_in_the_bytes_not_the_name(tmp_path: Path) -> None:
    assert len(everything(write(tmp_path, gz(DATA), "a.jsonl"), WANT)[0]) == len(LINES)


def test_missing_files_and_unknown_formats(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing) as missing:
        plan(str(tmp_path / "none.jsonl"), source=0, file=0)
    assert missing.value.hint
    with pytest.raises(SourceMissing):
        plan(str(tmp_path), source=0, file=0)
    for data, name, cause in ((b"x", "a.xyz", "unknown_format"), (b"PAR1 and no more", "a.parquet", "not_readable")):
        with pytest.raises(FileUnreadable) as unread:
            plan(write(tmp_path, data, name), source=0, file=0)
        assert unread.value.cause == cause and unread.value.hint
    (shard,) = plan(path := write(tmp_path, DATA, "a.jsonl"), source=0, file=0)
    Path(path).unlink()
    with pytest.raises(SourceMissing):
        list(read(shard, WANT))


@pytest.mark.parametrize("shard_bytes", [1, 100, 5_000, 1 << 20])
def test_shards_cover_the_file_without_gap(tmp_path: Path, shard_bytes: int) -> None:
    shards = plan(write(tmp_path, DATA, "a.jsonl"), source=0, file=0, shard_bytes=shard_bytes)
    assert [s.start for s in shards] == [0, *(s.stop for s in shards[:-1])] and shards[-1].stop == len(DATA)
    assert all(DATA[s.start - 1 : s.start] in (b"", b"\n") for s in shards)
    assert len(shards) >= len(DATA) // (shard_bytes + 100)


@given(
    data=st.lists(st.sampled_from([b"\n", b"a", b"bc\r\n", b"d" * 9]), max_size=20).map(b"".join),
    size=st.sampled_from([2, 6, 16]),
    start=st.integers(0, 5),
)
def test_pieces_that_end_at_lines(tmp_path_factory: pytest.TempPathFactory, data: bytes, size: int, start: int) -> None:
    path = write(tmp_path_factory.getbasetemp(), data, "pieces")
    found = list(pieces(path, None, start, -1, size, at_lines=True))
    assert b"".join(found) == data[start:]
    assert all(0 < len(piece) <= size for piece in found)
    assert all(piece.endswith(b"\n") for piece in found[:-1] if b"\n" in piece)
