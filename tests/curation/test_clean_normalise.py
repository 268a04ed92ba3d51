"""`normalise`: look-alikes are folded, values and punctuation survive, twice is once."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curation.clean.normalise import Normalise
from quality import folding
from tests.curation.cleaning import clean, hold, run

KEPT = [
    "血压≥160/100mmHg，肌酐88μmol/L，体温37.5℃",
    "主轴跳动±0.02mm；螺栓M8×25，Φ20 √",
    "《GB/T 19001—2016》【备件】（张三）「引用」“好”",
    "①②③ ㎡ ㎎ ⅳ ½ ² ⁺ → α β",
    "95％，＜5，＋1、",
    "版本1.10.20.3",
    "体温 37.5 ℃",
    "Latin words and 中文 mixed 12 次",
    "第一行\n\n第二行\t列",
    "\ue000\uf8ff 私用区",
    "𠮷野家㐂龘",
    "    缩进的代码",
    "葛󠄀城",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_must_survive(text: str) -> None:
    """The failures of peer pipelines on domain characters, and what NFKC would break."""
    assert hold(Normalise(), text) == [text]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("⾝份证⻔诊号", "身份证门诊号"),
        ("⻔⺠⻚⻋⻄⻅⻛⻓⻰⻆⻘⻢⻬⻜⻝⻩⻣", "门民页车西见风长龙角青马齐飞食黄骨"),
        ("⼈⼯⽣⽹", "人工生网"),
        ("１２３．５％", "123.5%"),
        ("ＣＴ，ｍｇ", "CT，mg"),
        ("－５～＋１０℃", "-5～+10℃"),
        ("９５％，％", "95%，％"),
        ("（１）．", "（1）．"),
        ("患\u200b者\ufeff女\u202e\u00ad", "患者女"),
        ("1\u200b2", "12"),
        ("a\x00b\x07c\x1fd\x7f\x9f", "abcd"),
        ("a\U000e0041", "a"),
        ("一\r\n二\r三\u2028四\u2029五\x0b六\x0c七\x85八", "一\n二\n三\n四\n五\n六\n七\n八"),
        ("a\u00a0b\u2003c\u3000d", "a b c d"),
        ("患 者 姓 名：张 三", "患者姓名：张三"),
        ("正常 ， 无异常 。 好", "正常，无异常。好"),
        ("患\u00a0者", "患者"),
        ("体温 37 度 CT 示", "体温 37 度 CT 示"),
        ("姓名  张三    性别  男", "姓名\t张三\t性别\t男"),
        ("姓名 \t 张三", "姓名\t张三"),
        ("体温  37.5    36.8", "体温 37.5 36.8"),
        ("目　　录", "目录"),
        ("目 录", "目录"),
        ("　　患者入院。\n　　查体", "患者入院。\n查体"),
        ("正常  \n异常\t\n", "正常\n异常\n"),
        ("一\n\n\n\n二\n \n \n三", "一\n\n二\n\n三"),
        ("   ", ""),
        ("\u200b", ""),
        ("👨\u200d👩\u200d👧 a\u200db", "👨\u200d👩\u200d👧 ab"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👩🏽\u200d⚕\ufe0f", "👩🏽\u200d⚕\ufe0f"),
        ("می\u200cخواهم، من\u200c", "می\u200cخواهم، من"),
        ("م\u200c\u200cم", "م\u200cم"),
        ("ᠴᠢᠩᠭᠢᠰ\u180eᠠ 张\u180e三\u200c", "ᠴᠢᠩᠭᠢᠰ\u180eᠠ 张三"),
        ("", ""),
    ],
)
def test_what_is_folded(before: str, after: str) -> None:
    assert hold(Normalise(), before) == [after]


@pytest.mark.parametrize(
    ("spaces", "after"), [("remove", "患者姓名张三来诊"), ("runs", "患者姓名 张三 来诊"), ("keep", "患 者 姓 名 张三 来诊")]
)
def test_spaces_in_chinese(spaces: str, after: str) -> None:
    assert hold(Normalise.model_validate({"spaces_in_chinese": spaces}), "患 者 姓 名 张三 来诊") == [after]


def test_edits_name_their_causes_and_join_when_they_touch() -> None:
    edits = run(Normalise(), "⾝高１７０ｃｍ\u200b。", "无", "甲 乙\r\n丙").edits.to_pylist()
    assert [(e["text"], e["start"], e["end"], e["replacement"], e["cause"]) for e in edits] == [
        (0, 0, 3, "身", "radical"),
        (0, 6, 21, "170cm", "full_width"),
        (0, 21, 24, "", "invisible"),
        (2, 3, 4, "", "space"),
        (2, 7, 9, "\n", "line_break"),
    ]


def test_every_radical_is_folded_to_what_it_looks_like() -> None:
    for cp, ideograph in folding.radicals().items():
        name = unicodedata.name(chr(cp))
        assert "RADICAL" in name
        assert unicodedata.name(chr(ideograph)).startswith("CJK UNIFIED IDEOGRAPH")
        if unicodedata.normalize("NFKC", chr(cp)) != chr(cp):
            assert unicodedata.normalize("NFKC", chr(cp)) == chr(ideograph)


_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u200b\u200e\u200f\ufeff\u202a-\u202e\u2060-\u206f\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def oracle(text: str) -> str:
    """The rules of the step, written with regular expressions instead of one pass over bytes."""
    text = re.sub(r"(?<=[０-９])[．％／＋－]|[．％／＋－](?=[０-９])", lambda m: chr(ord(m[0]) - 0xFEE0), text)
    text = re.sub("[０-９Ａ-Ｚａ-ｚ]", lambda m: chr(ord(m[0]) - 0xFEE0), text)
    text = _INVISIBLE.sub("", text)
    text = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    text = text.translate(folding.radicals() | folding.vertical())
    text = re.sub("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]", "\xa0", text)
    text = re.sub("[ \t\xa0]+(?=\n|$)", "", text)
    text = re.sub("(^|\n)[ \t]*\xa0[ \t\xa0]*", r"\1", text)
    text = re.sub("\n{3,}", "\n\n", text)
    return re.sub("(?<=[^\n \t\xa0])[ \t\xa0]+(?=[^\n \t\xa0])", lambda m: _between(text, m.start(), m.end()), text)


def _between(text: str, a: int, b: int) -> str:
    if "\t" in text[a:b]:
        return "\t"
    if not (_cjk(text[a - 1]) and _cjk(text[b])):
        return " "
    both_han = _han(text[a - 1]) and _han(text[b])
    alone = not _han(text[a - 2 : a - 1] or " ") and not _han(text[b + 1 : b + 2] or " ")
    if alone or not both_han:
        return ""
    return " " if b - a == 1 else "\t"


def _han(c: str) -> bool:
    return bool(re.match("[\u2e80-\u2fd5々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", c))


def _cjk(c: str) -> bool:
    return _han(c) or c in "、。〈〉《》「」『』【】〔〕〖〗！（），：；？"


CHARACTERS = st.sampled_from(
    list("患者⾝⻔𠮷，。：a1１５Ａｚ．％－/ \t\n\r\x00\x0b\x85\xa0\u3000\u2003\u200b\u2028\ufeff\xad±℃①㎡\U000e0020")
) | st.characters(exclude_categories=["Cs"], exclude_characters="\u200c\u200d\u180e")


@settings(max_examples=600, deadline=None)
@given(st.lists(st.text(CHARACTERS, max_size=40), min_size=1, max_size=4))
@example(["１\u200b％"])
@example(["录\u200b\n目  录\u200b"])
@example(["患者 姓", "a患 者b", "患 者"])
def test_same_as_the_oracle_and_twice_is_once(texts: list[str]) -> None:
    assert hold(Normalise(), *texts) == [oracle(text) for text in texts]


@settings(max_examples=200, deadline=None)
@given(
    st.text(CHARACTERS | st.sampled_from("\u200d\u200c\u180e👨👩\ufe0f❤مي"), max_size=40),
    st.sampled_from(["remove", "runs", "keep"]),
)
def test_twice_is_once_with_emoji_and_every_mode(text: str, spaces: str) -> None:
    hold(Normalise.model_validate({"spaces_in_chinese": spaces}), text)


def test_no_strings() -> None:
    assert clean(Normalise()) == []
