"""Xorbs and shards: sound ones are read, every damage is one typed error, no input makes anything else of them."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.hub.protocol import ProtocolError
from corpora.hub.xet import hashes, shard, xorb
from tests.corpora.hub import xet_files

CHUNKS = [b"a" * 9000, bytes(range(256)) * 40, b"xyz", b"\0" * 70_001]
SHA = hashlib.sha256(b"a").hexdigest()


def _digest(name: str) -> bytes:
    digest = hashes.from_text(name)
    assert digest
    return digest


@pytest.mark.parametrize("scheme", [0, 1, 2])
def test_a_xorb_of_each_scheme(scheme: int) -> None:
    name, body = xet_files.xorb(CHUNKS, scheme)
    assert xorb.check(body, _digest(name)) == 4
    assert [xorb.unpack(body[one.start : one.stop], one) for one in xorb.chunks(body)] == CHUNKS


@settings(max_examples=50, deadline=None)
@given(data=st.binary(min_size=1, max_size=300))
def test_byte_planes_of_any_length(data: bytes) -> None:
    body = xet_files.packed(data, 2)
    (chunk,) = xorb.chunks(body)
    assert xorb.unpack(body[chunk.start : chunk.stop], chunk) == data


def test_the_index_of_older_clients_is_passed_over() -> None:
    name, body = xet_files.xorb(CHUNKS)
    index = b"XETBLOB" + bytes(41)
    whole = body + index + len(index).to_bytes(4, "little")
    assert xorb.check(whole, _digest(name)) == 4
    with pytest.raises(ProtocolError):
        xorb.check(whole + b"more", _digest(name))


BAD_XORBS = [
    ("nothing", b""),
    ("half a header", b"\0\1\0"),
    ("cut in a chunk", xet_files.packed(b"abcdef")[:-1]),
    ("a second chunk cut", xet_files.packed(b"abcdef") + b"\0"),
    ("version 1", b"\1" + xet_files.packed(b"abcdef")[1:]),
    ("scheme 3", xet_files.packed(b"abc")[:4] + b"\3" + xet_files.packed(b"abc")[5:]),
    ("no raw bytes", bytes([0, 1, 0, 0, 1, 0, 0, 0]) + b"x"),
    ("plain, but longer unpacked", bytes([0, 3, 0, 0, 0, 4, 0, 0]) + b"abc"),
    ("a chunk of 16 MiB", bytes([0, 3, 0, 0, 1, 255, 255, 255]) + b"abc"),
    ("not LZ4", bytes([0, 3, 0, 0, 1, 9, 0, 0]) + b"abc"),
    ("LZ4 of more than promised", b"\0" + xet_files.packed(b"a" * 900, 1)[1:5] + b"\x20\3\0" + xet_files.packed(b"a" * 900, 1)[8:]),
    ("an index alone", b"XETBLOB" + (7).to_bytes(4, "little")),
]  # fmt: skip


@pytest.mark.parametrize("body", [body for _, body in BAD_XORBS], ids=[name for name, _ in BAD_XORBS])
def test_bad_xorbs(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        xorb.check(body, bytes(32))
    assert caught.value.hint and " / " in str(caught.value)


def test_another_hash_is_refused() -> None:
    _, body = xet_files.xorb(CHUNKS)
    other, _ = xet_files.xorb(CHUNKS[::-1])
    with pytest.raises(ProtocolError):
        xorb.check(body, _digest(other))


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    one = xet_files.packed(bytes(1 << 20), 1)
    with pytest.raises(ProtocolError, match="at most"):
        xorb.check(one * 65, bytes(32))


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 20_000), put=st.binary(max_size=9), cut=st.integers(0, 9))
def test_a_damaged_xorb_is_a_typed_error(at: int, put: bytes, cut: int) -> None:
    name, body = xet_files.xorb(CHUNKS[1:3], 1)
    at = at % len(body)
    damaged = body[:at] + put + body[at + cut :]
    try:
        xorb.check(damaged, _digest(name))
    except ProtocolError:
        return
    unpacked = b"".join(xorb.unpack(damaged[one.start : one.stop], one) for one in xorb.chunks(damaged))
    assert unpacked == b"".join(CHUNKS[1:3])  # what passes is what was named


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    for read in (
        lambda: xorb.check(data, bytes(32)),
        lambda: list(shard.files(data)),
        lambda: list(shard.files(shard.MAGIC + data)),
    ):
        try:
            read()
        except ProtocolError:
            continue


def test_hash_text_and_back() -> None:
    digest = bytes(range(32))
    assert hashes.to_text(digest) == "07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918"
    assert hashes.from_text(hashes.to_text(digest)) == digest
    assert [hashes.from_text(text) for text in ("", "0" * 63, "g" * 64, "A" * 64, "../" + "0" * 61)] == [None] * 5


def test_a_tree_of_one_and_of_many() -> None:
    one = hashes.chunk_hash(b"a")
    assert hashes.xorb_hash([(one, 1)]) == one and hashes.xorb_hash([]) == bytes(32)
    many = [(hashes.chunk_hash(bytes([n])), 1) for n in range(200)]
    assert len({hashes.xorb_hash(many), hashes.xorb_hash(many[::-1]), hashes.xorb_hash(many[1:])}) == 3


# --- shards --------------------------------------------------------------------------------------------

NAME, _ = xet_files.xorb(CHUNKS)
SEGMENTS = [xet_files.segment(NAME, 9000, 0, 1), xet_files.segment(NAME, 3, 2, 3)]


@pytest.mark.parametrize("footer", [0, 200])
@pytest.mark.parametrize("verified", [True, False])
def test_a_shard(verified: bool, footer: int) -> None:
    xorbs = bytes(32) + struct.pack("<IIII", 0, 2, 9, 9) + bytes(96)
    body = xet_files.shard(
        xet_files.file(SHA, SEGMENTS, verified=verified), xet_files.file(SHA, []), xorbs=xorbs, footer=footer
    )
    one, empty = shard.files(body)
    assert (one.sha256, one.size, empty.size) == (SHA, 9003, 0)
    assert [(int(s["start"]), int(s["stop"]), bytes(s["xorb"])) for s in one.segments] == [
        (0, 1, _digest(NAME)), (2, 3, _digest(NAME)),
    ]  # fmt: skip


GOOD = xet_files.shard(xet_files.file(SHA, SEGMENTS))
HUGE = bytes(32) + struct.pack("<II", 0, 0xFFFFFFFF) + bytes(8)
BAD_SHARDS = [
    ("nothing", b""),
    ("another file", b"PAR1" * 20),
    ("version 3", GOOD[:32] + struct.pack("<Q", 3) + GOOD[40:]),
    ("a footer of 5 bytes", GOOD[:40] + struct.pack("<Q", 5) + GOOD[48:]),
    ("a footer that is not there", GOOD[:40] + struct.pack("<Q", 200) + GOOD[48:]),
    ("bytes behind the end", GOOD + b"x"),
    ("no end", GOOD[:-48]),
    ("cut", GOOD[:100]),
    ("four thousand million segments", xet_files.shard(HUGE)),
    ("four thousand million chunks", xet_files.shard(xorbs=HUGE)),
    ("an empty segment", xet_files.shard(xet_files.file(SHA, [xet_files.segment(NAME, 0, 1, 1)]))),
    ("a segment backwards", xet_files.shard(xet_files.file(SHA, [xet_files.segment(NAME, 0, 2, 1)]))),
]


@pytest.mark.parametrize("body", [body for _, body in BAD_SHARDS], ids=[name for name, _ in BAD_SHARDS])
def test_bad_shards(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        list(shard.files(body))
    assert caught.value.hint and " / " in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 400), put=st.binary(max_size=9), cut=st.integers(0, 60))
def test_a_damaged_shard_is_read_or_a_typed_error(at: int, put: bytes, cut: int) -> None:
    try:
        for one in shard.files(GOOD[:at] + put + GOOD[at + cut :]):
            assert one.size >= 0 and (one.segments["start"] < one.segments["stop"]).all()
    except ProtocolError:
        return
