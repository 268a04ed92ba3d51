"""The twenty documentation aspects of TC609-5-2025-04 (0101–0104), and where a card covers each."""

from __future__ import annotations

from typing import Any

BASIC, CONTENT, PROCESS, USE = "0101 基本信息完整性", "0102 内容特征完整性", "0103 建设过程完整性", "0104 应用说明完整性"


def aspects(manifest: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Indicator → aspect → section of the card that covers it, or "" where we don't have the facts."""
    sourced = all(source.get("rights_basis") for source in manifest["sources"])
    metrics = manifest["metrics"]
    return {
        BASIC: {
            "数据集规模": "概要",
            "格式规范": "数据字典",
            "文件结构": "加载",
            "获取渠道": "加载",
            "技术支持方式": "联系" if manifest["contact"] else "",
        },
        CONTENT: {
            "模态类型": "概要",
            "数据分布情况": "划分",
            "标签类别统计": "指标" if metrics.get("labels") else "",
            "样本示例": "",
            "局限性说明": "局限",
        },
        PROCESS: {
            "数据来源": "来源与权利",
            "采集方法": "来源与权利" if sourced else "",
            "加工处理流程": "处理过程",
            "标注规范": "",
            "版本控制记录": "版本记录",
        },
        USE: {
            "使用许可": "我可以……吗",
            "目标应用场景": "适用场景" if manifest["uses"] else "",
            "评估方法": "",
            "基准测试结果": "",
            "典型应用案例": "",
        },
    }


def completeness(manifest: dict[str, Any]) -> dict[str, float]:
    """Indicator → aspects covered / 5."""
    return {group: sum(map(bool, names.values())) / len(names) for group, names in aspects(manifest).items()}
