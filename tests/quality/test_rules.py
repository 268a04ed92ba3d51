"""Bounds on columns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpora.vocabulary import REASONS, SIGNALS
from quality.rules import PRESETS, Rule, broken, label

NUMBERS = st.floats(-1e6, 1e6) | st.just(math.nan)


@given(st.lists(NUMBERS), st.floats(-100, 0) | st.none(), st.floats(0, 100))
def test_broken_is_outside_the_bounds(values: list[float], low: float | None, high: float) -> None:
    is_broken, bound = broken(Rule(column="x", at_least=low, at_most=high), np.array(values, np.float64))
    for value, wrong, limit in zip(values, is_broken, bound, strict=True):
        below, above = low is not None and value < low, value > high
        assert wrong == (below or above)
        assert limit == low if below else limit == high if above else math.isnan(limit)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_bound_itself_is_allowed_at_the_column_s_precision(dtype: type) -> None:
    values = np.array([0.3, 0.1], dtype)
    assert not broken(Rule(column="x", at_least=0.1, at_most=0.3), values)[0].any()


def test_integers() -> None:
    is_broken, bound = broken(Rule(column="x", at_least=4.5), np.array([4, 5], np.int32))
    assert is_broken.tolist() == [True, False]
    assert bound[0] == 4.5


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"column": "x"}, "no bound"),
        ({"column": "x", "at_least": 2.0, "at_most": 1.0}, "no row could pass"),
        ({"column": "x", "at_least": math.inf}, "not a bound"),
        ({"column": "x", "at_least": "1"}, "a string is no number"),
        ({"column": "x", "atleast": 1.0}, "misspelt"),
        ({"column": "x", "at_least": 1.0, "reason": "太短"}, "a reason is a key"),
    ],
)
def test_refused(settings: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(settings)


def test_reason_and_label() -> None:
    plain = Rule(column="entropy", at_least=1.0, at_most=9.0)
    assert (plain.key(low=True), plain.key(low=False)) == ("entropy_low", "entropy_high")
    assert (label(plain, low=True), label(plain, low=False)) == ("字符熵过低", "字符熵过高")
    named = Rule(column="entropy", at_least=1.0, reason="monotonous")
    assert (named.key(low=True), label(named, low=True)) == ("monotonous", REASONS["monotonous"].label)
    assert label(Rule(column="weight", at_most=1.0, label="过重"), low=False) == "过重"
    assert label(Rule(column="weight", at_most=1.0), low=False) == "weight 过高"


def test_presets_are_explained() -> None:
    rules = [rule for preset in PRESETS.values() for rule in preset]
    assert {rule.column for rule in rules} <= set(SIGNALS)
    assert {rule.key(low=False) for rule in rules} <= set(REASONS)
