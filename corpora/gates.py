"""Verdicts: a metric of a release against its bound. A release that fails one is sealed as a draft and not published.

A verdict is {"metric", "value", "at_least", "at_most", "passed"}; passed is None while the value is still to be attested:
a residual audit reads the tables of a sealed draft, which is then sealed anew with the result in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpora.errors import GateFailed
from corpora.vocabulary import METRICS

LOW = "pii.low_confidence"
RESIDUAL = "pii.residual_upper_bound"
ATTESTED = (RESIDUAL,)
"""Metrics that are known only after sealing, from an attestation."""


def within(value: float, at_least: float | None, at_most: float | None) -> bool:
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)


def verdict(metric: str, value: float | None, at_least: float | None, at_most: float | None) -> dict[str, Any]:
    """A missing value fails, unless it is one that is attested later."""
    passed: bool | None = None if metric in ATTESTED else False
    if value is not None:
        passed = within(value, at_least, at_most)
    return {"metric": metric, "value": value, "at_least": at_least, "at_most": at_most, "passed": passed}


def said(one: Mapping[str, Any]) -> str:
    """One verdict for people: label, value, bound."""
    label = METRICS[one["metric"]].label if one["metric"] in METRICS else one["metric"]
    bounds = [f"{sign} {one[key]:g}" for key, sign in (("at_least", "≥"), ("at_most", "≤")) if one[key] is not None]
    value = "待定" if one["passed"] is None else "没有测得" if one["value"] is None else f"{one['value']:.6g}"
    return f"{label}（{one['metric']}）{value}，要求 {' '.join(bounds)}"


def final(gates: Iterable[Mapping[str, Any]], attestations: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The verdicts with attested values filled in: the worst of all audits, so that a bad one is not audited away."""
    values: dict[str, float] = {}
    for entry in attestations:
        for metric, value in (entry.get("metrics") or {}).items():
            values[metric] = max(value, values.get(metric, value))
    return [
        verdict(one["metric"], values[one["metric"]], one["at_least"], one["at_most"])
        if one["metric"] in ATTESTED and one["metric"] in values
        else dict(one)
        for one in gates
    ]


def check(manifest: Mapping[str, Any], attestations: Sequence[Mapping[str, Any]]) -> None:
    """Raises GateFailed unless the release may be published: every verdict passes, and unsure findings are signed for."""
    name = f"{manifest['corpus']}@{manifest['version']}"
    bad = [one for one in final(manifest.get("gates") or (), attestations) if not one["passed"]]
    if bad:
        waits = all(one["passed"] is None for one in bad)
        raise GateFailed(
            f"{name} 未过门限，不能发布 / does not pass its gates: {'；'.join(map(said, bad))}",
            hint=f"先做残留审计 / audit it first: yuliao pii audit {name} --out DIR"
            if waits
            else "查明原因，改配方后重新运行；门限写在配方的 gates / find the cause, change the recipe and run again",
        )
    low = int(manifest["metrics"].get(LOW) or 0)
    if low and not any(entry["kind"] == "signature" and entry["counts"].get(LOW) == low for entry in attestations):
        raise GateFailed(
            f"{name} 有 {low} 处低置信度发现没有替换，发布前须由数据安全官签字 / {low} unsure finding(s) are in it and nobody has signed",
            hint=f"先看（yuliao pii review {name} --low），核对后签字 / look at them, then sign: yuliao pii sign {name} --officer 姓名 --role 数据安全官",
        )
