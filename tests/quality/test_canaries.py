"""Canaries: every kind in every disguise, set in without touching the row, and survivors told by what can still be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.vocabulary import PII_KINDS
from quality.canaries import BARE, Canary, cells, dealt, make, plant, recall, survivors
from quality.canaries.mistyped import MISTYPED, mistype
from quality.canaries.survival import fold
from quality.canaries.values import LABELS, MAKERS
from quality.identities import Draw
from quality.identities.surrogate_numbers import plausible


def draw(seed: int = 1) -> Draw:
    return Draw(seed, "canaries")


def canary(kind: str, value: str) -> Canary:
    return Canary(kind, value, "plain", "labelled", "", value, "")


def test_every_cell_is_planted_evenly() -> None:
    every = cells()
    made = make(draw(), 3 * len(every))
    for kind in MAKERS:
        mine = [one for one in made if one.kind == kind]
        assert kind in PII_KINDS and LABELS[kind] and len(mine) == 3 * sum(cell[0] == kind for cell in every)
        contexts = {"labelled"} | ({"bare"} if kind in BARE else set()) | ({"mistyped"} if kind in MISTYPED else set())
        assert {one.context for one in mine} == contexts
    assert {one.form for one in made} > {"plain", "fullwidth", "grouped", "chinese", "zero_width"}
    assert len(make(draw(), 3 * len(every) - 1)) == 2 * len(every)  # whole rounds
    assert make(draw(), 50) == make(draw(), 50) != make(draw(2), 50)
    assert {one.kind for one in make(draw(), 9, ["mobile", "email"])} == {"mobile", "email"}
    assert make(draw(), 5, ["hospital"]) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("患者咳嗽，。；\n[手机号]12", max_size=30), min_size=1, max_size=5), st.integers(0, 9))
def test_the_row_is_all_there(texts: list[str], seed: int) -> None:
    made = make(draw(seed), 2 * len(texts))
    for text, one in zip(texts, plant(draw(seed), texts, made, dealt(len(made), len(texts))), strict=True):
        rest = one.text
        for number in one.canaries:
            assert made[number].text in rest
            rest = rest.replace(f"{made[number].text}，", "", 1)
        assert rest.replace("，", "") == text.replace("，", "")


@pytest.mark.parametrize(
    ("kind", "value", "after", "there"),
    [
        ("mobile", "13812345678", "电话[手机号]", False),
        ("mobile", "13812345678", "电话１３８-１２３４-５６７８", True),
        ("mobile", "13812345678", "电话幺三八一二三四五六七八", True),
        ("mobile", "13812345678", "电话138****5678", True),
        ("mobile", "13812345678", "电话138****567", False),
        ("resident_id", "11010519491231002X", "证1101[身份证号]", True),
        ("email", "wangxiao@qq.com", "[邮箱]qq.com", False),
        ("email", "wangxiao@qq.com", "wang[邮箱]", True),
        ("person_name", "欧阳修远", "欧阳[姓名]", True),
        ("person_name", "王 五", "王[姓名]", False),
        ("address", "浙江省宁波市鄞州区中山东路123号", "浙江省宁波市[地址]", True),
        ("address", "浙江省宁波市鄞州区中山东路123号", "浙江省[地址]", False),
        ("age", "93", "9[高龄]", False),
    ],
)
def test_what_can_be_read(kind: str, value: str, after: str, there: bool) -> None:
    assert bool(survivors([canary(kind, value)], "", after)) is there


def test_the_row_s_own_characters_do_not_count() -> None:
    one = canary("mobile", "13812345678")
    assert not survivors([one], "批号12345678", "批号12345678，[手机号]")
    assert survivors([one], "批号12345678", "批号12345678，[手机号]5678")


def test_masked_kinds_survive_only_whole() -> None:
    one = canary("mobile", "13812345678")
    assert not survivors([one], "", "138****5678", whole=("mobile",))
    assert survivors([one], "", "138 1234 5678", whole=("mobile",))


@pytest.mark.parametrize("kind", MISTYPED)
def test_a_mistyped_number_is_none_any_more(kind: str) -> None:
    for seed in range(100):
        value = MAKERS[kind](draw(seed))
        wrong = mistype(draw(seed), kind, value)
        assert wrong != value and not plausible(wrong) and abs(len(wrong) - len(value)) <= 1 and wrong[:4] == value[:4]


@given(st.integers(0, 200), st.integers(1, 30))
def test_dealing_gives_all_away_evenly(count: int, texts: int) -> None:
    shares = dealt(count, texts)
    assert [one for share in shares for one in share] == list(range(count)) and len(shares) == texts
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_recall_by_kind_form_and_context() -> None:
    made = make(draw(), 200)
    found = recall(made, [one.kind == "plate" for one in made])
    plates = sum(one.kind == "plate" for one in made)
    assert (found["planted"], found["found"]) == (len(made), len(made) - plates)
    assert found["kinds"]["plate"]["recall"] == 0 and found["kinds"]["mobile"]["recall"] == 1
    assert found["low"] < found["recall"] < found["high"] and set(found["contexts"]) == {"bare", "labelled", "mistyped"}
    assert sum(one["planted"] for one in found["forms"].values()) == len(made)


def test_fold() -> None:
    assert fold("１３８-〇幺二 \u200bＡ·b（壹）") == "138012ab1"


def test_a_neighbour_s_digits_do_not_count() -> None:
    one, other = canary("mobile", "13812345678"), canary("qq", "9123456")
    assert survivors([one, other], "", "电话[手机号]，QQ 9123456") == [other]
