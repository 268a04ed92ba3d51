"""Every term once: key → (中文 label, one-line meaning). English keys in code, these labels in front of people."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A label for people and one line that says what it means."""

    label: str
    meaning: str


PHASES = {
    "read": Term("读取", "来源文件变成文档"),
    "reshape": Term("重组", "拆分、拼接、组合；行会增加或被消耗"),
    "rewrite": Term("改写", "清洗每一行的文本"),
    "measure": Term("测量", "对每一行计算信号、键与发现，不删任何行"),
    "decide": Term("裁决", "规则、去重与人工决定打标记，在一处裁决"),
    "treat": Term("处理", "替换个人信息，保留行与剔除行一视同仁"),
    "write": Term("写出", "保留行进入发布，剔除行进入私有的剔除表"),
}

# --- quarantine causes (owner: corpora.sources) ---------------------------------------------------
QUARANTINE_CAUSES: dict[str, Term] = {
    "truncated": Term("记录不完整", "行在半途结束（JSON 未闭合，引号未闭合）"),
    "not_json": Term("不是 JSON", "一行不是一个 JSON 对象"),
    "undecodable": Term("无法解码", "字节按任何允许的编码都不成文本"),
    "no_text": Term("没有文本", "文本列缺失、为空值或只有空白"),
    "wrong_type": Term("类型不符", "文本列不是 JSON 字符串"),
    "ragged": Term("列数不符", "CSV 行的列数与表头不同"),
}

# --- causes of edits (owner: curation.clean, curation.treat) ---------------------------------------
CAUSES: dict[str, Term] = {}

# --- reasons for dropping a row ---------------------------------------------------------------------
REASONS: dict[str, Term] = {
    "exact_duplicate": Term("完全重复", "规范化后与另一行相同"),
    "near_duplicate": Term("近似重复", "与另一行的 5 字片段集合高度重合，且数值序列相同"),
    "split_conflict": Term("划分冲突", "同一主体或近似簇在上一版本分属不同划分，训练行让位"),
    "human_drop": Term("人工剔除", "复核人员决定剔除"),
}

# --- signals (owner: quality.signals) ---------------------------------------------------------------
SIGNALS: dict[str, Term] = {}

# --- kinds of personal information (owner: quality.pii) ---------------------------------------------
PII_KINDS: dict[str, Term] = {}

# --- steps (owner: each step's file) ----------------------------------------------------------------
STEPS: dict[str, Term] = {}

# --- columns of a release (owner: corpora.release, corpora.card) --------------------------------------
COLUMNS: dict[str, Term] = {
    "id": Term("编号", "32 位十六进制的带密钥哈希，跨版本稳定，不能反推"),
    "source": Term("来源", "配方里给来源起的标签，不是文件名"),
    "licence": Term("许可", "该行来源的许可"),
    "quality": Term("质量分", "0 到 1，由信号计算"),
}
