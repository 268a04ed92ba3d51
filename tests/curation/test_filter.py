"""Marks from rules; and what the shipped rules keep and mark."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest

from corpora.forms import MARKS
from corpora.text_buffers import Leaf
from curation.filter import Filter
from curation.measure_signals import Signals
from curation.step import Context
from quality.rules import Rule

CONTEXT = Context((Leaf("text"),), b"k" * 32, "")

CLEAN = [
    "患者3天前无明显诱因出现发热，最高体温39.2℃，伴咳嗽、咳黄痰，无胸痛、咯血。查体：T 38.6℃，P 96次/分，BP 130/80mmHg。",
    "WBC 12.3×10^9/L，N% 85.2%，CRP 45mg/L，PCT 0.8ng/ml，考虑细菌感染。",
    "头孢曲松 2.0g ivgtt qd×7d；氨溴索 30mg bid",
    "孕妇或哺乳期妇女",
    "高血压3级（很高危）",
    "3号主轴异响，振动值7.1mm/s，拆检发现6205-2RS轴承保持架断裂，更换后空载试车2h，温升≤35K。",
    "液压站压力低，调整溢流阀至16MPa后正常",
    "M8×25内六角螺栓，扭矩25N·m±10%",
    "ALM 410 伺服报警：停止时位置偏差量过大",
    "Φ50h7轴径超差0.02mm，返工",
    "1号轴承温度正常，振动正常；2号轴承温度正常，振动正常；3号轴承温度正常，振动正常；4号轴承温度正常，振动正常。",
    "姓名：李某\n科室：心内科\n主诉：胸闷1月\n查体：BP 150/95mmHg\n诊断：冠心病",
    "患者服藥後血壓下降，繼續觀察。",
]
JUNK = {
    "\ufffd\ufffd者\ufffd热3\ufffd，\ufffd\ufffd": "garbled",
    "锟斤拷锟斤拷住院锟斤拷": "garbled",
    "鍖婚櫌浣忛櫌鐥呭巻锛氭偅鑰呭挸鍡斤紝浼村彂鐑": "garbled",
    "\u200b\u200b测\u200b试\u200b一下看看": "control_characters",
    "无": "too_short",
    "": "too_short",
    "Buy cheap watches online, best price guaranteed, click here now": "not_chinese",
    "asdkfjh;laksjdf;lkajsdf;lkjasd": "not_chinese",
    "本日はご来店いただき誠にありがとうございます。": "japanese",
    "见 https://www.example.com/a/b/c?id=1\nhttps://www.example.com/d/e/f?id=2 等链接": "link_list",
    "━━━━━━━━━━━━公告━━━━━━━━━━━": "decoration",
    "的的的的的的的的的的的": "monotonous",
    "点击关注点击关注点击关注点击关注点击关注": "repetitive",
    "\n".join(["更换轴承"] * 12 + ["主轴异响，已处理", "设备编号A-1"]): "repeated_lines",
}


def marks(step: Filter, texts: list[str]) -> pa.RecordBatch:
    batch = pa.record_batch({"text": pa.array(texts, pa.large_string())})
    return step.marks(pa.Table.from_batches([Signals().start(CONTEXT)(batch)]), 0, 0)


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_is_not_marked(text: str) -> None:
    assert marks(Filter(preset="chinese_web"), [text]).column("reason").to_pylist() == []


@pytest.mark.parametrize(("text", "reason"), JUNK.items(), ids=list(range(len(JUNK))))
def test_junk_is_marked_first_for_what_it_is(text: str, reason: str) -> None:
    found = sorted(marks(Filter(), [text]).to_pylist(), key=lambda mark: mark["order"])
    assert found[0]["reason"] == reason


def test_advertising_is_for_web_text_only() -> None:
    text = ["扫码关注公众号，限时优惠，领券立减，全国包邮，立即购买，客服微信在线咨询"]
    assert marks(Filter(preset="chinese_web"), text).column("reason").to_pylist() == ["advertising"]
    assert marks(Filter(), text).num_rows == 0


def test_marks_carry_row_value_bound_and_order() -> None:
    step = Filter(
        name="own",
        preset="none",
        rules=[Rule(column="a", at_least=1.0, at_most=2.0), Rule(column="b", at_most=5.0, reason="r")],
    )
    columns = pa.table({"a": pa.array([0.5, 1.0, 3.0, None, np.nan], pa.float32()), "b": pa.array([9, 1, None, 6, 5])})
    found = step.marks(columns, 100, 7)
    assert found.schema == MARKS
    assert [tuple(mark.values()) for mark in found.to_pylist()] == [
        (100, "own", "a_low", 0.5, 1.0, 7),
        (102, "own", "a_high", 3.0, 2.0, 7),
        (100, "own", "r", 9.0, 5.0, 8),
        (103, "own", "r", 6.0, 5.0, 8),
    ]


def test_chunks_and_no_rows() -> None:
    step = Filter(preset="none", rules=[Rule(column="a", at_most=1.0)])
    chunked = pa.chunked_array([[0.0, 2.0], [], [3.0]])
    assert step.marks(pa.table({"a": chunked}), 0, 0).column("row").to_pylist() == [1, 2]
    assert step.marks(pa.table({"a": pa.array([], pa.float64())}), 0, 0).schema == MARKS


def test_own_columns_hold_numbers_as_text() -> None:
    step = Filter(preset="none", rules=[Rule(column="age", at_least=18.0)])
    ages = pa.array(["9", "018", "-1", "未知", None, "1E1", ""], pa.large_string())
    assert step.marks(pa.table({"age": ages}), 0, 0).column("row").to_pylist() == [0, 2, 5]
    flags = pa.array([True, False, None])
    assert Filter(preset="none", rules=[Rule(column="f", at_least=1.0)]).marks(pa.table({"f": flags}), 0, 0).num_rows == 1


def test_an_own_rule_replaces_the_preset_s_on_that_column() -> None:
    step = Filter(rules=[Rule(column="characters", at_least=50.0, reason="short_note")])
    bounds = {rule.column: rule.at_least for rule in step.all_rules}
    assert bounds["characters"] == 50
    assert len(step.all_rules) == len(Filter().all_rules)
    assert "characters" in step.needs() and set(step.needs()) == set(Filter().needs())


def test_maps_nothing_and_pickles() -> None:
    step = pickle.loads(pickle.dumps(Filter()))
    batch = pa.record_batch({"text": pa.array(["甲"])})
    assert step == Filter() and step.adds() == () and step.start(CONTEXT)(batch) is batch
