"""The kernels are checked against the standard library: BLAKE2b against hashlib, UTF-8 against bytes.decode."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.hashing import frombytes, keyed_hashes, span_hashes
from corpora.kernels import blake2b, is_utf8, utf8_kinds
from corpora.text_buffers import Texts


def texts(values: list[bytes]) -> Texts:
    return Texts(frombytes(b"".join(values)), np.cumsum([0, *map(len, values)]).astype(np.int64))


def expected(values: list[bytes], key: bytes, size: int) -> list[bytes]:
    return [hashlib.blake2b(value, key=key, digest_size=size).digest() for value in values]


@pytest.mark.parametrize("key", [b"", b"k", b"k" * 32, b"k" * 64])
@pytest.mark.parametrize("size", [1, 16, 64])
def test_every_length_around_the_block_borders(key: bytes, size: int) -> None:
    values = [bytes(i % 251 for i in range(n)) for n in range(400)]
    found = keyed_hashes(key, texts(values), size)
    assert [row.tobytes() for row in found] == expected(values, key, size)


@settings(deadline=None)
@given(values=st.lists(st.binary(max_size=300), max_size=8), key=st.binary(max_size=64), size=st.integers(1, 64))
def test_equals_hashlib(values: list[bytes], key: bytes, size: int) -> None:
    assert [row.tobytes() for row in keyed_hashes(key, texts(values), size)] == expected(values, key, size)


@pytest.mark.parametrize("length", [0, 1, 127, 128, 129, 300])
def test_prefix_is_part_of_the_message(length: int) -> None:
    values = [bytes(n) for n in (0, 1, 127, 128, 129, 256, 257)]
    view, prefix = texts(values), b"p" * length
    found = span_hashes(b"k" * 32, view.data, view.offsets[:-1], view.offsets[1:], prefix=prefix)
    assert [row.tobytes() for row in found] == expected([prefix + value for value in values], b"k" * 32, 16)


def test_a_view_that_does_not_begin_at_zero() -> None:
    view = texts([b"ab", b"cd", b"e"])
    assert keyed_hashes(b"k", Texts(view.data, view.offsets[1:]))[0].tobytes() == expected([b"cd"], b"k", 16)[0]


def test_arrays_of_any_kind_are_compiled_for_once() -> None:
    view = texts([b"ab", b"cd", b"e"])
    for data in (view.data, view.data.copy()):
        frozen_offsets, wide = view.offsets.copy(), np.repeat(view.offsets, 2)[::2]
        frozen_offsets.flags.writeable = False
        for offsets in (frozen_offsets, wide, view.offsets.astype(np.int32)):
            found = keyed_hashes(b"k", Texts(data, offsets))
            assert [row.tobytes() for row in found] == expected([b"ab", b"cd", b"e"], b"k", 16)
    assert len(blake2b.signatures) == 1


@pytest.mark.parametrize(("key", "size"), [(b"k" * 65, 16), (b"k", 0), (b"k", 65)])
def test_out_of_bounds(key: bytes, size: int) -> None:
    with pytest.raises(ValueError, match="allowed"):
        keyed_hashes(key, texts([b"a"]), size)


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=6), st.text(max_size=4).map(str.encode)), min_size=1, max_size=6))
def test_utf8_kinds_are_those_of_the_decoder(values: list[bytes]) -> None:
    view = texts(values)
    found = np.zeros(len(values), np.uint8)
    utf8_kinds(view.data, view.offsets[:-1], view.offsets[1:], found)
    for value, kind in zip(values, found, strict=True):
        try:
            value.decode()
        except UnicodeDecodeError:
            assert kind == 2
        else:
            assert kind == (0 if value.isascii() else 1)


def decodable(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(deadline=None, max_examples=300)
@given(
    ahead=st.integers(0, 70),
    middle=st.lists(st.one_of(st.binary(max_size=4), st.text(max_size=4).map(str.encode)), max_size=5).map(b"".join),
    behind=st.sampled_from(["", "血压", "a" * 40, "é血😀" * 12, "血" * 30]).map(str.encode),
    cut=st.integers(0, 4),
)
def test_utf8_is_what_the_decoder_takes(ahead: int, middle: bytes, behind: bytes, cut: int) -> None:
    value = b"a" * ahead + middle + behind
    value = value[: len(value) - cut]
    assert is_utf8(frombytes(value)) == decodable(value)


def test_every_sequence_of_lead_and_second_byte() -> None:
    """At every place in a vector of 32 bytes is too much; at two places, one across its border, is enough."""
    for lead in range(0x80, 0x100):
        for second in (0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF):
            for width in (2, 3, 4):
                piece = bytes((lead, second)) + b"\x80" * (width - 2)
                for ahead in (0, 10, 34, 35):
                    value = b"a" * ahead + piece + b"a" * 40
                    assert is_utf8(frombytes(value)) == decodable(value), (lead, second, width, ahead)
