"""Gates: bounds on the metrics of a release, as the recipe writes them, and the verdicts that follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from corpora.gates import verdict
from corpora.names import suggest
from corpora.strict import Strict
from corpora.vocabulary import METRICS, PII_KINDS

CANARY = "pii.canary_recall"


class Bound(Strict):
    """at_least ≤ metric ≤ at_most; one of the two may be left out."""

    at_least: float | None = Field(None, description="不低于 / lower bound", allow_inf_nan=False)
    at_most: float | None = Field(None, description="不高于 / upper bound", allow_inf_nan=False)

    @model_validator(mode="after")
    def _bounded(self) -> Bound:
        if self.at_least is None and self.at_most is None:
            raise ValueError("要有 at_least 或 at_most / needs at_least or at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least 大于 at_most / at_least exceeds at_most")
        return self


def unknown(metric: str) -> str | None:
    """None for a metric that exists (vocabulary.METRICS, or pii.canary_recall.<kind>), else what was probably meant."""
    kind = metric.removeprefix(f"{CANARY}.")
    if metric in METRICS or (kind != metric and kind in PII_KINDS):
        return None
    return suggest(metric, METRICS)


def value(metrics: Mapping[str, Any], metric: str) -> float | None:
    """The metric's value in a release's metrics; None where it was not measured."""
    found = metrics.get(metric)
    kind = metric.removeprefix(f"{CANARY}.")
    if found is None and kind != metric:
        found = ((metrics.get("pii.canaries") or {}).get("kinds") or {}).get(kind, {}).get("recall")
    return None if found is None else float(found)


def verdicts(bounds: Mapping[str, Bound], metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One verdict a bound, in the order of the recipe."""
    return [verdict(name, value(metrics, name), bound.at_least, bound.at_most) for name, bound in bounds.items()]
