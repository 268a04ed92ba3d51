"""The key store: columns in shard order, replaceable shards, nothing half-written, damage named."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from corpora.errors import IntegrityError
from curation.dedup import KeyStore
from curation.dedup.store import BANDS, EXACT, EXACT_LOW, SIZE, VALUE
from quality.sketch import Keys, concat


def made(n: int, seed: int, bands: int = 3) -> Keys:
    chance = np.random.default_rng(seed)
    words = lambda *shape: chance.integers(0, 2**64, shape, dtype=np.uint64)  # noqa: E731
    return Keys(words(n, 2), words(n), words(n), words(bands, n), chance.integers(0, 99, n).astype(np.int32))


def test_columns_in_shard_order_whatever_the_order_of_writing(tmp_path: Path) -> None:
    store, parts = KeyStore(tmp_path / "keys"), [made(4, 0), made(0, 1), made(7, 2)]
    for shard in (2, 0, 1):
        store.write(shard, parts[shard])
    whole = concat(parts)
    assert (store.shards, store.rows, store.bands) == ([0, 1, 2], 11, 3)
    assert np.array_equal(store.column(EXACT), whole.exact[:, 0])
    assert np.array_equal(store.column(EXACT_LOW), whole.exact[:, 1])
    assert np.array_equal(store.column(VALUE), whole.value)
    assert np.array_equal(store.templates(), whole.template)
    assert np.array_equal(store.column(SIZE), whole.size)
    assert all(np.array_equal(store.column(BANDS + b), whole.bands[b]) for b in range(3))


def test_writing_again_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    store.write(0, made(4, 0))
    store.write(0, made(5, 9))
    assert np.array_equal(store.column(VALUE), made(5, 9).value)
    assert len(os.listdir(store.folder)) == 1
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_a_shard_without_rows_has_no_say_about_bands(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.write(0, concat([]))
    store.write(1, made(3, 1))
    assert store.bands == 3 and len(store.column(BANDS)) == 3


def test_unfinished_files_do_not_count(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.write(0, made(2, 0))
    (tmp_path / "keys-1-000001.77.tmp").write_bytes(b"half")
    assert store.shards == [0]


def test_empty_store(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "absent")
    assert (store.rows, store.bands, len(store.column(VALUE))) == (0, 0, 0)


def test_damage_is_a_typed_error(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    (tmp_path / "keys-1-000000.npy").write_bytes(b"nonsense")
    with pytest.raises(IntegrityError):
        store.column(VALUE)


def test_shards_must_agree_on_bands(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.write(0, made(2, 0, bands=3))
    store.write(1, made(2, 0, bands=4))
    with pytest.raises(IntegrityError):
        _ = store.bands
