"""Measures of agreement: equal to scikit-learn, statsmodels and krippendorff on the same data, whatever it is."""

from __future__ import annotations

import warnings

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from annotation import agreement
from annotation.agreement import Values

CELL = st.sampled_from([1.0, 2.0, 3.0, 5.0])


@st.composite
def tables(draw: st.DrawFn, *, missing: bool = True, raters: int | None = None) -> Values:
    width = raters or draw(st.integers(2, 5))
    cell = CELL | st.just(np.nan) if missing else CELL
    return np.array(draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=25)), float)


def same(ours: float, theirs: float) -> bool:
    return bool(np.isnan(ours) and not np.isfinite(theirs)) or ours == pytest.approx(theirs, abs=1e-9)


@given(tables(missing=False, raters=2), st.sampled_from(["none", "linear", "quadratic"]))
def test_cohen_is_that_of_scikit_learn(table: Values, weights: agreement.Weights) -> None:
    levels = np.unique(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        codes = np.searchsorted(levels, table)
        theirs = cohen_kappa_score(*codes.T, labels=range(len(levels)), weights=None if weights == "none" else weights)
    assert same(agreement.cohen(table[:, 0], table[:, 1], weights=weights), theirs)


@given(tables(missing=False))
def test_fleiss_is_that_of_statsmodels(table: Values) -> None:
    counts, _ = aggregate_raters(table.astype(int))
    with np.errstate(all="ignore"):
        assert same(agreement.fleiss(table), fleiss_kappa(counts))


@given(tables(), st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_is_that_of_krippendorff_with_answers_missing(table: Values, level: agreement.Level) -> None:
    ours = agreement.alpha(table, level=level)
    try:
        theirs = krippendorff.alpha(reliability_data=table.T, level_of_measurement=level)
    except ValueError:  # it refuses data of one value, or without a pair
        assert np.isnan(ours)
        return
    paired = table[(~np.isnan(table)).sum(axis=1) > 1]
    if np.isnan(ours):  # undefined with us, 1 or NaN with them
        assert len(np.unique(paired[~np.isnan(paired)])) < 2, "nothing differs"
        return
    assert same(ours, theirs)


@given(tables())
def test_order_of_units_and_raters_changes_nothing(table: Values) -> None:
    turned = table[::-1, ::-1]
    assert same(agreement.alpha(table), agreement.alpha(turned)) and same(
        agreement.percent(table), agreement.percent(turned)
    )
    assert same(agreement.fleiss(table), agreement.fleiss(turned))


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from(["name", "phone"])), max_size=4).map(
    lambda found: [(start, start + width, kind) for start, width, kind in found]
)


@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=6))
def test_span_f1_is_that_of_scikit_learn_over_characters(
    documents: list[tuple[list[agreement.Mark], list[agreement.Mark]]],
) -> None:
    cells = [(d, at, kind) for d in range(len(documents)) for at in range(30) for kind in ("name", "phone")]
    flags = [[(at, kind) in agreement.characters(documents[d][side]) for d, at, kind in cells] for side in (0, 1)]
    counts = np.array([agreement.span_counts(*pair) for pair in documents], np.int64)
    ours = agreement.span_f1(counts)
    assert np.isnan(ours) if not any(flags[0] + flags[1]) else ours == pytest.approx(f1_score(*flags))


def test_known_figures() -> None:
    """Krippendorff 2011, example C: four observers, twelve units, answers missing; α nominal 0.743, ordinal 0.815, interval 0.849."""
    data = np.array([
        [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    ]).T  # fmt: skip
    for level, expected in (("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)):
        assert agreement.alpha(data, level=level) == pytest.approx(expected, abs=5e-4)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (np.zeros((0, 2)), "no unit"),
        (np.full((3, 2), np.nan), "no answer"),
        (np.array([[1.0, np.nan], [np.nan, 2.0]]), "nobody answered what another did"),
        (np.array([[1.0, 1.0], [1.0, 1.0]]), "everybody always said the same one thing: chance explains all"),
    ],
)
def test_what_is_undefined_is_nan(table: Values, why: str) -> None:
    assert np.isnan(agreement.alpha(table)) and np.isnan(agreement.cohen(table[:, 0], table[:, 1])), why
    assert np.isnan(agreement.fleiss(table)), why


def test_intervals_are_seeded_and_hold_the_value() -> None:
    generator = np.random.default_rng(1)
    first = generator.integers(0, 3, 200).astype(float)
    second = np.where(generator.random(200) < 0.8, first, generator.integers(0, 3, 200)).astype(float)

    def measure(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return agreement.cohen(first[rows], second[rows])

    once, again = (agreement.interval(measure, 200, seed=5, draws=200) for _ in range(2))
    other = agreement.interval(measure, 200, seed=6, draws=200)
    assert once == again and once.value == other.value and once != other
    assert 0 < once.low < once.value < once.high < 1 and once.units == 200
    assert np.isnan(agreement.interval(lambda rows: np.nan, 0).value)


@settings(max_examples=30)
@given(tables(missing=False, raters=2))
def test_perfect_agreement_is_one(table: Values) -> None:
    twice = np.repeat(table[:, :1], 2, axis=1)
    for value in (agreement.alpha(twice), agreement.fleiss(twice), agreement.cohen(twice[:, 0], twice[:, 1])):
        assert np.isnan(value) or value == pytest.approx(1)
