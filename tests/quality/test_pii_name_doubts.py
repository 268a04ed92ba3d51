"""Doubts: what is counted and not replaced, and that a label or a title takes them away."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from quality.kernels import name_doubts
from quality.pii import names
from quality.pii.findings import MEDIUM
from quality.pii.names import doubts, labels, reading, tagging
from quality.pii.names.lists import load

CITED = name_doubts.QUOTED + 1


def sure(text: str) -> list[str]:
    found = names.find(text_buffers.texts(pa.array([text], pa.large_string())))
    return [text[found.start[k] : found.end[k]] for k in range(len(found)) if found.confidence[k] >= MEDIUM]


def why(marked: str) -> int:
    """Reason for the span in ⟦⟧, as if the network had seen it there."""
    before, _, rest = marked.partition("⟦")
    name, _, after = rest.partition("⟧")
    texts = text_buffers.texts(pa.array([before + name + after], pa.large_string()))
    block = reading.read(texts.data, np.asarray(texts.offsets, np.int64), np.array([0, 1], np.int64))
    start = 9 + len(before)  # 8 breaks and the one before the string
    spans = np.array([[start, start + len(name)]], np.int64)
    return int(doubts.reasons(block.codes, spans, np.array([tagging.MODEL], np.int64))[0])


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("与⟦MRI⟧相比", name_doubts.FRAGMENT),
        ("⟦Tei⟧chholz方法", name_doubts.FRAGMENT),
        ("证明⟦Ab作⟧临床治疗", name_doubts.FRAGMENT),
        ("选用⟦施耐德⟧断路器", name_doubts.TERM),
        ("一瓶⟦王老吉⟧", name_doubts.TERM),
        ("副部长⟦二至四⟧人", name_doubts.TERM),
        ("加强对⟦钱王墓⟧的保护", name_doubts.TERM),
        ("患者⟦利多卡因⟧过敏", name_doubts.TERM),
        ("患者⟦选择⟧手术", name_doubts.TERM),
        ("患者⟦常先⟧有局部皮肤异常", name_doubts.CLAUSE),
        ("患者⟦应选择⟧其他药物", name_doubts.CLAUSE),
        ("工委⟦由⟧主任、副主任组成", name_doubts.CLAUSE),
        ("⟦拉姆塞⟧综合征", name_doubts.EPONYM),
        ("⟦Bassen⟧方程", name_doubts.EPONYM),
        ("⟦张谦⟧定理", name_doubts.EPONYM),
        ("⟦张仲景⟧曰：太阳病", name_doubts.QUOTED),
        ("《伤寒论》⟦张仲景⟧", name_doubts.QUOTED),
        ("12.⟦陈昌明⟧，等.成人病例报告", CITED),
        ("3. 王平，⟦李甘⟧. 病理学. 第2版. 北京：人民卫生出版社，2013", CITED),
        ("牛津手册［M］．⟦吴东⟧，译．北京", CITED),
        ("国内⟦方惠⟧（1982）报道", CITED),
        ("⟦方惠⟧等（1982年）报道", CITED),
    ],
)
def test_doubted(marked: str, reason: int) -> None:
    assert why(marked) == reason


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("患者：⟦张仲景⟧，男", "a label with a colon means a person"),
        ("⟦张仲景⟧，男，50岁", "an author of old, but nobody quotes him"),
        ("患者⟦张仲景⟧入院", "the same behind a label"),
        ("姓名：⟦施耐德⟧", "a label that is followed by nothing but names"),
        ("⟦利多卡⟧医生会诊", "a title"),
        ("患者⟦张伟⟧淋巴瘤术后", "a disease behind a patient, not named after him"),
        ("⟦王芳⟧病毒感染", "a Chinese name before a disease"),
        ("患者⟦应志强⟧入院", "a surname that is a verb too"),
        ("患者⟦常光明⟧入院", "光明 is a word, but given as a name"),
        ("护士⟦小王⟧发现报警", "familiar form behind a label"),
        ("患者⟦扎西⟧入院", "a Tibetan name has no surname"),
        ("2023-10-16 ⟦王建国⟧，女，3岁。2005，12（3）：4", "a date is no reference"),
        ("⟦王建国⟧（1962年生）", "a year of birth"),
        ("操作员：⟦WANG⟧", "capitals behind a label"),
    ],
)
def test_not_doubted(marked: str, reason: str) -> None:
    assert why(marked) == 0, reason


def test_what_a_label_or_title_says_stays() -> None:
    assert sure("患者：张仲景，男，50岁") == ["张仲景"]
    assert sure("张仲景医生查房") == ["张仲景"]
    assert sure("第12章\n张仲景曰：太阳之为病，脉浮。") == []


def test_a_word_taken_for_a_name_once_does_not_spread() -> None:
    """One label before a drug must not turn all its places into a person's."""
    text = "患者美罗华维持治疗。" + "单抗（美罗华）375mg，美罗华有效，加用美罗华。" * 4
    assert sure(text) == []


NAMES = st.sampled_from([word for key in ("word", "figure") for word in load("doubts.txt")[key]])
LABELS = st.sampled_from(sorted(word for word in " ".join(labels._STRONG.values()).split() if len(word) <= 4))


@settings(max_examples=60, deadline=None)
@given(LABELS, NAMES, st.sampled_from(["，男", "综合征", "（1998）", "\n", "曰", "。"]))
def test_no_doubt_touches_what_a_label_says(label: str, name: str, after: str) -> None:
    assert why(f"{label}：⟦{name}⟧{after}") == 0


def test_lists_are_of_words_that_the_table_can_hold() -> None:
    lists = load("doubts.txt")
    assert all(2 <= len(word) <= 5 for key in lists for word in lists[key])
    assert not set(lists["word"]) & set(lists["plain_name"])
