"""What a recipe asks to be proven: canaries and structured risk. Bounds on what they measure are `gates`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from corpora.strict import Strict
from quality import gates
from quality.disclosure.scenes import SCENES, Scene

STRUCTURED = frozenset(
    ["pii.k_anonymity", "pii.l_diversity", "pii.t_closeness", "pii.prosecutor_risk_max", "pii.prosecutor_risk_avg",
     "pii.suppressed_cells"]
)  # fmt: skip
"""Metrics that need `risk`."""


class Canaries(Strict):
    """Made-up identities set into copies of real rows; the copies never reach the release."""

    rows: int = Field(
        768, ge=0, le=100_000, description="植入的行副本数，0 为不植入；行不够就重复用 / copies of rows, 0: none"
    )
    each: int = Field(4, ge=1, le=16, description="每份副本植入几个 / identities in each copy")
    seed: int = Field(0, ge=0, description="抽样与植入的种子 / seed")


class Risk(Strict):
    """Re-identification risk of declared columns, and what is done to reach k."""

    quasi: list[str] = Field(min_length=1, description="准标识列，须在 columns 里 / quasi-identifiers among the columns")
    sensitive: list[str] = Field(default_factory=list, description="敏感列，须在 columns 里 / sensitive columns")
    k: int = Field(0, ge=0, description="每个等价类至少几个人，0 为取场景的值 / persons in a class, 0: as the scene says")
    by: Literal["suppress", "generalise"] = Field(
        "suppress", description="怎样达到 k：置空单元格，或先泛化再置空 / how k is reached"
    )
    scene: Scene | None = Field(None, description="处理程度（标准草案）/ scene of the draft standards")
    kinds: dict[str, Literal["number", "date", "region", "category"]] = Field(
        default_factory=dict, description="准标识列的类型，默认按值判断 / kind of a column, else judged by its values"
    )


def mistakes(recipe: Any) -> list[tuple[str, str]]:
    """What is wrong with the recipe's `gates` and `risk`, as (address, message)."""
    found = [
        (f"gates.{name}", f"没有这个指标 / no such metric：{hint}") for name in recipe.gates if (hint := gates.unknown(name))
    ]
    found += [
        (f"gates.{name}", f"这个指标不会被测到 / it will not be measured: {why}")
        for name in recipe.gates
        if (why := _unmeasured(recipe, name))
    ]
    return found + (_risk_mistakes(recipe.risk, recipe.columns) if recipe.risk else [])


def _unmeasured(recipe: Any, metric: str) -> str:
    """Why a gate could never pass: what its metric hangs on is not in the recipe."""
    if metric in STRUCTURED and recipe.risk is None:
        return "需要 risk / needs `risk`"
    if metric in ("pii.l_diversity", "pii.t_closeness") and not recipe.risk.sensitive:
        return "需要 risk.sensitive / needs `risk.sensitive`"
    treats = bool(recipe.of_phase("treat"))
    if metric.startswith("pii.canary_recall") and (not treats or (recipe.canaries and not recipe.canaries.rows)):
        return "需要 redact_pii，且 canaries.rows 大于 0 / needs redact_pii and canaries"
    return "需要 redact_pii / needs redact_pii" if metric.startswith("pii.low_") and not treats else ""


def _risk_mistakes(risk: Risk, columns: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for key, names in (("quasi", risk.quasi), ("sensitive", risk.sensitive), ("kinds", list(risk.kinds))):
        for name in names:
            if name not in columns or "[]." in name:
                found.append((f"risk.{key}", f"「{name}」不在 columns 里 / not among the declared columns"))
            elif key == "quasi" and risk.by == "generalise" and columns[name].type != "string":
                found.append(
                    ("risk.quasi", f"「{name}」会泛化成分档，类型须为 string / is generalised: declare it as string")
                )
    found += [
        ("risk.sensitive", f"「{name}」已是准标识 / is a quasi-identifier already")
        for name in risk.sensitive
        if name in risk.quasi
    ]
    found += [
        ("risk.kinds", f"「{name}」不是准标识 / is no quasi-identifier") for name in risk.kinds if name not in risk.quasi
    ]
    if not risk.k and not risk.scene:
        found.append(("risk.k", "写明 k，或用 scene 取标准草案的值 / set k, or a scene"))
    return found


def bounds(recipe: Any) -> dict[str, gates.Bound]:
    """The gates of the recipe, and those that its scene implies and that it does not set itself."""
    implied: dict[str, gates.Bound] = {}
    risk: Risk | None = recipe.risk
    if risk and risk.k:
        implied["pii.k_anonymity"] = gates.Bound(at_least=float(risk.k))
    if risk and risk.scene:
        scene = SCENES[risk.scene]
        implied["pii.k_anonymity"] = gates.Bound(at_least=float(max(risk.k, scene.k)))
        if risk.sensitive:
            implied |= {
                "pii.l_diversity": gates.Bound(at_least=float(scene.l)),
                "pii.t_closeness": gates.Bound(at_most=scene.t),
            }
    return implied | dict(recipe.gates)
