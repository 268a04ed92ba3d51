"""Whole rows at once are what NumPy says, by every way of multiplying that a machine may have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from llvmlite import binding
from numba import njit

from quality.kernels import vectors
from quality.kernels.name_network import packed

HERE = {name for name, has in binding.get_host_cpu_features().items() if has}
WAYS = {"vnni": {"avx512vnni", "avx512vl"}, "avx2": {"avx2"}, "plain": set()}


@pytest.mark.parametrize("way", WAYS)
def test_products_are_exact_at_the_bounds_too(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not WAYS[way] <= HERE:
        pytest.skip(f"这台机器没有 / this machine has no {way}")
    dots: dict[str, Any] = {
        "vnni": (vectors._dot_vnni, 16),
        "avx2": (vectors._dot_avx2, 8),
        "plain": (vectors._dot_plain, 8),
    }
    monkeypatch.setattr(vectors, "_dot", lambda _: dots[way])
    add: Any = vectors.add_product

    @njit
    def three(total: Any, x: Any, weight: Any) -> None:
        for tap in range(3):
            add(total, x, np.int64(1), weight, np.int64(tap))

    draw = np.random.default_rng(7)
    some = draw.integers(0, 128, (2, 96)), draw.integers(-127, 128, (288, 96))
    for inputs, weights in (
        some,
        (np.full((2, 96), 127), np.full((288, 96), 127)),
        (np.full((2, 96), 127), some[1] * 0 - 127),
    ):
        total = np.ones(96, np.int32)
        three(total, inputs.astype(np.uint8), packed(weights.astype(np.int8)))
        assert total.tolist() == (1 + np.tile(inputs[1], 3) @ weights).tolist()


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
