"""Whole rows at once are what NumPy says, by every way of multiplying that a machine may have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llvmlite import binding
from numba import njit

from quality.kernels import vectors
from quality.kernels.name_network import packed

HERE = {name for name, has in binding.get_host_cpu_features().items() if has}
_listed: Any = vectors.first_listed


@njit
def _first(table: Any, place: Any, check: Any) -> Any:
    return _listed(table, place, check)


WAYS = {"vnni": {"avx512vnni", "avx512vl"}, "avx2": {"avx2"}, "plain": set()}


@pytest.mark.parametrize("way", WAYS)
def test_products_are_exact_at_the_bounds_too(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not WAYS[way] <= HERE:
        pytest.skip(f"这台机器没有 / this machine has no {way}")
    dots: dict[str, Any] = {
        "vnni": (vectors._dot_vnni, 16, 96),
        "avx2": (vectors._dot_avx2, 8, 16),
        "plain": (vectors._dot_plain, 8, 8),
    }
    monkeypatch.setattr(vectors, "_dot", lambda _: dots[way])
    add: Any = vectors.add_products

    @njit
    def multiply(total: Any, x: Any, rows: Any, weight: Any) -> None:
        add(total, x, rows, weight)

    draw = np.random.default_rng(7)
    rows = draw.integers(0, 5, (vectors.TAPS, vectors.BLOCK))
    some = draw.integers(0, 128, (5, 96)), draw.integers(-127, 128, (288, 96))
    for inputs, weights in (
        some,
        (np.full((5, 96), 127), np.full((288, 96), 127)),
        (np.full((5, 96), 127), some[1] * 0 - 127),
    ):
        total = np.ones((vectors.BLOCK, 96), np.int32)
        multiply(total, inputs.astype(np.uint8), rows, packed(weights.astype(np.int8)))
        taps = np.concatenate([inputs[rows[tap]] for tap in range(vectors.TAPS)], axis=1)
        assert total.tolist() == (1 + taps @ weights).tolist()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_the_first_listed_entry_counts_up_to_a_free_one(classes: list[int], checks: list[int]) -> None:
    table = np.array([0, *(16 * check + kind for check, kind in zip(checks, classes, strict=True)), 0], np.uint16)
    wanted = 0
    for entry in table[1:9].tolist():
        if entry == 0 or entry // 16 == 2 and entry % 16:
            wanted = entry % 16
            break
    assert _first(table, np.int64(1), np.uint16(32)) == wanted


def test_what_is_aligned_begins_where_a_line_of_the_cache_does() -> None:
    room = vectors.aligned(3, 96, dtype=np.int32)
    assert room.shape == (3, 96) and room.ctypes.data % 64 == 0 and not room.any()


def test_rows_are_added() -> None:
    add: Any = vectors.add_row

    @njit
    def twice(total: Any, table: Any) -> None:
        add(total, table, np.int64(2))
        add(total, table, np.int64(0))

    table = np.random.default_rng(7).integers(-127, 128, (3, 96)).astype(np.int8)
    total = np.ones(96, np.int16)
    twice(total, table)
    assert total.tolist() == (1 + table[0].astype(int) + table[2]).tolist()
