"""Two readers: the same find, agreement, what both missed, and the bound."""

from __future__ import annotations

import pytest

from quality.residual import Remain, Verdict, compare


def test_overlapping_finds_are_the_same() -> None:
    first = [Remain(0, 0, 2, 5), Remain(0, 0, 4, 6), Remain(3, 0, 0, 2), Remain(7, 1, 0, 2)]
    second = [Remain(0, 0, 5, 8), Remain(3, 1, 0, 2), Remain(9, 0, 1, 2)]
    found = compare(first, second, 100)
    assert (found.finds, found.marked) == ((3, 3, 1), (3, 3, 2))
    assert found.agreement == pytest.approx(1 / 3) and found.found == 5 and found.marked_by_any == 4
    assert found.missed == pytest.approx(4 * 4 / 2 - 1 - 5) and found.marked_estimate == 5


def test_nothing_found_is_the_rule_of_three() -> None:
    found = compare([], [], 400)
    assert found.upper == pytest.approx(0.00746, abs=1e-5) and found.agreement == 1 and found.kappa is None


def test_kappa() -> None:
    assert Verdict(100, (20, 20, 15), (20, 20, 15)).kappa == pytest.approx((0.9 - 0.68) / 0.32)


def test_the_bound_never_exceeds_all() -> None:
    found = Verdict(4, (4, 4, 0), (2, 2, 0))
    assert found.marked_estimate == 4 and found.upper == 1.0
