"""Intervals against known values: R's binom.test, the rule of three, Chapman's own arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.intervals import chapman, clopper_pearson, upper_bound, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.30849710781876083),
        (5, 10, 0.187086, 0.812914),
        (10, 10, 0.6915029, 1.0),
        (996, 1000, 0.9897919, 0.9989091),
    ],
)
def test_clopper_pearson(hits: int, n: int, low: float, high: float) -> None:
    found = clopper_pearson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=2e-6)


def test_upper_bound_without_hits_is_the_rule_of_three() -> None:
    assert upper_bound(0, 400) == pytest.approx(1 - 0.05 ** (1 / 400)) and upper_bound(0, 400) == pytest.approx(
        3 / 400, rel=2e-2
    )
    assert upper_bound(4, 4) == 1.0 and upper_bound(0, 0) == 1.0


@given(st.integers(1, 300), st.data())
def test_intervals_hold_their_share(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    for found in (wilson(hits, n), clopper_pearson(hits, n)):
        assert 0 <= found.low <= found.value + 1e-12 and found.value <= found.high + 1e-12 <= 1 + 1e-9
    assert upper_bound(hits, n) <= clopper_pearson(hits, n, confidence=0.95).high + 1e-9


def test_chapman() -> None:
    assert chapman(200, 250, 100) == pytest.approx(201 * 251 / 101 - 1)
    assert chapman(7, 7, 7) == 7 and chapman(0, 0, 0) == 0 and chapman(3, 3, 0) == 15
