"""Splits: components never straddle, parents are followed, conflicts drop training rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import GateFailed
from curation.recipe import Splits
from curation.run.splits import NAMES, TEST, TRAIN, VALIDATION, assign
from quality import components

KEY = b"k" * 32
SHARES = Splits(train=0.7, validation=0.1, test=0.2, allow_large_component=True)


def ids_of(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 16), dtype=np.uint8)


def call(component: np.ndarray, *, settings: Splits = SHARES, **given: np.ndarray) -> object:
    n = len(component)
    base = {
        "kept": np.ones(n, bool),
        "ids": ids_of(n),
        "parent": np.full(n, -1, np.int8),
        "held_out": np.zeros(n, bool),
    }
    return assign(settings, component=component, key=KEY, **{**base, **given})


@st.composite
def corpora(draw: st.DrawFn) -> dict[str, np.ndarray]:
    n = draw(st.integers(1, 60))
    keys = np.array(draw(st.lists(st.integers(0, 8), min_size=n, max_size=n)), np.uint64)
    return {
        "component": components.connect(n, [components.same_key(keys, none=0)]),
        "kept": np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n))),
        "parent": np.array(draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)), np.int8),
        "held_out": np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n))) & draw(st.booleans()),
    }


@settings(max_examples=200, deadline=None)
@given(corpora())
def test_laws_of_components(case: dict[str, np.ndarray]) -> None:
    component, kept, parent = case["component"], case["kept"], case["parent"]
    done = call(component, kept=kept, parent=parent, held_out=case["held_out"])
    for root in np.unique(component[kept]):
        rows = kept & (component == root)
        places = set(done.split[rows].tolist())
        old = set(parent[rows].tolist()) - {-1}
        assert len(places) == 1
        (place,) = places
        if case["held_out"][rows].any() or len(old) > 1:
            assert place == TEST
        elif old:
            assert {place} == old
        # a row that was trained on is never tested on: it drops
        assert (done.conflict[rows] == ((parent[rows] == TRAIN) & (place != TRAIN))).all()
    assert not done.conflict[~kept].any()


def test_shares_are_met_and_do_not_depend_on_the_order() -> None:
    n = 20_000
    component, ids = np.arange(n), ids_of(n)
    done = call(component, ids=ids)
    shares = np.bincount(done.split, minlength=3) / n
    assert np.abs(shares - [0.7, 0.1, 0.2]).max() < 0.015
    order = np.random.default_rng(1).permutation(n)
    assert (call(component, ids=ids[order]).split == done.split[order]).all()


def test_a_giant_component_fails_unless_allowed() -> None:
    component = np.where(np.arange(400) < 40, 0, np.arange(400))
    strict = Splits(train=0.9, test=0.1)
    with pytest.raises(GateFailed) as caught:
        call(component, settings=strict)
    assert "40" in str(caught.value) and "allow_large_component" in caught.value.hint
    allowed = call(component, settings=Splits(train=0.9, test=0.1, allow_large_component=True))
    assert allowed.largest == 40


def test_names() -> None:
    assert NAMES[TRAIN] == "train" and NAMES[VALIDATION] == "validation" and NAMES[TEST] == "test"
