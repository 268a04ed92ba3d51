"""Names: what is found, what is not and why, and the laws that hold for any text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from corpora.vocabulary import PII_SUBTYPES
from quality.pii import blocks, names
from quality.pii.findings import KIND, MEDIUM, Findings

SUBTYPES = list(PII_SUBTYPES)


def find(*texts: str, documents: list[int] | None = None) -> Findings:
    view = text_buffers.texts(pa.array(texts, pa.large_string()))
    return names.find(view, None if documents is None else np.array(documents, np.int64))


def sure(text: str) -> list[tuple[str, str]]:
    """(name, subtype) of what would be replaced."""
    found = find(text)
    return [
        (text[found.start[k] : found.end[k]], SUBTYPES[found.subtype[k]])
        for k in range(len(found))
        if found.confidence[k] >= MEDIUM
    ]


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("姓名：王小明 性别：男", [("王小明", "patient")]),
        ("姓名 | 王小明 | 性别 | 男", [("王小明", "patient")]),
        ("患者姓名:欧阳建国", [("欧阳建国", "patient")]),
        ("姓名：张 三 丰　性别：男", [("张 三 丰", "patient")]),
        ("联系人：李建华（妻子）", [("李建华", "contact")]),
        ("主治医师：周海燕／住院医师：陈伟", [("周海燕", "doctor"), ("陈伟", "doctor")]),
        ("责任护士：刘敏", [("刘敏", "nurse")]),
        ("操作工刘德发（工号10023）报修", [("刘德发", "operator")]),
        ("检验员：孙丽萍　审核：高志强", [("孙丽萍", "operator"), ("高志强", "operator")]),
        ("姓名：阿依古丽·买买提，女", [("阿依古丽·买买提", "patient")]),
        ("姓名：阿依古丽•买买提，女", [("阿依古丽•买买提", "patient")]),
        ("姓名：阿依古丽・买买提，女", [("阿依古丽・买买提", "patient")]),
        ("姓名：王小\u200b明，男", [("王小\u200b明", "patient")]),
        ("記者陳建民報導", [("陳建民", "staff")]),
    ],
)
def test_names_by_label_and_title(text: str, wanted: list[tuple[str, str]]) -> None:
    assert sure(text) == wanted


@pytest.mark.parametrize(
    "text, why",
    [
        ("姓名：不详 性别：男", "the label's value says that there is none"),
        ("姓名：　　性别：女　年龄：", "an empty form"),
        ("患者主诉：反复头晕、乏力三天。", "the label is followed by the next label"),
        ("联系人：同上 电话：同上", "refers to another line"),
        ("医师签名：        日期：", "nobody has signed"),
        ("家属：无", "there is none"),
        ("张某与王某某签订合同", "masked already"),
        ("高度120mm，温度80℃，方向向上，黄金分割，王国", "words that begin with a surname"),
        ("应当安装安全阀，关闭水泵，检查管道与车间程序", "words that begin with a surname, in running text"),
        ("本法自公布之日起施行。", "a law names nobody"),
        ("姓名：[患者姓名_1] 性别：男 医师：[医生姓名_1]", "our own placeholders"),
        ("[姓名]，男，四十岁，因发热就诊", "our own placeholder is no context"),
    ],
)
def test_what_is_no_name(text: str, why: str) -> None:
    assert sure(text) == [], why


def test_what_is_found_has_the_kind_and_agrees_in_bytes() -> None:
    text = "😀患者姓名：王小明，医师：李建国"
    found = find("", text, "")
    assert set(found.kind.tolist()) == {KIND["person_name"]} and set(found.text.tolist()) == {1}
    for k in range(len(found)):
        assert text.encode()[found.start_byte[k] : found.end_byte[k]].decode() == text[found.start[k] : found.end[k]]


def test_a_sure_name_is_found_again_in_its_document_only() -> None:
    texts = ("姓名：汪栩桐 性别：女", "栏目如右汪栩桐即归档", "栏目如右汪栩桐即归档")
    found = find(*texts, documents=[0, 2, 3])
    assert 1 in found.text[found.confidence >= MEDIUM]
    alone = find(texts[2])
    assert (found.text == 2).sum() == len(alone)


def test_nothing_in_nothing() -> None:
    assert len(find()) == 0
    assert len(find("", "")) == 0


def test_replaced_by_placeholders_nothing_is_left() -> None:
    text = "姓名：王小明 性别：男 联系人：李建华（妻子）\n患者王小明，医师：周海燕"
    found = find(text)
    for k in reversed(range(len(found))):
        text = text[: found.start[k]] + f"[患者姓名_{k}]" + text[found.end[k] :]
    assert len(find(text)) == 0


PIECES = st.sampled_from(
    ["姓名：", "患者", "医师", "王小明", "李建华", "欧阳", "克林顿", "·", "约翰", "记者", "张", "三", "老李", "王工", "何哥", " ", "Dr. ", "Smith", "（1998）", "，等.", "综合征", "美罗华", "常先", "《", "曰", "，", "。", "\n", "\u3000", "|", "[", "]", "某", "a", "Mark", "Lee", "😀", "\u200b", "先生", "报道", "的", "了", "12", ""]
)  # fmt: skip
TEXT = st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join)


def test_a_string_does_not_see_its_neighbour() -> None:
    """The sieve looks three characters around: those must not come from another record."""
    assert len(find("约翰姓名：")) == len(find("姓名：", "约翰姓名：")) == len(find("甲", "约翰姓名："))


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, max_size=5))
def test_positions_agree_and_do_not_depend_on_neighbours(texts: list[str]) -> None:
    found = find(*texts)
    assert (np.diff(found.text) >= 0).all()
    for k in range(len(found)):
        text = texts[found.text[k]]
        assert 0 <= found.start[k] < found.end[k] <= len(text)
        assert text.encode()[found.start_byte[k] : found.end_byte[k]].decode() == text[found.start[k] : found.end[k]]
        if k and found.text[k] == found.text[k - 1]:
            assert found.start[k] >= found.end[k - 1]
    for number, text in enumerate(texts):
        alone, here = find(text), found.take(found.text == number)
        for name in ("start", "end", "start_byte", "end_byte", "subtype", "confidence", "evidence"):
            assert getattr(alone, name).tolist() == getattr(here, name).tolist()


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["姓名：王小明 性别：男", "设备运行正常。", "医师签名：李建国", "", "记者陈新民报道"] * 7
    whole = find(*texts)
    monkeypatch.setattr(blocks, "BYTES", 50)
    cut = find(*texts)
    for name, values in vars(whole).items():
        assert values.tolist() == getattr(cut, name).tolist()


def test_the_spacy_component_sets_persons() -> None:
    spacy = pytest.importorskip("spacy")
    from quality.pii.names import component  # noqa: F401

    nlp = spacy.blank("zh")
    nlp.add_pipe("yuliao_names")
    doc = nlp("患者姓名：王小明，男。")
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("王小明", "PERSON")]


def test_a_long_text_without_sure_names_gives_up_its_doubts() -> None:
    law = "第三条　国务院主管部门应当制定许可办法，方可施行；由县级以上人民政府组织实施。张江地区依照本法办理。\n"
    found = find(law * 60)
    assert (found.confidence < MEDIUM).all()


def test_what_shares_characters_with_a_medical_term_is_doubtful() -> None:
    """Drug names sound like foreign ones, and 纳差 (poor appetite) like a given name: only a label makes them persons."""
    assert sure("患者13天前出现脐周纳差，伴咳嗽；口服卡马西平、奥卡西平等药物治疗。") == []
    assert sure("研究开始前4周内正在参加其他试验的患者。") == []
