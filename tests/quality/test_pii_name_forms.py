"""Names by their form: what is found where the network is not sure, and what only looks like one."""

from __future__ import annotations

import pyarrow as pa
import pytest

from corpora import text_buffers
from quality.pii import names
from quality.pii.findings import MEDIUM


def sure(text: str) -> list[str]:
    found = names.find(text_buffers.texts(pa.array([text], pa.large_string())))
    return [text[found.start[k] : found.end[k]] for k in range(len(found)) if found.confidence[k] >= MEDIUM]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("老李把阀门关上了。", ["老李"]),
        ("今天小王请假，由何哥顶班。", ["小王", "何哥"]),
        ("护士小王发现输液泵报警", ["小王"]),
        ("夜班老周汇报", ["老周"]),
        ("李姐说药吃完了", ["李姐"]),
        ("让王工看一下程序", ["王工"]),
        ("赵总已批准", ["赵总"]),
        ("请陈叔签字", ["陈叔"]),
        ("张师傅说轴承响", ["张"]),
        ("刘主任查房后指示继续抗感染", ["刘"]),
        ("患者：John Smith，男", ["John Smith"]),
        ("操作员 Zhang Wei 报告", ["Zhang Wei"]),
        ("操作员: zhang wei", ["zhang wei"]),
        ("姓名：Wang Xiaoming", ["Wang Xiaoming"]),
        ("Dr. Smith examined the patient", ["Smith"]),
        ("Mr. J. O'Neil到访", ["J. O'Neil"]),
        ("主治医师：Dr. Emily Brown", ["Emily Brown"]),
        ("张 伟 明 来院复查", ["张 伟 明"]),
        ("目视合格；由何 一 明陪同", ["何 一 明"]),
        ("姓 名：张 伟", ["张 伟"]),
        ("由买买提・艾力签字", ["买买提・艾力"]),
        ("古丽巴哈尔‧吐尔逊已缴费", ["古丽巴哈尔‧吐尔逊"]),
        ("请尼玛旺堆签字确认", ["尼玛旺堆"]),
        ("姓名为付嘉，复诊", ["付嘉"]),
    ],
)
def test_forms(text: str, wanted: list[str]) -> None:
    assert sure(text) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("老师说今天停课，小时工已到，小便正常", "words that begin with 老 or 小"),
        ("骨小梁断裂，小叶增生，缩小高压区", "anatomy; 小 as a comparison"),
        ("高工评审，施工单位，分工明确，加工中心", "工 in a word"),
        ("金 额 单 位 时 间", "a table head with blanks"),
        ("电 流 过 大", "a spaced word"),
        ("负责人：N/A", "says that there is none"),
        ("设计：Modbus TCP", "a label that products follow too"),
        ("MS SQL Server 与 DR Site", "capitals that are no titles"),
        ("4周主任医师培训", "a number of weeks"),
        ("老白干一瓶", "a brand"),
    ],
)
def test_no_forms(text: str, why: str) -> None:
    assert sure(text) == [], why
