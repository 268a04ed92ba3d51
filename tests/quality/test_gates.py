"""Bounds, verdicts, and what may be published."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from corpora import gates as forms
from corpora.errors import GateFailed
from quality.gates import Bound, unknown, verdicts


@pytest.mark.parametrize(
    ("value", "low", "high", "passed"),
    [
        (0.995, 0.995, None, True),
        (0.99, 0.995, None, False),
        (3.0, None, 3.0, True),
        (3.1, 1.0, 3.0, False),
        (None, 0.5, None, False),
    ],
)
def test_bounds(value: float | None, low: float | None, high: float | None, passed: bool) -> None:
    found = verdicts({"kept_share": Bound(at_least=low, at_most=high)}, {} if value is None else {"kept_share": value})
    assert [one["passed"] for one in found] == [passed] and "保留率" in forms.said(found[0])


def test_a_kind_s_own_recall() -> None:
    metrics = {"pii.canary_recall": 0.9, "pii.canaries": {"kinds": {"mobile": {"recall": 1.0}}}}
    bound = Bound(at_least=0.95)
    found = verdicts(
        {"pii.canary_recall": bound, "pii.canary_recall.mobile": bound, "pii.canary_recall.email": bound}, metrics
    )
    assert [one["passed"] for one in found] == [False, True, False]


def test_unknown_metrics_get_a_suggestion() -> None:
    assert "pii.canary_recall" in (unknown("pii.canary_recal") or "") and unknown("pii.canary_recall.mobile") is None
    assert unknown("pii.canary_recall.telephone")


def test_a_bound_bounds() -> None:
    for bad in ({}, {"at_least": 2.0, "at_most": 1.0}, {"at_least": float("nan")}):
        with pytest.raises(ValidationError):
            Bound(**bad)


def manifest(gates: list[dict[str, Any]], **metrics: Any) -> dict[str, Any]:
    return {"corpus": "a/b", "version": "1.0.0", "gates": gates, "metrics": metrics}


RESIDUAL = forms.verdict(forms.RESIDUAL, None, None, 0.01)
AUDIT = {"kind": "audit", "metrics": {forms.RESIDUAL: 0.0075}}
WORSE = {"kind": "audit", "metrics": {forms.RESIDUAL: 0.02}}
LOW = {forms.LOW: 3}


@pytest.mark.parametrize(
    ("release", "vouched", "word"),
    [
        (manifest([]), [], ""),
        (manifest([forms.verdict("kept_share", 0.1, 0.5, None)]), [], "kept_share"),
        (manifest([RESIDUAL]), [], "audit"),
        (manifest([RESIDUAL]), [AUDIT], ""),
        (manifest([RESIDUAL]), [AUDIT, WORSE], "residual"),  # the latest audit counts
        (manifest([], **LOW), [], "sign"),
        (manifest([], **LOW), [{"kind": "signature", "counts": {forms.LOW: 2}}], "sign"),  # signed for other counts
        (manifest([], **LOW), [{"kind": "signature", "counts": LOW}], ""),
        (manifest([], **LOW), [AUDIT], "sign"),
    ],
)
def test_what_may_be_published(release: dict[str, Any], vouched: list[dict[str, Any]], word: str) -> None:
    if not word:
        return forms.check(release, vouched)
    with pytest.raises(GateFailed) as error:
        forms.check(release, vouched)
    assert word in str(error.value) + error.value.hint


def test_a_bad_audit_is_not_audited_away() -> None:
    from corpora import gates as attested

    bound = [{"metric": attested.RESIDUAL, "value": None, "at_least": None, "at_most": 0.1, "passed": None}]
    audits = [{"metrics": {attested.RESIDUAL: 0.33}}, {"metrics": {attested.RESIDUAL: 0.07}}]
    assert [one["passed"] for one in attested.final(bound, audits)] == [False]
    assert [one["passed"] for one in attested.final(bound, audits[1:])] == [True]
