"""What a release says of its own treatment, in one sentence each: never more than was done and measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpora.gates import RESIDUAL
from corpora.vocabulary import PII_KINDS
from curation.recipe import Recipe
from quality import disclosure

NOT_TREATED = "本版本没有做个人信息处理，只能在原有权限范围内使用。"
REMAINS = "未检出的标识与间接标识仍可能存在：请勿尝试重新识别，对外提供须按所属场景另行评估。"


def of(recipe: Recipe, metrics: Mapping[str, Any], gates: Sequence[Mapping[str, Any]]) -> list[str]:
    """The notices of a release with these metrics and verdicts; none where all sources are made up."""
    if all(source.generated for source in recipe.sources):
        return []
    if not recipe.of_phase("treat"):
        return [NOT_TREATED]
    scene = (metrics.get("pii.structured_risk") or {}).get("scene_met")
    word = disclosure.word(scene=scene, gates_passed=bool(gates) and all(one["passed"] for one in gates))
    return [
        f"本版本按规则与模型查找个人信息并替换，属于{word}。{_skipped(recipe)}{_staying(metrics)}{_measured(metrics)}{REMAINS}"
    ]


def _skipped(recipe: Recipe) -> str:
    """Kinds that the recipe leaves out, of those that matter most to readers."""
    named = [step.kinds for step in recipe.of_phase("measure") if getattr(step, "step", "") == "find_pii"]
    kinds = {kind for one in named for kind in (PII_KINDS if one is None else one)}
    left = [PII_KINDS[kind].label for kind in ("person_name", "address", "date_of_birth") if kind not in kinds]
    return f"配方没有要求查找{'、'.join(left)}。" if left else ""


def _staying(metrics: Mapping[str, Any]) -> str:
    """Sure findings that stand in the release all the same."""
    kept = metrics.get("pii_kept") or {}
    said = f"按配方保留原文的有{'、'.join(f'{PII_KINDS[kind].label} {n} 处' for kind, n in kept.items())}。" if kept else ""
    restored = metrics.get("pii.restored")
    said += f"经有权限的人复核，{restored} 处中等置信度的发现按原文保留。" if restored else ""
    marked = metrics.get("pii.marked")
    return said + (f"另有 {marked} 处由人标出并替换。" if marked else "")


def _measured(metrics: Mapping[str, Any]) -> str:
    audit, found = metrics.get("pii.audit"), metrics.get("pii.canaries")
    read = f"残留审计 {audit['n']} 份，仍有身份的文档不超过 {metrics[RESIDUAL]:.2%}（95 % 上界）。" if audit else ""
    if not found:
        return f"本版本没有做植入测试。{read}"
    return read + (
        f"植入 {found['planted']} 处虚构身份，{found['found']} 处处理后读不出"
        f"（召回率 {found['recall']:.2%}，95 % 区间 {found['low']:.2%}–{found['high']:.2%}）。"
    )
