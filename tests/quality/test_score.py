"""The quality score: bounded, monotone, explainable."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpora.vocabulary import SIGNALS
from quality.score import COMPONENTS, Component, grade, score

VALUES = st.floats(-10, 1000)


def best() -> dict[str, float]:
    return {component.column: component.best for component in COMPONENTS}


def one(values: dict[str, float]) -> float:
    return float(score({name: np.array([value]) for name, value in values.items()})[0])


@given(st.fixed_dictionaries({component.column: VALUES for component in COMPONENTS}))
def test_between_0_and_1(values: dict[str, float]) -> None:
    assert 0 <= one(values) <= 1


def test_a_document_at_its_best_scores_1() -> None:
    assert one(best()) == 1


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.column)
def test_each_component_takes_at_most_its_weight(component: Component) -> None:
    assert one(best() | {component.column: component.worst}) == pytest.approx(1 - component.weight)


@given(st.sampled_from(COMPONENTS), VALUES, VALUES, st.fixed_dictionaries({c.column: VALUES for c in COMPONENTS}))
def test_monotone(component: Component, a: float, b: float, rest: dict[str, float]) -> None:
    better, worse = sorted((a, b), reverse=component.best > component.worst)
    assert one(rest | {component.column: better}) >= one(rest | {component.column: worse})


def test_what_is_not_known_costs_nothing() -> None:
    assert grade(COMPONENTS[0], np.array([math.nan])).tolist() == [1]


def test_float32_and_only_known_signals() -> None:
    assert score({c.column: np.zeros(3, np.float32) for c in COMPONENTS}).dtype == np.float32
    assert {component.column for component in COMPONENTS} <= set(SIGNALS)


@pytest.mark.parametrize("wrong", [{"best": 0.0}, {"weight": 1.5}, {"weight": -0.1}, {"worst": math.inf}])
def test_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Component.model_validate({"column": "x", "worst": 0.0, "best": 1.0, "weight": 0.5} | wrong)
