"""k, l, t by hand and by definition; coarsening reaches k, loses no row, and does not care about order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.disclosure import SCENES, assess, coarsen, met, word
from quality.disclosure.classes import closeness
from quality.disclosure.coarsening import codes
from quality.disclosure.ladders import banded, kind_of, steps


def column(*values: str | None) -> pa.Array:
    return pa.array(values, pa.large_string())


def coded(*columns: pa.Array) -> list[np.ndarray]:  # type: ignore[type-arg]
    return [codes(one) for one in columns]


NOBODY = lambda n: np.zeros(n, np.uint64)


def test_a_small_table_by_hand() -> None:
    sex, age = column("男", "男", "男", "女", "女"), column("30", "30", "30", "40", "40")
    illness = column("流感", "流感", "哮喘", "流感", "流感")
    found = assess(coded(sex, age), NOBODY(5), coded(illness), [False])
    assert (found.persons, found.classes, found.k, found.l) == (5, 2, 2, 1)
    assert found.max_risk == 0.5 and found.avg_risk == 2 / 5
    assert found.t == pytest.approx(0.2)  # (1.0, 0.0) against (0.8, 0.2)


def test_persons_are_counted_once() -> None:
    subject = np.array([7, 7, 7, 9, 0, 0], np.uint64)
    found = assess(coded(column(*"甲甲甲甲乙乙")), subject)
    assert (found.persons, found.k, found.l, found.t) == (4, 2, None, None)


def test_ordered_distance_of_the_paper() -> None:
    """Li et al. 2007, section 3.1: salaries 3k … 11k; {3, 4, 5} is 0.375 away from all nine, {6, 8, 11} 0.167."""
    values = np.concatenate([np.arange(9), [0, 1, 2], [3, 5, 8]])
    whole = np.arange(9)
    for chosen, distance in (([0, 1, 2], 0.375), ([3, 5, 8], 1 / 6)):
        classes = np.isin(whole, chosen).astype(np.int64)
        gap = np.bincount(chosen, minlength=9) / 3 - 1 / 9
        assert np.abs(np.cumsum(gap)[:-1]).sum() / 8 == pytest.approx(distance)
        assert closeness(classes, whole, ordered=True) >= distance - 1e-9
    assert len(values) == 15


def test_bands_are_closed_in_the_middle_and_open_at_the_ends() -> None:
    ages = column(*map(str, range(20, 60)), None, "不详")
    names = banded(ages, 10).to_pylist()
    assert names[0] == "<30" and names[10] == "30-39" and names[39] == "≥50" and names[40] is None and names[41] is None


@pytest.mark.parametrize(
    ("values", "kind", "rungs"),
    [
        (("330212", "330203"), "region", ["3302", "33", None]),
        (("浙江省宁波市鄞州区", "浙江省杭州市西湖区"), "region", ["浙江省宁波市", "浙江省", None]),
        (("宁波市鄞州区", "杭州市西湖区"), "region", ["宁波市", "宁波市", None]),
        (("2024-05-06", "2023-1-2"), "date", ["2024-05", "2024", None]),
        (("34", "71"), "number", ["<35", "<40", "<40", None]),
        (("男", "女"), "category", [None]),
    ],
)
def test_ladders(values: tuple[str, ...], kind: str, rungs: list[str | None]) -> None:
    listed = column(*values)
    assert kind_of(listed) == kind
    assert [step().to_pylist()[0] for step in steps(listed, kind)] == rungs  # type: ignore[arg-type]


tables = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        *(st.lists(st.sampled_from(["甲", "乙", "丙", None]), min_size=n, max_size=n) for _ in range(2)),
        st.lists(st.integers(18, 95).map(str), min_size=n, max_size=n),
        st.lists(st.integers(0, 9), min_size=n, max_size=n),
    )
)


@settings(max_examples=80, deadline=None)
@given(tables, st.integers(1, 8), st.booleans(), st.randoms(use_true_random=False))
def test_k_is_reached_wherever_it_can_be(table: tuple, k: int, generalise: bool, rng: object) -> None:  # type: ignore[type-arg]
    *lists, who = table
    subject = np.array(who, np.uint64)
    done = coarsen([column(*one) for one in lists], subject, k, generalise=generalise)
    found = assess([codes(one) for one in done.columns], subject)
    assert found.k >= min(k, found.persons)
    assert all(len(one) == len(who) for one in done.columns)
    if not generalise:
        for old, new, hidden in zip(lists, done.columns, done.suppressed, strict=True):
            changed = [a for a, b in zip(old, new.to_pylist(), strict=True) if a != b]
            assert len(changed) == hidden and None not in changed
    order = list(range(len(who)))
    rng.shuffle(order)  # type: ignore[attr-defined]
    again = coarsen([column(*(one[i] for i in order)) for one in lists], subject[order], k, generalise=generalise)
    assert [[a[i] for i in order] for a in (c.to_pylist() for c in done.columns)] == [c.to_pylist() for c in again.columns]


def test_scenes_and_the_word() -> None:
    assert met(4, None, None) is None and met(5, None, None) == "部分处理" and met(12, 2, 0.1) == "充分处理"
    assert met(60, 1, 0.01) == "部分处理" and met(60, 5, 0.05) == "完全处理" and list(SCENES)[-1] == "完全处理"
    words = {word(scene=scene, gates_passed=ok) for scene in (None, *SCENES) for ok in (True, False)}
    assert all(one.startswith("去标识化") for one in words) and len(words) == 2
    assert word(scene="完全处理", gates_passed=False) == "去标识化"
