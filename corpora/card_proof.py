"""The card's section on proof: what was planted and found, what the structured columns give away, and the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpora.gates import RESIDUAL, said
from corpora.vocabulary import PII_KINDS

CONTEXTS = {"labelled": "带标签", "bare": "不带标签", "mistyped": "带标签、写错一位", "known": "本单位已掌握"}


def sections(manifest: Mapping[str, Any]) -> list[tuple[str, list[str], list[tuple[Any, ...]]]]:
    """(introduction, head, rows) of each table; none for a release that proves nothing."""
    metrics = manifest["metrics"]
    found = [_canaries(metrics.get("pii.canaries")), _audit(metrics), _risk(metrics), _gates(manifest.get("gates") or [])]
    return [one for one in found if one is not None]


def _canaries(found: Mapping[str, Any] | None) -> tuple[str, list[str], list[tuple[Any, ...]]] | None:
    if not found:
        return None
    text = (
        f"植入测试：在真实行的副本里植入 {found['planted']} 处虚构身份，走同样的清洗、查找与替换，{found['found']} 处处理后读不出；"
        "副本不进入发布。区间为 95 % 精确区间（Clopper–Pearson）。"
    )
    rows = [(PII_KINDS[kind].label if kind in PII_KINDS else kind, one) for kind, one in found["kinds"].items()]
    rows += [(CONTEXTS[key], one) for key, one in found["contexts"].items()] + [("**全部**", found)]
    head = ["种类", "植入", "读不出", "召回率", "95 % 区间"]
    return text, head, [
        (name, one["planted"], one["found"], f"{one['recall']:.4f}", f"{one['low']:.4f}–{one['high']:.4f}") for name, one in rows
    ]  # fmt: skip


def _audit(metrics: Mapping[str, Any]) -> tuple[str, list[str], list[tuple[Any, ...]]] | None:
    found = metrics.get("pii.audit")
    if not found:
        return None
    text = (
        f"残留审计：从本版抽出 {found['n']} 份（种子 {found['seed']}），两人不看机器的发现，各自独立审读。"
        f"仍有身份的文档份额的 95 % 单侧上界为 {metrics[RESIDUAL]:.2%}"
        + (f"（共审计 {found['audits']} 次，取最差的一次）。" if found["audits"] > 1 else "。")
    )
    row = [found[key] for key in ("documents", "documents_marked", "finds", "finds_of_both")]
    return (
        text,
        ["审读文档", "有残留的文档", "残留处数", "两人都找到", "估计都漏掉"],
        [(*row, f"{found['missed_estimate']:g}")],
    )


def _risk(metrics: Mapping[str, Any]) -> tuple[str, list[str], list[tuple[Any, ...]]] | None:
    said = metrics.get("pii.structured_risk")
    if not said:
        return None
    how = "先泛化再置空" if said["by"] == "generalise" else "置空单元格"
    text = f"结构化字段：准标识列按 k = {said['k_wanted']} 处理（{how}），共 {said['classes']} 个等价类。"
    reached = f"达到“{said['scene_met']}”的数值" if said["scene_met"] else "未达到任何一级的数值"
    text += f"对照{said['scene_table']}：{reached}。"
    text += "只计声明的准标识列：文本里写到的年龄、日期、地点等也可能指向人，不在其内。"
    rows = [
        (f"`{name}`", one["steps"], one["suppressed"], f"{one.get('empty', 0):.1%}") for name, one in said["columns"].items()
    ]
    return text, ["准标识列", "泛化级数", "置空单元格", "空值份额"], rows


def _gates(gates: list[Mapping[str, Any]]) -> tuple[str, list[str], list[tuple[Any, ...]]] | None:
    if not gates:
        return None
    verdicts = {True: "通过", False: "**未过**", None: "待审计（收回后封入发布）"}
    return "门限：", ["指标与要求", "结论"], [(said(one), verdicts[one["passed"]]) for one in gates]
