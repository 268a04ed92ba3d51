"""The metrics of a release in words: a part of the vocabulary, which hands them out."""

from __future__ import annotations

from corpora.term import Term

METRICS: dict[str, Term] = {
    "kept_share": Term("保留率", "保留行数 ÷ 读入行数"),
    "largest_component": Term("最大分量行数", "同一主体或近似簇连成的最大一组行，整组进同一划分"),
    "pii.canary_recall": Term("植入召回率", "植入的虚构身份经处理后读不出的份额；加 .<种类> 为单个种类"),
    "pii.canary_recall_low": Term("植入召回率下限", "上项的 95 % 精确区间（Clopper–Pearson）下限"),
    "pii.low_confidence": Term("低置信度处数", "真实来源的保留行里低于替换置信度、原样留下的发现"),
    "pii.restored": Term("复核还原处数", "中等置信度、经有权限的人复核后按原文留下的发现"),
    "pii.marked": Term("人工标出处数", "查找没有找到、由人标出并替换的个人信息"),
    "pii.low_confidence_per_10k_rows": Term("每万行低置信度处数", "上项除以这些来源的保留行数，乘一万"),
    "pii.persons": Term("人数", "保留行里不同主体的个数；没有主体的行各算一人"),
    "pii.k_anonymity": Term("最小等价类人数 k", "准标识取值全同的人最少有几个"),
    "pii.l_diversity": Term("敏感值种数 l", "每个等价类里敏感值最少有几种"),
    "pii.t_closeness": Term("分布差 t", "等价类与全体的敏感值分布相差最多多少"),
    "pii.prosecutor_risk_max": Term("最大重识别风险", "1 ÷ 最小等价类人数"),
    "pii.prosecutor_risk_avg": Term("平均重识别风险", "等价类数 ÷ 各类人数之和"),
    "pii.suppressed_cells": Term("置空单元格数", "为达到 k 而置空的准标识单元格"),
    "pii.residual_upper_bound": Term("残留上界", "残留审计：仍有身份的文档份额的 95 % 单侧上界，发布前由审计填入"),
}
